"""The wallet's way: money is held, offered, accepted, refused, runs out of time, comes back."""

from __future__ import annotations

from datetime import date

import pytest

from tests.domain.wallet.purses import (
    GUANGDONG,
    HEBEI,
    OLD,
    SHANGHAI,
    cleared,
    do,
    family,
    history,
    open_wallet,
    purse,
    send,
    sent,
    sweep,
    wallet,
)
from tests.phone_world import at, claim
from tests.till_world import Member, Town

WHOLE = {"CURRENT": 500_000, "CARRIED": 100_000, "WALLET": 0, "HELD": 0}
"""A son's purse of whom nothing has been taken."""


async def tie(town: Town, shower: Member, holder: Member, relation: str = "mother") -> str:
    """A family binding to which the holder has said yes."""
    body = claim(holder) | {"relation": relation}
    made = await town.world.call("POST", "/family", body, shower.token)
    assert made.status == 201, made.body
    told = await town.world.call("POST", f"/family/{made.data['id']}/confirm", None, holder.token)
    assert told.status == 200, told.body
    return str(made.data["id"])


@pytest.mark.parametrize("payee", [SHANGHAI, HEBEI])
async def test_money_goes_to_a_relative_in_any_province(town: Town, payee: str) -> None:
    son, mother = await family(town, payee=payee)
    before = await cleared(town)
    transfer = await sent(town, son, mother, 150_000)
    held = {"CURRENT": 350_000, "CARRIED": 100_000, "WALLET": 0, "HELD": 150_000}
    assert await purse(town, son) == held
    [offer] = (await wallet(town, mother))["offers"]
    assert (offer["id"], offer["other"], offer["other_is"]) == (transfer, "*儿", "儿子")
    accepted = await do(town, mother, "accept", transfer)
    assert accepted.status == 200 and accepted.data["state"] == "accepted"
    assert (await purse(town, mother))["WALLET"] == 150_000
    assert (await purse(town, son))["HELD"] == 0
    after = await cleared(town)
    after.subtract(before)
    if payee == HEBEI:
        assert after["13-13"] == 0
    else:
        assert (after["13-31"], after["31-13"]) == (150_000, -150_000)
    assert (await history(town, son))[0]["state"] == "accepted"


async def test_the_same_mark_is_the_same_transfer(town: Town) -> None:
    son, mother = await family(town)
    first = await send(town, son, mother, mark="one-of-a-kind")
    again = await send(town, son, mother, mark="one-of-a-kind")
    assert first.data == again.data
    other = await send(town, son, mother, 10_001, mark="one-of-a-kind")
    assert other.status == 422
    assert (await purse(town, son))["HELD"] == 10_000


async def test_what_is_held_is_told_with_what_for(town: Town) -> None:
    son, mother = await family(town)
    await sent(town, son, mother)
    me = await town.world.call("GET", "/me", None, son.token)
    [hold] = me.data["holds"]
    assert (hold["purpose"], hold["amount_fen"]) == ("wallet", 10_000)
    assert hold["expires_at"] == "2026-11-22T06:00:00.000+08:00"
    assert {a["kind"]: a["balance_fen"] for a in me.data["accounts"]}["wallet"] == 0


async def test_a_refusal_gives_it_back_at_once_where_the_two_have_a_tie(town: Town) -> None:
    son, mother = await family(town)
    binding = await tie(town, son, mother)
    transfer = await sent(town, son, {"family": binding})
    assert (await do(town, mother, "refuse", transfer)).status == 200
    assert (await history(town, son))[0]["state"] == "refused"
    assert await purse(town, son) == WHOLE
    assert (await do(town, mother, "accept", transfer)).reason == "OFFER_ENDED"
    assert (await send(town, son, {"family": binding})).status == 201


async def test_what_nobody_accepts_goes_back_at_six(town: Town) -> None:
    son, mother = await family(town)
    transfer = await sent(town, son, mother, 600_00)
    town.clock.set(at(2026, 11, 22, 5, 59))
    await sweep(town)
    assert (await purse(town, son))["HELD"] == 600_00
    town.clock.set(at(2026, 11, 22, 6))
    assert (await do(town, mother, "accept", transfer)).reason == "OFFER_ENDED"
    assert await sweep(town) > 0
    assert (await purse(town, son))["CURRENT"] == 500_000
    assert (await history(town, son))[0]["state"] == "returned"
    assert (await history(town, mother))[0]["state"] == "returned"
    assert (await send(town, son, mother)).status == 201, "nothing waits any more"


async def test_both_pockets_are_taken_from_and_filled_again(town: Town) -> None:
    son, mother = await family(town, fen=50_000)
    transfer = await sent(town, son, mother, 120_000)
    assert (await purse(town, son))["CARRIED"] == 30_000
    await do(town, mother, "accept", transfer)
    assert (await do(town, mother, "return", transfer, amount_fen=20_000)).status == 200
    assert (await purse(town, son))["CARRIED"] == 50_000, "what was taken last comes first"
    assert (await do(town, mother, "return", transfer, amount_fen=100_000)).status == 200
    assert await purse(town, son) == WHOLE | {"CURRENT": 50_000}
    assert (await purse(town, mother))["WALLET"] == 0
    too_much = await do(town, mother, "return", transfer, amount_fen=1)
    assert too_much.reason == "RETURN_TOO_MUCH"
    assert (await wallet(town, son))["sent_today"] == 1, "what comes back counts for nobody"


