"""Messages that never become whole cost nobody a seat: the others are answered meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from app.api.http.counting import counts
from app.clients.till.client import CALL_PATH
from app.clients.till.signing import sign_hmac_sm3
from tests.domain.reconcile.shop_books import ShopBooks
from tests.raw_calls import Raw
from tests.till_world import Town

HALF_SENT, UNFINISHED, SLOW = 250, 500, 500


def head(town: Town, length: int, key_id: str = "") -> str:
    """The headers of a message that is signed, if not rightly."""
    shop = town.shop
    now = int(town.clock.now().timestamp())
    signed = sign_hmac_sm3(key_id or shop.key_id, "no secret", b"", now)
    lines = [f"POST {CALL_PATH} HTTP/1.1", "Host: x", f"Content-Length: {length}"]
    lines += [f"{name}: {value}" for name, value in signed.items()]
    return "\r\n".join([*lines, "", ""])


@pytest.fixture
async def besieged(town: Town) -> AsyncIterator[list[Raw]]:
    """A door with messages half sent, unfinished headers, and others that come byte by byte."""
    begun = [head(town, 9) + "{" for _ in range(HALF_SENT)]
    begun += [head(town, 9)[:60] for _ in range(UNFINISHED)]
    begun += [head(town, 4000) for _ in range(SLOW)]
    opened: list[Raw] = []
    while begun:  # more at once than the listening socket keeps waiting come much later
        some, begun = begun[:100], begun[100:]
        opened += await asyncio.gather(*(Raw.open(town.url, text) for text in some))
    slow = opened[-SLOW:]

    async def drip() -> None:
        while True:
            for one in slow:
                if not one.over():  # what is sent on an ended one is a warning of the log each
                    await one.send(" ")
            await asyncio.sleep(0.05)

    task = asyncio.create_task(drip())
    yield opened
    task.cancel()
    for one in opened:
        one.close()


async def test_honest_messages_are_answered_meanwhile(town: Town, besieged: list[Raw]) -> None:
    patient = await town.member("李强", current_fen=100_000)
    sales = [await town.sale(patient, "10.00") for _ in range(5)]
    for sale in sales:
        assert (await town.till.settle(sale)).ok
    given = {"signIn": {"opter_no": "T01", "mac": "m", "ip": "i"}}
    answers = await asyncio.gather(*(town.till.call("9001", given) for _ in range(95)))
    assert [answer.err_msg for answer in answers] == [""] * 95
    assert "BUSY" not in counts()["refusals"].get("till", {}) or all(a.ok for a in answers)


async def test_half_sent_files_take_no_place_of_an_upload(town: Town) -> None:
    begun = head(town, 2_000_000) + '{"infno":"9101","input":"' + "x" * 300_000
    half = [await Raw.open(town.url, begun) for _ in range(4)]
    content = bytes(range(256)) * 2000
    assert (await ShopBooks(town).upload(content)).ok
    for one in half:
        one.close()


class TestDeadline:
    @pytest.fixture
    def config(self) -> dict[str, float]:
        return {"read_deadline_s": 1.0}

    async def test_what_never_becomes_whole_is_ended(self, town: Town, besieged: list[Raw]) -> None:
        await asyncio.gather(*(one.ended() for one in besieged))
        given = {"signIn": {"opter_no": "T01", "mac": "m", "ip": "i"}}
        assert (await town.till.call("9001", given)).ok

    async def test_what_waits_for_its_answer_is_not(self, town: Town) -> None:
        patient = await town.member("李强", current_fen=100_000)
        sale = await town.sale(patient, "10.00")
        async with town.drainer_away():
            waiting = asyncio.create_task(town.till.settle(sale))
            await asyncio.sleep(2.0)
        assert (await waiting).ok


async def test_a_broken_connection_is_nobodys_fault(town: Town) -> None:
    before = counts()["refusals"].get("till", {}).get("UNAVAILABLE", 0)
    broken = [await Raw.open(town.url, head(town, 9) + "{") for _ in range(20)]
    await asyncio.sleep(0.1)
    for one in broken:
        one.close()
    given = {"signIn": {"opter_no": "T01", "mac": "m", "ip": "i"}}
    assert (await town.till.call("9001", given)).ok
    assert counts()["refusals"].get("till", {}).get("UNAVAILABLE", 0) == before
