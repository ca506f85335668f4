"""A resident's premium through the doors: offered, held, confirmed, booked, refused, refunded."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal

import pytest

from app.ledger.kinds import AccountKind
from app.outside.tax import TaxItem
from tests.domain.premium.season import (
    OLD,
    enrolled,
    father_of,
    offers,
    order,
    ordered,
    seen,
    tax,
    wrong_in_books,
)
from tests.phone_world import at, claim
from tests.till_world import Member, Town, open_account


async def held(town: Town, who: Member) -> tuple[int, int]:
    """What a person's account holds, and what is held of it."""
    rows = await town.rows(
        "select kind, balance_fen from account where person_id = $1 and closed_at is null", who.id
    )
    found = {row["kind"]: row["balance_fen"] for row in rows}
    return found.get(AccountKind.CURRENT, 0), found.get(AccountKind.HELD, 0)


async def at_tax_office(town: Town, who: Member) -> int:
    """What of a person's money was paid to the tax office and has not come back."""
    return int(
        await town.value(
            "select coalesce(sum(t.amount_fen), 0)::bigint from hold h"
            " join transfer t on t.reverses_id = h.id join account a on a.id = t.credit_account"
            " where h.person_id = $1 and t.kind = 8 and a.kind = 16"
            " and not exists (select from transfer b where b.reverses_id = t.id)",
            who.id,
        )
    )


async def test_a_daughter_pays_her_fathers_premium(town: Town) -> None:
    father, daughter, grant = await father_of(town)
    told = (await offers(town, daughter, grant)).data
    assert told["name"] == "*老"
    offer = next(one for one in told["offers"] if one["year"] == 2027)
    assert (offer["price_fen"], offer["amount_fen"], offer["can_pay"]) == (40_000, 40_000, True)
    assert (offer["covers_from"], offer["closes"]) == ("2027-01-01", "2027-02-28")
    number = await ordered(town, daughter, grant)
    assert await held(town, daughter) == (160_000, 40_000)
    first = await seen(town, daughter, number)
    assert (first["state"], first["may_take_back"], first["mine"]) == ("reserved", True, False)
    assert first["payers"] == [
        {"name": "*敏", "me": True, "amount_fen": 40_000, "at_counter": False}
    ]
    await tax(town)
    assert await held(town, daughter) == (160_000, 0)
    assert await at_tax_office(town, daughter) == 40_000
    last = await seen(town, father, number)
    assert (last["state"], last["covers_from"], last["mine"]) == ("booked", "2027-01-01", True)
    assert last["paid_at"] and last["booked_at"] and not last["may_take_back"]
    # A second one, by anybody, is blocked and told.
    assert (await order(town, father)).reason == "PREMIUM_UNDER_WAY"
    again = (await offers(town, father)).data["offers"]
    [why] = next(one for one in again if one["year"] == 2027)["reasons"]
    assert why["reason"] == "PREMIUM_UNDER_WAY"
    me = (await town.world.call("GET", "/me", token=daughter.token)).data["accounts"]
    assert {one["kind"]: one["balance_fen"] for one in me} == {"current": 160_000, "held": 0}


async def test_who_may_only_show_his_code_pays_no_premium(town: Town) -> None:
    """A family account moves no money, whatever is written about it (SOURCES A1)."""
    father = await town.member("李老", OLD, insutype="390")
    daughter = await town.member("李敏", gend="2", current_fen=200_000)
    body = claim(father) | {"relation": "father"}
    bound = (await town.world.call("POST", "/family", body, daughter.token)).data["id"]
    await town.world.call("POST", f"/family/{bound}/confirm", token=father.token)
    assert (await offers(town, daughter, bound)).status == 404
    assert (await order(town, daughter, bound)).status == 404
    refused = await order(town, father)
    assert refused.status == 409, refused.body
    assert refused.body["reason"] in ("ONLY_FAMILY_ACCOUNT", "NO_AID_GRANT")
    assert await held(town, daughter) == (200_000, 0)


