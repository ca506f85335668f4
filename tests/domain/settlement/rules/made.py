"""Made-up values for tests of the pure rules."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from app.domain.aid.rules.giving import Donor, Occasion, Owner, Purse
from app.domain.settlement.bill import Bill, Line, Terms
from app.domain.settlement.model import Facts, Grant, Institution, NamedMessage, Request, Snapshot
from app.domain.settlement.orders import (
    CANCEL,
    REVERSE,
    SETTLE,
    Cancel,
    Order,
    Purchase,
    Reversal,
)
from app.domain.settlement.rules.funding import Case
from app.ledger.kinds import AccountKind
from app.ledger.models import Account
from app.regions.loader import InForce, Rulebook
from app.regions.periods import COLUMNS, caps_of
from app.regions.rules import AidRules

BOOK = Rulebook.load()
DAY = date(2026, 11, 21)
NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)
HEBEI = BOOK.at("130100", DAY).rules.aid
NATION = BOOK.at("990100", DAY).rules.aid
BASIC, SHARED, SELF_PAID, CAPPED = "basic", "shared", "self-paid", "capped"
CATALOGUE = {
    BASIC: Terms("甲", "101", "01", Decimal(0), None, "准字1"),
    SHARED: Terms("乙", "101", "02", Decimal("0.10"), None, "准字2"),
    SELF_PAID: Terms("丙", "101", "03", Decimal(1), None, "准字3"),
    CAPPED: Terms("限", "101", "02", Decimal("0.25"), Decimal("8.123456"), "准字4"),
}
PATIENT, PLACE = 1, "130100"


def in_force(rules: AidRules) -> InForce:
    """The rules at the place on the day, with these for mutual aid."""
    found = BOOK.at(PLACE, DAY)
    return replace(found, rules=found.rules.model_copy(update={"aid": rules}))


def owner(
    person: int, current: int | None = None, carried: int | None = None, **more: Any
) -> Owner:
    """A person's purses: account ids are the person's number and a digit."""
    wallet = more.pop("wallet", None)
    return Owner(
        person,
        f"@{person}",
        more.pop("place", PLACE),
        more.pop("in_order", True),
        None if current is None else Purse(person * 10 + 1, current),
        None if carried is None else Purse(person * 10 + 2, carried),
        wallet=None if wallet is None else Purse(person * 10 + 3, wallet),
    )


def donor(
    person: int,
    current: int | None = 0,
    carried: int | None = None,
    *,
    rules: AidRules = HEBEI,
    **more: Any,
) -> Donor:
    """A grant of this person; ``bound_order`` is the person's number."""
    names = ("place", "in_order")
    own = owner(person, current, carried, **{n: more.pop(n) for n in names if n in more})
    values: dict[str, Any] = {
        "grant_id": person * 100,
        "owner": own,
        "in_force": in_force(rules),
        "bound_order": person,
        "rank": 0,
        "starts_on": date(2026, 1, 1),
        "ends_on": None,
        "frozen": False,
        "purposes": ("medical",),
        "caps": caps_of(more.pop(column, None) for column in COLUMNS),
    }
    return Donor(**values | more)


def case(
    part: int,
    payable: int | None = None,
    own: int | None = None,
    donors: Sequence[Donor] = (),
    *,
    rules: AidRules = HEBEI,
    **more: Any,
) -> Case:
    values: dict[str, Any] = {
        "patient": owner(PATIENT, own, wallet=more.pop("wallet", None)),
        "person_part_fen": part,
        "payable_fen": part if payable is None else payable,
        "account_used": True,
        "in_force": in_force(rules),
        "occasion": occasion(**more.pop("occasion", {})),
        "donors": donors,
    }
    return Case(**values | more)


def occasion(**more: Any) -> Occasion:
    """A bill of the patient's on the day."""
    day = more.get("day", DAY)
    values: dict[str, Any] = {
        "purpose": "medical",
        "day": day,
        "place": PLACE,
        "area": "province",
        "in_area": lambda area, place: area == "nation" or place[:2] == PLACE[:2],
    }
    return Occasion(**values | more)


def line(code: str, fen: int, serial: str = "1") -> Line:
    return Line(serial, code, fen, Decimal(1), Decimal(fen) / 100)


def with_rules(**changes: Any) -> AidRules:
    return HEBEI.model_copy(update=changes)


class Room:
    """A snapshot with people, accounts and grants, and requests against it."""

    def __init__(self) -> None:
        self.snapshot = Snapshot(BOOK, catalogue=dict(CATALOGUE), suspense_account=9)
        self.snapshot.institutions = {
            code: Institution(code, PLACE, "11", pooling=False, cross_region=True, wallet_at="1")
            for code in "AB"
        }
        self.snapshot.payables = {"A": 5, "B": 6}
        self.snapshot.pooled_funds = {PLACE[:4]: 7}
        self.ids = itertools.count(1000)

    @property
    def next_id(self) -> Callable[[], int]:
        return lambda: next(self.ids)

    def person(
        self,
        number: int,
        current: int | None = None,
        carried: int | None = None,
        wallet: int | None = None,
    ) -> None:
        facts = Facts(number, f"N{number}", "310", "11", PLACE, True, False)
        self.snapshot.people[number] = facts
        accounts = (
            (AccountKind.CURRENT, current),
            (AccountKind.CARRIED, carried),
            (AccountKind.WALLET, wallet),
        )
        for kind, fen in accounts:
            if fen is not None:
                account = Account(number * 10 + kind, kind, number, fen, int(fen > 0))
                self.snapshot.accounts[(number, kind)] = account
                self.snapshot.accounts_by_id[account.id] = account

    def grant(self, giver: int, beneficiary: int, **more: Any) -> None:
        grant = Grant(
            next(self.ids),
            giver,
            beneficiary,
            date(2026, 1, 1),
            None,
            0,
            False,
            ("medical",),
            {},
        )
        self.snapshot.grants.setdefault(beneficiary, []).append(replace(grant, **more))

    def bill(self, patient: int, fen: int, code: str = BASIC, shop: str = "A") -> Request:
        bill = Bill(patient, "310", "41", NOON, fen, True, (line(code, fen),))
        request = self._request(SETTLE, shop, Purchase(f"N{patient}", bill))
        self.snapshot.bills[request.id] = bill
        return request

    def cancel(self, settlement: Any, psn_no: str, shop: str = "A") -> Request:
        return self._request(CANCEL, shop, Cancel(psn_no, settlement.id, settlement.mdtrt_id))

    def reverse(self, original: Request) -> Request:
        psn_no, key = original.order.psn_no, (original.fixmedins_code, original.msgid)
        named = NamedMessage(original.id, SETTLE, psn_no, None, None)
        self.snapshot.named.setdefault(key, named)
        order = Reversal(psn_no, original.msgid, SETTLE)
        return self._request(REVERSE, original.fixmedins_code, order)

    def _request(self, infno: str, shop: str, order: Order) -> Request:
        number = next(self.ids)
        return Request(number, shop, f"m{number}", infno, 0, order)
