"""What of a cap is used and left, and who would pay a sum: as a till does it, on both sides."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.phone_world import at
from tests.till_world import Member, Town

OLD = date(1950, 1, 1)


async def used(town: Town, who: Member) -> dict[str, tuple[int, int, int]]:
    """Of each cap of one's only grant: the cap, what is used and what is left."""
    [grant] = (await town.world.call("GET", "/aid", token=who.token)).data
    found = {}
    for one in grant["caps_used"]:
        found[one["id"]] = (one["cap_fen"], one["used_fen"], one["left_fen"])
    return found


async def of_amount(town: Town, who: Member, amount_fen: int, grant: str = "me") -> Any:
    path = f"/aid/diagnosis?beneficiary={grant}&amount_fen={amount_fen}"
    answer = await town.world.call("GET", path, token=who.token)
    assert answer.status == 200, answer.body
    return answer.data["of_amount"]


async def test_both_sides_see_what_of_a_cap_is_used_and_left(town: Town) -> None:
    father = await town.member("李老", OLD, current_fen=0)
    daughter = await town.member("李敏", gend="2", current_fen=200_000)
    await town.grant(daughter, father, "father", cap_month_fen=10_000, cap_per_use_fen=9_000)
    nothing = {"cap_month_fen": (10_000, 0, 10_000)}
    assert await used(town, daughter) == await used(town, father) == nothing
    paid = await town.till.settle(await town.sale(father, "46.00"))
    assert paid.ok, paid.err_msg
    some = {"cap_month_fen": (10_000, 4_600, 5_400)}
    assert await used(town, daughter) == await used(town, father) == some
    [grant] = (await town.world.call("GET", "/aid", token=father.token)).data
    assert [one["until"] for one in grant["caps_used"]] == ["2026-11-30"]
    for who, other, i_pay in ((daughter, "*老", True), (father, "*敏", False)):
        picture = (await town.world.call("GET", "/bills", token=who.token)).data["picture"]
        [one] = picture["caps"]
        assert (one["name"], one["i_pay"], one["cap"]["left_fen"]) == (other, i_pay, 5_400)
    before = (await town.world.call("GET", "/bills?month=2026-10", token=father.token)).data
    assert before["picture"]["caps"] == []

    info = paid.setlinfo
    back = await town.till.cancel(info["setl_id"], info["mdtrt_id"], father.psn_no, father.place)
    assert back.ok, back.err_msg
    assert await used(town, daughter) == await used(town, father) == nothing

    assert (await town.till.settle(await town.sale(father, "90.00"))).ok
    town.clock.set(at(2026, 12, 1, 9))
    for who in (father, daughter):
        who.token = await town.world.log_in(f"m{who.id}x")
    assert await used(town, daughter) == await used(town, father) == nothing, "a new month"


async def test_nothing_of_a_cap_is_told_before_the_relative_has_agreed(town: Town) -> None:
    father = await town.member("李老", OLD, current_fen=0)
    daughter = await town.member("李敏", gend="2", current_fen=200_000)
    asked = await town.try_grant(daughter, father, "father", cap_month_fen=10_000)
    assert asked.status == 201 and asked.data["caps_used"] == []


@pytest.mark.parametrize(
    ("place", "amount", "parts"),
    [
        ("130100", 5_000, (3_560, 1_440, 0)),
        ("130100", 20_000, (3_560, 0, 16_440)),
        ("440300", 3_000, (3_560, 0, 0)),
        ("310100", 20_000, (3_560, 10_000, 6_440)),
    ],
)
async def test_an_amount_is_answered_as_a_till_pays_it(
    town: Town, place: str, amount: int, parts: tuple[int, int, int]
) -> None:
    """Own account, mutual aid and cash; in Hebei all or nothing above the own money."""
    father = await town.member("李老", OLD, place=place, current_fen=3_560)
    daughter = await town.member("李敏", gend="2", place=place, current_fen=0, carried_fen=200_000)
    grant = await town.grant(daughter, father, "father", cap_per_use_fen=10_000)
    own, aid, cash = min(parts[0], amount), parts[1], parts[2]
    told = await of_amount(town, father, amount)
    assert (told["own_fen"], told["aid_fen"], told["cash_fen"]) == (own, aid, cash)
    preview = await town.till.preview(await town.sale(father, f"{amount / 100:.2f}"))
    assert preview.ok, preview.err_msg
    assert int(preview.setlinfo["acct_mulaid_pay"] * 100) == aid
    assert bool(told["reasons"]) == (cash > 0)
    hers = await of_amount(town, daughter, amount, grant)
    assert (hers["own_fen"], hers["cash_fen"]) == (None, None), "his account is his affair"
    assert "35.60" not in str(hers)


async def test_a_donor_s_amount_tells_nothing_of_the_patient_s_account(town: Town) -> None:
    daughter = await town.member("李敏", gend="2", current_fen=200_000)
    told = []
    for own in (0, 3_560):
        father = await town.member(f"李老{'甲乙'[own > 0]}", OLD, current_fen=own)
        grant = await town.grant(daughter, father, "father", cap_month_fen=10_000)
        told.append(
            [await of_amount(town, daughter, fen, grant) for fen in (4_000, 10_000, 10_001)]
        )
        await town.world.call("DELETE", f"/aid/{grant}", token=daughter.token)
    assert told[0] == told[1]
    assert [one["aid_fen"] for one in told[0]] == [4_000, 10_000, 0]
    assert [why["reason"] for why in told[0][2]["reasons"]][:1] == ["CAP_MONTH"]
