"""5102 practitioners, 5201 visits, 5204 their lines, 5206 what was used, 5301 chronic diseases."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.api.tills.message import Message
from app.api.tills.settlement_info import line_info
from app.api.tills.wire.fields import (
    code,
    code_that,
    maybe,
    med_type,
    moment,
    record_number,
    text,
    wrong,
)
from app.api.tills.wire.nodes import Node, Shape
from app.api.tills.wire.values import money, number, wire_time
from app.domain.credential.errors import TOKEN_UNKNOWN
from app.domain.practitioner.service import Wanted
from app.domain.registry.models import Person
from app.domain.settlement.bill import LineSplit
from app.domain.settlement.model import Settlement
from app.domain.settlement.rules.errors import SETTLEMENT_UNKNOWN
from app.kit.clock import age_on, local_date
from app.kit.reasons import Refusal
from app.words import PURCHASES, Insutype, MedType

_WHO = Node(
    "data",
    code("prac_psn_type", "执业人员分类", 6, "prac_psn_type"),
    code("psn_cert_type", "人员证件类型", 6, "psn_cert_type", required=False),
    text("certno", "证件号码", 50, required=False),
    text("prac_psn_name", "执业人员姓名", 50, required=False),
    code("prac_psn_code", "执业人员代码", 20, required=False),
)
PRACTITIONERS = Shape((_WHO,), ("feedetail[]",))
_VISITS = Node(
    "data",
    code("psn_no", "人员编号", 30),
    moment("begntime", "开始时间"),
    moment("endtime", "结束时间"),
    med_type(),
    maybe(record_number("mdtrt_id", "就诊ID")),
)
VISITS = Shape((_VISITS,), ("mdtrtinfo[]",))
_LINES = Node(
    "data",
    code("psn_no", "人员编号", 30),
    maybe(record_number("setl_id", "结算ID")),
    record_number("mdtrt_id", "就诊ID"),
)
LINES = Shape((_LINES,), rows=True)


def _is_month(value: str) -> bool:
    return not value or (
        len(value) == 6
        and value.isascii()
        and value.isdigit()
        and "2000" <= value[:4] < "2200"
        and "01" <= value[4:] <= "12"
    )


_MONTH = code_that("cum_ym", "累计年月", 6, _is_month, "应为6位年月，如202611")
_USED = Node("data", code("psn_no", "人员编号", 30), maybe(_MONTH))
USED = Shape((_USED,), ("cuminfo[]",))
_CHRONIC = Node("data", code("psn_no", "人员编号", 30))
CHRONIC = Shape((_CHRONIC,), ("feedetail[]",))
_AIDED, _GIVEN = "D310230", "D310230_AUTHER"
_NAME_MAX = 100
_NOT_SAID = "未登记"
_NO_LIST = "105"
"""The list of what is in none: others."""


async def practitioners(message: Message) -> dict[str, Any]:
    """5102: this institution's doctors, pharmacists and the like."""
    data = _WHO.of(message.input)
    wanted = Wanted(
        data["prac_psn_type"],
        data["prac_psn_name"],
        data["prac_psn_code"],
        data["psn_cert_type"],
        data["certno"],
    )
    found = await message.rooms.practitioners.of_institution(message.sender.code, wanted)
    return {
        "feedetail": [
            {
                "psn_cert_type": one.psn_cert_type,
                "certno": one.certno,
                "prac_psn_no": one.prac_psn_no,
                "prac_psn_code": one.prac_psn_code,
                "prac_psn_name": one.name,
                "prac_psn_type": one.prac_psn_type,
                "prac_psn_cert": one.prac_psn_cert,
                "prac_cert_no": one.prac_cert_no,
                "hi_dr_flag": "1" if one.hi_dr else "0",
                "begntime": one.begins_on.isoformat(),
                "endtime": one.ends_on.isoformat() if one.ends_on else "",
                "chg_rea": one.chg_rea,
            }
            for one in found
        ]
    }


async def visits(message: Message) -> dict[str, Any]:
    """5201: a person's visits and purchases at this institution, by when they began."""
    data, rooms, code_ = _VISITS.of(message.input), message.rooms, message.sender.code
    person = await rooms.people.by_psn_no(data["psn_no"])
    if data["endtime"] < data["begntime"]:
        raise wrong("endtime", "早于开始时间")
    if person is None:
        return {"mdtrtinfo": []}
    between = data["begntime"], data["endtime"]
    wanted = int(data["mdtrt_id"]) if data["mdtrt_id"] else None
    asked = (code_, person.id, between, data["med_type"], wanted)
    rows = [
        _visit(message, person, row["id"], row["begins_at"], row["settled_at"])
        | {
            "insutype": row["insutype"],
            "med_type": row["med_type"],
            "ipt_otp_no": row["ipt_otp_no"],
            "atddr_no": said.get("atddr_no") or "",
            "chfpdr_name": said.get("dr_name") or "",
        }
        for row, said in await rooms.visits.between(*asked)
    ]
    rows += [
        _visit(message, person, one.mdtrt_id, one.bill_time, one.settled_at)
        | {
            "insutype": one.insutype,
            "psn_type": one.psn_type,
            "insu_optins": one.insuplc_admdvs,
            "med_type": one.med_type,
            "mdtrt_cert_type": one.cert_type,
        }
        for one in await rooms.settled.purchases(*asked)
    ]
    return {"mdtrtinfo": rows}


