"""An address in front of a server, for tests that let it freeze."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Relay:
    """An address of a server that listens on a socket, which can freeze: it takes connections and
    bytes, and answers nothing, as a machine whose processes are stopped."""

    def __init__(self, to: str) -> None:
        self._to = to
        self._runs = asyncio.Event()
        self._runs.set()
        self._more = asyncio.Condition()
        self.port = 0
        self.taken = 0

    def freeze(self) -> None:
        self._runs.clear()

    def thaw(self) -> None:
        self._runs.set()

    async def asked_again(self, before: int) -> None:
        """Waits until somebody asks for one more connection than there were."""
        async with self._more:
            await self._more.wait_for(lambda: self.taken > before)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Relay]:
        server = await asyncio.start_server(self._take, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._runs.set()
            server.close()

    async def _take(self, near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        async with self._more:
            self.taken += 1
            self._more.notify_all()
        await self._runs.wait()
        far, on = await asyncio.open_unix_connection(self._to)
        with suppress(OSError):
            await asyncio.gather(self._carry(near, on), self._carry(far, back))

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while part := await source.read(65536):
                await self._runs.wait()
                sink.write(part)
                await sink.drain()
        finally:
            sink.close()
