"""What a settlement means for whom. Pure.

A donor is told the own part, by whom and where if the patient has agreed to the grant, and nothing
of the other before that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from app.domain.notice.values import Params, Telling
from app.domain.settlement.trace import PaidLeg
from app.kit.value import value


@value
class Row:
    """One bill, or what was undone of one: two rows of one request are one.

    Attributes:
        bill_id: the settlement by which one reads of it: what stands, if something does.
        part: whether a part was given back, or that was taken back.
        fen, legs: what it came to and who paid it; negative: got back.
    """

    id: int
    bill_id: int
    part: bool
    patient_id: int
    shop: str
    fen: int
    at: datetime
    legs: tuple[PaidLeg, ...]


def told(row: Row, agreed: Collection[int]) -> Iterator[Telling]:
    """Who is told what of it. ``agreed``: the grants to which the patient has said yes."""
    given: dict[int, int] = {}
    grants: dict[int, int] = {}
    for leg in row.legs:
        if leg.grant_id is not None:
            given[leg.person_id] = given.get(leg.person_id, 0) + leg.amount_fen
            grants[leg.person_id] = leg.grant_id
    for donor, fen in given.items():
        if fen:
            known = grants[donor] in agreed
            kind = _kind("aid", row, fen) + ("" if known else "_asked")
            params: Params = {"sum_fen": abs(fen), "grant": str(grants[donor])}
            if known:
                params |= {"name": f"@{row.patient_id}", "shop": row.shop, "bill": str(row.bill_id)}
            yield Telling(donor, kind, row.id, row.at, params)
    params = {"sum_fen": abs(row.fen), "shop": row.shop, "bill": str(row.bill_id)}
    kind, aid_fen = _kind("bill", row, row.fen), sum(given.values())
    if kind == "bill_paid" and aid_fen > 0:
        kind, params["aid_fen"] = "bill_paid_aid", aid_fen
    if row.fen:
        yield Telling(row.patient_id, kind, row.id, row.at, params)


def _kind(what: str, row: Row, fen: int) -> str:
    if fen > 0:
        return "aid_used" if what == "aid" else "bill_paid"
    return f"{what}_part_back" if row.part else f"{what}_back"
