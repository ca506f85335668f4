"""2201 to 2207: an outpatient visit; 2208, which takes one back, is 2103."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.api.tills.message import Message
from app.api.tills.settlement_info import (
    detlcutinfo,
    line_info,
    setldetail,
    setlinfo,
    unknown_lines,
    warned,
)
from app.api.tills.transactions.accepting import accept, accepted, seen
from app.api.tills.transactions.outpatient_fields import (
    BILLS,
    DIAGNOSES,
    DOCTOR,
    FEE_DETAILS,
    FEES,
    REGISTERED,
    REGISTRATIONS,
    TAKEN_BACK,
    VISITS,
)
from app.api.tills.transactions.patient import Patient, patient_of, spend
from app.api.tills.transactions.prescription_info import own_number
from app.api.tills.transactions.times import check_time
from app.api.tills.transactions.traced import beside, check_counters
from app.api.tills.wire.fields import wrong
from app.domain.credential.code import PAYS_VISIT
from app.domain.credential.errors import TOKEN_UNKNOWN
from app.domain.registry.models import Person
from app.domain.settlement.bill import Bill, Line
from app.domain.settlement.orders import VISIT_SETTLE, VisitBill
from app.domain.settlement.rules.amounts import check_line
from app.domain.settlement.rules.errors import NOTHING_TO_SETTLE
from app.domain.settlement.rules.fold import ECHOED
from app.domain.visit.errors import VISIT_UNKNOWN
from app.domain.visit.repository import FeeLine
from app.domain.visit.service import Registration
from app.kit.reasons import Refusal
from app.regions.rules import LineRules


async def register(message: Message) -> dict[str, Any]:
    """2201, 2201A: a visit begins; its number is the centre's ``mdtrt_id``."""
    data = REGISTRATIONS[message.envelope.infno].of(message.input)
    check_time("begntime", data["begntime"], message.rooms.clock.now())
    patient = await patient_of(message, data)
    person = await message.rooms.people.get(patient.person_id)
    message.rooms.credentials.check_holder(person)
    visit = await message.rooms.visits.register(
        Registration(
            fixmedins_code=message.sender.code,
            msgid=message.envelope.msgid,
            ipt_otp_no=data["ipt_otp_no"],
            person_id=person.id,
            psn_no=person.psn_no,
            place=person.insuplc_admdvs,
            credential_id=patient.credential_id,
            insutype=data["insutype"],
            begins_at=data["begntime"],
            details={line.name: data[line.name] for line in DOCTOR},
        )
    )
    return {
        "data": {
            "mdtrt_id": str(visit["id"]),
            "psn_no": person.psn_no,
            "ipt_otp_no": visit["ipt_otp_no"],
        }
    }


async def cancel_registration(message: Message) -> dict[str, Any]:
    """2202: the visit didn't take place."""
    data = REGISTERED.of(message.input)
    person = await _patient(message, data["psn_no"])
    visit_id = int(data["mdtrt_id"])
    await message.rooms.visits.cancel(visit_id, message.sender.code, person.id)
    return {}


async def diagnose(message: Message) -> dict[str, Any]:
    """2203, 2203A: what the doctor found."""
    data = VISITS[message.envelope.infno].of(message.input)
    person = await _patient(message, data["psn_no"])
    diagnoses = list(DIAGNOSES.each(message.input))
    await message.rooms.visits.diagnose(
        int(data["mdtrt_id"]), message.sender.code, person.id, data["med_type"], diagnoses
    )
    return {}


async def charge(message: Message) -> dict[str, Any]:
    """2204: lines of cost; each is told how it splits."""
    lines, owners = [], set()
    for at, fee in enumerate(FEES.each(message.input), 1):
        owners.add((fee["mdtrt_id"], fee["psn_no"]))
        check_time("fee_ocur_time", fee["fee_ocur_time"], message.rooms.clock.now())
        lines.append(_fee_line(fee, at, message.rules.lines))
    if len(owners) != 1:
        raise wrong("mdtrt_id", "一次只能上传同一就诊的明细")
    if len({fee.line.feedetl_sn for fee in lines}) != len(lines):
        raise wrong("feedetl_sn", "有重复")
    [(visit, psn_no)] = owners
    person = await _patient(message, psn_no)
    parts = await message.rooms.visits.charge(int(visit), message.sender.code, person.id, lines)
    message.warnings.extend(unknown_lines(parts, by_serial=True))
    return {"result": [line_info(part) for part in parts]}


async def take_back(message: Message) -> dict[str, Any]:
    """2205: lines that aren't settled are taken back."""
    data = TAKEN_BACK.of(message.input)
    person = await _patient(message, data["psn_no"])
    await message.rooms.visits.take_back(
        int(data["mdtrt_id"]), message.sender.code, person.id, data["chrg_bchno"]
    )
    return {}


