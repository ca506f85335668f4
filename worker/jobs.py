"""The worker's jobs: a few lines each, every one a call of a service."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any, cast

from redis.exceptions import RedisError

from app.compose import Services
from app.kit.log import logger
from app.store.queue import called_key, drainer_key, wake_key

_ALIVE_MS = 2000
_REFRESH_S = 0.5
_NAP_S = 1
_PACE_S = 0.004
log = logger(__name__)


async def drain(context: dict[str, Any], lane: int) -> int:
    """Settles what waits in a lane, then stays awake for a moment for what comes next."""
    services: Services = context["services"]
    return await _drain(context, services, lane)


async def sweep(context: dict[str, Any]) -> int:
    """Finds what no wake-up announced: after a lost Redis, a killed worker, a missed job."""
    services: Services = context["services"]
    settled = 0
    for lane in await services.settlements.lanes_waiting():
        settled += await services.settlements.drain.lane(lane)
    return settled


async def seal(context: dict[str, Any]) -> int:
    """Seals new transfers and settlements, and closes days that are over."""
    services: Services = context["services"]
    return (await services.ledger_sealer.run_gently()).rows


async def verify(context: dict[str, Any]) -> int:
    """Checks all books and keeps the report; gives how many things are wrong."""
    services: Services = context["services"]
    report = await services.verification.run_and_store()
    log.log(40 if report.wrong else 20, "books_verified", wrong=report.wrong)
    return report.wrong


async def statements(context: dict[str, Any]) -> int:
    """Makes every institution's statement of the day before; removes files that have expired."""
    services: Services = context["services"]
    books = services.institution_statements
    day = books.yesterday()
    made = await books.make(day)
    swept = await services.reconciliation.exchange.sweep()
    log.info("statements_made", day=day.isoformat(), institutions=made.institutions,
             written=made.written, one_sided=made.one_sided, files_swept=swept)  # fmt: skip
    return made.institutions


async def _drain(context: dict[str, Any], services: Services, lane: int) -> int:
    redis, clock = services.cache.redis, asyncio.get_running_loop().time
    until = clock() + services.settings.linger_s
    settled, awake_until = 0, 0.0
    while context["may_go_on"]() and clock() < until:
        # Mark the lane awake before reading it, or a message that arrives in between wakes nobody:
        # its sender sees no drainer to tell, and makes no job so soon after the last one.
        if clock() >= awake_until:
            await redis.set(drainer_key(lane), "1", px=_ALIVE_MS)
            awake_until = clock() + _REFRESH_S
        done = await services.settlements.drain.lane(lane)
        settled += done
        if done:
            # Under load the next batch gathers meanwhile. A bill that comes alone is not kept
            # waiting by this: it comes while the lane is empty, in the wait below.
            await asyncio.sleep(_PACE_S)
        try:
            # Wait for less time than the mark of being awake lives, so that it is renewed before
            # it ends: else a message would make a second job for this lane.
            await cast(Awaitable[Any], redis.blpop([wake_key(lane)], timeout=_NAP_S))
        except RedisError as error:
            log.warning("drainer_lost_redis", lane=lane, error=type(error).__name__)
            return settled
    await redis.delete(drainer_key(lane), called_key(lane))
    # A message that came while the mark still stood has made no job: read the lane once more.
    return settled + await services.settlements.drain.lane(lane)
