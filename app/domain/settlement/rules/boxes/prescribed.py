"""A bill's prescriptions against the snapshot: checked before it is decided, dispensed with it, and
there again when it is undone. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from app.domain.prescription.rules import Buying, check_again, check_dispensable, check_lines
from app.domain.prescription.values import Asked, Dispensed
from app.domain.settlement.bill import Bill, Line
from app.domain.settlement.model import Result, Settlement, Snapshot


def check_prescribed(bill: Bill, snapshot: Snapshot, fixmedins_code: str, at: datetime) -> None:
    """Refuses what is not prescribed, or not any more, or not for this patient here.

    Raises:
        Refusal: what ``prescription.rules`` refuses.
    """
    buying = Buying(fixmedins_code, snapshot.stays(bill.person_id), bill.med_type, at)
    for rxno, lines in _by_number(bill.lines).items():
        found = check_dispensable(rxno, snapshot.prescriptions.get(rxno), buying)
        check_lines(found, lines)


def check_still_left(paid: Settlement, snapshot: Snapshot, coming: Settlement | None) -> None:
    """Refuses to restore a settlement whose medicines somebody else has had since. ``coming``: a
    settlement that is about to give its own back.

    Raises:
        Refusal: RX_WITHDRAWN, RX_USED_UP.
    """
    free = _taken(coming) if coming is not None else {}
    for rxno, again in _taken(paid).items():
        back = {item: -much for item, much in free.get(rxno, {}).items()}
        check_again(snapshot.prescriptions[rxno].less(back), again)


def note_prescribed(result: Result, snapshot: Snapshot) -> None:
    """What was settled is dispensed from now on, what was undone is there again."""
    row = result.settlement
    if row is None:
        return
    sign = 1 if row.kind.pays else -1
    for rxno, taken in _taken(row).items():
        before = snapshot.prescriptions[rxno]
        snapshot.prescriptions[rxno] = before.less({i: sign * m for i, m in taken.items()})
        result.dispensed += [
            Dispensed(
                row.id,
                line.feedetl_sn,
                before.id,
                line.med_list_codg,
                row.fixmedins_code,
                line.count,
            )
            for line in _lines(row)
            if line.rxno == rxno
        ]


def numbers(lines: Iterable[Line]) -> set[str]:
    """The prescriptions that lines name."""
    return {line.rxno for line in lines if line.rxno}


def _lines(row: Settlement) -> list[Line]:
    return [part.line for part in row.lines]


def _taken(row: Settlement) -> dict[str, dict[str, Decimal]]:
    """By prescription, how much of each item a settlement takes, or gives back."""
    found: dict[str, dict[str, Decimal]] = {}
    for line in _lines(row):
        if line.rxno:
            items = found.setdefault(line.rxno, {})
            items[line.med_list_codg] = items.get(line.med_list_codg, Decimal(0)) + line.count
    return found


def _by_number(lines: Iterable[Line]) -> dict[str, list[Asked]]:
    found: dict[str, list[Asked]] = {}
    for line in lines:
        if line.rxno:
            asked = Asked(line.feedetl_sn, line.med_list_codg, line.count)
            found.setdefault(line.rxno, []).append(asked)
    return found
