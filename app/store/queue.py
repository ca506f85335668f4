"""The port over arq: wake-ups that say "there is work in this lane". Carries no work itself.

Only this module and ``worker/`` know arq. Losing every wake-up loses nothing: the table ``waiting``
is the queue, and the worker's sweep finds what no wake-up announced.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, cast

from arq.connections import ArqRedis
from arq.constants import health_check_key_suffix
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError

from app.kit.log import logger
from app.store.cache import Cache
from app.store.line.asking import Lined
from app.store.urls.redis_client import redis_client

QUEUE = "qinji:arq"
DRAIN = "drain"
HEALTH = QUEUE + health_check_key_suffix
"""Where a worker reports every ten seconds, for eleven."""
log = logger(__name__)

_DRAINER, _WAKE_LIST, _CALLED = "qinji:drainer:", "qinji:wake:", "qinji:called:"
_ALIVE_MS = 2000
_REFRESH_S = 0.5
_NAP_S = 1
_PACE_S = 0.004
_TRIES, _TRY_AGAIN_S = 6, 1.0

# A drainer that is awake is told through its list; only when none is does a job have to be made.
_WAKE = f"""
local jobs = {{}}
for i, lane in ipairs(ARGV) do
    if redis.call('EXISTS', '{_DRAINER}' .. lane) == 1 then
        if redis.call('LLEN', '{_WAKE_LIST}' .. lane) == 0 then
            redis.call('RPUSH', '{_WAKE_LIST}' .. lane, '1')
            redis.call('PEXPIRE', '{_WAKE_LIST}' .. lane, 60000)
        end
    elseif redis.call('SET', '{_CALLED}' .. lane, '1', 'NX', 'PX', 500) then
        jobs[#jobs + 1] = lane
    end
end
return jobs
"""


class Drainer:
    """One lane's drainer: while it is awake ``Queue.wake`` finds it and makes no job.

    Three keys a lane in Redis: a mark, set for two seconds while the drainer is awake; a list on
    which it listens; a mark, set for half a second when a job for the lane has been made.
    """

    def __init__(self, cache: Cache, lane: int) -> None:
        self._redis = cache.redis
        self._lane = lane

    async def run(
        self, drain: Callable[[], Awaitable[int]], may_go_on: Callable[[], bool], linger_s: float
    ) -> int:
        """Drains, then stays awake for ``linger_s`` seconds for what comes next; gives the sum.

        ``drain`` takes all that waits in the lane and gives how many that were.
        """
        clock = asyncio.get_running_loop().time
        until, awake_until, drained = clock() + linger_s, 0.0, 0
        while may_go_on() and clock() < until:
            # Mark the lane awake before reading it, or a message that arrives in between wakes
            # nobody: its sender sees no drainer to tell, and makes no job so soon after the last.
            if clock() >= awake_until:
                await self.awake()
                awake_until = clock() + _REFRESH_S
            done = await drain()
            drained += done
            if done:
                # Under load the next batch gathers meanwhile. A bill that comes alone is not kept
                # waiting by this: it comes while the lane is empty, in the wait below.
                await asyncio.sleep(_PACE_S)
            try:
                await self.listen()
            except RedisError as error:
                log.warning("drainer_lost_redis", lane=self._lane, error=type(error).__name__)
                return drained
        await self.asleep()
        if not may_go_on():  # what waits is for others
            return drained
        # A message that came while the mark still stood has made no job: read the lane once more.
        return drained + await drain()

    async def awake(self) -> None:
        """Says for two seconds that the lane's drainer is awake."""
        await self._redis.set(f"{_DRAINER}{self._lane}", "1", px=_ALIVE_MS)

    async def listen(self) -> None:
        """Waits for work, less long than the mark of being awake lives, so that it is renewed
        before it ends: else a message would make a second job for this lane."""
        await cast(Awaitable[Any], self._redis.blpop([f"{_WAKE_LIST}{self._lane}"], timeout=_NAP_S))

    async def asleep(self) -> None:
        """From now on a wake-up makes a job."""
        await self._redis.delete(f"{_DRAINER}{self._lane}", f"{_CALLED}{self._lane}")

    @staticmethod
    def ask_awake(pipe: Pipeline, lane: int) -> None:
        """Puts the question whether a lane's drainer is awake into a pipeline: 1 or 0."""
        pipe.exists(f"{_DRAINER}{lane}")


def serialize(value: dict[str, Any]) -> bytes:
    """JSON instead of arq's pickle: what Redis holds can't become code."""
    return json.dumps(value, separators=(",", ":"), default=str).encode()


def deserialize(raw: bytes) -> dict[str, Any]:
    """What ``serialize`` wrote. The JSON of a job is an object."""
    value: dict[str, Any] = json.loads(raw)
    return value


def arq_client(url: str, queue: str = QUEUE) -> ArqRedis:
    """arq's client, which connects when it is first used. arq's own way drops most of a URL's
    options without a word, and waits for a frozen server for ever.

    Raises:
        UrlRefused: the URL can't be understood.
    """
    client = redis_client(url, ArqRedis)
    client.job_serializer = serialize
    client.job_deserializer = deserialize
    client.default_queue_name = queue
    return client


async def wait_for_redis(client: ArqRedis) -> None:
    """Waits a few seconds for Redis to be there.

    Raises:
        RedisError: it isn't.
    """
    for left in reversed(range(_TRIES)):
        try:
            await client.ping()
            return
        except (RedisError, OSError) as error:
            if not left:
                raise
            log.warning("queue_away", error=type(error).__name__, tries_left=left)
            await asyncio.sleep(_TRY_AGAIN_S)


class Queue:
    """Wakes the workers."""

    def __init__(self, pool: ArqRedis, line: Lined) -> None:
        self._pool = pool
        self._line = line
        self._wake = line.register_script(_WAKE)

    @classmethod
    async def open(cls, url: str) -> Queue:
        """Connects; waits a few seconds for Redis to be there."""
        client = arq_client(url)
        try:
            await wait_for_redis(client)
        except BaseException:
            await client.aclose()
            raise
        return cls(client, redis_client(url, Lined))

    async def close(self) -> None:
        await self._line.aclose()
        await self._pool.aclose()

    async def wake(self, lanes: set[int]) -> None:
        """Says that there is work in these lanes. When Redis is away the sweep will find it."""
        try:
            for lane in await self._wake(keys=[], args=sorted(lanes)):
                await self._pool.enqueue_job(DRAIN, int(lane))
        except (RedisError, OSError) as error:
            log.warning("wake_up_lost", error=type(error).__name__)
