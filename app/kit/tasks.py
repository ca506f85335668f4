"""Ending tasks for sure: background ones when they are no longer wanted, others in time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_AGAIN_S = 1.0
_TICK_S = 0.1


class TookTooLong(Exception):
    """What was to be over by a moment was not; whatever it did so far is unknown."""


async def end_task(task: asyncio.Task[Any] | None) -> None:
    """Cancels a task until it has ended.

    A library that catches the cancellation for its own time limit can swallow it (redis-py's
    connections do now and then while Redis is away), so one cancel is not enough.
    """
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_AGAIN_S)


class Deadlines:
    """Ends work that isn't over in time. One timer looks after all: one for each call would cost
    every call something, and nearly all are over long before."""

    def __init__(self) -> None:
        self._until: dict[asyncio.Task[Any], float] = {}
        self._ended: dict[asyncio.Task[Any], int] = {}
        self._ticking: asyncio.TimerHandle | None = None

    @contextmanager
    def by(self, until: float) -> Iterator[None]:
        """Work of the current task that has to be over at a moment of the loop's clock.

        It is cancelled again at each tick, since what waits for a connection to be given back may
        swallow one.

        Raises:
            TookTooLong: it was not over, and has been ended.
        """
        task = asyncio.current_task()
        assert task is not None, "work is done in tasks"
        self._until[task] = until
        if self._ticking is None:
            self._ticking = asyncio.get_running_loop().call_later(_TICK_S, self._tick)
        try:
            yield
        except asyncio.CancelledError:
            if task not in self._ended or task.cancelling() > self._ended[task]:
                raise  # somebody else has ended it, too
            raise TookTooLong from None
        finally:
            del self._until[task]
            for _ in range(self._ended.pop(task, 0)):
                task.uncancel()

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        for task, until in self._until.items():
            if now >= until:
                self._ended[task] = self._ended.get(task, 0) + 1
                task.cancel()
        self._ticking = loop.call_later(_TICK_S, self._tick) if self._until else None
