"""What a till may ask to be done with money, as values.

An accepted order is stored as JSON in ``request.body``; ``stored`` and ``read`` are the only two
functions that know its form. Rows of before are read as they are. Pure.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.domain.settlement.bill import Bill, Line
from app.domain.trace.values import Scanned
from app.kit.clock import iso
from app.kit.value import value
from app.words import CertType, Terminal

SETTLE, SETTLE_A = "2102", "2102A"
CANCEL = "2103"
RETURN_PART = "2103A"
"""Not national: a part of a purchase is given back, in one step."""
VISIT_SETTLE, VISIT_SETTLE_A = "2207", "2207A"
VISIT_CANCEL = "2208"
REVERSE = "2601"


@value
class Purchase:
    """A bill over the counter."""

    psn_no: str
    bill: Bill


@value
class VisitBill:
    """A batch of a clinic's visit. The lines lie with the visit, so the bill here has none."""

    psn_no: str
    bill: Bill


@value
class Cancel:
    """A settlement is taken back whole."""

    psn_no: str
    settlement_id: int
    mdtrt_id: int


@value
class PartReturn:
    """A part of a purchase is given back: line number and count, and which boxes those are."""

    psn_no: str
    settlement_id: int
    mdtrt_id: int
    returned: tuple[tuple[str, Decimal], ...]
    codes: tuple[str, ...] = ()


@value
class Reversal:
    """Whatever the message ``omsgid`` (an ``oinfno``) of the same institution did is undone."""

    psn_no: str
    omsgid: str
    oinfno: str


Order = Purchase | VisitBill | Cancel | PartReturn | Reversal


class UnreadableError(Exception):
    """What is stored can't be read: a newer version of the program has written it, or it is
    damaged. Where it comes from tells what is wrong with it."""


def stored(order: Order) -> dict[str, object]:
    """The order as JSON: sums in fen, counts and prices as texts, ids as texts."""
    match order:
        case Purchase(psn_no, bill):
            body = _bill_stored(psn_no, bill) | {"lines": [_line_stored(x) for x in bill.lines]}
            # Beside the lines: a worker of before reads them by their places.
            rx = {line.feedetl_sn: line.rxno for line in bill.lines if line.rxno}
            return body | {"rx": rx} if rx else body
        case VisitBill(psn_no, bill):
            assert bill.visit is not None, "a visit's bill names its visit"
            visit, batch = bill.visit
            body = _bill_stored(psn_no, bill) | {
                "visit": str(visit),
                "batch": batch,
                "echo": bill.echo and list(bill.echo),
            }
            if bill.codes:
                body["codes"] = [[sn, one.code, one.split] for sn, one in bill.codes]
            return body
        case Cancel(psn_no, settlement_id, mdtrt_id):
            return {"psn_no": psn_no, "setl_id": str(settlement_id), "mdtrt_id": str(mdtrt_id)}
        case PartReturn(psn_no, settlement_id, mdtrt_id, returned, codes):
            body = {
                "psn_no": psn_no,
                "setl_id": str(settlement_id),
                "mdtrt_id": str(mdtrt_id),
                "lines": [[sn, f"{count:f}"] for sn, count in returned],
            }
            return body | {"codes": list(codes)} if codes else body
        case Reversal(psn_no, omsgid, oinfno):
            return {"psn_no": psn_no, "omsgid": omsgid, "oinfno": oinfno}


def read(infno: str, body: Mapping[str, Any]) -> Order:
    """The order that was stored for a message of this number.

    Raises:
        UnreadableError: no order is stored for such a message, a part of it is missing, or is
            something else.
    """
    try:
        return _READERS[infno](body)
    except Exception as error:  # whatever a reader may fall over
        raise UnreadableError from error


def readable(infno: str, body: Mapping[str, Any]) -> Order | None:
    """The order, for whoever only looks at it; None: it can't be read."""
    try:
        return read(infno, body)
    except UnreadableError:
        return None


