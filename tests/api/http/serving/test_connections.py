"""Connections through real sockets: unfinished ones end, idle ones give way, one address has its
share, and the open files are not used up."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from app.api.http.serving.address import Proxies
from app.api.http.serving.connections import Connection
from app.api.http.serving.doorkeeper import DOORKEEPER, Doorkeeper, Guest, Limits
from tests.phone_world import World
from tests.raw_calls import Raw, asked
from tests.till_world import Town

LIVE = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n"
STRANGER = "127.0.0.2"
HEADS = {
    "nothing": "",
    "half a line": "GET /api/v1/m",
    "half the headers": "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nX",
    "phones": "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
    "operators": "POST /ops/api/sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
    "pages": "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
    "nowhere": "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{",
    "chunks": "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{",
    "a tunnel": "CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n",
}  # fmt: skip


def keeper_of(world: World) -> Doorkeeper:
    assert world.client.app is not None
    return world.client.app[DOORKEEPER]


@pytest.fixture
def config(request: pytest.FixtureRequest) -> dict[str, Any]:
    return dict(getattr(request, "param", {}))


@pytest.mark.parametrize("config", [{"read_deadline_s": 0.5}], indirect=True)
@pytest.mark.parametrize("kind", HEADS)
async def test_a_call_that_does_not_come_is_not_waited_for(town: Town, kind: str) -> None:
    raw = await Raw.open(town.url, HEADS[kind])
    await raw.ended()
    assert (await asked(town.url, LIVE))[0] == 200


@pytest.mark.parametrize("config", [{"read_deadline_s": 0.5}], indirect=True)
async def test_nor_is_a_second_one(town: Town) -> None:
    raw = await Raw.open(town.url, LIVE)
    assert (await raw.answer())[0] == 200
    await raw.send("GET /heal")
    await raw.ended()


@pytest.mark.parametrize("config", [{"read_deadline_s": 0.5}], indirect=True)
async def test_slow_bytes_do_not_move_the_deadline(town: Town) -> None:
    raw = await Raw.open(town.url, "POST /api/v1/login HTTP/1.1\r\nHost: x\r\n")

    async def drip() -> None:
        while not raw.writer.transport.is_closing():
            await raw.send("X: y\r\n")
            await asyncio.sleep(0.05)

    task = asyncio.create_task(drip())
    await raw.ended()
    task.cancel()


async def test_who_has_waited_while_the_process_was_held_up_is_not_dropped() -> None:
    """The clock has gone on, and what has come meanwhile has not been read yet."""
    keeper = Doorkeeper(Limits(read_s=0.4, write_s=0.4), Proxies(()))
    dropped: list[Guest] = []

    class Waiting:
        address, held = STRANGER, 0

        def drop(self) -> None:
            dropped.append(self)

        def leave(self) -> None:
            raise AssertionError("nobody is seen off")

    guests = [Waiting(), Waiting()]
    for guest in guests:
        assert keeper.let_in(guest)
    keeper.whole(guests[1])
    keeper.answering(guests[1])
    time.sleep(1.5)  # noqa: ASYNC251 (nothing of this process runs)
    keeper._look_round()
    assert dropped == []
    await asyncio.sleep(0.3)
    assert dropped == guests, "who is silent after that, too, is dropped"
    for guest in guests:
        keeper.gone(guest)


@pytest.mark.parametrize("end", ["goes", "is dropped"])
async def test_who_goes_while_the_rest_of_his_call_is_thrown_away_is_not_logged(
    world: World, caplog: pytest.LogCaptureFixture, end: str
) -> None:
    call = HEADS["nowhere"].replace("Host", "Content-Encoding: x\r\nHost")
    raw = await Raw.open(str(world.client.make_url("/")), call)
    assert (await raw.answer())[0] == 415
    [connection] = keeper_of(world)._unfinished
    assert isinstance(connection, Connection)
    connection.data_received(b"x")
    if end == "goes":
        connection.connection_lost(None)
    else:
        connection.drop()
    await asyncio.sleep(0.1)
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []
    raw.close()


@pytest.mark.parametrize("config", [{"idle_s": 0.5, "read_deadline_s": 30}], indirect=True)
async def test_an_idle_connection_is_ended(town: Town) -> None:
    raw = await Raw.open(town.url, LIVE)
    assert (await raw.answer())[0] == 200
    await raw.ended()


@pytest.mark.parametrize("config", [{"read_deadline_s": 0.5}], indirect=True)
async def test_a_connection_between_two_calls_is_kept(town: Town) -> None:
    raw = await Raw.open(town.url, LIVE)
    assert (await raw.answer())[0] == 200
    await asyncio.sleep(1.5)
    await raw.send(LIVE)
    assert (await raw.answer())[0] == 200
    raw.close()


@pytest.mark.parametrize("config", [{"unfinished_max": 50}], indirect=True)
async def test_the_oldest_unfinished_makes_room(town: Town) -> None:
    first = [await Raw.open(town.url, HEADS["phones"]) for _ in range(50)]
    later = [await Raw.open(town.url, HEADS["phones"]) for _ in range(30)]
    await asyncio.gather(*(one.ended() for one in first[:30]))
    for one in (first[-1], later[0]):
        await one.send(b" " * 8)
        assert (await one.answer())[0] == 422
    for one in (*first, *later):
        one.close()


@pytest.mark.parametrize("config", [{"connections_max": 40}], indirect=True)
async def test_many_idle_ones_shut_nobody_out(town: Town) -> None:
    idle = []
    for _ in range(120):
        one = await Raw.open(town.url, LIVE)
        assert (await one.answer())[0] == 200
        idle.append(one)
    assert (await asked(town.url, LIVE))[0] == 200
    await asyncio.gather(*(one.ended() for one in idle[:60]))
    for one in idle:
        one.close()


@pytest.mark.parametrize("config", [{"address_connections_max": 20}], indirect=True)
async def test_one_address_has_its_share(town: Town) -> None:
    taken = [await Raw.open(town.url, LIVE, STRANGER) for _ in range(20)]
    for one in taken:
        assert (await one.answer())[0] == 200
    more = [await Raw.open(town.url, LIVE, STRANGER) for _ in range(5)]
    await asyncio.gather(*(one.ended() for one in more))
    assert (await asked(town.url, LIVE))[0] == 200, "another address"
    taken.pop().close()
    for _ in range(100):
        again = await Raw.open(town.url, LIVE, STRANGER)
        try:
            assert (await again.answer())[0] == 200
            break
        except asyncio.IncompleteReadError:  # the other's end has not been noticed yet
            await asyncio.sleep(0.02)
        finally:
            again.close()
    for one in taken:
        one.close()


@pytest.mark.parametrize("config", [{"address_connections_max": 3}], indirect=True)
async def test_behind_a_proxy_calls_are_counted_by_the_address_it_hands_on(town: Town) -> None:
    def head(handed_on: str, path: str = "/api/v1/login") -> str:
        return (
            f"POST {path} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: {handed_on}\r\n"
            "Content-Length: 9\r\n\r\n{"
        )

    half = [await Raw.open(town.url, head(f"198.51.100.{n}, 203.0.113.9")) for n in range(3)]
    for one in half:  # what the far end wrote itself is not believed
        await one.send(" ")
    while keeper_of(town.world)._calls["203.0.113.9"] < 3:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    status, headers, body = await asked(town.url, head("203.0.113.9"))
    assert (status, headers["retry-after"]) == (429, "1") and b"TOO_MANY_AT_ONCE" in body
    path = "/fsi/api/rsfComIfsService/callService"
    status, _, body = await asked(town.url, head("203.0.113.9", path))
    assert status == 429 and b'"infcode":-1' in body and b"TOO_MANY_AT_ONCE" in body
    for other in ("203.0.113.8", "2001:db8:1:1::1"):
        raw = await Raw.open(town.url, head(other) + " " * 8)
        assert (await raw.answer())[0] == 422
        raw.close()
    raw = await Raw.open(town.url, head("203.0.113.9") + " " * 8, STRANGER)
    assert (await raw.answer())[0] == 422, "who is no proxy of ours speaks for nobody"
    for one in (*half, raw):
        one.close()


async def test_what_is_counted_comes_back_to_nothing(world: World) -> None:
    keeper = keeper_of(world)
    await world.client.session.close()
    raws = [await Raw.open(str(world.client.make_url("/")), text) for text in HEADS.values()]
    raws.append(await Raw.open(str(world.client.make_url("/")), LIVE + LIVE + LIVE))
    for _ in range(3):
        assert (await raws[-1].answer())[0] == 200
    for one in raws:
        one.close()
    await until_empty(keeper)
    kept = (keeper._unfinished, keeper._idle, keeper._answering, keeper._by_address, keeper._calls)
    assert (keeper._unfinished_bytes, [len(one) for one in kept]) == (0, [0] * 5)


async def test_what_half_calls_have_brought_is_bounded(world: World) -> None:
    keeper = keeper_of(world)
    keeper.limits = Limits(unfinished_bytes=1_000_000)
    url = str(world.client.make_url("/"))
    head = "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n"
    raws = [await Raw.open(url, head.format(200_000) + " " * 100_000) for _ in range(20)]
    small = await Raw.open(url, head.format(9) + " ")
    more = [await Raw.open(url, head.format(200_000) + " " * 100_000) for _ in range(20)]
    await small.send(" " * 8)
    assert (await small.answer())[0] == 422, "who brings little is never in the way"
    for _ in range(500):
        if len(keeper._unfinished) <= 10:
            break
        await asyncio.sleep(0.01)
    assert keeper._unfinished_bytes <= 1_000_000
    for one in (small, *raws, *more):
        one.close()


async def test_who_does_not_take_an_answer_is_ended(world: World) -> None:
    keeper = keeper_of(world)
    keeper.limits = Limits(write_s=0.3, read_s=1.0)
    await world.client.session.close()
    raw = await Raw.open(str(world.client.make_url("/")))
    raw.reader._transport.pause_reading()  # type: ignore[attr-defined]
    await raw.send("GET /api/v1/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 200)
    await until_empty(keeper)
    raw.close()


async def until_empty(keeper: Doorkeeper) -> None:
    for _ in range(1000):
        if not keeper._in_all:
            return
        await asyncio.sleep(0.01)
    raise AssertionError(f"{keeper._in_all} are still connected")
