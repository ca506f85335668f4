"""Group commit: whatever arrived while the last write ran goes into the next one.

A lone item is written at once, a crowd is written together. Each caller is answered only
after the write that holds its item has come back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Overloaded(Exception):
    """More items wait than the limit allows; nothing was taken in."""


class Batcher(Generic[Item, Result]):
    """Collects items and writes them in batches.

    Args:
        write: gets up to ``batch_max`` items and returns as many results, in the same order. An
            exception in a result's place is raised to that item's caller; an exception raised by
            ``write`` itself is raised to every caller of the batch.
        batch_max: the most items in one write.
        waiting_max: the most items that may wait; one more raises Overloaded.
        pace_s: seconds of rest after each write, in which the next group gathers. A write costs
            much the same for one item as for many, so a short rest spares most of it under load;
            who comes to an idle batcher does not wait. A rest in which nobody comes costs no timer,
            and the process isn't woken for its end.
    """

    def __init__(
        self,
        write: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]],
        *,
        batch_max: int = 500,
        waiting_max: int = 5000,
        pace_s: float = 0.0,
    ) -> None:
        self._write = write
        self._batch_max = batch_max
        self._waiting_max = waiting_max
        self._pace_s = pace_s
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._writer: asyncio.Task[None] | None = None
        self._rests_until = 0.0
        self._rest: asyncio.TimerHandle | None = None

    async def put(self, item: Item) -> Result:
        """Hands in one item and waits until it is written.

        The write goes on when the caller is cancelled: the item may be part of others' batch.

        Raises:
            Overloaded: too many items wait already.
        """
        if len(self._waiting) >= self._waiting_max:
            raise Overloaded
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Result] = loop.create_future()
        self._waiting.append((item, future))
        if self._writer is None and self._rest is None:
            if loop.time() < self._rests_until:
                self._rest = loop.call_at(self._rests_until, self._begin)
            else:
                self._begin()
        return await future

    async def put_all(self, items: Iterable[Item]) -> list[Result]:
        """Hands in several items at once and waits for all of them.

        Raises:
            Overloaded: too many items wait already.
        """
        wanted = list(items)
        return await asyncio.gather(*(self.put(item) for item in wanted)) if wanted else []

    async def close(self) -> None:
        """Waits until everything handed in is written."""
        while self._writer is not None or self._rest is not None:
            if self._rest is not None:
                self._rest.cancel()
                self._begin()
            assert self._writer is not None
            await asyncio.shield(self._writer)

    def _begin(self) -> None:
        self._rest = None
        self._writer = asyncio.create_task(self._run())

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = (
                    self._waiting[: self._batch_max],
                    self._waiting[self._batch_max :],
                )
                await self._write_batch(batch)
                if self._pace_s and len(self._waiting) < self._batch_max:
                    if not self._waiting:
                        self._rests_until = asyncio.get_running_loop().time() + self._pace_s
                        return
                    await asyncio.sleep(self._pace_s)
        finally:
            self._writer = None

    async def _write_batch(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._write([item for item, _ in batch])
        except Exception as error:
            results = [error] * len(batch)
        for (_, future), result in zip(batch, results, strict=True):
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)
