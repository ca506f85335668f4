"""A Redis that takes everything and answers nothing, as one whose process is stopped: nobody waits
for it for long, and whoever comes later finds it again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass

import pytest
from redis.exceptions import RedisError

from app.store import cache as caching
from app.store.cache import Cache
from app.store.news import News
from app.store.queue import Queue
from app.store.urls import redis_client
from app.store.urls.redis import redis_url as read
from tests.store.urls.relay import Relay

_PATIENCE_S = 20.0


@dataclass
class Frozen:
    relay: Relay
    url: str


@pytest.fixture
async def relayed(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Frozen]:
    """The session's Redis behind an address that can freeze, and patiences that are short."""
    path = read(redis_url).path
    if path is None:
        pytest.skip("the test's Redis is not on a socket of ours")
    monkeypatch.setattr(redis_client, "ANSWER_S", 0.5)
    monkeypatch.setattr(caching, "_LISTEN_S", 0.3)
    async with Relay(path).open() as relay:
        yield Frozen(relay, f"redis://127.0.0.1:{relay.port}/7")


async def test_a_call_and_a_wake_up_give_a_frozen_redis_up(relayed: Frozen) -> None:
    cache, queue = await Cache.open(relayed.url), await Queue.open(relayed.url)
    try:
        await cache.set("t:frozen", {"fen": 1}, 60)
        relayed.relay.freeze()
        async with asyncio.timeout(_PATIENCE_S):
            with pytest.raises(RedisError):
                await cache.get("t:frozen")
            await queue.wake({1})  # lost, and said in the log: the sweep finds what waits
        relayed.relay.thaw()
        assert await cache.get("t:frozen") == {"fen": 1}
    finally:
        await cache.close()
        await queue.close()


async def test_news_are_heard_again_after_a_redis_that_said_nothing(relayed: Frozen) -> None:
    listening, speaking = await Cache.open(relayed.url), await Cache.open(relayed.url)
    news, sender = News(listening), News(speaking)
    try:
        with news.expect("t:frozen") as told:
            await _tell(sender, told)
        connections = relayed.relay.taken
        relayed.relay.freeze()
        async with asyncio.timeout(_PATIENCE_S):
            await relayed.relay.asked_again(connections)
        relayed.relay.thaw()
        with news.expect("t:frozen") as told:
            await _tell(sender, told)
    finally:
        await news.close()
        await listening.close()
        await speaking.close()


async def _tell(sender: News, told: asyncio.Event) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while not told.is_set():
            with suppress(RedisError):
                await sender.publish(["t:frozen"])
            await asyncio.sleep(0.05)
