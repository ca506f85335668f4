"""The own prescriptions, and those of children for whom one has signed; and a code for one, which a
pharmacy reads instead of the patient's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.api.http.endpoint import Call, Endpoint, Nothing, Resource, View
from app.api.phone.pictures.drawing import qr_of
from app.domain.family.service import Family
from app.domain.prescription.errors import RX_EXPIRED, RX_USED_UP, RX_WITHDRAWN
from app.domain.prescription.looking import PrescriptionsSeen, Seen
from app.domain.prescription.rules import plain
from app.domain.prescription.values import State, Use
from app.domain.prescription.words import EXPIRED, STATES, USES
from app.kit.clock import Clock, iso
from app.kit.reasons import NOT_FOUND

Standing = Literal["good", "part", "used", "expired", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    prescriptions_seen: PrescriptionsSeen
    family: Family
    clock: Clock


class PrescribedView(View):
    """One medicine: how much of it was prescribed and how much is left, in its unit."""

    name: str
    spec: str
    count: str
    left: str
    unit: str
    usage: str


class PrescriptionView(View):
    """A prescription. ``name``: of the child whose it is, masked; empty: mine. ``can_show``:
    something can be had on it still."""

    id: str
    number: str
    name: str
    clinic: str
    department: str
    doctor: str
    diagnosis: str
    prescribed_at: str
    ends_at: str
    state: Standing
    state_name: str
    can_show: bool
    medicines: list[PrescribedView]


class PrescriptionCodeView(View):
    """What a pharmacy scans, once, before ``ends_at``."""

    code: str
    qr: list[str]
    ends_at: str


async def prescriptions(call: Call[Needs, Any, Any]) -> list[View]:
    """GET /prescriptions"""
    whose = await _whose(call)
    found = await call.services.prescriptions_seen.of(whose)
    return [_view(call, one, whose[one.person_id]) for one in found]


async def show(call: Call[Needs, Nothing, Nothing]) -> PrescriptionCodeView:
    """POST /prescriptions/{id}/code"""
    whose = await _whose(call)
    shown = await call.services.prescriptions_seen.show(call.path_id(), whose, call.person_id)
    return PrescriptionCodeView(code=shown.code, qr=qr_of(shown.code), ends_at=iso(shown.ends_at))


async def _whose(call: Call[Needs, Any, Any]) -> dict[int, str]:
    """Whose prescriptions are seen here, with their names: the own, and a child's by whoever has
    signed for it. Showing a grown relative's code tells nothing of health."""
    return {call.person_id: ""} | await call.services.family.children(call.person_id)


def _standing(one: Seen, over: bool) -> tuple[Standing, str, str]:
    if one.row.state is State.WITHDRAWN:
        _, words = STATES[one.row.state]
        return "withdrawn", words.zh, words.en
    use = one.counted.use
    _, words = USES[use]
    if use is Use.WHOLE:
        return "used", words.zh, words.en
    if over:
        return "expired", EXPIRED[1].zh, EXPIRED[1].en
    return ("part" if use is Use.PART else "good"), words.zh, words.en


def _view(call: Call[Needs, Any, Any], one: Seen, name: str) -> PrescriptionView:
    said: Mapping[str, Any] = one.row.details
    visit = said["visit"]
    state, zh, en = _standing(one, call.services.clock.now() >= one.row.ends_at)
    return PrescriptionView(
        id=str(one.row.id),
        number=one.row.hi_rxno,
        name=name,
        clinic=said["signed"]["fixmedinsName"],
        department=visit["prscDeptName"],
        doctor=visit["prscDrName"],
        diagnosis=visit["maindiagName"],
        prescribed_at=iso(one.row.prescribed_at),
        ends_at=iso(one.row.ends_at),
        state=state,
        state_name=zh if call.language == "zh" else en,
        can_show=state in ("good", "part"),
        medicines=[_medicine(one, drug) for drug in said["drugs"]],
    )


def _medicine(one: Seen, drug: Mapping[str, str]) -> PrescribedView:
    left = one.row.items[drug["medListCodg"]].left
    dose = f"{drug['sinDoscnt']}{drug['sinDosunt']}"
    return PrescribedView(
        name=drug["drugGenname"],
        spec=drug["drugSpec"],
        count=drug["drugCnt"],
        left=plain(left),
        unit=drug["drugDosunt"],
        usage=f"{drug['medcWayDscr']} {dose} {drug['usedFrquName']}",
    )


ENDPOINTS = [
    Endpoint("GET", "/prescriptions", prescriptions, "我和孩子的电子处方", "person",
             PrescriptionView, many=True),
    Endpoint("POST", "/prescriptions/{id}/code", show, "出示一张处方的码，药店扫一次", "person",
             PrescriptionCodeView, status=201,
             reasons=(NOT_FOUND, RX_WITHDRAWN, RX_USED_UP, RX_EXPIRED)),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
