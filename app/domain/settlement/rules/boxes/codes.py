"""A bill's trace codes against the snapshot: checked before it is decided, sold with it, free again
when it is undone. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.domain.settlement.bill import Bill, Line
from app.domain.settlement.model import Institution, Result, Settlement, Snapshot
from app.domain.settlement.rules.benefit import licence_of
from app.domain.trace.rules import Known, check, check_named, check_unsold, plainly_right, take
from app.domain.trace.values import Goods
from app.kit.reasons import Because


def check_codes(
    bill: Bill, snapshot: Snapshot, institution: Institution, today: date
) -> list[Because]:
    """What is to be warned of.

    Raises:
        Refusal: TRACE_NOT_THIS_LINE, and what ``trace.rules.check`` refuses.
    """
    rules = snapshot.rulebook.at(institution.admdvs, today).rules.trace
    if rules.policy == "off" or (bill.visit is not None and not rules.visit_codes):
        return []
    if bill.codes:
        check_named(bill.codes, (line.feedetl_sn for line in bill.lines))
    known = _known(snapshot, institution.code)
    if plainly_right(bill.lines, known):
        return []
    return check(_goods(bill.lines, snapshot), rules, today, known)


def check_still_unsold(paid: Settlement, snapshot: Snapshot, coming: int | None = None) -> None:
    """Refuses to restore a settlement whose boxes were sold here since. ``coming``: a settlement
    whose codes are about to be free.

    Raises:
        Refusal: TRACE_ALREADY_SOLD, TRACE_BOX_EMPTY.
    """
    if has_codes(paid):
        goods = _goods((part.line for part in paid.lines), snapshot)
        check_unsold(goods, _known(snapshot, paid.fixmedins_code), coming)


def note_codes(result: Result, snapshot: Snapshot) -> None:
    """The codes of what was settled are sold from now on, those of what was undone free."""
    row = result.settlement
    if row is None or not has_codes(row):
        return
    if row.kind.pays:
        lines, known = [part.line for part in row.lines], _known(snapshot, row.fixmedins_code)
        result.sales, result.alerts = take(lines, row.id, known)
        for sale in result.sales:
            snapshot.sold[sale.code] = (*snapshot.sold.get(sale.code, ()), sale)
        return
    for code in {one.code for part in row.lines for one in part.line.codes}:
        stay = (s for s in snapshot.sold.get(code, ()) if s.settlement_id != row.cancels_id)
        snapshot.sold[code] = tuple(stay)


def has_codes(row: Settlement) -> bool:
    """Whether any line of a settlement has codes."""
    return any(part.line.codes for part in row.lines)


def _known(snapshot: Snapshot, here: str) -> Known:
    return Known(snapshot.sold, snapshot.products, here)


def _goods(lines: Iterable[Line], snapshot: Snapshot) -> list[Goods]:
    return [
        Goods(
            line.feedetl_sn,
            line.med_list_codg,
            licence_of(line.terms or snapshot.catalogue.get(line.med_list_codg)),
            line.count,
            line.codes,
        )
        for line in lines
    ]
