"""Wake-ups: an awake drainer is told through its list, for a sleeping one a job is made, once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.store.cache import Cache
from app.store.queue import QUEUE, Drainer, Queue

LANE = 3


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[Cache]:
    """A Redis of its own: a database next to the session's."""
    found = await Cache.open(redis_url.replace("db=0", "db=6"))
    await found.redis.flushdb()
    yield found
    await found.close()


@pytest.fixture
async def queue(redis_url: str, cache: Cache) -> AsyncIterator[Queue]:
    """The port, to the same Redis."""
    found = await Queue.open(redis_url.replace("db=0", "db=6"))
    yield found
    await found.close()


async def _jobs(cache: Cache) -> int:
    return int(await cache.redis.zcard(QUEUE))


async def _is_awake(cache: Cache) -> bool:
    async with cache.redis.pipeline(transaction=False) as pipe:
        Drainer.ask_awake(pipe, LANE)
        [answer] = await pipe.execute()
    return bool(answer)


async def test_a_sleeping_drainer_gets_one_job(queue: Queue, cache: Cache) -> None:
    await queue.wake({LANE})
    await queue.wake({LANE})
    assert await _jobs(cache) == 1


async def test_an_awake_drainer_is_told_and_gets_no_job(queue: Queue, cache: Cache) -> None:
    drainer = Drainer(cache, LANE)
    assert not await _is_awake(cache)
    await drainer.awake()
    assert await _is_awake(cache)
    listening = asyncio.create_task(drainer.listen())
    await queue.wake({LANE})
    await asyncio.wait_for(listening, 0.8)  # a listener that heard nothing waits for a second
    assert await _jobs(cache) == 0
    await drainer.asleep()
    assert not await _is_awake(cache)
    await queue.wake({LANE})
    assert await _jobs(cache) == 1


async def test_a_run_takes_what_comes_while_it_lingers(queue: Queue, cache: Cache) -> None:
    waiting, looked = [2], asyncio.Event()

    async def drain() -> int:
        looked.set()
        return waiting.pop() if waiting else 0

    run = asyncio.create_task(Drainer(cache, LANE).run(drain, lambda: True, linger_s=0.5))
    await looked.wait()
    waiting.append(5)
    await queue.wake({LANE})
    assert await run == 7
    assert await _jobs(cache) == 0 and not await _is_awake(cache)


async def test_a_run_looks_once_more_after_it_said_that_it_sleeps(cache: Cache) -> None:
    seen = []

    async def drain() -> int:
        seen.append(await _is_awake(cache))
        return 1

    assert await Drainer(cache, LANE).run(drain, lambda: True, linger_s=0) == 1
    assert seen == [False]
    seen.clear()
    await Drainer(cache, LANE).run(drain, lambda: True, linger_s=1e-9)
    assert seen[-1] is False


async def test_one_that_may_not_go_on_takes_nothing_more(cache: Cache) -> None:
    seen = []

    async def drain() -> int:
        seen.append(await _is_awake(cache))
        return 1

    assert await Drainer(cache, LANE).run(drain, lambda: False, linger_s=10) == 0
    assert await Drainer(cache, LANE).run(drain, lambda: not seen, linger_s=10) == 1
    assert seen == [True] and not await _is_awake(cache)
