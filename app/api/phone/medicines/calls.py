"""A box is looked up by its trace code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from app.api.http.endpoint import Call, Endpoint, Nothing, Resource, View
from app.domain.trace.service import Medicines
from app.domain.trace.words import NEXT, SAYS
from app.kit.clock import iso
from app.kit.reasons import INVALID_INPUT


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    medicines: Medicines


class MedicineView(View):
    """A box: never sold, sold once to me, once to somebody else, or more than once. Of a sale to
    me, when it was and its bill; of any other nothing but whether it came before mine
    (``sold_before``)."""

    code: str
    state: Literal["none", "mine", "other", "more"]
    says: str
    next: str
    sold_before: bool
    sold_at: str | None
    settlement_id: str | None


async def medicine(call: Call[Needs, Nothing, Nothing]) -> MedicineView:
    """GET /medicines/{code}"""
    found = await call.services.medicines.ask(call.person_id, call.request.match_info["code"])
    language = call.language
    return MedicineView(
        code=found.code,
        state=found.state,
        says=SAYS[found.said].name(language),
        next=NEXT[found.said].name(language),
        sold_before=found.said == "before",
        sold_at=iso(found.sold_at) if found.sold_at else None,
        settlement_id=str(found.settlement_id) if found.settlement_id else None,
    )


ENDPOINTS = [
    Endpoint("GET", "/medicines/{code}", medicine, "按追溯码查一盒药", "person", MedicineView,
             reasons=(INVALID_INPUT,)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
