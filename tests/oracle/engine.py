"""The house's own engine put to a case of ``cases``, its answer in the oracle's form."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import count
from typing import Any

from app.domain.aid.rules.giving import Answer
from app.domain.settlement.bill import Bill, Line, Terms
from app.domain.settlement.model import Facts, Filing, Grant, Institution, Request, Snapshot, Use
from app.domain.settlement.orders import SETTLE, Purchase
from app.domain.settlement.rules.asking.first import AskFirst, decided_first
from app.domain.settlement.rules.benefit import Enjoyed
from app.domain.settlement.rules.decide import Decision, check_dated, decide
from app.kit.clock import local_date
from app.kit.reasons import Refusal
from app.ledger.kinds import AccountKind
from app.ledger.models import Account
from app.regions.loader import Rulebook
from app.regions.periods import PERIODS, caps_of

_PARTS = {
    "current": AccountKind.CURRENT,
    "carried": AccountKind.CARRIED,
    "wallet": AccountKind.WALLET,
    "family": AccountKind.FAMILY,
}
_MARKS = {
    "drug": ("101", "国药准字H20050001"),
    "slices": ("102", ""),
    "device": ("301", "国械注准20153140001"),
    "disinfectant": ("301", "鲁卫消证字(2015)第0001号"),
    "service": ("201", ""),
    "health_food": ("101", "国食健字G20150001"),
    "none": ("999", ""),
}
"""Kinds of goods as a catalogue tells them: kind of list, approval number."""


def outcome(case: dict[str, Any], rulebook: Rulebook) -> dict[str, Any]:
    today = local_date(case["moment"])
    try:
        bill, snapshot = bill_of(case), snapshot_of(case, rulebook)
        check_dated(bill, snapshot, today)
        found, asked = _decided(case, bill, snapshot, today)
    except Refusal as refusal:
        return {"refused": refusal.reason.code}
    funding = found.funding
    return {
        "asked": asked,
        "legs": [(leg.account_id, leg.amount_fen) for leg in funding.legs],
        "own": funding.own_fen,
        "wallet": funding.wallet_fen,
        "aid": funding.mulaid_fen,
        "cash": funding.cash_fen,
        "fund": found.benefit.fund_fen,
        "deductible": found.benefit.deductible_fen,
        "total": found.split.total_fen,
    }


def _decided(
    case: dict[str, Any], bill: Bill, snapshot: Snapshot, today: date
) -> tuple[Decision, list[tuple[int, int, int]]]:
    """A bill as the fold decides it, donors asked first as often as it wants; what they were
    asked, and when."""
    institution, asked = institution_of(case), list[tuple[int, int, int]]()
    would = {grant["id"]: grant["would_say"] for grant in case["grants"]}
    request = Request(1, "P1", "m", SETTLE, 0, Purchase("psn1", bill))
    for turn in count(1):
        try:
            decision = decided_first(
                request,
                bill,
                snapshot,
                case["moment"],
                lambda it: decide(it, snapshot, institution, today),
            )
        except AskFirst as ask:
            asked += [(one.grant_id, one.amount_fen, turn) for one in ask.questions]
            said = {
                one.grant_id: Answer(
                    would[one.grant_id], one.amount_fen if would[one.grant_id] == "yes" else 0
                )
                for one in ask.questions
            }
            bill = replace(bill, answers={**bill.answers, **said})
        else:
            return decision, sorted(asked)
    raise AssertionError("there are so many donors and no more")


def institution_of(case: dict[str, Any]) -> Institution:
    shop = case["shop"]
    return Institution(
        "P1",
        shop["place"],
        shop["hosp_lv"],
        shop["pooling"],
        shop["cross_region"],
        shop["wallet_at"],
    )


def bill_of(case: dict[str, Any]) -> Bill:
    bill = case["bill"]
    lines = tuple(
        Line(str(number), line["item"], line["fen"], line["count"], line["price"], line["rx"])
        for number, line in enumerate(bill["lines"], 1)
    )
    total = sum(line["fen"] for line in bill["lines"])
    return Bill(
        case["patient"],
        bill["plan"],
        bill["med_type"],
        case["bill_time"],
        total,
        bill["account_used"],
        lines,
        visit=(1, "1") if bill["visit"] else None,
        terminal=bill["terminal"],
        asks_s=bill["patience"],
    )


def snapshot_of(case: dict[str, Any], rulebook: Rulebook) -> Snapshot:
    snapshot = Snapshot(rulebook)
    for number, person in case["people"].items():
        snapshot.people[number] = Facts(
            number,
            f"psn{number}",
            person["plan"],
            person["kind"],
            person["place"],
            person["insured"],
            person["suspended"],
            person["name"],
            person.get("wallet_place", ""),
        )
        for part, kind in _PARTS.items():
            if person[part] is not None:
                account = Account(person["accounts"][part], kind, number, person[part], 1)
                account.closed = part == person["closed"]
                snapshot.accounts[number, kind] = account
                snapshot.accounts_by_id[account.id] = account
    snapshot.grants[case["patient"]] = [
        Grant(
            grant["id"],
            grant["donor"],
            case["patient"],
            grant["starts"],
            grant["ends"],
            grant["rank"],
            grant["frozen"],
            tuple(grant["purposes"]),
            caps_of(grant["caps"].get(period.name) for period in PERIODS),
            ask_above_fen=grant["ask_above"],
            once=grant["spent"],
            paused_until=grant["paused"],
        )
        for grant in case["grants"]
    ]
    snapshot.spent = {grant["id"] for grant in case["grants"] if grant["spent"]}
    snapshot.uses = [
        Use(use["donor"], use["beneficiary"], use["day"], use["fen"], number)
        for number, use in enumerate(case["uses"])
    ]
    snapshot.history[case["patient"]] = [
        Enjoyed(past["day"], past["level"], past["deductible"], past["fund"], number)
        for number, past in enumerate(case["history"])
    ]
    snapshot.filings[case["patient"]] = [
        Filing(filing["area"], filing["starts"], filing["ends"]) for filing in case["filings"]
    ]
    snapshot.catalogue = {
        code: Terms(
            code,
            _MARKS[item["licence"]][0],
            item["class"],
            item["share"],
            item["limit"],
            _MARKS[item["licence"]][1],
            item["goods"],
        )
        for code, item in case["catalogue"].items()
    }
    return snapshot
