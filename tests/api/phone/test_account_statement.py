"""The account statement at the phone's door: a part return is one matter, of which every movement
names the same bill."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.api.phone.test_my_bills import buy
from tests.till_world import BASIC, Member, Town

DAYS = "/accounts/statement?from=2026-11-01&to=2026-11-30"


async def moves(town: Town, who: Member) -> list[dict[str, Any]]:
    answer = await town.world.call("GET", DAYS, token=who.token)
    return [one for one in answer.data["items"] if one["what"] != "opening"]


async def part_back(town: Town, paid: Any) -> Any:
    ids = {name: paid.setlinfo[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    lines = [{"feedetl_sn": paid.output["detlcutinfo"][0]["feedetl_sn"], "cnt": "1"}]
    town.clock.advance(1)
    part = await town.till.call("2103A", {"data": ids, "drugdetail": lines})
    assert part.ok, part.err_msg
    return part


async def test_what_a_part_return_moves_names_the_bill_that_is_left(town: Town) -> None:
    father = await town.member("李老", date(1950, 1, 1), current_fen=1_000)
    son = await town.member("李强", current_fen=70_000)
    await town.grant(son, father, "father")
    paid = await buy(town, father, (BASIC, "7.00"), (BASIC, "20.00"))
    part = await part_back(town, paid)
    stands = part.setlinfo["setl_id"]
    for who, back_fen in ((father, 0), (son, 700)):
        first, *rest = await moves(town, who)
        assert (first["part_of"], first["setl_id"]) == (None, paid.setlinfo["setl_id"])
        assert {one["part_of"] for one in rest} == {stands}
        assert sum(one["amount_fen"] for one in rest) == back_fen

    undo = {"psn_no": father.psn_no, "omsgid": part.msgid, "oinfno": "2103A"}
    town.clock.advance(1)
    assert (await town.till.call("2601", {"data": undo})).ok
    restored = [one for one in await moves(town, son) if one["what"] == "restored"]
    reversed_ = [one for one in await moves(town, son) if one["what"] == "reversal"]
    assert {one["part_of"] for one in restored + reversed_} == {restored[0]["setl_id"]}
    assert sum(one["amount_fen"] for one in await moves(town, son)) == -1_700


async def test_a_cancel_is_no_part_return(town: Town) -> None:
    patient = await town.member("李全", current_fen=1_000)
    paid = await buy(town, patient, (BASIC, "7.00"))
    info = paid.setlinfo
    await town.till.cancel(info["setl_id"], info["mdtrt_id"], patient.psn_no, patient.place)
    assert [one["part_of"] for one in await moves(town, patient)] == [None, None]
