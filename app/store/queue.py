"""The port over arq: wake-ups that say "there is work in this lane". Carries no work itself.

Only this module and ``worker/`` know arq. Losing every wake-up loses nothing: the table ``waiting``
is the queue, and the worker's sweep finds what no wake-up announced.
"""

from __future__ import annotations

import json
from typing import Any

from arq.connections import ArqRedis, RedisSettings, create_pool
from arq.constants import health_check_key_suffix
from redis.exceptions import RedisError

from app.kit.log import logger

QUEUE = "qinji:arq"
DRAIN = "drain"
HEALTH = QUEUE + health_check_key_suffix
"""Where a worker reports every ten seconds, for eleven."""
log = logger(__name__)

# A drainer that is awake is told through its list; only when none is does a job have to be made.
_WAKE = """
local jobs = {}
for i, lane in ipairs(ARGV) do
    if redis.call('EXISTS', 'qinji:drainer:' .. lane) == 1 then
        if redis.call('LLEN', 'qinji:wake:' .. lane) == 0 then
            redis.call('RPUSH', 'qinji:wake:' .. lane, '1')
            redis.call('PEXPIRE', 'qinji:wake:' .. lane, 60000)
        end
    elseif redis.call('SET', 'qinji:called:' .. lane, '1', 'NX', 'PX', 500) then
        jobs[#jobs + 1] = lane
    end
end
return jobs
"""


def drainer_key(lane: int) -> str:
    """Set while a drainer of the lane is awake."""
    return f"qinji:drainer:{lane}"


def wake_key(lane: int) -> str:
    """The list on which an awake drainer of the lane listens."""
    return f"qinji:wake:{lane}"


def called_key(lane: int) -> str:
    """Set for a moment when a job for the lane has been made."""
    return f"qinji:called:{lane}"


def serialize(value: dict[str, Any]) -> bytes:
    """JSON instead of arq's pickle: what Redis holds can't become code."""
    return json.dumps(value, separators=(",", ":"), default=str).encode()


def deserialize(raw: bytes) -> dict[str, Any]:
    """What ``serialize`` wrote. The JSON of a job is an object."""
    value: dict[str, Any] = json.loads(raw)
    return value


def redis_settings(url: str) -> RedisSettings:
    """arq's form of a Redis URL."""
    return RedisSettings.from_dsn(url)


class Queue:
    """Wakes the workers."""

    def __init__(self, pool: ArqRedis) -> None:
        self._pool = pool
        self._wake = pool.register_script(_WAKE)

    @classmethod
    async def open(cls, url: str) -> Queue:
        """Connects; waits a few seconds for Redis to be there."""
        pool = await create_pool(
            redis_settings(url),
            job_serializer=serialize,
            job_deserializer=deserialize,
            default_queue_name=QUEUE,
        )
        return cls(pool)

    async def close(self) -> None:
        await self._pool.aclose()

    async def wake(self, lanes: set[int]) -> None:
        """Says that there is work in these lanes. When Redis is away the sweep will find it."""
        try:
            for lane in await self._wake(keys=[], args=sorted(lanes)):
                await self._pool.enqueue_job(DRAIN, int(lane))
        except (RedisError, OSError) as error:
            log.warning("wake_up_lost", error=type(error).__name__)