def bill_of(infno: str, body: Mapping[str, Any]) -> Bill | None:
    """The bill that a message asks to be settled, for whoever only looks at it; None: it asks for
    something else, or can't be read."""
    order = readable(infno, body)
    return order.bill if isinstance(order, Purchase | VisitBill) else None


def _bill_stored(psn_no: str, bill: Bill) -> dict[str, object]:
    return {
        "psn_no": psn_no,
        "person": bill.person_id,
        "insutype": bill.insutype,
        "med_type": bill.med_type,
        "begntime": iso(bill.bill_time),
        "total": bill.total_fen,
        "acct": bill.account_used,
        "invono": bill.invono,
        "credential": bill.credential_id,
        "shown": bill.cert_type,
        "card": bill.card_id,
        "terminal": bill.terminal,
        "asks": bill.asks_s,
    }


def _line_stored(line: Line) -> list[object]:
    found = [
        line.feedetl_sn,
        line.med_list_codg,
        line.amount_fen,
        f"{line.count:f}",
        f"{line.price:f}",
        line.prescribed,
    ]
    return [*found, [[one.code, one.split] for one in line.codes]] if line.codes else found


def _purchase(body: Mapping[str, Any]) -> Purchase:
    rx = body.get("rx", {})
    lines = tuple(
        Line(
            sn,
            code,
            fen,
            Decimal(count),
            Decimal(price),
            prescribed,
            codes=tuple(Scanned(*one) for found in codes for one in found),
            rxno=rx.get(sn, ""),
        )
        for sn, code, fen, count, price, prescribed, *codes in body["lines"]
    )
    return Purchase(body["psn_no"], _bill(body, lines))


def _visit_bill(body: Mapping[str, Any]) -> VisitBill:
    echo = body.get("echo")
    bill = replace(
        _bill(body, ()),
        visit=(int(body["visit"]), body["batch"]),
        echo=tuple(echo) if echo else None,
        codes=tuple((sn, Scanned(code, split)) for sn, code, split in body.get("codes", ())),
    )
    return VisitBill(body["psn_no"], bill)


def _bill(body: Mapping[str, Any], lines: tuple[Line, ...]) -> Bill:
    return Bill(
        person_id=body["person"],
        insutype=body["insutype"],
        med_type=body["med_type"],
        bill_time=datetime.fromisoformat(body["begntime"]).astimezone(UTC),
        total_fen=body["total"],
        account_used=body["acct"],
        lines=lines,
        invono=body["invono"],
        credential_id=body["credential"],
        cert_type=body.get("shown", CertType.CREDENTIAL),
        card_id=body.get("card"),
        terminal=body.get("terminal", Terminal.WINDOW),
        asks_s=body.get("asks", 0.0),
    )


def _cancel(body: Mapping[str, Any]) -> Cancel:
    return Cancel(body["psn_no"], int(body["setl_id"]), int(body["mdtrt_id"]))


def _part_return(body: Mapping[str, Any]) -> PartReturn:
    returned = tuple((sn, Decimal(count)) for sn, count in body["lines"])
    codes = tuple(body.get("codes", ()))
    return PartReturn(body["psn_no"], int(body["setl_id"]), int(body["mdtrt_id"]), returned, codes)


def _reversal(body: Mapping[str, Any]) -> Reversal:
    return Reversal(body["psn_no"], body["omsgid"], body["oinfno"])


_READERS: dict[str, Callable[[Mapping[str, Any]], Order]] = {
    SETTLE: _purchase,
    SETTLE_A: _purchase,
    VISIT_SETTLE: _visit_bill,
    VISIT_SETTLE_A: _visit_bill,
    CANCEL: _cancel,
    VISIT_CANCEL: _cancel,
    RETURN_PART: _part_return,
    REVERSE: _reversal,
}
PAYING = frozenset(number for number, kind in _READERS.items() if kind in (_purchase, _visit_bill))
"""Numbers of the messages that settle a bill."""
CANCELLING = frozenset(number for number, kind in _READERS.items() if kind is _cancel)
"""Numbers of the messages that take a settlement back whole."""
