"""What processes use, where the system tells it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.bench.usage import peak_mb
from app.local.processes import proc

HELD = 60 * 1024 * 1024
# Takes that much, gives it back, says so, and waits.
PROGRAM = f"held = bytearray({HELD}); held[::512] = b'x' * len(held[::512]); del held"
PROGRAM += "; print(flush=True); input()"


def test_the_largest_memory_is_told_of_a_program_that_gave_it_back() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as program:
        assert program.stdout is not None
        program.stdout.readline()
        try:
            status = (proc() / str(program.pid) / "status").read_text()
        except OSError:
            status = ""
        found = peak_mb(program.pid)
    if "VmHWM:" in status:
        assert found is not None and found > HELD / 1e6
    elif "VmRSS:" in status:
        assert found is not None and found > 1
    else:
        assert found is None


def test_of_a_program_that_is_gone_nothing_is_told() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as program:
        pass
    assert peak_mb(program.pid) is None


def test_the_numbers_of_another_system_are_not_taken_for_ours(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not proc().exists() or (proc() / str(os.getpid())).exists()
    monkeypatch.setattr(Path, "readlink", lambda _: Path(str(os.getpid() + 1)))
    assert not proc().exists() and peak_mb(os.getpid()) is None
