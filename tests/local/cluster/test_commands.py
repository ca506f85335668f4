"""``deploy/cluster/…`` where no cluster runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def run(home: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "app.local.cluster", *words],
        env={**os.environ, "QINJI_HOME": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_nothing_of_a_wiped_cluster_is_left_not_even_a_tills_journal(tmp_path: Path) -> None:
    """It would tell the next one's clerk of bills that the centre has lost."""
    left = tmp_path / "cluster"
    (left / "log").mkdir(parents=True)
    for name in ("till-1.journal", "keys.json", "log/app1.log"):
        (left / name).write_text("of before")
    for words in ("down",), ("down", "--wipe"):
        assert left.exists()
        assert run(tmp_path, *words)[0] == 0
    assert not left.exists()
    assert run(tmp_path, "down", "--wipe")[0] == 0, "twice is fine"


def test_a_command_without_a_cluster_says_how_to_start_one(tmp_path: Path) -> None:
    code, said = run(tmp_path, "qinji", "ledger", "verify")
    assert code == 1 and "./deploy/cluster/up" in said
