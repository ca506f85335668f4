"""Sends bytes as they are and reads what comes back: a client that corrects nothing."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass

_PATIENCE_S = 90.0
_SILENCE_S, _QUIET_S = 0.4, 0.05
"""How long nothing, and nothing more, comes back to bytes that may be no call."""
_STATUS = re.compile(rb"^HTTP/1\.[01] (\d{3})", re.MULTILINE)
_LINES_MAX = 2**20


@dataclass(frozen=True, slots=True)
class Told:
    """An answer. ``status`` 0: none came, the other end closed the connection."""

    status: int
    headers: dict[str, str]
    body: bytes
    took_s: float

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip()


class Line:
    """A connection that is opened again when it has ended."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, sent: bytes, *, head_only: bool = False) -> Told:
        """The answer to one call. A connection that has ended since the last one is no answer."""
        used = self._writer is not None
        told = await self._ask(sent, head_only)
        return await self._ask(sent, head_only) if used and not told.status else told

    async def pour(self, sent: bytes) -> Told:
        """Bytes that may be no call, or several, on a connection of their own: all that comes back
        until it is quiet, with the highest status of it."""
        self.close()
        begun = asyncio.get_running_loop().time()
        reader, writer = await self._open()
        found = b""
        with suppress(ConnectionError, TimeoutError):
            writer.write(sent)
            await writer.drain()
            while part := await asyncio.wait_for(
                reader.read(_LINES_MAX), _QUIET_S if found else _SILENCE_S
            ):
                found += part
        self.close()
        status = max(map(int, _STATUS.findall(found)), default=0)
        return Told(status, {}, found, asyncio.get_running_loop().time() - begun)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
        self._reader = self._writer = None

    async def _open(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(
                "127.0.0.1", self._port, limit=_LINES_MAX
            )
        return self._reader, self._writer

    async def _ask(self, sent: bytes, head_only: bool) -> Told:
        begun = asyncio.get_running_loop().time()
        reader, writer = await self._open()
        sending = asyncio.create_task(_send(writer, sent))
        told = await self._read(reader, begun, head_only)
        # Who is answered before all has gone out sends no more: the rest would be thrown away, and
        # with it, when the other end closes, the answer.
        unsent = not sending.done()
        sending.cancel()
        if unsent or not told.status or told.headers.get("connection", "").lower() == "close":
            self.close()
        return told

    async def _read(self, reader: asyncio.StreamReader, begun: float, head_only: bool) -> Told:
        try:
            async with asyncio.timeout(_PATIENCE_S):
                status, headers = await _head(reader)
                body = b"" if head_only or status in (204, 304) else await _body(reader, headers)
        except (ConnectionError, asyncio.IncompleteReadError):
            status, headers, body = 0, {}, b""
        except TimeoutError:
            self.close()
            status, headers, body = 599, {}, b"no answer within the time"
        return Told(status, headers, body, asyncio.get_running_loop().time() - begun)


async def _send(writer: asyncio.StreamWriter, sent: bytes) -> None:
    with suppress(ConnectionError):
        writer.write(sent)
        await writer.drain()


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    first = "HTTP/1.1 100"
    while int(first.split()[1]) < 200:  # go on, it says first
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return int(first.split()[1]), headers


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    body = b""
    while size := int(await reader.readline(), 16):
        body += await reader.readexactly(size)
        await reader.readline()
    await reader.readline()
    return body
