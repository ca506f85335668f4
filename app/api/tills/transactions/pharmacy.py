"""2101 preview, 2102 settle, 2103A return a part, 2601 reverse, 5203 look up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC
from decimal import Decimal
from typing import Any

from app.api.tills.message import Message
from app.api.tills.settlement_info import (
    cancel_info,
    detlcutinfo,
    refund_flag,
    setldetail,
    setlinfo,
    standing,
    unknown_lines,
    warned,
)
from app.api.tills.transactions.accepting import accept, accepted, seen
from app.api.tills.transactions.patient import patient_of, spend
from app.api.tills.transactions.pharmacy_fields import (
    PURCHASE_LINES,
    PURCHASES,
    RETURNED_LINES,
    REVERSED,
    SETTLEMENT,
)
from app.api.tills.transactions.prescription_info import own_number
from app.api.tills.transactions.times import check_time
from app.api.tills.transactions.traced import (
    LineCodes,
    beside,
    check_counters,
    nested,
    returned_codes,
)
from app.api.tills.wire.fields import wrong
from app.domain.credential.code import PAYS_PURCHASE, PAYS_VISIT
from app.domain.settlement.bill import Bill, Line
from app.domain.settlement.orders import PartReturn, Purchase, Reversal
from app.domain.settlement.rules.amounts import check_line, check_total
from app.domain.settlement.rules.errors import SETTLEMENT_UNKNOWN
from app.domain.trace.rules import check_named
from app.kit.clock import local_date
from app.kit.reasons import Refusal
from app.words import InstitutionType


async def preview(message: Message) -> dict[str, Any]:
    """2101, 2101A: what 2102 would come to. Writes nothing."""
    order = await _purchase(message)
    rooms = message.rooms
    row = await rooms.settlements.preview(order.bill, message.sender.code)
    message.warnings.extend(unknown_lines(row.lines))
    return {
        "setlinfo": await setlinfo(rooms, row, message.envelope.msgid, preview=True),
        "setldetail": await setldetail(rooms, row),
        "detlcutinfo": detlcutinfo(row),
    }


async def settle(message: Message) -> dict[str, Any]:
    """2102, 2102A: settles a bill, once however often the message comes."""
    try:
        order = await _purchase(message, spends=True)
    except Refusal:
        # A repeat must get its stored answer even when its token has died meanwhile.
        request_id = await seen(message)
        if request_id is None:
            raise
    else:
        request_id = await accept(message, order)
    outcome = await accepted(message, request_id)
    assert outcome.settlement is not None
    row = outcome.settlement
    message.warnings.extend([*warned(row), *unknown_lines(row.lines)])
    return {
        "setlinfo": await setlinfo(message.rooms, row, message.envelope.msgid, outcome.people),
        "setldetail": await setldetail(message.rooms, row),
        "detlcutinfo": detlcutinfo(row),
    }


async def return_part(message: Message) -> dict[str, Any]:
    """2103A (ours): a part of a purchase is given back; the same payers pay the rest."""
    data = SETTLEMENT.of(message.input)
    returned: dict[str, Decimal] = {}
    codes: list[str] = []
    for line in RETURNED_LINES.each(message.input):
        serial = line["feedetl_sn"]
        if serial in returned:
            raise wrong("feedetl_sn", "有重复")
        returned[serial] = line["cnt"]
        codes += returned_codes(line["drug_trac_info"])
    order = PartReturn(
        psn_no=data["psn_no"],
        settlement_id=int(data["setl_id"]),
        mdtrt_id=int(data["mdtrt_id"]),
        returned=tuple(sorted(returned.items())),
        codes=tuple(codes),
    )
    request_id = await accept(message, order)
    row = (await accepted(message, request_id)).settlement
    assert row is not None
    message.warnings.extend(unknown_lines(row.lines))
    rooms, msgid = message.rooms, message.envelope.msgid
    whole = await rooms.settlements.cancel_of_request(request_id)
    return {
        "refundinfo": await cancel_info(rooms, whole, msgid),
        "setlinfo": await setlinfo(rooms, row, msgid),
        "setldetail": await setldetail(rooms, row),
        "detlcutinfo": detlcutinfo(row),
    }


async def reverse(message: Message) -> dict[str, Any]:
    """2601: undoes a message whose result the till doesn't know, also before it arrives."""
    data = REVERSED.of(message.input)
    order = Reversal(psn_no=data["psn_no"], omsgid=data["omsgid"], oinfno=data["oinfno"])
    if order.omsgid == message.envelope.msgid:
        raise wrong("omsgid", "不能与本报文号相同")
    request_id = await accept(message, order)
    await accepted(message, request_id)
    return {}