async def test_a_settlement_does_not_spend_what_is_held(town: Town) -> None:
    father, daughter, grant = await father_of(town, 50_000)
    await ordered(town, daughter, grant)
    bill = await town.till.settle(await town.sale(father, "300.00"))
    assert bill.ok, bill.err_msg
    assert await held(town, daughter) == (10_000, 40_000)
    # Hebei: the donor pays the whole or not at all, and 100.00 is not enough.
    assert bill.output["setlinfo"]["psn_cash_pay"] == Decimal(300)
    bill = await town.till.settle(await town.sale(father, "100.00"))
    assert bill.output["setlinfo"]["psn_cash_pay"] == 0
    assert await held(town, daughter) == (0, 40_000)


async def test_the_whole_or_nothing(town: Town) -> None:
    _, daughter, grant = await father_of(town, 39_999)
    assert (await order(town, daughter, grant)).reason == "DONOR_BELOW_PREMIUM"
    assert await held(town, daughter) == (39_999, 0)
    told = (await offers(town, daughter, grant)).data["offers"]
    offer = next(one for one in told if one["year"] == 2027)
    assert [why["reason"] for why in offer["reasons"]] == ["DONOR_BELOW_PREMIUM"]


async def test_where_only_the_carried_over_is_shared_it_pays_the_whole_premium(
    town: Town,
) -> None:
    """In Wenzhou this year's part lies there for nobody else (SOURCES S65)."""
    _, daughter, grant = await father_of(town, 200_000, "330300")
    await open_account(town.services, daughter.id, AccountKind.CARRIED, 55_999, "330300")
    assert (await order(town, daughter, grant)).reason == "DONOR_BELOW_PREMIUM"
    _, son, second = await father_of(town, 200_000, "330300")
    await open_account(town.services, son.id, AccountKind.CARRIED, 56_000, "330300")
    await ordered(town, son, second)
    assert await held(town, son) == (200_000, 56_000)


async def test_one_donor_pays_for_several_and_each_alone(town: Town) -> None:
    daughter = await town.member("李敏", gend="2", current_fen=90_000)
    grants = []
    for name, relation, gend in (
        ("李老", "father", "1"),
        ("王桂", "mother", "2"),
        ("李小", "son", "1"),
    ):
        born = date(2015, 3, 1) if relation == "son" else OLD
        one = await town.member(name, born, gend, insutype="390")
        grants.append(await town.grant(daughter, one, relation, purposes=["medical", "premium"]))
    answer = (await order(town, daughter, *grants)).data
    assert [one["resident"] for one in answer["ordered"]] == ["*老", "*桂"]
    [refused] = answer["refused"]
    assert (refused["beneficiary"], refused["why"]["reason"]) == (grants[2], "DONOR_BELOW_PREMIUM")
    assert await held(town, daughter) == (10_000, 80_000)


async def test_the_grants_purpose_and_caps_hold(town: Town) -> None:
    _, daughter, grant = await father_of(town, purposes=["medical"])
    assert (await order(town, daughter, grant)).reason == "PURPOSE_NOT_AUTHORISED"
    father, daughter, grant = await father_of(town, cap_month_fen=60_000)
    assert (await town.till.settle(await town.sale(father, "300.00"))).ok
    assert (await order(town, daughter, grant)).reason == "CAP_MONTH"
    # And what was held for a premium counts for bills.
    father, daughter, grant = await father_of(town, cap_month_fen=60_000)
    number = await ordered(town, daughter, grant)
    await tax(town)
    assert (await seen(town, daughter, number))["state"] == "booked"
    bill = await town.till.settle(await town.sale(father, "300.00"))
    assert bill.output["setlinfo"]["acct_mulaid_pay"] == 0  # Hebei: whole or not at all
    bill = await town.till.settle(await town.sale(father, "200.00"))
    assert bill.output["setlinfo"]["acct_mulaid_pay"] == 200


