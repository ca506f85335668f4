"""The worker process: arq's settings, start and stop. Work lies in the table, not in Redis."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AsyncExitStack
from datetime import timedelta, timezone
from typing import Any

import uvloop
from arq import cron
from arq.cron import CronJob
from arq.worker import Worker
from redis.exceptions import RedisError

from app.compose import open_services
from app.domain.ops.figures.pulse import Pulse
from app.kit import spans
from app.kit.gc import settle_down
from app.kit.hand import take
from app.kit.log import configure, logger
from app.local.starting import may_start
from app.settings import Settings, settings
from app.store.queue import QUEUE, arq_client, deserialize, serialize, wait_for_redis
from app.store.sealed.keeper import Keeper
from app.store.versions import StartRefused
from app.store.where import locate
from worker.calendar import CalendarWorker
from worker.jobs import (
    birthdays,
    carry_wallets,
    close_years,
    compare_codes,
    drain,
    hand_roots,
    index_people,
    make_months,
    month_end,
    remove_old,
    seal,
    seal_audit,
    seal_clear,
    send_messages,
    statements,
    sweep,
    tally,
    tax,
    tell,
    verify,
)

log = logger(__name__)
_JOB_TIMEOUT_S = 300
_LONG_S = 4 * 3600
_TRY_AGAIN_S = 0.5


class PatientWorker(CalendarWorker):
    """arq's worker, which a Redis that is away doesn't end: jobs that it had begun go on, and when
    another is master in its place they are found there or made anew by the sweep."""

    async def main(self) -> None:
        await wait_for_redis(self.pool)
        await super().main()

    async def _poll_iteration(self) -> None:
        try:
            await super()._poll_iteration()
        except (RedisError, OSError) as error:
            log.warning("queue_away", error=type(error).__name__)
            await asyncio.sleep(_TRY_AGAIN_S)


async def startup(context: dict[str, Any]) -> None:
    """Opens the services and settles at once what a killed worker left behind.

    What was opened before it is refused is closed again.
    """
    async with AsyncExitStack() as opening:
        services = await opening.enter_async_context(
            open_services(settings(), application="qinji-worker")
        )
        demo = services.settings.demo
        database, cipher = services.database, services.people.cipher
        await may_start(database, cipher, demo=demo, apart=services.apart)
        await opening.enter_async_context(Keeper(database, cipher, services.settings, "worker"))
        pulse = Pulse(services.cache, services.clock, "worker", spans.counts)
        pulse.start()
        services.balances.start()
        opening.push_async_callback(pulse.stop)
        context.update(stack=opening.pop_all(), services=services)
    settle_down()
    log.info("worker_started", lanes=services.settings.lanes)


async def shutdown(context: dict[str, Any]) -> None:
    """Closes the services; whatever is not settled waits in the table."""
    if "stack" in context:  # else it was asked to end before it had begun
        await context["stack"].aclose()
        await spans.end()


def _every_second(job: Any) -> CronJob:
    return cron(job, second=set(range(60)), run_at_startup=True, keep_result=0)


def _long(job: Any, *, at_startup: bool = False, **at: int | set[int]) -> CronJob:
    more: dict[str, Any] = {"run_at_startup": at_startup, **at}
    return cron(job, keep_result=0, timeout=_LONG_S, **more)


def make_worker(config: Settings) -> Worker:
    """arq's worker for these settings.

    arq's defaults don't fit: it would pick up a job after 0.3 s, pickle its
    arguments, log them, cancel running jobs on SIGTERM, and refuse a job id for an hour.
    """
    worker = PatientWorker.of(
        {
            "functions": [drain],
            "cron_jobs": [
                _every_second(sweep),
                _every_second(carry_wallets),
                _long(seal, second=set(range(2, 60, 5))),
                _long(seal_audit, second=set(range(4, 60, 5))),
                _long(tell, second=set(range(3, 60, 5))),
                _long(tally, second=set(range(6, 60, 10))),
                _long(send_messages, second=set(range(1, 60, 5))),
                _long(tax, second=set(range(0, 60, 5))),
                _long(close_years, minute=set(range(0, 60, 5)), second=1, at_startup=True),
                _long(hand_roots, minute=set(range(3, 60, 5)), second=31, at_startup=True),
                _long(month_end, hour=20, minute=0, second=0),
                _long(birthdays, hour=6, minute=10, second=0),
                _long(verify, hour=2, minute=30, second=0),
                _long(compare_codes, hour=4, minute=20, second=0),
                _long(statements, hour=3, minute=0, second=0),
                _long(remove_old, hour=5, minute=20, second=0),
                _long(make_months, minute=41, second=11, at_startup=True),
                _long(index_people, minute=set(range(60)), second=7, at_startup=True),
                _long(seal_clear, minute=17, second=23, at_startup=True),
            ],
            "timezone": timezone(timedelta(hours=8), "Asia/Shanghai"),
            "on_startup": startup,
            "on_shutdown": shutdown,
            "redis_pool": arq_client(locate(config).redis_url),
            "queue_name": QUEUE,
            "job_serializer": serialize,
            "job_deserializer": deserialize,
            "poll_delay": 0.1,  # a drainer that is awake is woken without it
            "max_jobs": max(32, 2 * config.lanes + 8),  # a lane's drainer must find a place
            "max_tries": 100,
            "job_timeout": _JOB_TIMEOUT_S,
            "job_completion_wait": 5,
            "keep_result": 0,
            "log_results": False,
            "health_check_interval": 10,
            "handle_signals": True,
        }
    )
    worker.ctx["may_go_on"] = lambda: worker.allow_pick_jobs
    return worker


def main() -> None:
    """Runs one worker until SIGTERM or Ctrl-C."""
    config = settings()
    take(config.clock)
    configure(config.log_level, config.log_json)
    spans.begin("qinji-worker")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            worker = make_worker_in(runner, config)
        except StartRefused as error:
            sys.exit(str(error))
        try:
            runner.run(worker.async_run())
        except asyncio.CancelledError:
            pass
        except StartRefused as error:
            sys.exit(str(error))
        finally:
            runner.run(worker.close())


def make_worker_in(runner: asyncio.Runner, config: Settings) -> Worker:
    """Makes the worker inside the runner's loop, where arq looks for one."""

    async def make() -> Worker:
        return make_worker(config)

    return runner.run(make())


if __name__ == "__main__":
    main()
