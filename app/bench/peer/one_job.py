"""For ``qinji bench limit``: one arq job a settlement, with arq tuned as well as it goes.

``python -m app.bench.peer.one_job enqueue|work KIND COUNT PEOPLE SHOPS``; prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from typing import Any

import uvloop
from arq.worker import Worker, create_worker

from app.bench.made import typical
from app.bench.made.town import PERSON, Town
from app.settings import settings
from app.store.database import Database
from app.store.queue import arq_client, deserialize, serialize

_QUEUE = "qinji:bench:arq"
_AT_ONCE, _CONNECTIONS = 200, 32


async def empty(context: dict[str, Any]) -> None:
    """A job that does nothing."""
    _count(context)


async def settle(context: dict[str, Any], patient: int, shop: str) -> None:
    """A job that settles one bill in a transaction of its own."""
    database: Database = context["database"]
    await database.value("select bench.settle($1, $2)", patient, shop)
    _count(context)


def _count(context: dict[str, Any]) -> None:
    done: dict[str, float] = context["done"]  # shared: a job's context is a copy
    done["end"] = time.time()
    done.setdefault("begin", done["end"])
    done["jobs"] += 1


async def enqueue(kind: str, count: int, town: Town) -> dict[str, float]:
    """Puts so many jobs into an empty queue; tells how long that took."""
    pool = arq_client(settings().redis_url, _QUEUE)
    begun = time.time()
    for first in range(0, count, _AT_ONCE):
        jobs = (_arguments(kind, town) for _ in range(min(_AT_ONCE, count - first)))
        await asyncio.gather(*(pool.enqueue_job(kind, *arguments) for arguments in jobs))
    await pool.aclose()
    return {"jobs": count, "begin": begun, "end": time.time()}


def _arguments(kind: str, town: Town) -> tuple[object, ...]:
    if kind == "empty":
        return ()
    at, where = random.randrange(typical.buyers(town)), random.randrange(town.shops)  # noqa: S311
    return PERSON + typical.buyer(town, at), typical.shop(town, where).code


async def _open(context: dict[str, Any]) -> None:
    context["done"] = {"jobs": 0}
    context["database"] = await Database.open(
        settings().database_url, pool_max=_CONNECTIONS, application="qinji-bench-arq"
    )


async def _close(context: dict[str, Any]) -> None:
    await context["database"].close()


def make_worker() -> Worker:
    """A worker that ends when the queue is empty."""
    return create_worker(
        {
            "functions": [empty, settle],
            "queue_name": _QUEUE,
            "burst": True,
            "redis_pool": arq_client(settings().redis_url, _QUEUE),
            "job_serializer": serialize,
            "job_deserializer": deserialize,
            "on_startup": _open,
            "on_shutdown": _close,
            "poll_delay": 0.01,
            "max_jobs": _AT_ONCE,
            "keep_result": 0,
            "log_results": False,
            "job_timeout": 60,
            "handle_signals": True,
        }
    )


async def work() -> dict[str, float]:
    """Works until nothing is left; tells how many jobs, from when to when."""
    worker = make_worker()
    await worker.async_run()
    await worker.close()
    done: dict[str, float] = worker.ctx["done"]
    return done


def main() -> None:
    """Prints what was done as one JSON object."""
    verb, kind, count, people, shops = sys.argv[1:]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        town = Town(int(people), int(shops))
        todo = work() if verb == "work" else enqueue(kind, int(count), town)
        sys.stdout.write(json.dumps(runner.run(todo)) + "\n")


if __name__ == "__main__":
    main()