async def look_up(message: Message) -> dict[str, Any]:
    """5203: a settlement of this institution as it stands, and what stands in its stead."""
    data = SETTLEMENT.of(message.input)
    setl_id, mdtrt_id = int(data["setl_id"]), int(data["mdtrt_id"])
    rooms = message.rooms
    row, cancelled_by = await rooms.settlements.find(setl_id, message.sender.code)
    person = await rooms.people.get(row.person_id)
    if not await rooms.people.is_of(data["psn_no"], person) or row.mdtrt_id != mdtrt_id:
        raise Refusal(SETTLEMENT_UNKNOWN)
    info = await cancel_info(rooms, row, await rooms.settlements.msgid_of(row))
    stands = await rooms.settlements.stands(setl_id)
    if stands is None or stands.settlement_id != setl_id:
        info["exp_content"]["stands"] = standing(stands)
    info.update(
        pay_loc="2",
        fixmedins_code=message.sender.code,
        fixmedins_name=message.sender.name,
        hosp_lv=message.sender.level,
        refd_setl_flag=refund_flag(row, cancelled_by),
        year=info["setl_time"][:4],
        begndate=local_date(row.bill_time).isoformat(),
        enddate=local_date(row.settled_at).isoformat(),
        invono=row.invono,
    )
    del info["setl_type"]
    return {"setlinfo": info, "setldetail": await setldetail(rooms, row)}


async def _purchase(message: Message, *, spends: bool = False) -> Purchase:
    """The bill as an order: checked, and of the person whose code or card was shown.

    Raises:
        Refusal: the field that is wrong; AMOUNT_MISMATCH, LINE_AMOUNT_MISMATCH, and what
            ``patient_of`` refuses; what ``spend`` refuses if it ``spends``.
    """
    info = PURCHASES[message.envelope.infno].of(message.input)
    total, begins = info["medfee_sumamt"], info["begntime"]
    lines = _lines(message)
    check_total(total, lines)
    check_counters(message, info, (one for line in lines for one in line.codes))
    check_time("begntime", begins, message.rooms.clock.now())
    clinic = message.sender.type == InstitutionType.CLINIC  # its own pharmacy settles as it does
    patient = await patient_of(
        message, info, PAYS_PURCHASE | PAYS_VISIT if clinic else PAYS_PURCHASE
    )
    bill = Bill(
        person_id=patient.person_id,
        insutype=info["insutype"],
        med_type=info["med_type"],
        bill_time=begins.astimezone(UTC),
        total_fen=total,
        account_used=info["acct_used_flag"],
        lines=lines,
        invono=info["invono"],
        **patient.shown_in_bill(),
        terminal=message.envelope.opter_type,
        asks_s=message.asks_s(),
    )
    if spends:
        await spend(message, patient, total)
    return Purchase(patient.psn_no, bill)


def _lines(message: Message) -> tuple[Line, ...]:
    lines, serials = [], set()
    rules = message.rules.lines
    for at, line in enumerate(PURCHASE_LINES.each(message.input), 1):
        serial, amount = line["feedetl_sn"], line["det_item_fee_sumamt"]
        count, price = line["cnt"], line["pric"]
        if serial in serials:
            raise wrong("feedetl_sn", f"第{at}行重复")
        serials.add(serial)
        check_line(at, price, count, amount, rules)
        code, prescribed = line["med_list_codg"], line["rx_circ_flag"] == "1"
        codes = nested(message, serial, line["drug_trac_info"])
        rxno = own_number(line, at)
        lines.append(Line(serial, code, amount, count, price, prescribed, codes=codes, rxno=rxno))
    if loose := beside(message):
        check_named(loose, serials)
        return tuple(_with_codes(line, loose) for line in lines)
    return tuple(lines)


def _with_codes(line: Line, loose: LineCodes) -> Line:
    more = tuple(scanned for serial, scanned in loose if serial == line.feedetl_sn)
    return replace(line, codes=line.codes + more) if more else line
