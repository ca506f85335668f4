"""A clock in the hand: one file, all processes, and never back by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.kit import hand
from app.kit.clock import SystemClock, machine
from app.kit.hand import SPEED_MAX, HandClock, take, taken
from app.kit.ids import IdMaker, moment_of

NIGHT = datetime(2026, 12, 31, 15, 58, tzinfo=UTC)
"""Two minutes before 2027 in China."""


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "clock.json"
    take(None)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """The machine's clock, as the test says."""
    moment = [datetime(2026, 11, 27, tzinfo=UTC)]
    monkeypatch.setattr(hand, "machine", lambda: moment[0])
    return moment


def test_it_shows_what_it_was_set_to_and_goes_as_fast(file: Path, at: list[datetime]) -> None:
    clock = HandClock(file)
    clock.set(NIGHT, 60)
    assert clock.now() == NIGHT and clock.speed == 60
    at[0] += timedelta(seconds=2)
    assert clock.now() == NIGHT + timedelta(minutes=2)
    assert HandClock(file).now() == clock.now(), "another process sees the same"


def test_another_pace_begins_everywhere_at_once_and_goes_on_from_there(
    file: Path, at: list[datetime]
) -> None:
    clock, other = HandClock(file), HandClock(file)
    clock.set(NIGHT, SPEED_MAX)
    at[0] += timedelta(seconds=1)
    clock.run(0)
    seen = []
    for _ in range(20):
        at[0] += timedelta(milliseconds=10)
        assert clock.now() == other.now()
        seen.append(clock.now())
    assert seen == sorted(seen), "it never goes back"
    assert seen[-1] == NIGHT + timedelta(hours=1, minutes=3), "and stands, after the moment's rest"
    clock.advance(timedelta(days=3))
    at[0] += timedelta(seconds=9)
    assert other.now() == seen[-1] + timedelta(days=3) and other.speed == 0


def test_too_fast_is_no_speed(file: Path) -> None:
    with pytest.raises(ValueError, match="0 to 3600"):
        HandClock(file).set(NIGHT, SPEED_MAX + 1)


def test_the_whole_process_goes_by_it_ids_too(file: Path) -> None:
    HandClock(file).set(NIGHT, 0)
    take(file)
    assert SystemClock().now() == NIGHT and taken() is not None
    assert moment_of(IdMaker(0).next()) == NIGHT
    take(None)
    assert abs(SystemClock().now() - machine()) < timedelta(minutes=1)