async def test_only_what_is_unspent_comes_back(town: Town) -> None:
    son, mother = await family(town)
    transfer = await sent(town, son, mother, 120_000)
    assert (await do(town, mother, "return", transfer, amount_fen=1)).reason == "OFFER_ENDED"
    await do(town, mother, "accept", transfer)
    # Mother sends part of it on to her daughter.
    daughter = await town.member("李女", gend="2", place=SHANGHAI)
    await open_wallet(town, daughter)
    whom = claim(daughter) | {"relation": "daughter"}
    onward = await send(town, mother, whom, 70_000, source="wallet")
    assert onward.status == 201, onward.body
    answer = await do(town, mother, "return", transfer, amount_fen=60_000)
    assert answer.reason == "RETURN_TOO_MUCH" and "500.00" in answer.body["message"]
    assert (await do(town, mother, "return", transfer, amount_fen=50_000)).status == 200


async def test_wallet_money_follows_its_owner_to_another_province(town: Town) -> None:
    son, mother = await family(town)
    transfer = await sent(town, son, mother, 50_000)
    await do(town, mother, "accept", transfer)
    later = await sent(town, son, mother, 30_000)
    await town.register(mother, insuplc_admdvs="330100")
    await town.register(son, insuplc_admdvs="320100")
    assert (await purse(town, mother))["WALLET"] == 50_000
    assert (await do(town, mother, "accept", later)).status == 200
    assert (await purse(town, mother))["WALLET"] == 80_000
    assert (await do(town, mother, "return", transfer, amount_fen=50_000)).status == 200
    assert (await purse(town, son))["CURRENT"] == 500_000 - 30_000
    assert (await wallet(town, mother))["place_of_use"] == "浙江省"


async def test_a_relative_opens_it_for_who_cannot(town: Town) -> None:
    son = await town.member("李儿", current_fen=500_000)
    mother = await town.member("王母", OLD, "2", place=SHANGHAI, insutype="390")
    await open_wallet(town, son)
    binding = await tie(town, son, mother)
    assert (await send(town, son, {"family": binding})).reason == "PAYEE_NOT_OPENED"
    [ward] = (await wallet(town, son))["wards"]
    assert (ward["holder"], ward["opened"], ward["place_of_use"]) == (binding, False, "上海市")
    assert (await open_wallet(town, son, binding)).status == 201
    row = (await town.rows("select * from wallet where person_id = $1", mother.id))[0]
    assert (row["opened_by"], row["binding_id"]) == (son.id, int(binding))
    transfer = await sent(town, son, {"family": binding})
    assert (await do(town, son, "accept", transfer)).status == 200
    assert (await purse(town, mother))["WALLET"] == 10_000
    assert (await do(town, son, "return", transfer, amount_fen=1)).reason == "ONLY_OWNER_RETURNS"


async def test_a_guardian_opens_accepts_and_gives_back_for_a_child(town: Town) -> None:
    father = await town.member("李父", current_fen=500_000)
    child = await town.world.add("李宝", date(2020, 2, 29), insutype="390", place=SHANGHAI)
    signed = {"commitment": "x", "proof": {"kind": "notarised", "reference": "1"}}
    body = claim(child) | {"relation": "son"} | signed
    binding = str((await town.world.call("POST", "/family", body, father.token)).data["id"])
    for holder in ("me", binding):
        assert (await open_wallet(town, father, holder)).status == 201
    transfer = await sent(town, father, {"family": binding})
    assert (await do(town, father, "accept", transfer)).status == 200
    assert (await do(town, father, "return", transfer, amount_fen=4_000)).status == 200
    assert (await purse(town, child))["WALLET"] == 6_000
    assert (await purse(town, father))["CURRENT"] == 494_000


async def test_a_place_without_the_wallet_neither_opens_nor_accepts(town: Town) -> None:
    son, mother = await family(town)
    cousin = await town.member("陈远", place=GUANGDONG)
    answer = await open_wallet(town, cousin)
    assert answer.reason == "PLACE_NOT_LIVE" and "广东省" in answer.body["message"]
    assert (await wallet(town, cousin))["cannot_open"]["reason"] == "PLACE_NOT_LIVE"
    transfer = await sent(town, son, mother)
    await town.register(mother, insuplc_admdvs=GUANGDONG)
    assert (await do(town, mother, "accept", transfer)).reason == "PLACE_NOT_LIVE"


async def test_the_statement_tells_who_is_at_the_other_end(town: Town) -> None:
    son, mother = await family(town)
    transfer = await sent(town, son, mother)
    await do(town, mother, "accept", transfer)
    await do(town, mother, "return", transfer, amount_fen=4_000)
    path = "/accounts/statement?from=2026-11-21&to=2026-11-21"
    told = {}
    for who, other in ((son, "*母"), (mother, "*儿")):
        data = (await town.world.call("GET", path, None, who.token)).data
        moves = [one for one in data["items"] if one["what"] != "opening"]
        assert {one["other"] for one in moves} == {other}
        assert {one["for_whom"] for one in moves} == {None}
        told[other] = [(one["what"], one["account"], one["amount_fen"]) for one in moves]
    assert told["*母"] == [
        ("hold", "current", -10_000),
        ("hold", "held", 10_000),
        ("posted", "held", -10_000),
        ("wallet_in", "current", 4_000),
    ]
    assert ("wallet_in", "wallet", 10_000) in told["*儿"]


async def test_a_stranger_has_no_say(town: Town) -> None:
    son, mother = await family(town)
    stranger, _ = await family(town)
    transfer = await sent(town, son, mother)
    for what in ("accept", "refuse"):
        for who in (stranger, son):
            assert (await do(town, who, what, transfer)).status == 404
    assert (await do(town, stranger, "return", transfer, amount_fen=1)).status == 404
    assert (await do(town, mother, "accept", "1")).status == 404
