"""置顶: whom a till asks first, set by either side where the region lets people set it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from app.domain.aid.rules.order import Move, check_order, may_order, placed
from app.kit.reasons import Refusal
from app.regions.loader import Rulebook
from tests.domain.aid.test_grants import act, kin, no
from tests.phone_world import at, together
from tests.till_world import Member, Town

BEIJING, SHAANXI, HEBEI = "110100", "610100", "130100"


async def family(town: Town, place: str = BEIJING, donors: int = 2) -> tuple[Member, list[Any]]:
    """A patient, and donors bound one after the other: (donor, grant)."""
    patient, *others = await kin(town, *[place] * (donors + 1))
    return patient, [(donor, await town.grant(donor, patient, "elder_sister")) for donor in others]


async def order(town: Town, patient: Member) -> list[str]:
    """Ids of the grants as the patient sees them, first asked first."""
    grants = (await act(town, "GET", "/aid", patient)).data
    assert sorted(one["rank"] for one in grants) == list(range(1, len(grants) + 1))
    return [one["id"] for one in sorted(grants, key=lambda one: one["rank"])]


async def asked_first(town: Town, patient: Member) -> int:
    """Who pays a small bill, at the till."""
    answer = await town.till.settle(await town.sale(patient, "1.00"))
    assert answer.ok and answer.setlinfo["acct_mulaid_pay"] == Decimal("1.00"), answer.err_msg
    sql = "select debit_account from transfer where grant_id is not null order by id desc limit 1"
    sql = f"select person_id from account where id = ({sql})"
    return int(await town.value(sql))


@pytest.mark.parametrize("rank", [0, 1])
async def test_the_mother_sets_herself_first_and_is_asked_first(town: Town, rank: int) -> None:
    patient, [(father, his), (mother, hers)] = await family(town)
    await drained(town, patient)
    assert (await order(town, patient), await asked_first(town, patient)) == (
        [his, hers],
        father.id,
    )
    changed = await act(town, "PATCH", f"/aid/{hers}", mother, {"rank": rank})
    assert (changed.data["rank"], changed.data["may_order"]) == (1, True)
    assert (await order(town, patient), await asked_first(town, patient)) == (
        [hers, his],
        mother.id,
    )
    back = await act(town, "PATCH", f"/aid/{his}", father, {"rank": rank})
    assert back.data["rank"] == 1
    assert (await order(town, patient), await asked_first(town, patient)) == (
        [his, hers],
        father.id,
    )


async def drained(town: Town, patient: Member) -> None:
    """The patient has nothing of the own, so that donors pay at once."""
    await town.value("update account set closed_at = now() where person_id = $1", patient.id)


async def test_the_beneficiary_moves_each_up_and_down(town: Town) -> None:
    patient, found = await family(town, donors=3)
    await drained(town, patient)
    one, two, three = (grant for _, grant in found)
    for grant, move, after in [
        (three, "top", [three, one, two]),
        (three, "up", [three, one, two]),
        (three, "down", [one, three, two]),
        (two, "up", [one, two, three]),
        (one, "bottom", [two, three, one]),
        (one, "down", [two, three, one]),
    ]:
        moved = await act(town, "POST", f"/aid/{grant}/order", patient, {"to": move})
        assert moved.status == 200 and moved.data["role"] == "beneficiary"
        assert await order(town, patient) == after
    assert await asked_first(town, patient) == found[1][0].id


async def test_a_donor_moves_the_own_grant_and_no_other(town: Town) -> None:
    patient, [(father, his), (mother, hers)] = await family(town)
    moved = await act(town, "POST", f"/aid/{hers}/order", mother, {"to": "top"})
    assert moved.data["rank"] == 1
    stranger = await town.member("赵六")
    for who, grant in ((mother, his), (stranger, his)):
        path = f"/aid/{grant}/order"
        assert no(await act(town, "POST", path, who, {"to": "top"})) == "NOT_FOUND"
    for wrong in ({}, {"to": "first"}, {"to": 1}, {"to": "top", "more": 1}):
        path = f"/aid/{his}/order"
        assert no(await act(town, "POST", path, father, wrong)) == "INVALID_INPUT"
    assert await order(town, patient) == [hers, his]


async def test_a_new_donor_comes_last_or_where_he_wants(town: Town) -> None:
    patient, [(_, one), (_, two)] = await family(town)
    third, fourth = await kin(town, BEIJING, BEIJING)
    last = await town.grant(third, patient, "elder_sister")
    assert await order(town, patient) == [one, two, last]
    second = await town.grant(fourth, patient, "elder_sister", rank=2)
    assert await order(town, patient) == [one, second, two, last]


async def test_changing_something_else_keeps_the_place(town: Town) -> None:
    patient, [(_, his), (mother, hers)] = await family(town)
    for body in ({"cap_day_fen": 5}, {"rank": 2}, {"rank": None}, {"rank": 1000}):
        changed = await act(town, "PATCH", f"/aid/{hers}", mother, body)
        assert changed.data["rank"] == 2
    assert await order(town, patient) == [his, hers]


async def test_rows_of_before_stand_as_they_were_bound(town: Town) -> None:
    patient, [(father, his), (mother, hers)] = await family(town)
    await town.value("update aid_grant set rank = 0 where beneficiary_id = $1", patient.id)
    await drained(town, patient)
    assert (await order(town, patient), await asked_first(town, patient)) == (
        [his, hers],
        father.id,
    )
    await act(town, "PATCH", f"/aid/{hers}", mother, {"rank": 0})
    assert (await order(town, patient), await asked_first(town, patient)) == (
        [hers, his],
        mother.id,
    )


async def test_who_ended_or_expired_takes_no_place(town: Town) -> None:
    patient, found = await family(town, donors=3)
    (first, one), (second, two), (third, three) = found
    await act(town, "DELETE", f"/aid/{one}", first)
    await act(town, "PATCH", f"/aid/{two}", second, {"ends_on": "2026-11-30"})
    assert await order(town, patient) == [two, three]
    town.clock.set(at(2026, 12, 1, 0))
    third.token = await town.world.log_in(f"m{third.id}x")
    [grant] = (await act(town, "GET", "/aid", third)).data
    assert grant["rank"] == 1


async def test_all_at_once_leave_one_order(town: Town) -> None:
    patient, found = await family(town, donors=4)
    late = await kin(town, BEIJING, BEIJING)
    await together(
        *(act(town, "PATCH", f"/aid/{grant}", donor, {"rank": 0}) for donor, grant in found),
        *(act(town, "POST", f"/aid/{grant}/order", patient, {"to": "down"}) for _, grant in found),
        *(town.grant(donor, patient, "elder_sister") for donor in late),
    )
    assert len(set(await order(town, patient))) == 6
    ranks = "select rank from aid_grant where beneficiary_id = $1 order by rank"
    assert [row["rank"] for row in await town.rows(ranks, patient.id)] == [1, 2, 3, 4, 5, 6]


async def test_where_the_region_orders_nobody_does(town: Town) -> None:
    patient, [(_, his), (mother, hers)] = await family(town, HEBEI)
    for who, grant in ((mother, hers), (patient, his)):
        answer = await act(town, "POST", f"/aid/{grant}/order", who, {"to": "top"})
        assert no(answer) == "ORDER_FIXED" and "余额从高到低" in answer.body["message"]
    assert no(await act(town, "PATCH", f"/aid/{hers}", mother, {"rank": 1})) == "ORDER_FIXED"
    assert (await act(town, "PATCH", f"/aid/{hers}", mother, {"rank": 0})).data["rank"] == 0
    third = (await kin(town, HEBEI))[0]
    await town.grant(third, patient, "elder_sister", rank=3)
    for who in (patient, mother):
        for grant in (await act(town, "GET", "/aid", who)).data:
            assert (grant["rank"], grant["may_order"]) == (0, False)


async def test_where_only_the_donor_sets_it_the_beneficiary_can_t(town: Town) -> None:
    """In Shaanxi the order is set when binding."""
    patient, [(_, his), (mother, hers)] = await family(town, SHAANXI)
    answer = await act(town, "POST", f"/aid/{hers}/order", patient, {"to": "top"})
    assert no(answer) == "ONLY_DONOR_MAY"
    assert [one["may_order"] for one in (await act(town, "GET", "/aid", patient)).data] == [
        False
    ] * 2
    assert (await act(town, "POST", f"/aid/{hers}/order", mother, {"to": "top"})).data["rank"] == 1
    assert await order(town, patient) == [hers, his]


def test_a_move_changes_the_order_of_two_at_the_most_but_for_the_ends() -> None:
    moves: list[Move] = ["top", "up", "down", "bottom"]
    for order_ in permutations((1, 2, 3)):
        for grant in order_:
            for move in moves:
                after = placed(order_, grant, move)
                assert sorted(after) == [1, 2, 3]
                assert [one for one in after if one != grant] == [x for x in order_ if x != grant]
            assert placed(order_, grant, "top")[0] == grant == placed(order_, grant, 0)[0]
            assert placed(order_, grant, "bottom")[-1] == grant == placed(order_, grant, 99)[-1]
            at_ = order_.index(grant) + 1
            assert placed(order_, grant, at_) == list(order_)


def test_where_only_the_beneficiary_sets_it_the_donor_can_t() -> None:
    """No region says so yet."""
    rules = Rulebook.load().at(BEIJING, date(2026, 1, 1)).rules.aid
    rules = rules.model_copy(update={"who_may_order": "beneficiary"})
    assert may_order(rules, by_donor=False) and not may_order(rules, by_donor=True)
    with pytest.raises(Refusal) as refused:
        check_order(rules, by_donor=True)
    assert refused.value.reason.code == "ONLY_BENEFICIARY_MAY"
