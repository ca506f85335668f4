"""我的账单: every bill of mine and of a child I look after, by month; nobody else's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from app.clients.till.client import Answer as TillAnswer
from app.clients.till.client import Item
from tests.domain.family.test_family import SIGNED
from tests.phone_world import claim
from tests.till_world import BASIC, SELF_PAID, Member, Town


async def bills(town: Town, reader: Member, **query: str) -> Any:
    answer = await town.world.call("GET", "/bills", token=reader.token, params=query)
    assert answer.status == 200, answer.body
    return answer.data


async def buy(town: Town, who: Member, *items: tuple[str, str]) -> TillAnswer:
    lines = [Item(code, Decimal(1), Decimal(yuan)) for code, yuan in items]
    paid = await town.till.settle(town.sale_of(who, await town.scan(who), lines))
    assert paid.ok, paid.err_msg
    return paid


async def next_month(town: Town, who: Member) -> Member:
    """12 days on; a log-in that isn't used ends, so the person's phone logs in anew."""
    town.clock.advance(12 * 86_400)
    return replace(who, token=await town.world.log_in(f"m{who.id}x"))


async def test_every_bill_is_there_as_it_stands_now(town: Town) -> None:
    father = await town.member("李老", date(1950, 1, 1), current_fen=1_000)
    son = await town.member("李强", current_fen=70_000)
    await town.grant(son, father, "father")
    cash = await buy(town, father, (SELF_PAID, "3.00"))
    mixed = await buy(town, father, (BASIC, "50.00"), (SELF_PAID, "2.00"))
    gone = await buy(town, father, (BASIC, "7.00"))
    info = gone.setlinfo
    await town.till.cancel(info["setl_id"], info["mdtrt_id"], father.psn_no, father.place)
    ids = {name: mixed.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    lines = [{"feedetl_sn": mixed.output["detlcutinfo"][1]["feedetl_sn"], "cnt": "1"}]
    part = await town.till.call("2103A", {"data": ids, "drugdetail": lines})
    assert part.ok, part.err_msg

    found = await bills(town, father)
    assert (found["month"], found["earlier"], found["cut"]) == ("2026-11", None, False)
    assert [(one["what"], one["total_fen"], one["was_fen"]) for one in found["items"]] == [
        ("returned", 0, 700),
        ("part_returned", 5_000, 5_200),
        ("paid", 300, 300),
    ]
    first, second, third = found["items"]
    assert (third["setl_id"], third["cash_fen"]) == (cash.setlinfo["setl_id"], 300)
    assert second["setl_id"] == part.setlinfo["setl_id"] and first["parts"] == []
    assert len(second["items"]) == 1 and second["more"] == 0
    picture = found["picture"]
    assert picture["total_fen"] == 5_300
    assert {one["payer"]: one["amount_fen"] for one in picture["parts"]} == {
        "own": 1_000,
        "aid": 4_000,
        "cash": 300,
    }
    assert picture["paid_by"] == [{"name": "*强", "amount_fen": 4_000}]
    his = await bills(town, son)
    assert (his["items"], his["picture"]["total_fen"]) == ([], 0)
    assert his["picture"]["paid_for"] == [{"name": "*老", "amount_fen": 4_000}]


async def test_months_follow_one_another(town: Town) -> None:
    patient = await town.member("赵月", current_fen=90_000)
    await buy(town, patient, (BASIC, "10.00"))
    patient = await next_month(town, patient)
    await town.till.sign_in()
    await buy(town, patient, (BASIC, "20.00"))
    now = await bills(town, patient)
    assert (now["month"], now["earlier"]) == ("2026-12", "2026-11")
    assert [one["total_fen"] for one in now["items"]] == [2_000]
    before = await bills(town, patient, month=now["earlier"])
    assert ([one["total_fen"] for one in before["items"]], before["earlier"]) == ([1_000], None)
    assert (await bills(town, patient, month="2026-10"))["items"] == []


async def test_a_search_looks_through_the_year(town: Town) -> None:
    patient = await town.member("赵寻", current_fen=90_000)
    await buy(town, patient, (BASIC, "10.00"))
    patient = await next_month(town, patient)
    name = (await bills(town, patient, month="2026-11"))["items"][0]["items"][0]
    for text in (name[:2], "安康", f" {name} "):
        found = await bills(town, patient, search=text)
        assert (len(found["items"]), found["month"]) == (1, "")
    assert (await bills(town, patient, search="没有这个"))["items"] == []
    assert (await bills(town, patient, search=name, month="2026-12"))["items"] == []


async def test_a_child_s_bills_are_the_parents_to_look_after(town: Town) -> None:
    mother = await town.member("王芳", gend="2", current_fen=50_000)
    child = await town.member("李小明", date(2018, 5, 6), insutype="390")
    grown = await town.member("李大明", date(1995, 5, 6))
    bound = await town.world.call(
        "POST",
        "/family",
        claim(child) | {"relation": "son"} | SIGNED,
        mother.token,
    )
    assert bound.status == 201, bound.body
    asked = await town.world.call(
        "POST", "/family", claim(grown) | {"relation": "son"}, mother.token
    )
    await town.world.call("POST", f"/family/{asked.data['id']}/confirm", {}, grown.token)
    await buy(town, child, (BASIC, "10.00"))
    await buy(town, grown, (BASIC, "11.00"))
    found = await bills(town, mother)
    assert [one["name"] for one in found["people"]] == ["*芳", "**明"]
    childs = await bills(town, mother, who=bound.data["id"])
    assert [one["total_fen"] for one in childs["items"]] == [1_000]
    for other in (asked.data["id"], "1", "9" * 20):
        refused = await town.world.call("GET", "/bills", token=mother.token, params={"who": other})
        assert (refused.status, refused.reason) == (404, "NOT_FOUND")


async def test_what_is_asked_wrongly_is_refused(town: Town) -> None:
    who = await town.member("赵错")
    for query in ("month=2026-13", "month=26-11", "month=0001-01", "month=x", "who=him", "q=x"):
        refused = await town.world.call("GET", f"/bills?{query}", token=who.token)
        assert (refused.status, refused.reason) == (422, "INVALID_INPUT"), query
    assert (await town.world.call("GET", "/bills")).status == 401


async def test_a_table_for_a_spreadsheet(town: Town) -> None:
    patient = await town.member("赵表", current_fen=500)
    paid = await buy(town, patient, (BASIC, "10.00"))
    headers = {"Authorization": f"Bearer {patient.token}", "Accept": "text/csv"}
    async with town.world.client.get("/api/v1/bills", headers=headers) as response:
        text = (await response.read()).decode("utf-8-sig")
    head, line, in_all = text.strip().splitlines()
    cells = dict(zip(head.split(","), line.split(","), strict=True))
    assert cells["时间"].startswith("2026-11-2") and len(cells["时间"]) == 16
    assert (cells["谁的"], cells["状态"], cells["金额（元）"]) == ("*表", "已付", "10.00")
    assert (cells["个人账户（元）"], cells["现金（元）"]) == ("5.00", "5.00")
    assert cells["结算号"].strip('"\t') == paid.setlinfo["setl_id"]
    assert in_all == "合计,,,,,10.00,0.00,5.00,0.00,0.00,5.00,"
