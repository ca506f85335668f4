"""The till's client against a real server."""

from __future__ import annotations

import asyncio
import json
import stat
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.clients.till.answer import read_answer
from app.clients.till.client import Item, NotReachable, Sale, TillClient, Unknown
from app.clients.till.journal import Counter, FileCounter, Journal, following
from app.kit.clock import SettableClock
from tests.clients.till.centre import SECRET, Body, Centre, no, ok, running

NOW = datetime(2026, 3, 1, 4, 5, 6, tzinfo=UTC)
SALE = Sale(
    "1301000000000001", "130000ec-token", "310", "130100",
    [Item("XQ99DEM001A001010100001", Decimal(2), Decimal("12.805"), "阿莫西林")],
)  # fmt: skip


def till(centre: Centre, **given: Any) -> TillClient:
    defaults: dict[str, Any] = {"retry_waits_s": (0.0, 0.0), "clock": SettableClock(NOW)}
    return TillClient(
        centre.url,
        "P13010200001",
        "一个名字长过二十个字的演示安康大药房中山路旗舰店",
        "130100",
        "key-1",
        SECRET,
        **(defaults | given),
    )


@pytest.mark.parametrize("scheme", ["hmac-sm3", "tif"])
async def test_an_envelope_is_signed_and_has_its_lengths(scheme: str) -> None:
    async with running(Centre()) as centre, till(centre, scheme=scheme) as client:
        answer = await client.settle(SALE, wait=3)
    assert answer.ok and len(answer.inf_refmsgid) == 30
    [body] = centre.calls
    assert body["msgid"] == "P13010200001" + "20260301120506" + "0000"
    assert (body["infno"], body["insuplc_admdvs"], body["mdtrtarea_admvs"]) == (
        "2102",
        "130100",
        "130100",
    )
    assert body["inf_time"] == "2026-03-01 12:05:06"
    assert centre.headers[0]["prefer"] == "wait=3"
    assert body["input"]["druginfo"]["medfee_sumamt"] == "25.61"
    assert body["input"]["drugdetail"][0]["pric"] == "12.805"


async def test_a_wrong_secret_is_told() -> None:
    async with running(Centre()) as centre, till(centre) as client:
        client.secret = "another"
        answer = await client.preview(SALE)
    assert (answer.infcode, answer.err_msg) == (-1, "SIGNATURE_WRONG 签名不一致")


@pytest.mark.parametrize(
    "door", ["CLOCK_SKEW 时钟", "SIGN_IN_UNKNOWN 签到", "REPLAYED 用过", "ENVELOPE_INVALID 报文"]
)
async def test_a_repeat_that_is_not_let_in_says_nothing_of_the_first(door: str) -> None:
    answers: list[Body | None] = [None, no(door), no(door)]
    async with running(Centre(lambda _: answers.pop(0))) as centre, till(centre) as client:
        with pytest.raises(Unknown) as unknown:
            await client.settle(SALE)
        assert unknown.value.door == door
        answers[:] = [no(door)]
        assert (await client.settle(SALE)).err_msg == door  # the first sending: nothing was done
        answers[:] = [None, no(door)]
        assert (await client.preview(SALE)).err_msg == door


async def test_the_sugar_sends_what_the_interface_names() -> None:
    def answer(body: Body) -> Body:
        return ok({"signinoutb": {"sign_no": "S1"}} if body["infno"] == "9001" else {})

    async with running(Centre(answer)) as centre, till(centre) as client:
        await client.sign_in()
        await client.decode("4" * 28)
        await client.person("token", certno="1", psn_name="李")
        await client.cancel("9", "8", "7", "130100")
        await client.reverse("M", "2102", "7", "130100")
        await client.query("7", "9", "8", "130100")
        await client.sign_out()
    calls = {call["infno"]: call for call in centre.calls}
    assert list(calls) == ["9001", "6101", "1101", "2103", "2601", "5203", "9002"]
    assert set(calls["9001"]["input"]["signIn"]) == {"opter_no", "mac", "ip"}
    assert calls["6101"]["sign_no"] == "S1"
    assert set(calls["6101"]["input"]["data"]) == {
        "ecQrCode",
        "orgId",
        "businessType",
        "operatorId",
        "operatorName",
        "officeId",
        "officeName",
    }
    assert calls["1101"]["input"]["data"]["mdtrt_cert_no"] == "token"
    assert calls["2103"]["input"] == {"data": {"setl_id": "9", "mdtrt_id": "8", "psn_no": "7"}}
    assert calls["2601"]["input"] == {"data": {"psn_no": "7", "omsgid": "M", "oinfno": "2102"}}
    assert calls["9002"]["input"]["signOut"]["sign_no"] == "S1" and client.sign_no == ""


