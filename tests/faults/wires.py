"""Wires between our programs and the two servers: they are cut, carry nothing for a while, lose
answers, and are slow, when they are told to. Both servers listen on sockets in a folder, so a wire
is a socket of the same name in a folder of its own."""

from __future__ import annotations

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

from app.store.where import POSTGRES_SOCKET, REDIS_SOCKET, Endpoints

_BYTES = 65_536


class Wire:
    """Carries what is said to a server and what it answers.

    Attributes:
        cut: nobody gets through; set by ``cut_now``, which ends what is open, too.
        lost: the share of answers of which nothing, or a half, comes back, and the wire ends.
        slow_s: how late each answer is at most.
    """

    def __init__(self, behind: Path, chance: random.Random) -> None:
        self._behind = behind
        self._chance = chance
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()
        self._flows = asyncio.Event()
        self._flows.set()
        self.cut = False
        self.lost = 0.0
        self.slow_s = 0.0
        self.losses = 0

    async def start(self, at: Path) -> None:
        """Takes connections at a socket from now on."""
        self._server = await asyncio.start_unix_server(self._taken, at)

    async def stop(self) -> None:
        """Ends all that is open."""
        assert self._server is not None
        self._server.close()
        await self._end_all()

    async def cut_now(self) -> None:
        """Ends what is open; nothing new gets through until ``cut`` is False."""
        self.cut = True
        await self._end_all()

    def hold(self) -> None:
        """Nothing is carried any more, and nobody is told; until ``let_go``."""
        self._flows.clear()

    def let_go(self) -> None:
        """What was held goes on."""
        self._flows.set()

    async def _end_all(self) -> None:
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _taken(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        to: asyncio.StreamWriter | None = None
        try:
            if not self.cut:
                far, to = await asyncio.open_unix_connection(self._behind)
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._carry(near, to, answers=False))
                    both.create_task(self._carry(far, back, answers=True))
        except* (OSError, _Ended):
            pass  # one of the two has gone, or the wire broke
        finally:
            self._open.discard(task)
            for writer in (back, to):
                if writer is not None:
                    writer.transport.abort()

    async def _carry(
        self, come: asyncio.StreamReader, to: asyncio.StreamWriter, *, answers: bool
    ) -> None:
        while said := await come.read(_BYTES):
            await self._flows.wait()
            if answers and self.slow_s:
                await asyncio.sleep(self._chance.random() * self.slow_s)
            if answers and self._chance.random() < self.lost:
                self.losses += 1
                to.write(said[: len(said) // 2 * self._chance.randint(0, 1)])
                with suppress(OSError):
                    await to.drain()
                raise _Ended
            to.write(said)
            await to.drain()
        raise _Ended


class _Ended(Exception):
    """A wire carries nothing more."""


@asynccontextmanager
async def wires_to(
    found: Endpoints, chance: random.Random
) -> AsyncIterator[tuple[Endpoints, Wire, Wire]]:
    """Where programs find the servers over wires, and the wires to PostgreSQL and to Redis."""
    sockets = Path(found.database_url.partition("host=")[2].partition("&")[0])
    async with AsyncExitStack() as stack:
        # A socket's path is short.
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qinji-wires-")))
        made = []
        for name in (POSTGRES_SOCKET, REDIS_SOCKET):
            wire = Wire(sockets / name, chance)
            await wire.start(folder / name)
            stack.push_async_callback(wire.stop)
            made.append(wire)
        over = Endpoints(
            found.database_url.replace(str(sockets), str(folder)),
            found.redis_url.replace(str(sockets), str(folder)),
        )
        yield over, made[0], made[1]
