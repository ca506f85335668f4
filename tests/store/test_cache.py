"""Cached values with a version: the newest stays, whoever comes last."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.kit import hand
from app.kit.clock import SystemClock
from app.store.cache import Cache


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[Cache]:
    opened = await Cache.open(redis_url)
    yield opened
    await opened.close()


async def test_many_at_once_each_only_if_it_is_newer(cache: Cache) -> None:
    await cache.set_newer_all([("t:many:1", 2, {"fen": 20}), ("t:many:2", 9, {"fen": 90})], 60)
    await cache.set_newer_all(
        [("t:many:1", 3, {"fen": 30}), ("t:many:2", 8, {"fen": 80}), ("t:many:3", 1, {})], 60
    )
    held = [await cache.get_versioned(f"t:many:{n}") for n in (1, 2, 3)]
    assert held == [{"fen": 30}, {"fen": 90}, {}]
    await cache.set_newer_all([], 60)


async def test_a_new_redis_does_not_know_the_script_yet(cache: Cache) -> None:
    await cache.redis.script_flush()
    await cache.set_newer_all([("t:flushed", 1, {"fen": 1})], 60)
    assert await cache.get_versioned("t:flushed") == {"fen": 1}


@pytest.mark.parametrize(
    ("speed", "left"),
    [(0, (60, 86_400)), (1, (60, 86_400)), (100, (60, 864)), (3600, (60, 600))],
)
async def test_a_day_in_redis_is_a_day_of_the_clock_in_the_hand(
    cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, speed: int, left: tuple[int, int]
) -> None:
    clock = hand.HandClock(tmp_path / "clock")
    clock.set(datetime(2026, 11, 21, 12, tzinfo=UTC), speed)
    monkeypatch.setattr(SystemClock, "in_hand", clock)
    for key, lives_s, left_s in zip(("t:minute", "t:day"), (60, 86_400), left, strict=True):
        await cache.set(key, {}, lives_s)
        assert await cache.redis.pttl(key) == pytest.approx(left_s * 1000, rel=0.1)
