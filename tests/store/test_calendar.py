"""The worker's calendar: jobs of an hour go by the one clock, once each, whatever it does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from arq import cron
from arq.cron import CronJob

from app.kit import hand
from app.kit.clock import SHANGHAI
from app.kit.hand import HandClock, take
from worker.calendar import CalendarWorker

MACHINE = datetime(2026, 11, 27, 16, 0, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 12, 31, 23, 58, tzinfo=SHANGHAI)


async def often(context: object) -> None: ...


async def nightly(context: object) -> None: ...


def _jobs() -> list[CronJob]:
    given: Any = (often, nightly)
    return [cron(given[0], second=set(range(0, 60, 5))), cron(given[1], hour=2, minute=30)]


class Pool:
    """What was announced, and for when by the machine's clock."""

    def __init__(self) -> None:
        self.jobs: dict[str, datetime] = {}

    async def enqueue_job(self, name: str, *, _job_id: str, **more: Any) -> None:
        self.jobs.setdefault(_job_id, more["_defer_until"])

    def count(self, name: str) -> int:
        return sum(one.startswith(f"cron:{name}") for one in self.jobs)


class Day:
    """Two workers and a machine's clock that the test moves."""

    def __init__(self, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at, self.pool, self.clock = MACHINE, Pool(), HandClock(file)
        monkeypatch.setattr(hand, "machine", lambda: self.at)
        monkeypatch.setattr("app.kit.clock.machine", lambda: self.at)
        self.workers = [CalendarWorker.of({"cron_jobs": _jobs()}) for _ in range(2)]
        for worker in self.workers:
            worker._pool = cast(Any, self.pool)

    async def live(self, seconds: float) -> None:
        for _ in range(int(seconds * 10)):
            self.at += timedelta(milliseconds=100)
            for worker in self.workers:
                await worker.run_cron(self.at, 0.5)


@pytest.fixture
def day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Day]:
    yield Day(tmp_path / "clock.json", monkeypatch)
    take(None)


async def test_a_fast_clock_brings_nights_and_keeps_the_pace_of_seconds(day: Day) -> None:
    day.clock.set(NIGHT, 600)
    take(day.clock._file)
    await day.live(30)  # five hours
    assert day.pool.count("nightly") == 1
    due = next(at for name, at in day.pool.jobs.items() if "nightly" in name)
    half_past_two = datetime(2027, 1, 1, 2, 30, tzinfo=SHANGHAI)
    assert abs(NIGHT + (due - MACHINE) * 600 - half_past_two) < timedelta(seconds=2)
    assert day.pool.count("often") == 6 or day.pool.count("often") == 7


async def test_days_that_are_leapt_over_bring_one_night(day: Day) -> None:
    day.clock.set(NIGHT, 0)
    take(day.clock._file)
    await day.live(2)
    assert day.pool.count("nightly") == 0
    day.clock.advance(timedelta(days=5))
    await day.live(2)
    assert day.pool.count("nightly") == 1
    late = next(at for name, at in day.pool.jobs.items() if "nightly" in name)
    assert late > MACHINE + timedelta(seconds=2), "both workers have named it before one runs it"


async def test_a_machine_s_clock_that_steps_back_keeps_nobody_waiting(day: Day) -> None:
    await day.live(10)
    seen = day.pool.count("often")
    day.at -= timedelta(hours=1)
    await day.live(10)
    assert day.pool.count("often") >= seen + 2


async def test_without_a_clock_in_the_hand_jobs_come_at_their_hour(day: Day) -> None:
    day.at = datetime(2026, 11, 28, 2, 29, 55, tzinfo=SHANGHAI)
    await day.live(10)
    due = [at for name, at in day.pool.jobs.items() if "nightly" in name]
    assert len(due) == 1 and due[0].replace(microsecond=0) == datetime(
        2026, 11, 28, 2, 30, tzinfo=SHANGHAI
    )
