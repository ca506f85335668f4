"""``qinji bench weeks``: bills while the clock runs through a year's turn; the books are right."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.bench.weeks.running import TURNING, Window, last_beside_first
from app.cli import cli
from app.store.cells.places import PLACES

SMALL = ("--people", "580", "--rate", "20", "--active", "40", "--minutes", "0.2", "--window", "3")


def test_a_night_of_a_small_town(tmp_path: Path) -> None:
    told = tmp_path / "found.json"
    words = ["bench", "weeks", *SMALL, "--days", "0.015", "--json", str(told)]
    done = CliRunner().invoke(cli, words)
    assert done.exit_code == 0, done.output
    assert "账实相符" in done.output
    found = json.loads(told.read_text())
    assert (found["left"], found["wrong"]) == (0, 0)
    windows = found["windows"]
    assert windows[0]["clock"][5:7] == "12" and windows[-1]["clock"][5:7] == "01", "a year's turn"
    for window in windows:
        assert window["bills"] > 0 and window["problems"] == {}
        assert min(window[name] for name in ("app_mb", "worker_mb", "redis_mb", "hot_mb")) > 0


def test_given_servers_keep_their_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINJI_REDIS_URL", "redis://127.0.0.1:1/0")
    done = CliRunner().invoke(cli, ["bench", "weeks"])
    assert done.exit_code == 1 and "servers of its own" in done.output


def test_a_clock_faster_than_it_goes_is_refused() -> None:
    done = CliRunner().invoke(cli, ["bench", "weeks", "--days", "1000"])
    assert done.exit_code == 1 and "times as fast" in done.output


def test_the_tables_that_turn_over_are_there() -> None:
    assert set(TURNING) <= PLACES.keys()


def test_the_last_third_stands_beside_the_first_once_all_is_warm() -> None:
    def window(memory: float) -> Window:
        return Window("", 1, 1.0, 1.0, 2.0, 3.0, memory, 10.0, 1.0, 1.0, 0.0, 5.0)

    assert last_beside_first([window(9)] * 3) == ()
    told = last_beside_first([window(999), window(10), window(77), window(20)])
    assert told == ["1.00"] * 4 + ["2.00"] + ["1.00"] * 3 + ["", "1.00"]
