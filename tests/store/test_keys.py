"""The keys: given, made once, never twice."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import PROJECT_ROOT, Settings
from app.store.keys import KeysError, load_keys

_PRINT_KEYS = """
import sys
from pathlib import Path
from app.settings import Settings
from app.store.keys import load_keys

print("ready", flush=True)
sys.stdin.readline()
for number in range(100):
    keys = load_keys(Settings(home=Path(sys.argv[1]) / str(number)))
    print(keys.data_key.hex(), keys.index_key.hex())
"""


def test_given_keys_are_used_and_nothing_is_written(tmp_path: Path) -> None:
    home = tmp_path / "home"
    keys = load_keys(Settings(home=home, data_key="aa" * 16, index_key="bb" * 16))
    assert keys.data_key == b"\xaa" * 16
    assert keys.index_key == b"\xbb" * 16
    assert not home.exists()


def test_made_once_and_kept_for_the_owner_only(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    first = load_keys(settings)
    assert load_keys(settings) == first
    assert first.data_key != first.index_key
    assert len(first.data_key) == len(first.index_key) == 16
    path = tmp_path / "home" / "keys.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["keys.json"]


def test_one_given_the_other_made(tmp_path: Path) -> None:
    made = load_keys(Settings(home=tmp_path))
    mixed = load_keys(Settings(home=tmp_path, data_key="aa" * 16))
    assert mixed.data_key == b"\xaa" * 16
    assert mixed.index_key == made.index_key


def test_processes_that_start_together_get_the_same_keys(tmp_path: Path) -> None:
    argv = [sys.executable, "-c", _PRINT_KEYS, str(tmp_path / "home")]
    processes = [
        subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT_ROOT
        )
        for _ in range(4)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    printed = {process.communicate()[0] for process in processes}
    assert len(printed) == 1
    assert len(printed.pop().splitlines()) == 100


@pytest.mark.parametrize("bad", ["zz" * 16, "aa", "aa" * 17, "a" * 31])
def test_bad_hex_is_told_by_name_and_not_repeated(tmp_path: Path, bad: str) -> None:
    with pytest.raises(KeysError) as refused:
        load_keys(Settings(home=tmp_path, data_key=bad))
    assert "QINJI_DATA_KEY" in str(refused.value)
    assert bad not in str(refused.value)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"data_key": 1, "index_key": 2}'])
def test_a_damaged_file_is_never_replaced(tmp_path: Path, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content)
    with pytest.raises(KeysError, match=r"keys\.json"):
        load_keys(Settings(home=tmp_path))
    assert path.read_text() == content


def test_keys_do_not_show_in_their_repr() -> None:
    keys = load_keys(Settings(data_key="aa" * 16, index_key="bb" * 16))
    assert "aa" not in repr(keys)
