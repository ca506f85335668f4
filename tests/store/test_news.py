"""News reach who waits for them, in whichever process; nobody else is woken."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest

from app.store.cache import Cache
from app.store.news import News

_PATIENCE_S = 20.0


class Process:
    """News of one process, and what it has heard that was addressed to it."""

    def __init__(self, cache: Cache, node: int) -> None:
        self.news = News(cache, node)
        self.heard: dict[str, str] = {}
        self.woken = asyncio.Event()
        self.news.follow("t:", self._hear)

    async def _hear(self, told: Mapping[str, str]) -> None:
        self.heard |= told
        self.woken.set()


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[Cache]:
    found = await Cache.open(redis_url)
    yield found
    await found.close()


@pytest.fixture
async def two(cache: Cache) -> AsyncIterator[list[Process]]:
    """Two processes that listen."""
    found = [Process(cache, 1001), Process(cache, 1002)]
    for at, one in enumerate(found):
        await _heard(cache, one, 1001 + at)
        one.heard.clear()
        one.woken.clear()
    yield found
    for one in found:
        await one.news.close()


async def _heard(cache: Cache, process: Process, node: int) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not process.woken.is_set():
            await News(cache).publish([], addressed={node: {"t:there": "?"}})
            await asyncio.sleep(0.02)


async def _channels(cache: Cache) -> set[str]:
    found = await cache.redis.pubsub_channels("qinji:news:topic:t:*")
    return {one.decode() for one in found}


async def test_what_is_addressed_to_one_process_wakes_no_other(
    two: list[Process], cache: Cache
) -> None:
    mine, others = two
    await mine.news.publish([], addressed={1001: {"t:1": "a", "t:2": "b"}})
    async with asyncio.timeout(_PATIENCE_S):
        await mine.woken.wait()
    assert mine.heard == {"t:1": "a", "t:2": "b"}
    # What comes after it on the other's own channel is the first that it hears.
    await mine.news.publish([], addressed={1002: {"t:3": "c"}})
    async with asyncio.timeout(_PATIENCE_S):
        await others.woken.wait()
    assert others.heard == {"t:3": "c"}


async def test_a_topic_is_heard_wherever_somebody_expects_it_and_only_so_long(
    two: list[Process], cache: Cache
) -> None:
    mine, others = two
    with mine.news.expect("t:asked") as here, others.news.expect("t:asked") as there:
        with mine.news.expect("t:asked") as also_here:
            assert await _channels(cache) == {"qinji:news:topic:t:asked"}
            await News(cache).publish(["t:asked", "t:of nobody"])
            async with asyncio.timeout(_PATIENCE_S):
                await asyncio.gather(here.wait(), there.wait(), also_here.wait())
        assert await _channels(cache) == {"qinji:news:topic:t:asked"}
    for _ in range(1000):
        if not await _channels(cache):
            break
        await asyncio.sleep(0.02)
    assert not await _channels(cache)
    assert not mine.heard and not others.heard


async def test_a_program_of_before_is_heard_on_the_one_channel_that_it_knows(
    two: list[Process], cache: Cache
) -> None:
    mine, others = two
    with others.news.expect("t:asked") as told:
        await cache.redis.publish("qinji:news", "t:asked\t\nt:1\ta")
        async with asyncio.timeout(_PATIENCE_S):
            await asyncio.gather(told.wait(), mine.woken.wait(), others.woken.wait())
    assert mine.heard["t:1"] == others.heard["t:1"] == "a"


async def test_what_was_expected_before_redis_went_is_heard_when_it_has_come_again(
    two: list[Process], cache: Cache
) -> None:
    [mine, _] = two
    with mine.news.expect("t:asked") as told:
        await cache.redis.client_kill_filter(_type="pubsub")
        async with asyncio.timeout(_PATIENCE_S):
            while not told.is_set():
                await News(cache).publish(["t:asked"])
                await asyncio.sleep(0.02)
