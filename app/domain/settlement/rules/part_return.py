"""What is left of a bill after a part has been given back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from app.domain.settlement.bill import Bill, Line, Terms
from app.domain.settlement.model import Settlement
from app.domain.settlement.rules.errors import RETURN_INVALID
from app.kit.money import fen_of_product
from app.kit.reasons import Refusal


def rest_of(paid: Settlement, returned: Mapping[str, Decimal]) -> Bill:
    """The bill without what was returned (line number → count), dated like the original.

    Raises:
        Refusal: RETURN_INVALID, when a line is unknown, more is returned than was bought, or
            nothing would be left (that is a whole cancel).
    """
    lines = []
    unknown = set(returned) - {stored["sn"] for stored in paid.lines}
    if unknown:
        raise Refusal(RETURN_INVALID, detail=f"没有明细 {min(unknown)}")
    for stored in paid.lines:
        left = Decimal(stored["cnt"]) - returned.get(stored["sn"], Decimal(0))
        if left < 0:
            raise Refusal(RETURN_INVALID, detail=f"明细 {stored['sn']} 退货数量超过购买数量")
        if left > 0:
            lines.append(_line(stored, left))
    if not lines:
        raise Refusal(RETURN_INVALID, detail="全部退货请用2103撤销")
    return Bill(
        person_id=paid.person_id,
        insutype=paid.insutype,
        med_type=paid.med_type,
        bill_time=paid.bill_time,
        total_fen=sum(line.amount_fen for line in lines),
        account_used=True,
        lines=tuple(lines),
        invono=paid.invono,
        credential_id=paid.credential_id,
    )


def _line(stored: dict[str, Any], count: Decimal) -> Line:
    price = Decimal(stored["pric"])
    amount = stored["fen"] if count == Decimal(stored["cnt"]) else fen_of_product(price, count)
    return Line(
        stored["sn"], stored["code"], amount, count, price, bool(stored.get("rx", False)),
        terms_of(stored),
    )  # fmt: skip


def terms_of(stored: dict[str, Any]) -> Terms | None:
    """What the catalogue said when the line was settled."""
    if not stored["known"]:
        return None
    limit = stored["limit"]
    return Terms(
        stored["name"], stored.get("lt", "101"), stored["lv"], Decimal(stored["prop"]),
        None if limit is None else Decimal(limit), stored.get("lic", ""),
    )  # fmt: skip
