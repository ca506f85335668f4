"""Calls that no well-behaved client makes: bytes over a socket of one's own."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Self
from urllib.parse import urlsplit

_TIMEOUT_S = 30


class Raw:
    """A connection whose other end sends what it likes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    @classmethod
    async def open(cls, url: str, sent: bytes | str = b"", come_from: str = "127.0.0.1") -> Self:
        """Connects, from an address of this machine, and sends the beginning."""
        where = urlsplit(url)
        reader, writer = await asyncio.open_connection(
            where.hostname, where.port, local_addr=(come_from, 0)
        )
        made = cls(reader, writer)
        await made.send(sent)
        return made

    async def send(self, sent: bytes | str) -> None:
        self.writer.write(sent.encode("latin-1") if isinstance(sent, str) else sent)
        with suppress(ConnectionError):
            await self.writer.drain()

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """One answer: status, headers by small names, body."""
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), _TIMEOUT_S)
        first, *lines = head.decode("latin-1").strip().split("\r\n")
        headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
        body = await asyncio.wait_for(
            self.reader.readexactly(int(headers.get("content-length", "0"))), _TIMEOUT_S
        )
        return int(first.split()[1]), headers, body

    async def ended(self) -> None:
        """Waits until the server ends it."""
        with suppress(ConnectionError):
            while await asyncio.wait_for(self.reader.read(10_000), _TIMEOUT_S):
                pass

    def over(self) -> bool:
        """Whether the server has ended it."""
        return self.reader.at_eof() or self.writer.is_closing()

    def close(self) -> None:
        self.writer.transport.abort()


async def asked(url: str, call: bytes | str) -> tuple[int, dict[str, str], bytes]:
    """The answer to one call on a connection of its own."""
    raw = await Raw.open(url, call)
    try:
        return await raw.answer()
    finally:
        raw.close()
