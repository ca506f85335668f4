"""Bills without their number, and the messages behind a figure."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.clients.till.sale import sale_input
from app.domain.ops.finding import repository
from app.domain.registry import service as registry
from app.kit.clock import local_date
from tests.api.ops.conftest import NightShift
from tests.api.tills.test_undo import Case, case
from tests.phone_world import Answer
from tests.servers import owner

__all__ = ["case"]
WHY = "顾客来电：找不到单子"


def days(first: int = 1, last: int = 0) -> dict[str, str]:
    """Some days by the machine's clock, which makes ids; both ends hold whatever the hour."""
    today = local_date(datetime.now(UTC))
    since, until = today - timedelta(days=first), today + timedelta(days=last)
    return {"since": str(since), "until": str(until)}


async def search(night: NightShift, token: str, **which: Any) -> Answer:
    return await night.call("POST", "/bills/search", {"reason": WHY} | which, token)


def numbers(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [one["setl_id"] for one in answer.data["bills"]]


async def test_a_bill_is_found_by_shop_day_and_any_payers_amount(
    night: NightShift, case: Case
) -> None:
    town, token = night.town, await night.sign_in()
    of_shop = {"fixmedins_code": town.shop.code} | days(1, 1)
    cancelled = await case.cancel()
    ids = [cancelled.setlinfo["setl_id"], case.ids["setl_id"]]
    for yuan in ("250.00", "150", "100.00"):  # the total, the son's aid, the patient's own
        assert numbers(await search(night, token, amount=yuan, **of_shop)) == ids, yuan
    assert numbers(await search(night, token, amount="250.01", **of_shop)) == []
    assert numbers(await search(night, token, number=ids[1][-6:], **of_shop)) == [ids[1]]
    assert numbers(await search(night, token, number=ids[1])) == [ids[1]]
    assert numbers(await search(night, token, clr_optins="130199", **of_shop)) == ids
    assert numbers(await search(night, token, clr_optins="110199", **of_shop)) == []
    long_ago = of_shop | days(30, -20)
    assert numbers(await search(night, token, **long_ago)) == []
    found = await search(night, token, **of_shop)
    back, paid = found.data["bills"]
    assert (paid["total_fen"], paid["own_fen"], paid["aid_fen"]) == (25_000, 10_000, 15_000)
    assert (paid["undone"], back["undone"], back["total_fen"]) == (True, False, -25_000)
    assert (paid["name"], paid["institution"]) == ("*老", town.shop.name)
    told = json.dumps(found.body, ensure_ascii=False)
    for secret in (case.patient.name, case.patient.certno, case.patient.psn_no, case.son.name):
        assert secret not in told
    story = await night.story(token, setl_id=paid["setl_id"])
    assert story.status == 200


async def test_a_bill_is_found_by_name_and_last_four_and_the_look_names_neither(
    night: NightShift, case: Case
) -> None:
    token, patient = await night.sign_in(), case.patient
    other = await night.town.member(patient.name, current_fen=1_000)
    assert other.certno[-4:] != patient.certno[-4:]
    who = {"psn_name": f" {patient.name}", "certno_last": patient.certno[-4:]}
    found = await search(night, token, **who)
    assert numbers(found) == [case.ids["setl_id"]] and found.data["people"] == 1
    assert numbers(await search(night, token, **who, amount="7")) == []
    assert numbers(await search(night, token, **who, born="1990-01-01")) == []
    nobody = await search(night, token, **who | {"certno_last": "000X"})
    assert (numbers(nobody), nobody.data["people"]) == ([], 0)
    stored = await night.town.rows("select * from ops_look order by id")
    assert [row["person_id"] for row in stored] == [patient.id, patient.id, None, None]
    assert [row["found"] for row in stored] == [True, False, False, False]
    for row in stored:
        assert patient.name not in row["target"] and patient.certno[-4:] not in row["target"]
    lines = (await night.call("GET", "/audit/looks", token=token)).data
    assert lines[-1]["what"] == "bills" and lines[-1]["reason"] == WHY


async def test_too_many_of_a_name_are_not_opened(
    night: NightShift, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, patient = await night.sign_in(), case.patient
    await night.town.member(patient.name, current_fen=1_000)
    monkeypatch.setattr(registry, "_NAMESAKES_MAX", 1)
    who = {"psn_name": patient.name, "certno_last": patient.certno[-4:]}
    crowded = await search(night, token, **who)
    assert (numbers(crowded), crowded.data["crowded"]) == ([], True)
    born = patient.certno[6:14]
    told = await search(night, token, **who, born=f"{born[:4]}-{born[4:6]}-{born[6:]}")
    assert numbers(told) == [case.ids["setl_id"]]
    assert await night.town.value("select count(*) from ops_look") == 2


async def test_pages_go_on_and_say_up_to_when_was_looked(
    night: NightShift, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, token = night.town, await night.sign_in()
    await case.cancel()
    patient = await town.member("王二", current_fen=90_000)
    for yuan in ("11.00", "12.00", "13.00"):
        assert (await town.till.settle(await town.sale(patient, yuan))).ok
    of_shop = {"fixmedins_code": town.shop.code} | days(1, 1)
    whole = numbers(await search(night, token, **of_shop))
    assert len(whole) == 5
    monkeypatch.setattr(repository, "PAGE", 2)
    monkeypatch.setattr(repository, "OF_SHOP", repository.OF_SHOP.replace("limit 51", "limit 3"))
    seen: list[str] = []
    before = ""
    while before is not None:
        page = await search(night, token, before=before, **of_shop)
        seen += numbers(page)
        before = page.data["more"]
    assert seen == whole
    monkeypatch.setattr(repository, "READ_MAX", 2)
    short = repository.OF_SHOP.replace("limit 20000", "limit 2")
    monkeypatch.setattr(repository, "OF_SHOP", short)
    part = await search(night, token, amount="250.00", **of_shop)
    assert numbers(part) == [] and part.data["looked_to"], "two others were looked at"
    rest = await search(night, token, amount="250.00", before=part.data["more"], **of_shop)
    assert numbers(rest) == whole[3:4]


@pytest.mark.parametrize(
    "which",
    [
        {},
        {"number": "12"},
        {"number": "123456"},
        {"fixmedins_code": "P00000000000"},
        {"psn_name": "李老"},
        {"certno_last": "1234"},
        {"psn_name": "李老", "certno_last": "12"},
        {"fixmedins_code": "P1", "since": "2026-11-01", "until": "2026-12-02"},
        {"fixmedins_code": "P1", "since": "2026-11-02", "until": "2026-11-01"},
        {"fixmedins_code": "P1", "since": "0001-01-01"},
        {"fixmedins_code": "P1", "since": "2026-11-01", "amount": "1.234"},
        {"fixmedins_code": "P1", "since": "2026-11-01", "amount": "-1"},
        {"fixmedins_code": "P1", "since": "2026-11-01", "reason": "short"[:3]},
        {"fixmedins_code": "P1", "since": "2026-11-01", "clr_optins": "13"},
    ],
)
async def test_a_search_without_bounds_is_refused(night: NightShift, which: dict[str, str]) -> None:
    answer = await search(night, await night.sign_in(), **which)
    assert (answer.status, answer.reason) == (422, "INVALID_INPUT")
    assert await night.town.value("select count(*) from ops_look") == 0


async def test_a_viewer_opens_the_messages_behind_a_figure(night: NightShift, case: Case) -> None:
    viewer = await night.sign_in("viewer")
    await case.cancel()
    refused = await case.cancel()
    now = datetime.now(UTC)
    span = {
        "since": (now - timedelta(hours=1)).isoformat(),
        "until": (now + timedelta(minutes=1)).isoformat(),
    }

    async def messages(**more: str) -> Any:
        answer = await night.call("GET", "/messages", token=viewer, params=span | more)
        assert answer.status == 200, answer.body
        told = json.dumps(answer.body, ensure_ascii=False)
        for secret in (case.patient.name, case.patient.certno, case.patient.psn_no):
            assert secret not in told
        return answer.data["messages"]

    found = await messages()
    assert [(one["infno"], one["state"]) for one in found] == [
        ("2103", 2),
        ("2103", 1),
        ("2102", 1),
    ]
    assert found[2]["total_fen"] == 25_000 and found[2]["setl_id"] == case.ids["setl_id"]
    assert found[0]["msgid"] == refused.msgid and found[0]["message"]
    assert await messages(reason="ALREADY_CANCELLED") == found[:1]
    assert await messages(state="1", fixmedins_code=night.town.shop.code) == found[1:]
    assert await messages(fixmedins_code="P00000000000") == []
    assert await messages(before=found[1]["id"]) == found[2:]
    shops = await night.call(
        "GET", "/institutions", token=viewer, params={"text": night.town.shop.code}
    )
    assert [one["fixmedins_name"] for one in shops.data] == [night.town.shop.name]
    for wrong in ({"until": span["since"]}, {"since": (now - timedelta(days=9)).isoformat()}):
        answer = await night.call("GET", "/messages", token=viewer, params=span | wrong)
        assert answer.status == 422


async def test_a_message_that_cannot_be_read_is_listed_without_its_sum(
    night: NightShift, case: Case
) -> None:
    """And its story is told."""
    town, viewer = night.town, await night.sign_in("viewer")
    async with town.drainer_away():
        given = sale_input(await town.sale(case.patient, "10.00"), town.clock.now())
        msgid = town.till.new_msgid()
        body = town.till.body("2102", given, msgid, case.patient.place)
        await town.ask(body, wait=0)
        async with owner(town.services.settings.database_url) as connection:
            spoil = "update request set body = '[]' where msgid = $1"
            await connection.execute(spoil, msgid)
        await town.drain()
    now = datetime.now(UTC)
    span = {
        "since": (now - timedelta(hours=1)).isoformat(),
        "until": (now + timedelta(minutes=1)).isoformat(),
    }
    answer = await night.call("GET", "/messages", token=viewer, params=span | {"state": "4"})
    assert answer.status == 200, answer.body
    [found] = answer.data["messages"]
    assert (found["msgid"], found["total_fen"], found["reason"]) == (msgid, None, "SET_ASIDE")
    which = {"fixmedins_code": town.shop.code, "msgid": msgid}
    assert (await night.story(await night.sign_in(), **which)).status == 200
