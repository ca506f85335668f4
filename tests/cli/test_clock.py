"""Which clock a command goes by: the running demo's beside it, and never for another database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import cli
from app.kit.clock import local
from app.kit.hand import HandClock, take, taken
from app.settings import settings

NIGHT = datetime(2026, 12, 31, 15, 58, tzinfo=UTC)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A demo that runs with a clock in the hand, as it leaves word of itself."""
    file = tmp_path / "clock.json"
    HandClock(file).set(NIGHT, 0)
    told = {"clock": str(file), "database_url": "postgres:///demo", "redis_url": "unix:///demo"}
    (tmp_path / "run.json").write_text(json.dumps(told))
    monkeypatch.setenv("QINJI_HOME", str(tmp_path))
    for name in ("QINJI_CLOCK", "QINJI_DEMO", "QINJI_DATABASE_URL"):
        monkeypatch.setenv(name, "")  # so that it is as before afterwards
        monkeypatch.delenv(name)
    settings.cache_clear()
    yield tmp_path
    settings.cache_clear()
    take(None)


def said(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli, words)
    return done.exit_code, done.output


def test_a_command_beside_the_demo_goes_by_its_clock_and_sets_it(home: Path) -> None:
    assert said("clock") == (0, "2026-12-31T23:58:00+08:00  x0\n")
    assert said("clock", "advance", "3m")[0] == 0
    assert said("clock", "run", "60")[1].endswith("x60\n")
    code, text = said("clock", "set", "2026-12-31T23:58")
    assert code == 1 and "forward only" in text and "只能向前" in text
    assert said("clock", "advance", "soon")[0] == 1
    assert local(HandClock(home / "clock.json").now()).year == 2027


def test_for_another_database_it_does_not(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QINJI_DATABASE_URL", "postgres://real/qinji")
    code, text = said("clock")
    assert code == 1 and "No clock in the hand here" in text and "此处没有" in text
    assert taken() is None
