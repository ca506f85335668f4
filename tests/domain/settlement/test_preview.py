"""What the preview says is what the settlement does, to the fen; and a cancel takes all of it back,
so that the same bill comes out the same again."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from app.clients.till.client import Item, Sale
from tests.till_world import BASIC, CAPPED, SELF_PAID, SHARED, Member, Town

PLACES = {
    "130100": {}, "410100": {}, "150100": {}, "110100": {}, "440300": {}, "450600": {},
    "310100": {}, "370900": {}, "140100": {"ends_on": "2027-11-01"}, "350100": {},
}  # fmt: skip
"""Places whose rules differ in order, number of donors, floor, caps, source; what a grant needs."""
FIGURES = (
    "medfee_sumamt", "fund_pay_sumamt", "act_pay_dedc", "psn_part_amt", "acct_pay",
    "acct_mulaid_pay", "psn_cash_pay", "balc",
)  # fmt: skip


async def household(town: Town, chance: Random, place: str) -> tuple[Member, list[Member]]:
    """A father and up to three donors with this and that."""
    father = await town.member("李老", date(1950, 1, 1), place=place, current_fen=_some(chance))
    donors = []
    for _ in range(1 if place == "370900" else chance.choice([1, 2, 3])):
        donor = await town.member(
            "李敏", gend="2", place=place, current_fen=_some(chance), carried_fen=_some(chance)
        )
        caps = {
            f"cap_{period}_fen": chance.choice([None, None, 5_000]) for period in ("day", "month")
        }
        await town.grant(donor, father, "father", **PLACES[place], **caps)
        allotting = town.services.allotting
        if most := place == "350100" and (await allotting.standing(donor.id)).most_fen:
            await allotting.allot(donor.id, most)
        donors.append(donor)
    return father, donors


def _some(chance: Random) -> int:
    return chance.choice([0, 1, 2_000, 30_000, 300_000])


def _items(chance: Random) -> list[Item]:
    codes = chance.sample([BASIC, SHARED, SELF_PAID, CAPPED], chance.randrange(1, 5))
    return [
        Item(code, Decimal(chance.randrange(1, 4)), Decimal(chance.choice(["9.99", "80", "0.37"])))
        for code in codes
    ]


async def on_phone(town: Town, father: Member, sale: Sale) -> dict[str, int]:
    items = [
        {"med_list_codg": i.med_list_codg, "price": f"{i.pric:f}", "count": f"{i.cnt:f}"}
        for i in sale.items
    ]
    body = {"fixmedins_code": town.shop.code, "items": items}
    answer = await town.world.call("POST", "/preview", body, father.token)
    sums = {"fund": 0, "own": 0, "aid": 0, "cash": 0}
    for part in answer.data["parts"]:
        sums[part["payer"]] += part["amount_fen"]
    return sums


def figures(info: dict[str, Any]) -> dict[str, Any]:
    """What the till is told, but for ids and times."""
    explained = {
        k: v for k, v in info["exp_content"].items() if k in ("donors", "reasons", "steps")
    }
    return {name: info[name] for name in FIGURES} | explained


@pytest.mark.parametrize("place", PLACES)
async def test_the_preview_is_what_happens_and_a_cancel_undoes_it(town: Town, place: str) -> None:
    chance = Random(f"{place}-bills")
    aid = Decimal(0)
    for _ in range(4):
        father, donors = await household(town, chance, place)
        people = [father, *donors]
        for _ in range(2):
            sale = town.sale_of(father, await town.scan(father), _items(chance))
            before = [await town.balance(person) for person in people]
            phone = await on_phone(town, father, sale)
            said = await town.till.preview(sale)
            assert [await town.balance(person) for person in people] == before
            paid = await town.till.settle(sale)
            assert paid.ok, paid.err_msg
            info = paid.setlinfo
            assert figures(info) == figures(said.setlinfo)
            assert phone["aid"] == info["acct_mulaid_pay"] * 100
            assert phone["cash"] == info["psn_cash_pay"] * 100
            gone = await town.till.cancel(
                info["setl_id"], info["mdtrt_id"], father.psn_no, father.place
            )
            assert gone.ok, gone.err_msg
            assert [await town.balance(person) for person in people] == before
            again = await town.till.settle(
                town.sale_of(father, await town.scan(father), sale.items)
            )
            assert figures(again.setlinfo) == figures(info)
            aid += info["acct_mulaid_pay"]
    assert aid > 0, "some of it was mutual aid"


async def test_a_step_that_names_a_donor_shows_the_masked_name(town: Town) -> None:
    father = await town.member("李老", date(1950, 1, 1), current_fen=1_000)
    son = await town.member("李强", current_fen=90_000)
    await town.grant(son, father, "father")
    paid = await town.till.settle(await town.sale(father, "50.00"))
    assert paid.ok, paid.err_msg
    path = f"/settlements/{paid.setlinfo['setl_id']}"
    seen = await town.world.call("GET", path, token=father.token)
    steps = seen.data["steps"]
    assert any("*强共济支付40.00元" in step for step in steps), steps
    assert not any(f"@{son.id}" in step for step in steps)


@pytest.mark.parametrize(
    ("price", "count"),
    [("1_000", "1"), ("１２", "1"), ("٣", "1"), ("1", "1_0"), (True, "1"), ("x", "1"),
     ("-1", "1"), ("0", "1"), ("0.000001", "1"), ("NaN", "1"), ("", "1"), (None, "1")],
)  # fmt: skip
async def test_a_preview_reads_figures_as_a_till_does(
    town: Town, price: object, count: object
) -> None:
    father = await town.member("李国强", current_fen=10_000)
    item = {"med_list_codg": BASIC, "price": price, "count": count}
    body = {"fixmedins_code": town.shop.code, "items": [item]}
    answer = await town.world.call("POST", "/preview", body, father.token)
    assert (answer.status, answer.body["reason"]) == (422, "INVALID_INPUT"), answer.body


async def test_a_preview_has_a_limit(town: Town) -> None:
    father = await town.member("李国强", current_fen=10_000)
    item = {"med_list_codg": BASIC, "price": "99999999", "count": "999999"}
    body = {"fixmedins_code": town.shop.code, "items": [item] * 200}
    answer = await town.world.call("POST", "/preview", body, father.token)
    assert (answer.status, answer.body["reason"]) == (422, "INVALID_INPUT")
    body["items"] = [item | {"price": "12.50", "count": "2"}]
    fine = await town.world.call("POST", "/preview", body, father.token)
    assert fine.data["total_fen"] == 2500


@pytest.mark.parametrize("written", ["1e2", ".5", "5.", "+5", " 5 ", "1_0", "５", "-0", "NaN"])
@pytest.mark.parametrize("name", ["price", "count"])
async def test_the_phone_takes_plain_notation_only(town: Town, name: str, written: str) -> None:
    father = await town.member("李老", date(1950, 1, 1), current_fen=1_000)
    item = {"med_list_codg": BASIC, "price": "1.00", "count": "1"} | {name: written}
    body = {"fixmedins_code": town.shop.code, "items": [item]}
    answer = await town.world.call("POST", "/preview", body, father.token)
    assert answer.reason == "INVALID_INPUT"
