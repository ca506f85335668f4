"""Besiegers, in a process of their own: ``python -m app.bench.load.siege URL KEY_ID``.

Each kind comes from an address of its own, as strangers do, and comes again when it is sent away.
``here`` is said when all have come once and been answered as far as they are. When standard input
ends it is told as JSON how often each kind came and what it was told.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import socket
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.bench.load.wire import problem_of
from app.clients.till.client import CALL_PATH, sign_hmac_sm3
from app.kit.clock import SystemClock

UNFINISHED, SLOW, HALF_SENT, BOMBS, FLOODS = 500, 500, 250, 20, 16
_BOMB_BYTES = 200_000_000
_FLOOD_NUMBERS = 120_000
_DRIP_S, _AGAIN_S = 1.0, 0.1
_ANSWER_S = 30.0
_LONG = 4000
_GROWN_UP_S = 0.002
_LAST = 19
"""Strangers come with machines of their own: here what they compute waits for all others."""


@dataclass(slots=True)
class Siege:
    """A siege of one address, by somebody who knows a key's name and not its secret."""

    host: str
    port: int
    key_id: str
    came: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    all_around: asyncio.Event = field(default_factory=asyncio.Event)
    """Everybody has come once, and bombs and floods have been told something."""

    async def run(self) -> None:
        """Until it is cancelled."""
        bomb = await asyncio.to_thread(_bomb)
        flood = b'{"input":[' + b"1," * _FLOOD_NUMBERS + b"1]}"
        kinds: list[tuple[str, int, Callable[[str], Awaitable[None]]]] = [
            ("unfinished", UNFINISHED, lambda by: self._silent(by, self._head(9)[:60])),
            ("half-sent", HALF_SENT, lambda by: self._silent(by, self._head(9) + b"{")),
            ("slow", SLOW, self._slow),
            ("bomb", BOMBS, lambda by: self._asks(by, _POST + _packed(len(bomb)) + bomb)),
            ("flood", FLOODS, lambda by: self._asks(by, self._head(len(flood)) + flood)),
        ]
        async with asyncio.TaskGroup() as group:
            for number, (kind, count, comes) in enumerate(kinds):
                for _ in range(count):
                    group.create_task(self._for_ever(kind, f"127.0.{1 + number}.1", comes))
                    await asyncio.sleep(_GROWN_UP_S)
            while self.told.total() < BOMBS + FLOODS:  # noqa: ASYNC110 (a counter rings no bell)
                await asyncio.sleep(_AGAIN_S)
            self.all_around.set()

    async def _for_ever(self, kind: str, by: str, comes: Callable[[str], Awaitable[None]]) -> None:
        while True:
            self.came[kind] += 1
            try:
                await comes(by)
            except (OSError, asyncio.IncompleteReadError, TimeoutError) as error:
                self.told[f"{kind}: {type(error).__name__}"] += 1
            await asyncio.sleep(_AGAIN_S)

    async def _open(self, by: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        own = (by, 0) if _is_ours(by) else None
        return await asyncio.open_connection(self.host, self.port, local_addr=own)

    async def _silent(self, by: str, begun: bytes) -> None:
        reader, writer = await self._open(by)
        try:
            writer.write(begun)
            await reader.read()
        finally:
            writer.transport.abort()

    async def _slow(self, by: str) -> None:
        reader, writer = await self._open(by)
        try:
            writer.write(self._head(_LONG))
            ended = asyncio.ensure_future(reader.read())
            while not ended.done():
                writer.write(b" ")
                await asyncio.wait((ended,), timeout=_DRIP_S)
            await ended
        finally:
            writer.transport.abort()

    async def _asks(self, by: str, call: bytes) -> None:
        reader, writer = await self._open(by)
        try:
            writer.write(call)
            answer = await asyncio.wait_for(reader.read(_LONG), _ANSWER_S)
            self.told[(problem_of(answer) or "let in") if answer else "cut off"] += 1
        finally:
            writer.transport.abort()

    def _head(self, length: int) -> bytes:
        """The head of a message that is signed by somebody who does not have the secret."""
        signed = sign_hmac_sm3(
            self.key_id, "not the secret", b"", int(SystemClock().now().timestamp())
        )
        lines = [f"POST {CALL_PATH} HTTP/1.1", "Host: x", f"Content-Length: {length}"]
        lines += [f"{name}: {value}" for name, value in signed.items()]
        return "\r\n".join([*lines, "", ""]).encode()


_POST = b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\n"


def _packed(length: int) -> bytes:
    return f"Content-Length: {length}\r\n\r\n".encode()


def _bomb() -> bytes:
    return gzip.compress(bytes(_BOMB_BYTES))


def _is_ours(address: str) -> bool:
    """Whether this machine has the address: not every one has all of 127/8."""
    with socket.socket() as tried, suppress(OSError):
        tried.bind((address, 0))
        return True
    return False


async def _step_back(siege: Siege) -> None:
    """They come like everybody else, and then wait for all others."""
    await siege.all_around.wait()
    os.nice(_LAST)
    sys.stdout.write("here\n")
    sys.stdout.flush()


async def _main(url: str, key_id: str) -> None:
    where = urlsplit(url)
    siege = Siege(str(where.hostname), where.port or 80, key_id)
    besieging = asyncio.create_task(siege.run())
    step_back = asyncio.create_task(_step_back(siege))
    over = asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await asyncio.wait((besieging, over), return_when=asyncio.FIRST_COMPLETED)
    step_back.cancel()
    if besieging.done():
        besieging.result()
    sys.stdout.write(json.dumps({"came": siege.came, "told": siege.told}))
    sys.stdout.flush()
    os._exit(0)  # a thousand connections need no farewell


if __name__ == "__main__":
    asyncio.run(_main(*sys.argv[1:3]))
