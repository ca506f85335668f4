"""One connection for all that is asked of Redis at once: each gets his own answer, or is told that
there will be none."""

from __future__ import annotations

import asyncio
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError, ResponseError

from app.local.servers.programs import programs
from app.store.line.asking import Lined
from app.store.urls.redis_client import redis_client

_PATIENCE_S = 20.0


@pytest.fixture
async def line(redis_url: str) -> AsyncIterator[Lined]:
    """A client of a database that no other test has."""
    found = redis_client(redis_url.replace("db=0", "db=13"), Lined)
    await found.flushdb()
    yield found
    await found.aclose()


async def _connections(line: Lined) -> set[str]:
    return {one["id"] for one in await line.client_list() if one["db"] == "13"}


async def test_many_at_once_share_one_connection_and_each_gets_its_own_answer(line: Lined) -> None:
    await asyncio.gather(*(line.set(f"t:{n}", n) for n in range(50)))
    found = await asyncio.gather(*(line.get(f"t:{n}") for n in range(50)))
    assert [int(one) for one in found] == list(range(50))
    assert len(await _connections(line)) == 1


async def test_who_goes_before_his_answer_comes_leaves_it_to_nobody_else(line: Lined) -> None:
    await line.mset({"t:gone": "his", "t:stays": "hers"})
    going, staying = (
        asyncio.create_task(line.execute_command("GET", key)) for key in ("t:gone", "t:stays")
    )
    await asyncio.sleep(0)
    going.cancel()
    assert await staying == b"hers"
    assert going.cancelled()


async def test_what_waits_for_a_list_holds_nobody_up_and_takes_nothing_once_it_is_given_up(
    line: Lined,
) -> None:
    waiting = asyncio.create_task(line.execute_command("BLPOP", "t:list", 600))
    async with asyncio.timeout(_PATIENCE_S):
        while len(await _connections(line)) < 2:  # noqa: ASYNC110 (each look is a turn)
            await asyncio.sleep(0.01)
        waiting.cancel()
        while len(await _connections(line)) > 1:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    await line.execute_command("RPUSH", "t:list", "one", "two")
    assert await line.execute_command("BLPOP", "t:list", 600) == (b"t:list", b"one")
    assert await line.execute_command("BLPOP", "t:list", 600) == (b"t:list", b"two")
    assert len(await _connections(line)) == 2


async def test_a_refusal_is_told_to_him_alone_who_asked_for_it(line: Lined) -> None:
    await line.set("t:text", "no list")
    asked = [line.execute_command("LLEN", "t:text"), line.execute_command("GET", "t:text")]
    told = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(told[0], ResponseError) and told[1] == b"no list"


async def test_who_waits_on_a_lost_connection_is_told_and_the_next_has_a_new_one(
    line: Lined, redis_url: str
) -> None:
    [before] = await _connections(line)
    other = redis_client(redis_url.replace("db=0", "db=14"), Lined)
    try:
        await other.client_kill_filter(_id=before)
        with suppress(RedisError):  # it may not know yet that it is lost
            await line.ping()
        assert await line.ping()
        [after] = await _connections(line)
        assert after != before
        waiting = [asyncio.create_task(line.execute_command("GET", "t:x")) for _ in range(3)]
        await asyncio.sleep(0)
        line._line.close()
        for one in waiting:
            with pytest.raises(RedisConnectionError):
                await one
        assert await line.ping()
    finally:
        await other.aclose()


async def test_a_client_that_is_closed_while_it_connects_leaves_nobody_waiting(
    redis_url: str,
) -> None:
    client = redis_client(redis_url, Lined)
    asking = asyncio.create_task(client.execute_command("PING"))
    await asyncio.sleep(0)
    await client.aclose()
    async with asyncio.timeout(_PATIENCE_S):
        with suppress(RedisError):  # told, either way
            await asking


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def _sentinel_of(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """A server and a sentinel that knows it; their ports."""
    server, sentinel = _free_port(), _free_port()
    conf = tmp_path / "sentinel.conf"
    conf.write_text(f"port {sentinel}\nsentinel monitor qinji 127.0.0.1 {server} 1\n")
    redis = str(programs()[1])
    started = [
        subprocess.Popen([redis, *given], cwd=tmp_path, stdout=subprocess.DEVNULL)
        for given in (["--port", str(server), "--save", ""], [str(conf), "--sentinel"])
    ]
    try:
        yield server, sentinel
    finally:
        for one in started:
            one.kill()
            one.wait()


async def _answers(client: Lined) -> None:
    async with asyncio.timeout(_PATIENCE_S):
        while True:
            with suppress(RedisError):
                await client.set("t:asked", 1)
                return
            await asyncio.sleep(0.05)


async def test_a_master_that_is_none_any_more_is_left_for_whom_the_sentinels_name(
    tmp_path: Path,
) -> None:
    with _sentinel_of(tmp_path) as (server, sentinel):
        client = redis_client(f"redis+sentinel://127.0.0.1:{sentinel}/qinji?db=0", Lined)
        direct = redis_client(f"redis://127.0.0.1:{server}/0", Lined)
        try:
            await _answers(client)
            before = await client.client_id()
            await direct.replicaof("127.0.0.1", 1)
            with pytest.raises(RedisConnectionError):
                await client.set("t:asked", 2)
            await direct.replicaof("NO", "ONE")
            await _answers(client)
            assert await client.client_id() != before
        finally:
            await client.aclose()
            await direct.aclose()
