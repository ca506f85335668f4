"""Who pays: own account, then donors as the region says, then cash."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.aid.rules.giving import Donor
from app.domain.settlement.rules.funding import Case, Funding, fund
from app.regions.periods import USE
from tests.domain.settlement.rules.made import (
    HEBEI,
    NATION,
    PATIENT,
    case,
    donor,
    owner,
    with_rules,
)

YUAN = 100


def reasons(funding: Funding) -> list[str]:
    return [item.reason.code for item in funding.because]


def paid(funding: Funding) -> tuple[int, int, int]:
    return funding.own_fen, funding.mulaid_fen, funding.cash_fen


def test_the_worked_case_donor_470_pays_nothing_of_475() -> None:
    # SOURCES F5.4's worked case: person part 775, payable 675, own 200; a donor would give 475.
    got = fund(case(775 * YUAN, 675 * YUAN, 200 * YUAN, [donor(2, 470 * YUAN)]))
    assert paid(got) == (200 * YUAN, 0, 575 * YUAN)
    assert reasons(got) == ["ITEM_OUT_OF_SCOPE", "DONOR_BALANCE_BELOW_BILL"]
    params = got.because[1].params
    # How much is short would tell what the donor has.
    assert params == {"name": "@2", "need": "475.00"}


def test_the_worked_case_donor_475_pays_all_that_is_payable() -> None:
    got = fund(case(775 * YUAN, 675 * YUAN, 200 * YUAN, [donor(2, 475 * YUAN)]))
    assert paid(got) == (200 * YUAN, 475 * YUAN, 100 * YUAN)
    assert reasons(got) == ["ITEM_OUT_OF_SCOPE"]


@pytest.mark.parametrize(("own", "aid"), [(10, 10), (30, 0)])
def test_own_money_first_as_in_ningbo(own: int, aid: int) -> None:
    # SOURCES S66: cost 100, of which 20 may be paid from an account.
    got = fund(case(100 * YUAN, 20 * YUAN, own * YUAN, [donor(2, 400 * YUAN)]))
    assert (got.own_fen, got.mulaid_fen) == (min(own, 20) * YUAN, aid * YUAN)


def test_hebei_takes_the_fullest_donor_and_never_two() -> None:
    donors = [donor(2, 300), donor(3, 400), donor(4, 400)]
    got = fund(case(400, donors=donors))
    assert [(leg.person_id, leg.amount_fen) for leg in got.legs] == [(3, 400)]
    short = fund(case(401, donors=donors))
    assert paid(short) == (0, 0, 401)
    assert reasons(short) == ["DONOR_BALANCE_BELOW_BILL"]


def test_where_they_may_combine_donors_pay_in_turn() -> None:
    donors = [donor(2, 1, rules=NATION), donor(3, 400, rules=NATION)]
    got = fund(case(300, donors=donors, rules=NATION))
    assert [(leg.person_id, leg.amount_fen) for leg in got.legs] == [(2, 1), (3, 299)]
    partly = fund(case(500, donors=donors, rules=NATION))
    assert (partly.mulaid_fen, partly.cash_fen) == (401, 99)
    assert reasons(partly) == ["AID_PAID_PARTLY"]


def test_a_donor_gives_no_more_than_the_own_cap_and_the_next_goes_on() -> None:
    donors = [donor(2, 900, rules=NATION, cap_per_use_fen=100), donor(3, 900, rules=NATION)]
    got = fund(case(300, donors=donors, rules=NATION))
    assert [(leg.person_id, leg.amount_fen) for leg in got.legs] == [(2, 100), (3, 200)]


def test_several_donors_whole_or_not_at_all() -> None:
    rules = with_rules(max_donors=None)
    got = fund(case(500, donors=[donor(2, 100), donor(3, 300)], rules=rules))
    assert paid(got) == (0, 0, 500)
    assert reasons(got) == ["DONORS_TOGETHER_BELOW_BILL"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("balance_desc", [4, 3, 2]),
        ("bind_first", [2, 3, 4]),
        ("bind_last", [4, 3, 2]),
        ("user_order", [3, 4, 2]),
    ],
)
def test_regions_order_donors_differently(order: str, expected: list[int]) -> None:
    rules = with_rules(donor_order=order, max_donors=None, allow_partial=True)
    donors = [donor(2, 5, rank=3), donor(3, 6, rank=1), donor(4, 7, rank=2)]
    got = fund(case(18, donors=donors, rules=rules))
    assert [leg.person_id for leg in got.legs] == expected


def test_own_use_spends_the_current_year_first_and_a_donor_what_was_carried_over() -> None:
    patient = owner(PATIENT, 30, 30)
    got = fund(case(100, donors=[donor(2, 50, 20)], patient=patient))
    assert [(leg.account_id, leg.amount_fen) for leg in got.legs] == [
        (11, 30),
        (12, 30),
        (22, 20),
        (21, 20),
    ]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: donor(2, 500, frozen=True), "FROZEN"),
        (lambda: donor(2, 500, starts_on=date(2026, 11, 22)), "NOT_YET_EFFECTIVE"),
        (lambda: donor(2, 500, ends_on=date(2026, 11, 20)), "EXPIRED"),
        (lambda: donor(2, 500, purposes=("premium",)), "PURPOSE_NOT_AUTHORISED"),
        (lambda: donor(2, 500, in_order=False), "DONOR_SUSPENDED"),
        (lambda: donor(2, None), "DONOR_NO_PERSONAL_ACCOUNT"),
        (lambda: donor(2, 500, place="320100"), "AREA_NOT_ALLOWED"),
        (lambda: donor(2, 0), "DONOR_BALANCE_ZERO"),
        (lambda: donor(2, 500, rules=with_rules(floor_fen=500)), "BELOW_FLOOR"),
        (lambda: donor(2, 500, 0, rules=with_rules(fund_source="carried_over")),
         "CURRENT_YEAR_NOT_SHAREABLE"),
        (lambda: donor(2, 500, cap_per_use_fen=399), "CAP_SINGLE"),
        (lambda: donor(2, 399), "DONOR_BALANCE_BELOW_BILL"),
    ],
)  # fmt: skip
def test_each_reason_why_a_donor_does_not_pay(make: Callable[[], Donor], reason: str) -> None:
    got = fund(case(400, donors=[make()]))
    assert paid(got) == (0, 0, 400)
    assert reasons(got) == [reason]
    told = got.because[0].as_dict()
    assert told["message"] and told["next_step"] and "{" not in told["message"]


def test_first_and_last_day_count() -> None:
    day = date(2026, 11, 21)
    assert fund(case(400, donors=[donor(2, 400, starts_on=day, ends_on=day)])).mulaid_fen == 400


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({}, "NO_AID_GRANT"),
        ({"has_family_account": True}, "ONLY_FAMILY_ACCOUNT"),
        ({"account_used": False, "donors": [donor(2, 900)]}, "ACCOUNT_USE_DECLINED"),
        ({"own": 1, "donors": [donor(2, 900)], "rules": with_rules(own_first="zero_required")},
         "OWN_BALANCE_NOT_ZERO"),
    ],
)  # fmt: skip
def test_each_reason_why_aid_is_not_asked(more: dict[str, Any], reason: str) -> None:
    got = fund(case(400, **more))
    assert got.mulaid_fen == 0
    assert reasons(got) == [reason]


def test_a_blocked_donor_does_not_stand_before_a_good_one() -> None:
    got = fund(case(400, donors=[donor(2, 900, frozen=True), donor(3, 400)]))
    assert (got.mulaid_fen, reasons(got)) == (400, ["FROZEN"])


fen = st.integers(0, 2000)
seldom = st.sampled_from([False] * 5 + [True])
rule_sets = st.builds(
    with_rules,
    fund_source=st.sampled_from(["all", "carried_over"]),
    floor_fen=st.sampled_from([0, 100, 1000]),
    own_first=st.sampled_from(["exhaust", "zero_required"]),
    donor_order=st.sampled_from(["balance_desc", "bind_first", "bind_last", "user_order"]),
    max_donors=st.sampled_from([None, 1, 2]),
    allow_partial=st.booleans(),
)


@st.composite
def cases(draw: st.DrawFn, rules: st.SearchStrategy[Any] = rule_sets) -> Case:
    part = draw(st.integers(0, 5000))
    donors = [
        donor(
            number,
            draw(st.none() | fen),
            draw(st.none() | fen),
            rules=draw(rules),
            frozen=draw(seldom),
            in_order=not draw(seldom),
            rank=draw(st.integers(0, 3)),
            cap_per_use_fen=draw(st.none() | st.integers(1, 2000)),
            place="320100" if draw(seldom) else "130600",
        )
        for number in range(2, 2 + draw(st.integers(0, 4)))
    ]
    patient = owner(PATIENT, draw(st.none() | fen), draw(st.none() | fen))
    return case(
        part,
        draw(st.integers(0, part)),
        donors=donors,
        patient=patient,
        rules=draw(rules),
        account_used=draw(st.booleans()),
    )


@given(cases())
def test_the_parts_sum_up_and_nobody_gives_what_is_not_there(one: Case) -> None:
    got = fund(one)
    assert got.own_fen + got.mulaid_fen + got.cash_fen == one.person_part_fen
    assert min(*paid(got), one.person_part_fen - got.cash_fen) >= 0
    assert got.own_fen + got.mulaid_fen <= one.payable_fen
    spent: dict[int, int] = {}
    given_by: dict[int, int] = {}
    for leg in got.legs:
        assert leg.amount_fen > 0
        spent[leg.account_id] = spent.get(leg.account_id, 0) + leg.amount_fen
        if leg.grant_id is not None:
            given_by[leg.grant_id] = given_by.get(leg.grant_id, 0) + leg.amount_fen
    owners = [one.patient, *(d.owner for d in one.donors)]
    purses = {p.account_id: p.balance_fen for o in owners for p in (o.current, o.carried) if p}
    assert all(amount <= purses[account] for account, amount in spent.items())
    for giver in one.donors:
        amount = given_by.get(giver.grant_id, 0)
        assert amount <= giver.shareable_fen
        assert amount <= giver.caps.get(USE, amount)
        assert not amount or giver.owner.balance_fen - amount >= giver.rules.floor_fen
        assert not amount or (giver.owner.in_order and not giver.frozen)


@given(cases())
def test_own_money_is_used_up_before_a_donor_pays(one: Case) -> None:
    got = fund(one)
    if not one.account_used:
        assert not got.legs
    elif got.mulaid_fen:
        assert got.own_fen == one.patient.balance_fen
    if one.payable_fen > got.own_fen + got.mulaid_fen:
        assert got.because, "whoever pays cash is told why"


@given(cases(st.just(HEBEI)))
def test_hebei_never_two_donors_and_never_a_part(one: Case) -> None:
    got = fund(one)
    assert len({leg.grant_id for leg in got.legs if leg.grant_id is not None}) <= 1
    assert got.mulaid_fen in (0, one.payable_fen - got.own_fen)
