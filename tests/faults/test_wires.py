"""A wire carries all whole, and breaks as it was told to."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from app.store.where import POSTGRES_SOCKET, REDIS_SOCKET, Endpoints, endpoints_at
from tests.faults.wires import Wire, wires_to

LONG = b"x" * 300_000


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while said := await reader.read(65_536):
        writer.write(said)
        await writer.drain()
    writer.close()


@pytest.fixture
async def wired() -> AsyncIterator[tuple[Wire, Path]]:
    """A wire to a server that says what it is told, and the socket at which it is reached."""
    folder = Path("/tmp") / f"w{random.randrange(10**9)}"
    await asyncio.to_thread(folder.mkdir)
    servers = [
        await asyncio.start_unix_server(_echo, folder / name)
        for name in (POSTGRES_SOCKET, REDIS_SOCKET)
    ]
    found: Endpoints = endpoints_at(folder, True, True)
    async with wires_to(found, random.Random(1)) as (over, database, _):
        at = Path(over.database_url.partition("host=")[2].partition("&")[0])
        yield database, at / POSTGRES_SOCKET
    for server in servers:
        server.close()


async def said(at: Path, text: bytes) -> bytes:
    """What comes back, until all has or the wire has ended."""
    reader, writer = await asyncio.open_unix_connection(at)
    heard = b""
    with suppress(OSError):
        writer.write(text)
        await writer.drain()
        while len(heard) < len(text) and (more := await reader.read(65_536)):
            heard += more
    writer.transport.abort()
    return heard


async def test_what_is_not_broken_goes_through_whole(wired: tuple[Wire, Path]) -> None:
    assert await said(wired[1], LONG) == LONG


async def test_a_cut_wire_lets_nobody_through_until_it_is_mended(
    wired: tuple[Wire, Path],
) -> None:
    wire, at = wired
    open_still = await asyncio.open_unix_connection(at)
    open_still[1].write(b"hello")
    assert await open_still[0].read(5) == b"hello"
    await wire.cut_now()
    with suppress(ConnectionError):
        assert await open_still[0].read(5) == b""
    assert await said(at, b"hello") == b""
    wire.cut = False
    assert await said(at, b"hello") == b"hello"


async def test_a_lost_answer_ends_its_wire_and_a_held_one_comes_late(
    wired: tuple[Wire, Path],
) -> None:
    wire, at = wired
    wire.lost = 1.0
    assert len(await said(at, b"hello")) < 5 and wire.losses == 1
    wire.lost = 0.0
    wire.hold()
    late = asyncio.create_task(said(at, b"hello"))
    await asyncio.sleep(0.05)
    assert not late.done()
    wire.let_go()
    assert await late == b"hello"
