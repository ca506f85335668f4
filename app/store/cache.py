"""Redis: codes, sessions, cached balances, results on their way. Never the truth.

Everything here may vanish at any moment: people log in again, codes are issued again,
balances are read through again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, cast

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.kit.hand import taken
from app.kit.log import logger
from app.kit.value import value
from app.store.line.asking import Lined
from app.store.line.hearing import Ear, hearing
from app.store.urls import remote
from app.store.urls.redis import redis_url
from app.store.urls.redis_client import redis_client

CacheError = RedisError
"""What every call here may raise when Redis is away."""

# Sets each value only if its version is newer than the one that is there; then messages for
# channels: one command, however many they are.
_SET_NEWER_ALL = """
for i, key in ipairs(KEYS) do
    local version, value = ARGV[2 * i], ARGV[2 * i + 1]
    local have = redis.call('HGET', key, 'v')
    if not have or tonumber(have) < tonumber(version) then
        redis.call('HSET', key, 'v', version, 'd', value)
        redis.call('PEXPIRE', key, ARGV[1])
    end
end
for at = 2 * #KEYS + 2, #ARGV, 2 do redis.call('PUBLISH', ARGV[at], ARGV[at + 1]) end
return #KEYS
"""

# Notes a number under a field of each key unless the others there are too many or too much; gives
# how many the others are, what they come to, and whether it was noted.
_SPEND_ALL = """
local found = {}
for i, key in ipairs(KEYS) do
    local at = 5 * (i - 1)
    local count, sum, mine = 0, 0, false
    local all = redis.call('HGETALL', key)
    for j = 1, #all, 2 do
        if all[j] == ARGV[at + 1] then
            mine = true
        else
            count, sum = count + 1, sum + tonumber(all[j + 1])
        end
    end
    local fits = mine or (count < tonumber(ARGV[at + 4]) and sum < tonumber(ARGV[at + 5]))
    if fits and not mine then
        redis.call('HSET', key, ARGV[at + 1], ARGV[at + 2])
        redis.call('PEXPIRE', key, ARGV[at + 3])
    end
    found[#found + 1], found[#found + 2], found[#found + 3] = count, sum, fits and 1 or 0
end
return found
"""

log = logger(__name__)
_LISTEN_S = 2.0
_PLAYED_S = 600.0
"""So long at least, if it was to be kept so long, Redis keeps what a fast clock would let go."""


@value
class Spending:
    """A number to note under a field of a key for a time: unless the other fields are ``most``
    already, or come to ``enough``."""

    key: str
    field: str
    number: int
    ttl_s: float
    most: int
    enough: int


@value
class Spent:
    """How many the other fields are, what they come to, and whether the number is noted now."""

    count: int
    sum: int
    noted: int


class Cache:
    """A process's connection to Redis."""

    def __init__(self, redis: Redis) -> None:
        self.redis = redis
        self._set_newer_all = redis.register_script(_SET_NEWER_ALL)
        self._spend_all = redis.register_script(_SPEND_ALL)

    @classmethod
    async def open(cls, url: str) -> Cache:
        """Connects lazily; ``url`` is ``redis[s]://host:6379/0``, ``unix:///socket?db=0`` or
        ``redis[s]+sentinel://host1,host2/master``.

        Raises:
            UrlRefused: the URL can't be understood.
        """
        found = redis_url(url)
        if found.path is None and remote(found.host) and not found.tls:
            log.warning("redis_in_clear", host=found.host, remedy="rediss://")
        return cls(redis_client(url, Lined))

    async def close(self) -> None:
        await self.redis.aclose()

    def dumped(self, key: str, value: dict[str, Any]) -> bytes:
        """How an object lies under a key."""
        return _dump(value)

    def loaded(self, key: str, text: bytes) -> dict[str, Any] | None:
        """The object that lies under a key; None: it can't be read, and is as good as gone."""
        return cast(dict[str, Any], orjson.loads(text))

    async def get(self, key: str) -> dict[str, Any] | None:
        """The JSON object under a key, or None."""
        text = await self.redis.get(key)
        return None if text is None else self.loaded(key, text)

    async def get_all(self, keys: Sequence[str]) -> list[dict[str, Any] | None]:
        """The JSON objects under keys, in one round trip; None for what is not there."""
        found = zip(keys, await self.redis.mget(keys), strict=True)
        return [None if text is None else self.loaded(key, text) for key, text in found]

    async def set(self, key: str, value: dict[str, Any], ttl_s: float) -> None:
        """Puts a JSON object under a key for a time."""
        await self.redis.set(key, self.dumped(key, value), px=lifetime_ms(ttl_s))

    async def set_all(self, items: Iterable[tuple[str, dict[str, Any], float]]) -> None:
        """``set`` for many (key, object, seconds), in one round trip."""
        async with self.redis.pipeline(transaction=False) as pipeline:
            for key, value, ttl_s in items:
                pipeline.set(key, self.dumped(key, value), px=lifetime_ms(ttl_s))
            await pipeline.execute()

    async def set_present(self, key: str, value: dict[str, Any], ttl_s: float) -> bool:
        """Replaces the JSON object under a key if one is there; True if it was."""
        text = self.dumped(key, value)
        return bool(await self.redis.set(key, text, px=lifetime_ms(ttl_s), xx=True))

    async def spend_all(self, spendings: Sequence[Spending]) -> list[Spent]:
        """Notes numbers under fields of keys, in order and in one command; a field that is noted
        already stays as it is. What the other fields have used up is not noted."""
        keys = [one.key for one in spendings]
        arguments: list[str | int] = []
        for one in spendings:
            ttl_ms = lifetime_ms(one.ttl_s)
            arguments += one.field, one.number, ttl_ms, one.most, one.enough
        found = await self._spend_all(keys=keys, args=arguments)
        return [Spent(*map(int, found[at : at + 3])) for at in range(0, len(found), 3)]

    async def unspend(self, key: str, field: str) -> None:
        """Takes back what was noted under a field of a key."""
        await cast(Any, self.redis.hdel(key, field))

    async def count(self, key: str, ttl_s: float, also: Sequence[str] = ()) -> int:
        """Counts one more under a key that is forgotten ``ttl_s`` after the first; how many now,
        together with what is counted under others."""
        async with self.redis.pipeline(transaction=True) as pipeline:
            pipeline.set(key, 0, px=lifetime_ms(ttl_s), nx=True)
            pipeline.incr(key)
            for other in also:
                pipeline.get(other)
            _, *found = await pipeline.execute()
        return sum(int(one or 0) for one in found)

    async def delete(self, *keys: str) -> None:
        if keys:
            await self.redis.delete(*keys)

    async def set_newer_all(
        self,
        items: Iterable[tuple[str, int, dict[str, Any]]],
        ttl_s: float,
        publish: Iterable[tuple[str, bytes]] = (),
    ) -> None:
        """Puts versioned JSON objects (key, version, object) for a time, each unless the version
        there is as new; then messages for channels (channel, bytes): all in one command."""
        keys: list[str] = []
        arguments: list[str | bytes | int] = [lifetime_ms(ttl_s)]
        for key, version, content in items:
            keys.append(key)
            arguments += version, _dump(content)
        for channel, message in publish:
            arguments += channel, message
        if len(arguments) > 1:
            await self._set_newer_all(keys=keys, args=arguments)

    async def get_versioned(self, key: str) -> dict[str, Any] | None:
        """A JSON object that ``set_newer_all`` put there, or None."""
        text = await self.redis.hget(key, "d")  # type: ignore[misc]
        return None if text is None else cast(dict[str, Any], orjson.loads(text))

    async def versioned(
        self, prefix: str, at_once: int = 1000
    ) -> AsyncIterator[list[tuple[str, int, dict[str, Any]]]]:
        """All that ``set_newer_all`` put under a prefix, in portions: rest of key, version, object.

        What is put or expires meanwhile may or may not be among it.
        """
        cursor: int | str = 0
        while True:
            cursor, keys = await self.redis.scan(int(cursor), f"{prefix}*", at_once, "hash")
            async with self.redis.pipeline(transaction=False) as pipeline:
                for key in keys:
                    pipeline.hmget(key, ["v", "d"])
                values = await pipeline.execute()
            yield [
                (key.decode()[len(prefix) :], int(version), orjson.loads(text))
                for key, (version, text) in zip(keys, values, strict=True)
                if version is not None and text is not None
            ]
            if int(cursor) == 0:
                return

    def listen(self, *channels: str) -> AbstractAsyncContextManager[Ear]:
        """Hears the messages published on channels while the context is open.

        Raises:
            CacheError: while listening, too: silence is no fault, but a server that is silent when
                it is asked whether it is there has frozen or gone.
        """
        return hearing(self.redis.connection_pool, channels, _LISTEN_S)


def _dump(value: dict[str, Any]) -> bytes:
    return orjson.dumps(value)


def lifetime_ms(seconds: float) -> int:
    """After how many milliseconds Redis forgets what lives so long. Redis knows the machine's time
    only: while a clock in the hand runs fast, what lives a day goes with a day of that clock's,
    else a week that is played in an hour leaves all its days behind. Not before ten minutes of
    the machine's, since the clock may go slowly again."""
    hand = taken()
    if hand is not None and hand.speed > 1:
        seconds = max(seconds / hand.speed, min(seconds, _PLAYED_S))
    return max(1, int(seconds * 1000))
