"""2201 to 2208: an outpatient visit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from app.api.tills.fields import (
    decimal,
    fen,
    med_type_of,
    moment,
    node,
    number_text,
    text,
    wrong,
)
from app.api.tills.message import Message
from app.api.tills.setlinfo import detlcutinfo, line_info, setldetail, setlinfo
from app.api.tills.transactions.person import token_of
from app.api.tills.transactions.pharmacy import accept, accepted, cancel
from app.domain.credential.errors import WRONG_HOLDER
from app.domain.registry.models import Person
from app.domain.settlement.bill import Bill, Line
from app.domain.settlement.orders import VisitBill
from app.domain.settlement.rules.errors import LINE_AMOUNT_MISMATCH, NOTHING_TO_SETTLE
from app.domain.settlement.rules.fold import ECHOED
from app.domain.visit.errors import VISIT_UNKNOWN
from app.domain.visit.repository import FeeLine
from app.domain.visit.service import Registration
from app.kit.money import MoneyError, fen_from_yuan, fen_of_product
from app.kit.reasons import Refusal

_LINES_MAX = 200
_DOCTOR = {
    "atddr_no": 30, "dr_name": 50, "dept_code": 30, "dept_name": 100, "caty": 6,
}  # fmt: skip
_DIAGNOSIS = {
    "diag_type": 3, "diag_srt_no": 2, "diag_code": 20, "diag_name": 100, "diag_dept": 50,
    "dise_dor_no": 30, "dise_dor_name": 50, "diag_time": 19, "vali_flag": 3,
}  # fmt: skip
_FEE_TEXTS = {
    "medins_list_codg": 150, "bilg_dept_codg": 30, "bilg_dept_name": 100, "bilg_dr_codg": 30,
    "bilg_dr_name": 50, "hosp_appr_flag": 3,
}  # fmt: skip
_ACCOUNT_USED = {"0": False, "1": True}

cancel_settlement = cancel
"""2208 is 2103 for a visit."""


async def register(message: Message) -> dict[str, Any]:
    """2201: a visit begins; its number is the centre's ``mdtrt_id``."""
    data = node(message.input, "data")
    token = await token_of(message, data)
    person = await message.services.people.get(token.holder_id)
    if person.psn_no != text(data, "psn_no", 30):
        raise Refusal(WRONG_HOLDER)
    message.services.credentials.check_holder(person)
    visit = await message.services.visits.register(
        Registration(
            fixmedins_code=message.till.code,
            msgid=message.envelope.msgid,
            ipt_otp_no=text(data, "ipt_otp_no", 30),
            person_id=person.id,
            psn_no=person.psn_no,
            credential_id=token.credential_id,
            insutype=text(data, "insutype", 6),
            begins_at=moment(data, "begntime"),
            details={name: text(data, name, longest) for name, longest in _DOCTOR.items()},
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
    data = node(message.input, "data")
    person = await _patient(message, data)
    text(data, "ipt_otp_no", 30)
    visit_id = int(number_text(data, "mdtrt_id"))
    await message.services.visits.cancel(visit_id, message.till.code, person.id)
    return {}


async def diagnose(message: Message) -> dict[str, Any]:
    """2203, 2203A: what the doctor found."""
    data = node(message.input, "mdtrtinfo")
    person = await _patient(message, data)
    med_type = med_type_of(data)
    found = message.input.get("diseinfo")
    if not isinstance(found, list) or not found or len(found) > _LINES_MAX:
        raise wrong("diseinfo", "应为非空数组")
    diagnoses = []
    for item in found:
        if not isinstance(item, dict):
            raise wrong("diseinfo", "应为JSON对象")
        diagnoses.append({name: text(item, name, size) for name, size in _DIAGNOSIS.items()})
    await message.services.visits.diagnose(
        int(number_text(data, "mdtrt_id")), message.till.code, person.id, med_type, diagnoses
    )
    return {}


async def charge(message: Message) -> dict[str, Any]:
    """2204: lines of cost; each is told how it splits."""
    details = message.input.get("feedetail")
    if not isinstance(details, list) or not details:
        raise wrong("feedetail", "应为非空数组")
    if len(details) > _LINES_MAX:
        raise wrong("feedetail", f"超过{_LINES_MAX}行")
    lines, owners = [], set()
    for at, detail in enumerate(details, 1):
        if not isinstance(detail, dict):
            raise wrong(f"feedetail[{at}]", "应为JSON对象")
        owners.add((number_text(detail, "mdtrt_id"), text(detail, "psn_no", 30)))
        lines.append(_fee_line(detail, at))
    if len(owners) != 1:
        raise wrong("mdtrt_id", "一次只能上传同一就诊的明细")
    if len({fee.line.feedetl_sn for fee in lines}) != len(lines):
        raise wrong("feedetl_sn", "有重复")
    [(visit, psn_no)] = owners
    person = await _patient(message, {"psn_no": psn_no})
    parts = await message.services.visits.charge(int(visit), message.till.code, person.id, lines)
    return {"result": [line_info(part) for part in parts]}


async def take_back(message: Message) -> dict[str, Any]:
    """2205: lines that aren't settled are taken back."""
    data = node(message.input, "data")
    person = await _patient(message, data)
    await message.services.visits.take_back(
        int(number_text(data, "mdtrt_id")), message.till.code, person.id,
        text(data, "chrg_bchno", 30),
    )  # fmt: skip
    return {}


async def pre_settle(message: Message) -> dict[str, Any]:
    """2206: what 2207 would come to. Writes nothing."""
    order, lines = await _bill(message, echoed=False)
    services = message.services
    if not lines:
        raise Refusal(NOTHING_TO_SETTLE)
    bill = replace(order.bill, lines=lines)
    row = await services.settlements.preview(bill, message.till.code)
    return {
        "setlinfo": await setlinfo(services, row, message.envelope.msgid, preview=True),
        "setldetail": setldetail(row),
    }


async def settle(message: Message) -> dict[str, Any]:
    """2207: settles a visit's lines as they were pre-settled."""
    order, _ = await _bill(message, echoed=True)
    outcome = await accepted(message, await accept(message, order))
    row = outcome.settlement
    assert row is not None
    return {
        "setlinfo": await setlinfo(message.services, row, message.envelope.msgid),
        "setldetail": setldetail(row),
        "detlcutinfo": detlcutinfo(row),
    }


async def _patient(message: Message, data: dict[str, Any]) -> Person:
    person = await message.services.people.by_psn_no(text(data, "psn_no", 30))
    if person is None:
        raise Refusal(VISIT_UNKNOWN)
    return person


async def _bill(message: Message, *, echoed: bool) -> tuple[VisitBill, tuple[Line, ...]]:
    """The visit's bill as an order, and its open lines; the patient's code was checked by 2201."""
    data = node(message.input, "data")
    person = await _patient(message, data)
    used = _ACCOUNT_USED.get(text(data, "acct_used_flag", 1))
    if used is None:
        raise wrong("acct_used_flag", "应为0或1")
    visit_id, batch = int(number_text(data, "mdtrt_id")), text(data, "chrg_bchno", 30)
    text(data, "psn_setlway", 6)
    visit, lines = await message.services.visits.open_lines(
        visit_id, message.till.code, person.id, batch
    )
    bill = Bill(
        person_id=person.id,
        insutype=text(data, "insutype", 6),
        med_type=med_type_of(data),
        bill_time=visit["begins_at"],
        total_fen=fen(data, "medfee_sumamt"),
        account_used=used,
        lines=(),
        invono=text(data, "invono", 20, required=False),
        credential_id=visit["credential_id"],
        visit=(visit_id, batch),
        echo=_echo(data) if echoed else None,
    )
    return VisitBill(person.psn_no, bill), lines


def _echo(data: dict[str, Any]) -> tuple[int, ...]:
    found = []
    for name in ECHOED:
        try:
            found.append(fen_from_yuan(data.get(name)))
        except MoneyError as error:
            raise wrong(name, f"应回传预结算金额（{error}）") from None
    return tuple(found)


def _fee_line(detail: dict[str, Any], at: int) -> FeeLine:
    amount = fen(detail, "det_item_fee_sumamt")
    count = decimal(detail, "cnt", 16, 4)
    price = decimal(detail, "pric", 16, 6)
    if fen_of_product(price, count) != amount:
        raise Refusal(LINE_AMOUNT_MISMATCH, line=at)
    serial = text(detail, "feedetl_sn", 30)
    batch = text(detail, "chrg_bchno", 30)
    code = text(detail, "med_list_codg", 50)
    return FeeLine(
        line=Line(serial, code, amount, count, price),
        chrg_bchno=batch,
        fee_time=moment(detail, "fee_ocur_time"),
        details={name: text(detail, name, size) for name, size in _FEE_TEXTS.items()},
    )