async def pre_settle(message: Message) -> dict[str, Any]:
    """2206: what 2207 would come to. Writes nothing."""
    order, lines = await _bill(message, echoed=False)
    rooms = message.rooms
    if not lines:
        raise Refusal(NOTHING_TO_SETTLE)
    bill = replace(order.bill, lines=lines)
    row = await rooms.settlements.preview(bill, message.sender.code)
    message.warnings.extend(unknown_lines(row.lines, by_serial=True))
    return {
        "setlinfo": await setlinfo(rooms, row, message.envelope.msgid, preview=True),
        "setldetail": await setldetail(rooms, row),
    }


async def settle(message: Message) -> dict[str, Any]:
    """2207, 2207A: settles a visit's lines as they were pre-settled."""
    try:
        order, _ = await _bill(message, echoed=True)
    except Refusal:
        # A repeat must get its stored answer even when its token has died meanwhile.
        request_id = await seen(message)
        if request_id is None:
            raise
    else:
        request_id = await accept(message, order)
    outcome = await accepted(message, request_id)
    row = outcome.settlement
    assert row is not None
    message.warnings.extend([*warned(row), *unknown_lines(row.lines, by_serial=True)])
    return {
        "setlinfo": await setlinfo(message.rooms, row, message.envelope.msgid),
        "setldetail": await setldetail(message.rooms, row),
        "detlcutinfo": detlcutinfo(row),
    }


async def _patient(message: Message, psn_no: str) -> Person:
    person = await message.rooms.people.by_psn_no(psn_no)
    if person is None:
        raise Refusal(VISIT_UNKNOWN)
    return person


async def _bill(message: Message, *, echoed: bool) -> tuple[VisitBill, tuple[Line, ...]]:
    """The visit's bill as an order, and its open lines. The patient's own code or card pays:
    it is asked for here again (law 4), whatever 2201 was shown.

    Raises:
        Refusal: the field that is wrong; what ``patient_of`` refuses, VISIT_UNKNOWN; what
            ``spend`` refuses when it settles.
    """
    data = BILLS[message.envelope.infno].of(message.input)
    person = await _patient(message, data["psn_no"])
    patient = await _shown(message, data, person)
    visit_id, batch = int(data["mdtrt_id"]), data["chrg_bchno"]
    visit, lines = await message.rooms.visits.open_lines(
        visit_id, message.sender.code, person.id, batch
    )
    bill = Bill(
        person_id=person.id,
        insutype=data["insutype"],
        med_type=data["med_type"],
        bill_time=visit["begins_at"],
        total_fen=data["medfee_sumamt"],
        account_used=data["acct_used_flag"],
        lines=(),
        invono=data["invono"],
        **({} if patient is None else patient.shown_in_bill()),
        terminal=message.envelope.opter_type,
        asks_s=message.asks_s(),
        visit=(visit_id, batch),
        echo=_echo(message, data) if echoed else None,
        codes=beside(message) if echoed else (),
    )
    if bill.codes:
        check_counters(message, data, (one for _, one in bill.codes))
    if echoed and patient is not None:
        await spend(message, patient, bill.total_fen)
    return VisitBill(person.psn_no, bill), lines


def _echo(message: Message, data: dict[str, Any]) -> tuple[int | None, ...] | None:
    """What 2206 said, as it is told again. 2207A may leave it out, and says so with zeros."""
    echo = tuple(data[name] for name in ECHOED)
    return echo if any(echo) or message.envelope.infno == VISIT_SETTLE else None


async def _shown(message: Message, data: dict[str, Any], person: Person) -> Patient | None:
    """Who shows what pays. 2206, which pays nothing, may leave its number out: then the person has
    been read here a while ago, as 2001 asks for.

    Raises:
        Refusal: what ``patient_of`` refuses; TOKEN_UNKNOWN.
    """
    if data["mdtrt_cert_no"]:
        return await patient_of(message, data, PAYS_VISIT)
    if not await message.rooms.credentials.has_seen(person.id, message.sender.code):
        raise Refusal(TOKEN_UNKNOWN)
    return None


def _fee_line(fee: dict[str, Any], at: int, rules: LineRules) -> FeeLine:
    amount, count, price = fee["det_item_fee_sumamt"], fee["cnt"], fee["pric"]
    check_line(at, price, count, amount, rules)
    rxno = own_number(fee, at)
    return FeeLine(
        line=Line(
            fee["feedetl_sn"],
            fee["med_list_codg"],
            amount,
            count,
            price,
            prescribed=bool(rxno),  # a clinic's own are its doctor's, and need no mark
            rxno=rxno,
        ),
        chrg_bchno=fee["chrg_bchno"],
        fee_time=fee["fee_ocur_time"],
        details={name: fee[name] for name in FEE_DETAILS},
    )
