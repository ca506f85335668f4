"""Who pays which part of a bill, with Shanghai of mid-2026 as the worked case (SOURCES N7, N10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from app.domain.settlement.bill import Bill, Line, Terms
from app.domain.settlement.model import Facts, Institution, Snapshot
from app.domain.settlement.rules.decide import Decision, decide, decide_rest
from app.domain.settlement.rules.settlement_row import trace_of
from app.domain.settlement.rules.steps import sentence
from app.domain.settlement.trace import read, stored
from app.ledger.kinds import AccountKind
from app.ledger.models import Account
from app.regions.loader import Rulebook
from app.regions.rules import PARTS
from tests.domain.settlement.rules.made import BOOK, Room
from tests.oracle import engine
from tests.oracle.cases import make_case

SHANGHAI, FUJIAN = "310115", "350200"
AFTER, BEFORE = datetime(2026, 8, 3, 4, tzinfo=UTC), datetime(2026, 7, 22, 4, tzinfo=UTC)
A, B, C = "A", "B", "C"
GOODS = {
    A: Terms("甲", "101", "01", Decimal(0), None, "准字1"),
    B: Terms("乙", "101", "02", Decimal("0.10"), Decimal(100), "准字2"),
    C: Terms("丙", "101", "03", Decimal(1), None, "准字3"),
    "flu": Terms("流感疫苗", "101", "03", Decimal(1), None, "准字4", "vaccine"),
    "check": Terms("体检", "201", "03", Decimal(1), None, "", "checkup"),
}


class Desk:
    """A patient with money of every kind and a donor, at a place, on a day."""

    def __init__(self, place: str = SHANGHAI, at: datetime = AFTER) -> None:
        room = Room()
        self.place, self.at, self.room = place, at, room
        self.snapshot: Snapshot = room.snapshot
        self.snapshot.catalogue = dict(GOODS)
        self.shop = Institution("A", place, "11", pooling=False, cross_region=True, wallet_at="1")

    def person(self, number: int, **money: int) -> None:
        facts = Facts(number, f"N{number}", "310", "11", self.place, True, False)
        self.snapshot.people[number] = facts
        kinds = {
            "current": AccountKind.CURRENT,
            "carried": AccountKind.CARRIED,
            "wallet": AccountKind.WALLET,
            "family": AccountKind.FAMILY,
        }
        for name, fen in money.items():
            account = Account(number * 10 + kinds[name], kinds[name], number, fen, 1)
            self.snapshot.accounts[number, kinds[name]] = account
            self.snapshot.accounts_by_id[account.id] = account

    def donor(self, number: int, fen: int) -> None:
        self.person(number, carried=fen)
        self.room.grant(number, 1)

    def decide(self, *lines: tuple[str, int], med_type: str = "41", **more: Any) -> Decision:
        return decide(self.bill(*lines, med_type=med_type, **more), *self._where)

    def bill(self, *lines: tuple[str, int], med_type: str = "41", **more: Any) -> Bill:
        found = tuple(
            Line(str(n), code, fen, Decimal(1), Decimal(fen) / 100)
            for n, (code, fen) in enumerate(lines, 1)
        )
        total = sum(fen for _, fen in lines)
        return Bill(1, "310", med_type, self.at, total, True, found, **more)

    @property
    def _where(self) -> tuple[Snapshot, Institution, date]:
        return self.snapshot, self.shop, self.at.date()


def paid(found: Decision) -> dict[str, dict[str, int]]:
    sums: dict[str, dict[str, int]] = {}
    for one in found.funding.parts:
        sums[one.part] = {str(purse): fen for purse, fen in one.paid.items()}
        if one.cash_fen:
            sums[one.part]["cash"] = one.cash_fen
    return sums


def codes(found: Decision) -> list[str]:
    return [why.reason.code for why in found.funding.because]


def test_the_current_year_pays_the_purchase_and_the_carried_over_the_class_b_share() -> None:
    desk = Desk()
    desk.person(1, current=3_000, carried=5_000)
    found = desk.decide((B, 10_000))  # 9000 in scope, 1000 first share
    assert paid(found) == {
        "purchase": {"current": 3_000, "carried_over": 5_000, "cash": 1_000},
        "first_share": {"cash": 1_000},
    }
    desk.person(1, current=10_000, carried=400)
    found = desk.decide((B, 10_000))
    assert paid(found) == {
        "purchase": {"current": 9_000},
        "first_share": {"carried_over": 400, "cash": 600},
    }
    assert codes(found) == ["NO_AID_GRANT", "PURSE_NOT_FOR_PART"]
    why = found.funding.because[1]
    assert why.params["amount"] == "6.00" and why.params["purses"] == "当年账户"
    assert (found.funding.own_fen, found.funding.cash_fen) == (9_400, 600)


def test_the_class_b_share_goes_from_carried_over_to_mutual_aid_to_the_wallet() -> None:
    desk = Desk()
    desk.person(1, current=90_000, carried=100, wallet=700)
    desk.donor(2, 200)
    found = desk.decide((B, 10_000))
    assert paid(found)["first_share"] == {"carried_over": 100, "donors": 200, "wallet": 700}
    assert [(leg.purse, leg.amount_fen) for leg in found.funding.legs] == [
        ("current", 9_000),
        ("carried_over", 100),
        ("donors", 200),
        ("wallet", 700),
    ]
    assert codes(found) == []
    steps = [sentence(step, {}) for step in found.funding.steps.items if step.say == "part"]
    assert steps[1].startswith(
        "分类自负 10.00: 往年结余 1.00, 家庭共济 2.00, 医保钱包 7.00, 现金 0.00"
    )
    assert "31-shanghai@2026-07-23" in steps[1]


def test_until_22_july_2026_the_class_b_share_was_cash() -> None:
    desk = Desk(at=BEFORE)
    desk.person(1, current=90_000, carried=90_000, wallet=90_000)
    found = desk.decide((B, 10_000))
    assert (found.funding.cash_fen, found.funding.parts) == (1_000, ())
    assert Desk(at=AFTER).snapshot.rulebook.at(SHANGHAI, AFTER.date()).rules.purses.by_part


def test_vaccines_outside_the_programme_are_paid_though_fully_self_paid() -> None:
    desk = Desk()
    desk.person(1, current=90_000, carried=1_500, wallet=300)
    desk.donor(2, 1_000)
    found = desk.decide(("flu", 3_000), (C, 700), med_type="11")
    assert paid(found) == {
        "fully_selfpaid": {"cash": 700},
        "vaccine": {"carried_over": 1_500, "donors": 1_000, "wallet": 300, "cash": 200},
    }
    assert codes(found) == ["ITEM_OUT_OF_SCOPE", "AID_PAID_PARTLY", "PURSE_NOT_FOR_PART"]
    outside, short, _ = found.funding.because
    assert outside.params == {"amount": "7.00", "lines": "2"}
    assert short.params["short"] == "2.00", "what the wallet pays is no cash"


def test_in_zhejiang_the_year_s_part_pays_first_and_vaccines_come_from_the_carried_over() -> None:
    desk = Desk("330100", datetime(2026, 11, 21, 4, tzinfo=UTC))
    desk.person(1, current=2_000, carried=1_500, wallet=300)
    desk.donor(2, 1_000)
    found = desk.decide((A, 2_500), ("flu", 3_000), (C, 700))
    assert paid(found) == {
        "purchase": {"current": 2_000, "carried_over": 500},
        "fully_selfpaid": {"cash": 700},
        "vaccine": {"carried_over": 1_000, "wallet": 300, "donors": 1_000, "cash": 700},
    }


def test_parts_are_told_though_no_account_pays_any() -> None:
    desk = Desk()
    desk.person(1, carried=90_000, wallet=90_000)
    bill = replace(desk.bill((B, 10_000)), account_used=False)
    found = decide(bill, desk.snapshot, desk.shop, AFTER.date())
    assert paid(found) == {"purchase": {"cash": 9_000}, "first_share": {"cash": 1_000}}


def test_what_lies_above_a_price_limit_stays_cash() -> None:
    desk = Desk()
    desk.person(1, carried=90_000)
    found = desk.decide((B, 15_000))
    assert paid(found)["over_limit"] == {"cash": 5_000}


def test_fujian_pays_health_checks_and_all_else_in_its_general_order() -> None:
    for place, cash in ((FUJIAN, 0), ("110100", 5_000)):
        desk = Desk(place)
        desk.person(1, current=90_000)
        assert desk.decide(("check", 5_000)).funding.cash_fen == cash
    desk = Desk(FUJIAN)
    desk.person(1, current=500, carried=1_000, wallet=2_000)
    desk.donor(2, 2_000_00 + 900)
    desk.person(2, family=700)
    found = desk.decide((A, 4_000), ("check", 500))
    assert paid(found) == {
        "purchase": {"current": 500, "carried_over": 1_000, "wallet": 2_000, "donors": 500},
        "checkup": {"donors": 200, "cash": 300},
    }
    assert [leg.purse for leg in found.funding.legs][2:] == ["wallet", "donors"]


def test_a_part_that_comes_back_is_paid_by_the_same_purses_within_their_parts() -> None:
    desk = Desk()
    desk.person(1, current=9_000, carried=100, wallet=700)
    desk.donor(2, 200)
    first = desk.decide((B, 10_000))
    rest = decide_rest(
        desk.bill((B, 5_000)), desk.snapshot, desk.shop, AFTER.date(), first.funding.legs
    )
    assert paid(rest) == {
        "purchase": {"current": 4_500},
        "first_share": {"carried_over": 100, "donors": 200, "wallet": 200},
    }
    refused = decide_rest(
        replace(desk.bill((B, 5_000)), account_used=False),
        desk.snapshot,
        desk.shop,
        AFTER.date(),
        first.funding.legs,
    )
    assert refused.funding.cash_fen == 5_000


def test_what_was_paid_of_each_part_is_kept_and_turned_round() -> None:
    desk = Desk()
    desk.person(1, current=9_000, carried=100)
    trace = trace_of(desk.decide((B, 10_000)))
    assert read(stored(trace)) == trace
    assert [one.negative.cash_fen for one in trace.parts] == [0, -900]
    without = trace_of(_elsewhere())
    assert "parts" not in stored(without)


def _elsewhere() -> Decision:
    desk = Desk("130100")
    desk.person(1, current=100)
    return desk.decide((A, 100))


@pytest.mark.parametrize("seed", range(3))
def test_parts_that_all_name_the_general_order_come_to_what_one_sum_comes_to(seed: int) -> None:
    """The same bills, once as one sum, and once part by part with the same purses."""
    split = _by_part(BOOK)
    for number in range(seed * 10_000, seed * 10_000 + 250):
        case = make_case(
            Random(number), ["130100", "340100", "110100", "410100", "440300", "330200"]
        )
        one, parts = engine.outcome(case, BOOK), engine.outcome(case, split)
        if "refused" not in one:
            one["legs"], parts["legs"] = sorted(one["legs"]), sorted(parts["legs"])
        assert one == parts, case


class _ByPart(Rulebook):
    """A rulebook that says every part's purses, as the general order has them."""

    def at(self, place: str, day: date) -> Any:
        found = super().at(place, day)
        rules = found.rules
        named: dict[str, Any] = {part: rules.purses_of(part) for part in PARTS}
        purses = rules.purses.model_copy(update=named)
        return replace(found, rules=rules.model_copy(update={"purses": purses}))


def _by_part(book: Rulebook) -> Rulebook:
    return _ByPart(list(book.packs.values()))
