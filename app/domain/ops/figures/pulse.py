"""Each process says every few seconds that it lives, and how: what the night shift sees of it."""

from __future__ import annotations

import asyncio
import json
import os
import platform
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from app.domain.ops.figures.values import Process
from app.kit.clock import Clock
from app.kit.log import logger
from app.kit.tasks import end_task
from app.store.cache import Cache, CacheError

_KEY = "qinji:processes"
_EVERY_S = 5.0
_FORGOTTEN = timedelta(minutes=10)
_STATM = Path("/proc/self/statm")
log = logger(__name__)

Counts = dict[str, dict[str, Any]]


class Pulse:
    """This process's pulse. ``counts`` tells what its doors have done since it began."""

    def __init__(self, cache: Cache, clock: Clock, kind: str, counts: Callable[[], Counts]) -> None:
        self._cache = cache
        self._clock = clock
        self._kind = kind
        self._counts = counts
        self._name = f"{platform.node()[:40]}:{os.getpid()}"
        self._started_at = clock.now()
        self._lag_ms = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self, also: Callable[[], Awaitable[None]] | None = None) -> None:
        """Begins to beat; ``also`` is done at each beat, and may fail."""
        self._task = asyncio.create_task(self._run(also))

    async def stop(self) -> None:
        """Says that this process is gone on purpose."""
        if self._task is not None:
            await end_task(self._task)
            with suppress(CacheError, OSError):
                await cast(Awaitable[int], self._cache.redis.hdel(_KEY, self._name))

    async def beat(self) -> None:
        """Writes that this process lives now, with its figures."""
        value = {
            "kind": self._kind,
            "started_at": self._started_at.isoformat(),
            "at": self._clock.now().isoformat(),
            "lag_ms": round(self._lag_ms, 1),
            "bytes": _memory(),
            **self._counts(),
        }
        put = self._cache.redis.hset(_KEY, self._name, json.dumps(value))
        await cast(Awaitable[int], put)

    async def _run(self, also: Callable[[], Awaitable[None]] | None) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                await self.beat()
                if also is not None:
                    await also()
            except (CacheError, OSError) as error:
                log.debug("pulse_lost", error=type(error).__name__)
            except Exception:
                log.exception("pulse_failed")
            before = loop.time()
            await asyncio.sleep(_EVERY_S)
            self._lag_ms = max(0.0, (loop.time() - before - _EVERY_S) * 1000)


async def processes(cache: Cache, now: datetime) -> list[Process]:
    """All processes that have beaten in the last minutes, those that fell silent among them."""
    entries = await cast(Awaitable[dict[bytes, bytes]], cache.redis.hgetall(_KEY))
    found, forgotten = [], []
    for name, text in entries.items():
        value = json.loads(text)
        silent = now - datetime.fromisoformat(value["at"])
        if silent > _FORGOTTEN:
            forgotten.append(name)
            continue
        found.append(_process(name.decode(), value, max(0.0, silent.total_seconds())))
    if forgotten:
        await cast(Awaitable[int], cache.redis.hdel(_KEY, *(one.decode() for one in forgotten)))
    return sorted(found, key=lambda one: (one.kind, one.started_at, one.name))


def _process(name: str, value: dict[str, Any], silent_s: float) -> Process:
    return Process(
        name=name,
        kind=value["kind"],
        started_at=datetime.fromisoformat(value["started_at"]),
        silent_s=silent_s,
        lag_ms=value["lag_ms"],
        bytes=value["bytes"],
        doors=value.get("doors", {}),
        calls_ms=value.get("calls_ms", {}),
        refusals=value.get("refusals", {}),
        limits=value.get("limits", {}),
        spans=value.get("spans", {}),
    )


def _memory() -> int | None:
    """Resident memory in bytes; None where the system doesn't tell it this way."""
    try:
        return int(_STATM.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return None
