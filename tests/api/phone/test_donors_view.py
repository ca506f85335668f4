"""A donor sees what concerns the donor; the patient's and other donors' affairs stay theirs."""

from __future__ import annotations

import string
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.api.reasons import EVERY
from app.clients.till.client import Item
from app.domain.aid.rules.own_words import in_own_words
from app.domain.settlement.rules.diagnosis import concerns, told_to_donor
from app.domain.settlement.rules.steps import _SAY, Step, shown_to_donor, shown_to_patient
from app.kit.reasons import Because, Reason
from tests.till_world import BASIC, SELF_PAID, Member, Town

ME, PATIENT, OTHER = 5, 6, 7
TOKENS = [f"@{person}" for person in (ME, PATIENT, OTHER)]


def figures_of(text: str, token: str) -> dict[str, str]:
    """All that a sentence names, as told of a person."""
    return {name: token for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("say", _SAY)
def test_no_step_shows_a_donor_another_person(say: str) -> None:
    for token in TOKENS:
        step = Step(say, "", "", figures_of(_SAY[say][0], token))
        for seen in shown_to_donor(ME, [step]):
            assert set(seen.figures.values()) == {f"@{ME}"}
    own = Step(say, "", "", {"name": f"@{ME}"})
    listed = {"source", "cap", "paid", "skipped"}
    assert bool(shown_to_donor(ME, [own])) == (say in listed), "a new step is the patient's alone"


@pytest.mark.parametrize("code", EVERY)
def test_no_reason_shows_a_donor_another_person(code: str) -> None:
    reason: Reason = EVERY[code]
    for token in TOKENS:
        why = Because(reason, figures_of(reason.zh + reason.next_zh, token) | {"x": token})
        told = told_to_donor(why, ME)
        if concerns(why, ME) and why.params.get("name") == f"@{ME}":
            assert told == in_own_words(why, ME) and told.params == why.params
            assert told.reason.code == code
        elif "name" in why.params:
            assert told.reason.code == "ASK_BENEFICIARY" and not told.params


def test_what_a_donor_has_is_not_the_patients_to_see() -> None:
    for say in ("source", "cap", "short"):
        assert not shown_to_patient([Step(say, "", "", {"name": f"@{ME}"})])


async def household(town: Town) -> tuple[Member, Member, Member, dict[str, str]]:
    """A father with 10.00, a daughter who pays, a son who has frozen his grant."""
    father = await town.member("李老", date(1950, 1, 1), current_fen=1_000)
    daughter = await town.member("李敏", gend="2", current_fen=90_000)
    son = await town.member("王强", current_fen=70_000)
    grants = {"daughter": await town.grant(daughter, father, "father")}
    grants["son"] = await town.grant(son, father, "father")
    await town.world.call("POST", f"/aid/{grants['son']}/freeze", token=son.token)
    return father, daughter, son, grants


def nothing_of_others(told: Any, others: list[str]) -> None:
    text = str(told)
    for one in others:
        assert one not in text, (one, text)


async def test_a_donor_previews_what_the_donor_would_pay(town: Town) -> None:
    father, daughter, son, grants = await household(town)
    items = [
        {"med_list_codg": BASIC, "price": "50", "count": "1"},
        {"med_list_codg": SELF_PAID, "price": "3", "count": "1"},
    ]
    body = {"fixmedins_code": town.shop.code, "items": items}

    async def preview(who: Member, patient: str) -> Any:
        return (
            await town.world.call("POST", "/preview", body | {"patient": patient}, who.token)
        ).data

    hers = await preview(daughter, grants["daughter"])
    assert {part["payer"]: part["amount_fen"] for part in hers["parts"]} == {
        "aid": 4_000,
        "others": 1_300,
    }
    nothing_of_others(hers, ["*强", "FROZEN", "10.00", "ITEM_OUT_OF_SCOPE", "本人账户"])
    assert any("共济支付40.00元" in step for step in hers["steps"])
    his = await preview(son, grants["son"])
    assert [why["reason"] for why in his["reasons"]] == ["FROZEN"]
    nothing_of_others(his, ["*敏", "40.00", "10.00元", "本人账户"])
    whole = await preview(father, "me")
    assert "FROZEN" in str(whole) and "本人账户" in str(whole), "the patient sees it all"


async def test_a_donor_reads_the_own_part_of_a_bill(town: Town) -> None:
    father, daughter, son, _ = await household(town)
    items = [Item(BASIC, Decimal(1), Decimal("50.00"))]
    paid = await town.till.settle(town.sale_of(father, await town.scan(father), items))
    assert paid.ok, paid.err_msg
    path = f"/settlements/{paid.setlinfo['setl_id']}"
    hers = (await town.world.call("GET", path, token=daughter.token)).data
    nothing_of_others(hers, ["*强", "FROZEN", "10.00元", "本人账户"])
    assert (await town.world.call("GET", path, token=son.token)).status == 404


@pytest.mark.parametrize(
    "change",
    ["psn_insu_stas = '2'", "suspended = true"],
)
async def test_how_the_patient_is_insured_is_not_told_to_a_donor(town: Town, change: str) -> None:
    father, daughter, _, grants = await household(town)
    await town.value(f"update person set {change} where id = $1", father.id)
    items = [{"med_list_codg": BASIC, "price": "50", "count": "1"}]
    body = {"fixmedins_code": town.shop.code, "items": items, "patient": grants["daughter"]}
    answer = await town.world.call("POST", "/preview", body, daughter.token)
    assert answer.reason == "ASK_BENEFICIARY"
    path = f"/aid/diagnosis?beneficiary={grants['daughter']}"
    found = (await town.world.call("GET", path, token=daughter.token)).data
    assert [why["reason"] for why in found["reasons"]] == ["ASK_BENEFICIARY"]
    [grant] = (await town.world.call("GET", "/aid", token=daughter.token)).data
    assert grant["why_not"]["reason"] == "ASK_BENEFICIARY" and not grant["can_pay"]
