"""What became of a code: the phone that shows it sees the scan and who paid what."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal

from app.clients.till.client import Item
from tests.phone_world import Answer
from tests.till_world import BASIC, SELF_PAID, Member, Town


async def look(town: Town, who: Member, credential: str, query: str = "") -> Answer:
    return await town.world.call("GET", f"/credentials/{credential}{query}", token=who.token)


async def test_shown_decoded_paid_and_returned(town: Town) -> None:
    father = await town.member("李老", date(1950, 1, 1), current_fen=10_000)
    son = await town.member("李强", current_fen=50_000)
    await town.grant(son, father, "father")
    shown = await town.show(father)
    assert (await look(town, father, shown["id"])).data["state"] == "shown"
    decoded = await town.till.decode(shown["code"])
    seen = (await look(town, father, shown["id"])).data
    assert (seen["state"], seen["decoded_by"]) == ("decoded", "安康药房")
    items = [Item(BASIC, Decimal(1), Decimal(300)), Item(SELF_PAID, Decimal(1), Decimal(5))]
    paid = await town.till.settle(town.sale_of(father, decoded.output["ecToken"], items))
    seen = (await look(town, father, shown["id"])).data
    [payment] = seen["bills"]
    assert (seen["state"], payment["what"], payment["total_fen"]) == ("paid", "paid", 30_500)
    assert (payment["cash_fen"], payment["cash_back_fen"]) == (500, 0)
    assert payment["setl_id"] == paid.setlinfo["setl_id"]
    assert [(leg["payer"], leg["name"], leg["amount_fen"]) for leg in payment["legs"]] == [
        ("own", None, 10_000),
        ("aid", "*强", 20_000),
        ("cash", None, 500),
    ]
    assert [reason["reason"] for reason in payment["reasons"]] == ["ITEM_OUT_OF_SCOPE"]
    info = paid.setlinfo
    await town.till.cancel(info["setl_id"], info["mdtrt_id"], father.psn_no, father.place)
    [back] = (await look(town, father, shown["id"])).data["bills"]
    assert (back["what"], back["total_fen"], back["was_fen"]) == ("returned", 0, 30_500)
    assert (back["cash_fen"], back["cash_back_fen"], back["reasons"]) == (0, 500, [])
    assert [leg["amount_fen"] for leg in back["legs"]] == [10_000, 20_000, 500]


async def test_an_unscanned_code_expires(town: Town) -> None:
    father = await town.member("李强")
    shown = await town.show(father)
    town.clock.advance(60)
    assert (await look(town, father, shown["id"])).data["state"] == "shown"
    town.clock.advance(1)
    assert (await look(town, father, shown["id"])).data["state"] == "expired"


async def test_only_the_one_who_shows_sees_it(town: Town) -> None:
    father, other = await town.member("李强"), await town.member("赵六")
    shown = await town.show(father)
    for credential in (shown["id"], "1", "x", "9" * 30):
        assert (await look(town, other, credential)).reason == "NOT_FOUND"
    assert (await town.world.call("GET", f"/credentials/{shown['id']}")).status == 401
    for wrong in ("?wait=21", "?wait=-1", "?wait=x", "?known=lost", "?who=me"):
        assert (await look(town, father, shown["id"], wrong)).reason == "INVALID_INPUT"


async def test_the_waiting_phone_is_told_of_the_scan_and_of_the_payment(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    shown = await town.show(father)
    waiting = asyncio.create_task(look(town, father, shown["id"], "?wait=20"))
    await expected(town, shown["id"])
    decoded = await town.till.decode(shown["code"])
    assert (await waiting).data["state"] == "decoded"
    waiting = asyncio.create_task(look(town, father, shown["id"], "?wait=20&known=decoded"))
    await expected(town, shown["id"])
    items = [Item(BASIC, Decimal(1), Decimal(30))]
    await town.till.settle(town.sale_of(father, decoded.output["ecToken"], items))
    seen = (await waiting).data
    assert (seen["state"], seen["bills"][0]["total_fen"]) == ("paid", 3_000)


async def test_what_the_till_does_next_is_told_while_the_phone_looks_on(town: Town) -> None:
    father = await town.member("李强", current_fen=10_000)
    shown = await town.show(father)
    decoded = await town.till.decode(shown["code"])
    items = [Item(BASIC, Decimal(3), Decimal(10)), Item(SELF_PAID, Decimal(1), Decimal(5))]
    paid = await town.till.settle(town.sale_of(father, decoded.output["ecToken"], items))
    first = (await look(town, father, shown["id"])).data
    on = f"?wait=20&known=paid&newest={first['newest']}"
    waiting = asyncio.create_task(look(town, father, shown["id"], on))
    await expected(town, shown["id"])
    info = paid.setlinfo
    ids = {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    line = paid.output["detlcutinfo"][0]["feedetl_sn"]
    lines = [{"feedetl_sn": line, "cnt": "1"}]
    part = await town.till.call("2103A", {"data": ids, "drugdetail": lines})
    assert part.ok, part.err_msg
    seen = (await waiting).data
    [bill] = seen["bills"]
    assert (bill["what"], bill["was_fen"], bill["total_fen"]) == ("part_returned", 3_500, 2_500)
    assert (bill["cash_fen"], bill["cash_back_fen"]) == (500, 0)
    assert bill["setl_id"] == part.setlinfo["setl_id"]
    again = f"?wait=20&known=paid&newest={seen['newest']}"
    waiting = asyncio.create_task(look(town, father, shown["id"], again))
    await expected(town, shown["id"])
    reversed_ = await town.till.reverse(part.msgid, "2103A", father.psn_no, father.place)
    assert reversed_.ok, reversed_.err_msg
    [bill] = (await waiting).data["bills"]
    assert (bill["what"], bill["total_fen"]) == ("paid", 3_500)


async def expected(town: Town, credential: str) -> None:
    """Waits until a phone waits for news of the code."""
    while f"credential:{credential}" not in town.services.news._expected:  # noqa: ASYNC110
        await asyncio.sleep(0.005)
