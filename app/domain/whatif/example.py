"""One made-up bill, decided by the same engine as real ones: who would pay what here, on this day.

Pure: nobody's account is looked at.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from app.domain.settlement.bill import Bill, Line, Terms
from app.domain.settlement.model import Facts, Grant, Institution, Snapshot
from app.domain.settlement.rules.benefit import Enjoyed, level_of
from app.domain.settlement.rules.decide import Decision, decide
from app.kit.clock import midnight
from app.kit.value import value
from app.ledger.kinds import AccountKind
from app.ledger.models import Account
from app.regions.loader import Rulebook
from app.regions.rules import Level
from app.words import RETIRED, Insutype, ItemLevel, MedType

PATIENT, DONOR = 1, 2
"""The two people of an example; ``@1`` and ``@2`` stand for them in its steps and reasons."""
Kind = Literal["purchase", "prescription", "visit"]
Class = Literal["A", "B", "C"]
Plan = Literal["employee", "retired", "resident"]
_ITEM = "XEXAMPLE"
_SHOP = "EXAMPLE"
_NOON = timedelta(hours=12)
_WORKING = "11"
_HOSPITALS: dict[Level, str] = {"third": "01", "second": "05", "basic": "09"}
_CLASSES = {
    "A": Terms("甲类", "101", ItemLevel.WHOLE, Decimal(0), None, "准字"),
    "B": Terms("乙类", "101", ItemLevel.FIRST_SHARE, Decimal("0.10"), None, "准字"),
    "C": Terms("丙类", "101", ItemLevel.SELF_PAID, Decimal(1), None, "准字"),
}


@value
class Example:
    """What is bought by whom, and what is in the accounts.

    Attributes:
        item_class: of class B a tenth is the first share.
        own_fen: in the patient's account, all of it carried over; who has the resident plan has
            none.
        donor_fen: the same of one relative who shares the own account; None: nobody does.
        deductible_done: whether earlier visits of the period have used the deductible up.
    """

    amount_fen: int
    kind: Kind = "purchase"
    item_class: Class = "A"
    plan: Plan = "employee"
    level: Level = "basic"
    own_fen: int = 0
    donor_fen: int | None = None
    deductible_done: bool = False


def decided(book: Rulebook, place: str, day: date, example: Example) -> Decision:
    """Who would pay at a place (six digits) on a day. Everybody is insured there.

    Raises:
        Refusal: such a bill can't be settled.
        PackError: no rules yet on that day.
    """
    snapshot = _snapshot(book, place, day, example)
    return decide(_bill(day, example), snapshot, snapshot.institutions[_SHOP], day)


def _bill(day: date, example: Example) -> Bill:
    price = Decimal(example.amount_fen) / 100
    prescribed = example.kind == "prescription"
    line = Line("1", _ITEM, example.amount_fen, Decimal(1), price, prescribed=prescribed)
    return Bill(
        person_id=PATIENT,
        insutype=_insutype(example),
        med_type=MedType.OUTPATIENT if example.kind == "visit" else MedType.PURCHASE,
        bill_time=midnight(day) + _NOON,
        total_fen=example.amount_fen,
        account_used=True,
        lines=(line,),
    )


def _insutype(example: Example) -> Insutype:
    return Insutype.RESIDENT if example.plan == "resident" else Insutype.EMPLOYEE


def _snapshot(book: Rulebook, place: str, day: date, example: Example) -> Snapshot:
    snapshot = Snapshot(book, catalogue={_ITEM: _CLASSES[example.item_class]})
    hosp_lv = _HOSPITALS[example.level]
    snapshot.institutions[_SHOP] = Institution(
        _SHOP, place, hosp_lv, pooling=True, cross_region=True
    )
    plan, psn_type = _insutype(example), RETIRED if example.plan == "retired" else _WORKING
    snapshot.people[PATIENT] = Facts(PATIENT, "1", plan, psn_type, place, True, False)
    if plan == Insutype.EMPLOYEE:
        _fill(snapshot, PATIENT, AccountKind.CARRIED, example.own_fen)
    if example.donor_fen is not None:
        _give(snapshot, place, day, example.donor_fen)
    terms = book.at(place, day).rules.benefit(plan)
    if example.deductible_done and terms.deductible_per == "year":
        level = level_of(hosp_lv)
        used = Enjoyed(day, level, terms.deductible_fen.at(level), 0)
        snapshot.history[PATIENT] = [used]
    return snapshot


def _give(snapshot: Snapshot, place: str, day: date, fen: int) -> None:
    """A relative who shares the account, and has set all of it aside where that is needed."""
    snapshot.people[DONOR] = Facts(DONOR, "2", Insutype.EMPLOYEE, _WORKING, place, True, False)
    _fill(snapshot, DONOR, AccountKind.CARRIED, fen)
    _fill(snapshot, DONOR, AccountKind.FAMILY, fen)
    snapshot.grants[PATIENT] = [
        Grant(DONOR, DONOR, PATIENT, day - timedelta(days=1), None, 0, False, ("medical",), {})
    ]


def _fill(snapshot: Snapshot, person: int, kind: AccountKind, fen: int) -> None:
    account = Account(person * 10 + kind, kind, person, fen, 1)
    snapshot.accounts[(person, kind)] = account
    snapshot.accounts_by_id[account.id] = account