@pytest.mark.parametrize("first", [None, no("PROCESSING 正在处理")])
async def test_the_same_message_is_sent_again_signed_anew(first: Body | None) -> None:
    clock = SettableClock(NOW)

    def answer(body: Body) -> Body | None:
        clock.advance(7)
        return first if len(centre.bodies) < 3 else ok({"setlinfo": {"setl_id": "5"}})

    async with running(Centre(answer)) as centre, till(centre, clock=clock) as client:
        answered = await client.settle(SALE)
    assert answered.setlinfo == {"setl_id": "5"}
    assert len(set(centre.bodies)) == 1 and len(centre.bodies) == 3
    assert len({headers["x-ca-signature"] for headers in centre.headers}) == 3


async def test_no_answer_at_all_is_unknown() -> None:
    async with running(Centre(lambda body: None)) as centre, till(centre) as client:
        with pytest.raises(Unknown) as caught:
            await client.settle(SALE)
    assert (caught.value.infno, caught.value.msgid) == ("2102", centre.calls[0]["msgid"])


async def test_a_refusal_is_not_asked_again() -> None:
    async with running(Centre(lambda body: no("FROZEN 已冻结"))) as centre, till(centre) as client:
        assert not (await client.settle(SALE)).ok
    assert len(centre.bodies) == 1


async def test_nobody_there() -> None:
    async with till(Centre(url="http://127.0.0.1:1")) as client:
        with pytest.raises(NotReachable):
            await client.preview(SALE)


async def test_what_moves_money_is_on_disk_before_it_is_sent(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    seen: list[Any] = []

    def answer(body: Body) -> Body:
        seen.append(journal.last("2102"))
        return ok({"setlinfo": {"setl_id": "77", "mdtrt_id": "66", "psn_name": "李敏"}})

    async with running(Centre(answer)) as centre, till(centre, journal=journal) as client:
        await client.preview(SALE)
        await client.settle(SALE)
    assert seen[0] is None and seen[1].body == centre.calls[1] and seen[1].answer is None
    settled = journal.settlement("77")
    assert settled is not None and settled.answer is not None
    assert settled.answer["mdtrt_id"] == "66" and "psn_name" not in settled.answer
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o600


def test_a_torn_last_line_spoils_nothing(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.sending("M1", "2102", b"{}")
    with (tmp_path / "journal").open("a") as file:
        file.write('{"msgid":"M2","inf')
    journal.sending("M3", "2102", b"{}")
    assert [entry.msgid for entry in journal.entries()] == ["M1", "M3"]


async def test_message_ids_never_repeat(tmp_path: Path) -> None:
    counters = [FileCounter(tmp_path / "counter") for _ in range(4)]
    many = [asyncio.to_thread(counter.next, "P13010200001", NOW) for counter in counters * 25]
    made = await asyncio.gather(*many)
    assert len(set(made)) == 100 and {len(one) for one in made} == {30}
    stepped_back = counters[0].next("P13010200001", NOW - timedelta(hours=1))
    assert stepped_back > max(made)


def test_ten_thousand_in_a_second_borrow_from_the_next() -> None:
    counter = Counter()
    made = [counter.next("P13010200001", NOW) for _ in range(10_001)]
    assert len(set(made)) == 10_001 and made == sorted(made)
    assert made[-1].endswith("202603011205070000")
    assert following(("20260301235959", 9999), NOW) == ("20260302000000", 0)


async def test_a_stranger_at_the_address_is_told() -> None:
    async with running(Centre()) as centre, till(centre) as client:
        client.base_url += "/elsewhere"
        answer = await client.preview(SALE)
    assert answer.err_msg.startswith("HTTP_404")


@pytest.mark.parametrize(
    "raw",
    [b"[" * 100_000, b'{"infcode": Infinity}', b'{"infcode": NaN}', b"9" * 5000, b"\xff", b"[]"],
)
def test_what_is_no_envelope_is_told_whatever_it_is(raw: bytes) -> None:
    assert read_answer("M", 200, raw).err_msg.startswith("HTTP_200")
    with pytest.raises(ValueError, match="without an envelope"):
        read_answer("M", 502, raw)


def test_bodies_are_utf8_json() -> None:
    body = till(Centre()).body("2102", {"data": {"name": "李"}}, "M")
    assert json.loads(body)["input"] == {"data": {"name": "李"}} and "李".encode() in body