def _visit(
    message: Message, person: Person, mdtrt_id: int, begins: datetime, ends: datetime | None
) -> dict[str, Any]:
    people = message.rooms.people
    return {
        "mdtrt_id": str(mdtrt_id),
        "psn_no": person.psn_no,
        "psn_cert_type": person.psn_cert_type,
        "certno": people.certno(person),
        "psn_name": people.name(person),
        "gend": person.gend,
        "naty": "",
        "brdy": person.brdy.isoformat(),
        "age": number(str(age_on(person.brdy, local_date(begins))), 1),
        "psn_type": person.psn_type,
        "cvlserv_flag": "0",
        "insu_optins": person.insuplc_admdvs,
        "emp_name": "",
        "begntime": wire_time(begins),
        "endtime": wire_time(ends or begins),
    }


async def lines(message: Message) -> list[dict[str, Any]]:
    """5204: the lines of a visit or purchase here as they are settled now, or of one settlement."""
    data, rooms, code_ = _LINES.of(message.input), message.rooms, message.sender.code
    person = await rooms.people.by_psn_no(data["psn_no"])
    mdtrt_id = int(data["mdtrt_id"])
    setl_id = int(data["setl_id"]) if data["setl_id"] else None
    rows = (
        [] if person is None else await rooms.settled.of_visit(code_, person.id, mdtrt_id, setl_id)
    )
    if not rows:
        raise Refusal(SETTLEMENT_UNKNOWN)
    fees = await rooms.visits.fees(mdtrt_id)
    items = {part.line.med_list_codg for row in rows for part in row.lines}
    names = await rooms.own_codes.names(code_, items)
    told = []
    for row in rows:
        for part in row.lines:
            at, said = fees.get(part.line.feedetl_sn, (row.bill_time, {}))
            own = names.get(part.line.med_list_codg)
            told.append(_line(row, part, at, said, own))
    return told


def _line(
    row: Settlement, part: LineSplit, at: datetime, said: Mapping[str, Any], own: Any
) -> dict[str, Any]:
    terms, item = part.terms, part.line.med_list_codg
    details = own["details"] if own else {}
    name = details.get("fixmedins_hilist_name") or (terms.name if terms else "") or item
    doctors = ("bilg_dept_codg", "bilg_dept_name", "bilg_dr_codg", "bilg_dr_name")
    more = ("acord_dept_codg", "acord_dept_name", "orders_dr_code", "orders_dr_name")
    return {
        "mdtrt_id": str(row.mdtrt_id),
        "setl_id": str(row.id),
        "payLoc": "2",
        "med_type": row.med_type,
        "fee_ocur_time": wire_time(at),
        **line_info(part),
        "hilist_code": item,
        "hilist_name": terms.name if terms else name,
        "list_type": terms.list_type if terms else _NO_LIST,
        "med_list_codg": item,
        "medins_list_codg": said.get("medins_list_codg") or (own["own_code"] if own else item),
        "medins_list_name": name[:_NAME_MAX],
        "spec": details.get("spec", ""),
        "dosform_name": details.get("dosform") or _NOT_SAID,
        **{name: said.get(name) or "" for name in (*doctors, *more)},
    }


async def used(message: Message) -> dict[str, Any]:
    """5206: what mutual aid paid for a person in a month, or each month of this year; what the
    person's account paid for others."""
    data = _USED.of(message.input)
    person = await _seen(message, data["psn_no"])
    today = local_date(message.rooms.clock.now())
    month = data["cum_ym"] or today.strftime("%Y%m")
    last = date(int(month[:4]), int(month[4:]), 1)
    months = [last] if data["cum_ym"] else [last.replace(month=1), last]
    aided, given = await message.rooms.settled.aid_by_month(person.id, months)
    sums = {(month, _AIDED): 0, (month, _GIVEN): 0}
    for one in aided:
        for kind in (_AIDED, *_scenes(one.insutype, one.med_type)):
            sums[one.month, kind] = sums.get((one.month, kind), 0) + one.fen
    for in_month, fen in given.items():
        sums[in_month, _GIVEN] = fen
    return {
        "cuminfo": [
            {
                "insutype": person.insutype,
                "year": in_month[:4],
                "cum_ym": in_month,
                "cum_type_code": kind,
                "cum": money(fen),
            }
            for (in_month, kind), fen in sorted(sums.items())
        ]
    }


def _scenes(insutype: str, med_type: str) -> tuple[str, ...]:
    """Under what else mutual aid counts: outpatient, an employee's pharmacy, a resident's."""
    if not med_type.startswith(PURCHASES):
        return (f"{_AIDED}_TRE110",) if med_type.startswith(MedType.OUTPATIENT) else ()
    employee = insutype == Insutype.EMPLOYEE
    return (f"{_AIDED}_TRE410" if employee else f"{_AIDED}_BIZ4101",)


async def chronic(message: Message) -> dict[str, Any]:
    """5301: for which chronic or special diseases a person is registered."""
    person = await _seen(message, _CHRONIC.of(message.input)["psn_no"])
    return {
        "feedetail": [
            {
                "opsp_dise_code": one.code,
                "opsp_dise_name": one.name,
                "begndate": one.begins_on.isoformat(),
                "enddate": one.ends_on.isoformat() if one.ends_on else "",
                "exp_content": "",
            }
            for one in await message.rooms.chronic.of_person(person.id)
        ]
    }


async def _seen(message: Message, psn_no: str) -> Person:
    """A person who has shown a code or card here a while ago: nobody else's matters are told.

    Raises:
        Refusal: TOKEN_UNKNOWN.
    """
    person = await message.rooms.people.by_psn_no(psn_no)
    seen = message.rooms.credentials.has_seen
    if person is None or not await seen(person.id, message.sender.code):
        raise Refusal(TOKEN_UNKNOWN)
    return person