async def test_the_resident_asks_and_the_donors_pay_in_order(town: Town) -> None:
    father, daughter, _ = await father_of(town)
    number = await ordered(town, father)
    assert (await seen(town, father, number))["payers"] == [
        {"name": "*敏", "me": False, "amount_fen": 40_000, "at_counter": False}
    ]
    theirs = await seen(town, daughter, number)  # her money: she sees it and may not undo it
    assert theirs["payers"] == [
        {"name": "*敏", "me": True, "amount_fen": 40_000, "at_counter": False}
    ]
    assert not theirs["may_take_back"]
    told = await town.world.call("DELETE", f"/premiums/{number}", token=daughter.token)
    assert told.reason == "ONLY_ASKER_MAY"
    stranger = await town.member("赵六")
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/refund")):
        told = await town.world.call(method, f"/premiums/{number}{path}", token=stranger.token)
        assert told.reason == "NOT_FOUND"
    assert (await town.world.call("GET", "/premiums", token=stranger.token)).data == []


async def test_it_is_taken_back_while_the_office_is_just_being_asked(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is asked of the office meanwhile is asked with the next run, not once ten minutes have
    passed."""
    _, daughter, grant = await father_of(town)
    town.world.outside.tax.mood = {"silent": 1.0}
    number = await ordered(town, daughter, grant)
    office = town.services.tax_runs._office
    assert office is not None
    ask = office.ask

    async def ask_slowly(items: Sequence[TaxItem]) -> None:
        await ask(items)
        told = await town.world.call("DELETE", f"/premiums/{number}", token=daughter.token)
        assert told.data["taking_back"] is True

    monkeypatch.setattr(office, "ask", ask_slowly)
    await tax(town, 1)
    monkeypatch.undo()
    await tax(town, 1)
    assert (await seen(town, daughter, number))["why"]["reason"] == "TAKEN_BACK"
    assert await held(town, daughter) == (200_000, 0)


async def test_a_refund_that_is_asked_for_again_while_the_first_is_sent_is_sent_too(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, daughter, grant = await father_of(town)
    number = await ordered(town, daughter, grant)
    await tax(town)
    town.world.outside.tax.mood = {"refund_refuse": 1.0}
    path = f"/premiums/{number}/refund"
    assert (await town.world.call("POST", path, token=daughter.token)).status == 200
    office, other = town.services.tax_runs._office, town.services.tax_runs
    assert office is not None
    ask = office.ask

    async def ask_slowly(items: Sequence[TaxItem]) -> None:
        await ask(items)
        assert await other._take_in(office)  # another worker hears that it is refused
        town.clock.advance(1)
        assert (await town.world.call("POST", path, token=daughter.token)).status == 200

    monkeypatch.setattr(office, "ask", ask_slowly)
    await other._ask(office)
    monkeypatch.undo()
    town.world.outside.tax.mood = {}
    await tax(town, 1)
    assert (await seen(town, daughter, number))["state"] == "refunded"
    assert await held(town, daughter) == (200_000, 0)


async def test_it_is_taken_back_before_and_after_the_office_was_asked(town: Town) -> None:
    _, daughter, grant = await father_of(town)
    number = await ordered(town, daughter, grant)
    for _ in range(2):
        told = await town.world.call("DELETE", f"/premiums/{number}", token=daughter.token)
        assert (told.status, told.data["state"]) == (200, "released")
    assert told.data["why"]["reason"] == "TAKEN_BACK"
    assert await held(town, daughter) == (200_000, 0)
    town.world.outside.tax.mood = {"silent": 1.0}
    number = await ordered(town, daughter, grant)
    await tax(town)
    assert (await seen(town, daughter, number))["state"] == "submitted"
    told = await town.world.call("DELETE", f"/premiums/{number}", token=daughter.token)
    assert (told.data["state"], told.data["taking_back"]) == ("submitted", True)
    assert await held(town, daughter) == (160_000, 40_000)  # until the office says so
    await tax(town)
    assert (await seen(town, daughter, number))["why"]["reason"] == "TAKEN_BACK"
    assert await held(town, daughter) == (200_000, 0)


async def test_what_is_taken_back_too_late_was_paid(town: Town) -> None:
    _, daughter, grant = await father_of(town)
    town.world.outside.tax.mood = {"late": 1.0, "deaf": 1.0}
    number = await ordered(town, daughter, grant)
    await tax(town, 1)  # paid there, the answer lost
    await town.world.call("DELETE", f"/premiums/{number}", token=daughter.token)
    town.world.outside.tax.mood = {}
    await tax(town, 3)
    assert (await seen(town, daughter, number))["state"] == "booked"
    assert await held(town, daughter) == (160_000, 0)


async def test_a_refusal_gives_the_money_back_with_the_reason(town: Town) -> None:
    father, daughter, grant = await father_of(town)
    town.world.outside.tax.mood = {"refuse": 1.0, "twice": 1.0}
    number = await ordered(town, daughter, grant)
    await tax(town)
    told = await seen(town, father, number)
    assert (told["state"], told["why"]["reason"]) == ("released", "TAX_CONFIRM_FAILED")
    assert "参保登记未通过" in told["why"]["message"]
    assert await held(town, daughter) == (200_000, 0)
    town.world.outside.tax.mood = {}
    assert (await order(town, daughter, grant)).status == 201  # and may be tried again


async def test_results_count_once_in_whatever_order(town: Town) -> None:
    _, daughter, grant = await father_of(town)
    town.world.outside.tax.mood = {"twice": 1.0, "swapped": 1.0}
    number = await ordered(town, daughter, grant)
    await asyncio.gather(*(town.services.tax_runs.run() for _ in range(4)))
    await tax(town)
    assert (await seen(town, daughter, number))["state"] == "booked"
    assert await at_tax_office(town, daughter) == 40_000
    assert await held(town, daughter) == (160_000, 0)


async def test_a_silent_office_is_asked_again_and_at_last_to_forget_it(town: Town) -> None:
    _, daughter, grant = await father_of(town)
    office = town.world.outside.tax
    office.mood = {"broken": 1.0}
    number = await ordered(town, daughter, grant)
    await tax(town)
    assert (await seen(town, daughter, number))["state"] == "submitted"
    office.mood = {"silent": 1.0}
    await tax(town)
    town.clock.set(at(2026, 11, 28, 12, 1))
    await tax(town)
    daughter.token = await town.world.log_in(f"m{daughter.id}x")
    told = await seen(town, daughter, number)
    assert (told["state"], told["why"]["reason"]) == ("released", "TAKEN_BACK")
    assert await held(town, daughter) == (200_000, 0)


async def test_a_refund_before_the_cover_goes_to_each_donor(town: Town) -> None:
    father, daughter, grant = await father_of(town)
    number = await ordered(town, daughter, grant)
    early = await town.world.call("POST", f"/premiums/{number}/refund", token=daughter.token)
    assert early.reason == "NOTHING_TO_REFUND"
    await tax(town)
    told = await town.world.call("POST", f"/premiums/{number}/refund", token=father.token)
    assert (told.status, told.data["state"]) == (200, "refund_asked")
    await town.world.call("DELETE", f"/aid/{grant}", token=daughter.token)  # ended meanwhile
    await tax(town)
    assert (await seen(town, daughter, number))["state"] == "refunded"
    assert await held(town, daughter) == (200_000, 0)
    assert await at_tax_office(town, daughter) == 0
    assert await town.value("select count(*) from enrolment where person_id = $1", father.id) == 0


async def test_a_refund_that_is_refused_or_too_late(town: Town) -> None:
    father, daughter, grant = await father_of(town)
    number = await ordered(town, daughter, grant)
    await tax(town)
    town.world.outside.tax.mood = {"refund_refuse": 1.0}
    await town.world.call("POST", f"/premiums/{number}/refund", token=father.token)
    await tax(town)
    told = await seen(town, father, number)
    assert (told["state"], told["why"]["reason"]) == ("booked", "TAX_REFUND_REFUSED")
    town.clock.set(at(2027, 1, 1, 0, 1))
    father.token = await town.world.log_in(f"m{father.id}x")
    late = await town.world.call("POST", f"/premiums/{number}/refund", token=father.token)
    assert late.reason == "REFUND_TOO_LATE"
    assert not (await seen(town, father, number))["may_refund"]


async def test_missed_years_are_told_and_bought_back(town: Town) -> None:
    father, daughter, grant = await father_of(town)
    await enrolled(town, father, 2023, 2024)
    offer = (await offers(town, daughter, grant)).data["offers"][-1]
    assert (offer["missed_years"], offer["waiting_months"]) == ([2025, 2026], 5)
    assert offer["covers_from"] == "2027-04-21"
    less = (await offers(town, daughter, grant, "2025,2026")).data["offers"][-1]
    assert (less["amount_fen"], less["waiting_months"]) == (120_000, 3)
    number = await ordered(town, daughter, grant, buy_back=[2025, 2026, 2025])
    await tax(town)
    told = await seen(town, father, number)
    assert (told["state"], told["covers_from"]) == ("booked", "2027-02-21")
    years = await town.rows(
        "select year, channel from enrolment where person_id = $1 order by year", father.id
    )
    assert [tuple(row) for row in years][2:] == [(2025, "aid"), (2026, "aid"), (2027, "aid")]
    _, son, second = await father_of(town)
    strange = await order(town, son, second, buy_back=[2025])  # never enrolled: none missed
    assert strange.reason == "YEAR_NOT_MISSED"


async def test_what_was_paid_elsewhere_is_not_paid_again(town: Town) -> None:
    father, daughter, grant = await father_of(town)
    await enrolled(town, father, 2027, channel="school")
    told = await order(town, daughter, grant)
    assert told.reason == "ALREADY_PAID" and "学校代收" in told.body["message"]
    # Also when only the tax office knows.
    other, son, second = await father_of(town)
    town.world.outside.tax.paid_elsewhere(other.psn_no, 2027)
    number = await ordered(town, son, second)
    await tax(town)
    told_why = (await seen(town, other, number))["why"]
    assert told_why["reason"] == "TAX_CONFIRM_FAILED" and "其他渠道" in told_why["message"]
    assert await held(town, son) == (200_000, 0)


async def test_two_at_once_pay_once(town: Town) -> None:
    father, daughter, grant = await father_of(town)
    tries = await asyncio.gather(
        *(order(town, daughter, grant) for _ in range(4)), *(order(town, father) for _ in range(4))
    )
    assert sorted(one.status for one in tries) == [201] + [409] * 7
    assert {one.reason for one in tries if one.status != 201} == {"PREMIUM_UNDER_WAY"}
    assert await held(town, daughter) == (160_000, 40_000)


async def test_who_has_not_agreed_is_not_asked_about(town: Town) -> None:
    father = await town.member("李老", OLD, insutype="390")
    daughter = await town.member("李敏", gend="2", current_fen=200_000)
    grant = (await town.try_grant(daughter, father, "father", purposes=["medical", "premium"])).data
    assert (await offers(town, daughter, grant["id"])).reason == "CONSENT_PENDING"
    assert (await order(town, daughter, grant["id"])).reason == "CONSENT_PENDING"
    stranger = await town.member("赵六", current_fen=1)
    assert (await offers(town, stranger, grant["id"])).reason == "NOT_FOUND"
    assert (await order(town, stranger, "9" * 19)).reason == "NOT_FOUND"


@pytest.mark.parametrize(
    "wrong",
    [
        {"year": 2027, "items": []},
        {"year": "2027", "items": [{"beneficiary": "me"}]},
        {"year": 1, "items": [{"beneficiary": "me"}]},
        {"year": 2027, "items": [{"beneficiary": "you"}]},
        {"year": 2027, "items": [{"beneficiary": "me", "buy_back": [2025] * 11}]},
        {"year": 2027, "items": [{"beneficiary": "me", "buy_back": ["x"]}]},
        {"items": [{"beneficiary": "me"}]},
        {"year": 2027},
    ],
)
async def test_what_makes_no_sense_is_refused(town: Town, wrong: object) -> None:
    father = await town.member("李老", OLD, insutype="390")
    told = await town.world.call("POST", "/premiums", wrong, father.token)
    assert (told.status, told.reason) == (422, "INVALID_INPUT")


async def test_beijing_charges_on_the_months_last_day(town: Town) -> None:
    _, daughter, grant = await father_of(town, 40_000, "110100")
    offer = (await offers(town, daughter, grant)).data["offers"][-1]
    assert (offer["price_fen"], offer["charged_on"], offer["can_pay"]) == (
        46_000,
        "2026-11-30",
        False,
    )
    number = await ordered(town, daughter, grant)
    told = await seen(town, daughter, number)
    assert (told["state"], told["charge_on"], told["short"]) == ("planned", "2026-11-30", True)
    assert await held(town, daughter) == (40_000, 0)
    town.clock.set(at(2026, 11, 30, 20))
    run = await town.services.month_end.run()
    assert run.postponed >= 1
    daughter.token = await town.world.log_in(f"m{daughter.id}x")
    assert (await seen(town, daughter, number))["charge_on"] == "2026-12-31"
    await open_account(town.services, daughter.id, AccountKind.CARRIED, 6_000, "110100")
    town.clock.set(at(2026, 12, 20, 20))
    await town.services.month_end.run()
    daughter.token = await town.world.log_in(f"m{daughter.id}x")
    assert not (await seen(town, daughter, number))["short"]
    town.clock.set(at(2026, 12, 31, 20))
    assert (await town.services.month_end.run()).held >= 1
    assert await held(town, daughter) == (0, 46_000)
    await tax(town)
    daughter.token = await town.world.log_in(f"m{daughter.id}x")
    told = await seen(town, daughter, number)
    assert (told["state"], told["covers_from"]) == ("booked", "2027-01-01")


async def test_what_is_never_enough_is_given_up_with_the_window(town: Town) -> None:
    _, daughter, grant = await father_of(town, 40_000, "110100")
    number = await ordered(town, daughter, grant)
    for moment in (
        at(2026, 11, 30, 20),
        at(2026, 12, 31, 20),
        at(2027, 1, 31, 20),
        at(2027, 2, 28, 20),
    ):
        town.clock.set(moment)
        await town.services.month_end.run()
    daughter.token = await town.world.log_in(f"m{daughter.id}x")
    told = await seen(town, daughter, number)
    assert (told["state"], told["why"]["reason"]) == ("released", "DONOR_BELOW_PREMIUM")


@pytest.mark.parametrize(
    ("ordered_at", "confirmed_at", "covers"),
    [
        (at(2026, 12, 31, 23, 59), at(2027, 1, 5, 9), "2027-01-01"),
        (at(2027, 1, 1, 0, 0), at(2027, 1, 5, 9), "2027-01-05"),
        (at(2027, 2, 28, 23, 59), at(2027, 3, 3, 9), "2027-03-03"),
        (at(2027, 3, 1, 0, 0), at(2027, 3, 3, 9), "2027-06-01"),
    ],
)
async def test_the_deadline_is_the_payers_not_the_offices(
    town: Town, ordered_at: datetime, confirmed_at: datetime, covers: str
) -> None:
    """Ordered in the last minute and confirmed days later: who was in time does not wait."""
    father, daughter, grant = await father_of(town)
    await enrolled(town, father, 2026)
    town.world.outside.tax.mood = {"broken": 1.0}
    town.clock.set(ordered_at)
    daughter.token = await town.world.log_in(f"m{daughter.id}x")
    number = await ordered(town, daughter, grant)
    await tax(town)
    town.world.outside.tax.mood = {}
    town.clock.set(confirmed_at)
    await tax(town, 3)
    daughter.token = await town.world.log_in(f"m{daughter.id}x")
    told = await seen(town, daughter, number)
    assert (told["state"], told["covers_from"]) == ("booked", covers)


async def test_a_charge_that_comes_late_is_of_its_day(town: Town) -> None:
    """The worker was away on the window's last evening, on which Beijing charges."""
    father, daughter, grant = await father_of(town, 46_000, "110100")
    await enrolled(town, father, 2026)
    town.clock.set(at(2027, 2, 10))
    daughter.token = await town.world.log_in(f"m{daughter.id}x")
    number = await ordered(town, daughter, grant)
    town.clock.set(at(2027, 3, 1, 7))
    assert (await town.services.month_end.run()).held >= 1
    daughter.token = await town.world.log_in(f"m{daughter.id}x")
    assert (await seen(town, daughter, number))["covers_from"] == "2027-02-28"
    await tax(town)
    assert (await seen(town, daughter, number))["covers_from"] == "2027-03-01"


async def test_paid_and_booked_are_told_apart(town: Town) -> None:
    """Cover hangs on the second, some days later (SOURCES S136)."""
    _, daughter, grant = await father_of(town)
    office = town.world.outside.tax
    office.mood = {"silent": 1.0}
    number = await ordered(town, daughter, grant)
    await tax(town)
    for outcome in ("paid", "booked"):
        office.results.append({"id": number, "outcome": outcome, "ref": "T1", "why": ""})
        await tax(town)
        told = await seen(town, daughter, number)
        assert (told["state"], bool(told["booked_at"])) == (outcome, outcome == "booked")
        assert told["paid_at"]


async def test_the_books_are_right_after_all_of_it(town: Town) -> None:
    """Run with this file's other tests, whose rows are there: held, paid, given back, refunded."""
    _, daughter, grant = await father_of(town)
    await ordered(town, daughter, grant)
    father, son, second = await father_of(town)
    number = await ordered(town, son, second)
    await tax(town)
    await town.world.call("POST", f"/premiums/{number}/refund", token=father.token)
    await tax(town)
    assert await wrong_in_books(town) == []


async def test_a_refund_that_is_asked_for_is_not_taken_back(town: Town) -> None:
    _, daughter, grant = await father_of(town)
    number = await ordered(town, daughter, grant)
    await tax(town)
    await town.world.call("POST", f"/premiums/{number}/refund", token=daughter.token)
    again = await town.world.call("POST", f"/premiums/{number}/refund", token=daughter.token)
    assert (again.status, again.data["state"]) == (200, "refund_asked")
    told = await town.world.call("DELETE", f"/premiums/{number}", token=daughter.token)
    assert told.reason == "PREMIUM_WITH_TAX_OFFICE"


async def test_the_residents_own_wallet_pays_before_the_donors(town: Town) -> None:
    father, daughter, _ = await father_of(town)
    await open_account(town.services, father.id, AccountKind.WALLET, 15_000, "130100")
    number = await ordered(town, father)
    paid = {one["name"]: one["amount_fen"] for one in (await seen(town, father, number))["payers"]}
    assert paid == {"*老": 15_000, "*敏": 25_000}
    await town.world.call("DELETE", f"/premiums/{number}", token=father.token)
    assert await town.balance(father) == 15_000
    assert await held(town, daughter) == (200_000, 0)


@pytest.mark.parametrize("config", [{"tax_base_url": ""}])
async def test_without_a_tax_office_nothing_is_held(town: Town) -> None:
    _, daughter, grant = await father_of(town)
    assert (await order(town, daughter, grant)).reason == "PREMIUM_NOT_HERE"
    told = (await offers(town, daughter, grant)).data["offers"]
    assert {why["reason"] for one in told for why in one["reasons"]} == {"PREMIUM_NOT_HERE"}
    assert await held(town, daughter) == (200_000, 0)
