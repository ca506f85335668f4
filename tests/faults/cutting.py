"""What lies between the tills and the app, and cuts connections when it is told to: before a
request has gone on, in the middle of it, after it without its answer, in the answer, after it."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from enum import StrEnum

_BYTES = 65_536


class Cut(StrEnum):
    """Where a connection is cut."""

    BEFORE = "before the request"
    WITHIN = "in the request"
    UNANSWERED = "before the answer"
    ANSWERING = "in the answer"
    AFTER = "after the answer"


class Line:
    """Takes connections for somebody behind it; while ``cutting`` lists ways, it cuts them so."""

    def __init__(self, port_behind: int, chance: random.Random) -> None:
        self._behind = port_behind
        self._chance = chance
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self.cutting: tuple[Cut, ...] = ()
        self.share = 0.5
        self.cuts: Counter[Cut] = Counter()
        self.url = ""

    async def start(self) -> None:
        """Takes connections from now on."""
        self._server = await asyncio.start_server(self._taken, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        """Ends all that is open."""
        assert self._server is not None
        self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _taken(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._carry(near, back)
        except (OSError, asyncio.CancelledError):
            pass  # one of the two has gone, or all ends
        finally:
            self._open.discard(task)
            _drop(back)

    async def _carry(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One request after the other: a client of ours sends the next after the answer only."""
        far: asyncio.StreamReader | None = None
        to: asyncio.StreamWriter | None = None
        try:
            while first := await near.read(_BYTES):
                cut = self._drawn()
                if cut is Cut.BEFORE:
                    return
                if far is None or to is None:
                    far, to = await asyncio.open_connection("127.0.0.1", self._behind)
                if cut is Cut.WITHIN:
                    to.write(first[: len(first) // 2])
                    await to.drain()
                    return
                to.write(first)
                await to.drain()
                if not await self._answered(near, back, far, to, cut):
                    return
        finally:
            if to is not None:
                _drop(to)

    async def _answered(
        self,
        near: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        far: asyncio.StreamReader,
        to: asyncio.StreamWriter,
        cut: Cut | None,
    ) -> bool:
        """Carries the rest of the request on until an answer comes, and then that; whether the
        connection goes on."""
        asked = asyncio.create_task(_pour(near, to))
        try:
            answer = await far.read(_BYTES)
            if not answer or cut is Cut.UNANSWERED:
                return False
            if cut is Cut.ANSWERING:
                back.write(answer[: len(answer) // 2])
                await back.drain()
                return False
            back.write(answer)
            await back.drain()
            while not _whole(answer):
                more = await far.read(_BYTES)
                if not more:
                    return False
                answer += more
                back.write(more)
                await back.drain()
            return cut is not Cut.AFTER
        finally:
            asked.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await asked

    def _drawn(self) -> Cut | None:
        """How this request is cut, if it is."""
        if not self.cutting or self._chance.random() >= self.share:
            return None
        cut = self._chance.choice(self.cutting)
        self.cuts[cut] += 1
        return cut


def _whole(answer: bytes) -> bool:
    """Whether an answer of ours, which always tells its length, has come whole."""
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return len(body) >= int(value)
    return True


async def _pour(near: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    while more := await near.read(_BYTES):
        to.write(more)
        await to.drain()


def _drop(writer: asyncio.StreamWriter) -> None:
    """At once, and what was not sent is lost."""
    writer.transport.abort()


@asynccontextmanager
async def line_to(port: int, chance: random.Random) -> AsyncIterator[Line]:
    """A line to whoever listens there."""
    line = Line(port, chance)
    await line.start()
    try:
        yield line
    finally:
        await line.stop()
