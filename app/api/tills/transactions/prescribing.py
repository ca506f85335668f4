"""7101 to 7107: a clinic's doctor issues prescriptions, withdraws them, asks what became of them.

The centre's call-backs (7108, 7109) are not made: 7106 and 7107 tell the same to who asks."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from app.api.tills.errors import NOT_YOUR_INSTITUTION
from app.api.tills.message import Message
from app.api.tills.transactions.prescribing_fields import (
    DRUGS,
    FOUND,
    HEAD,
    ISSUED,
    LOOKED_AT,
    SIGNED,
    TO_SIGN,
    VISIT,
    WITHDRAWN,
)
from app.api.tills.transactions.prescription_info import details, found, head, medicines, state
from app.api.tills.transactions.prescription_info import said as said_of
from app.api.tills.transactions.times import check_time
from app.api.tills.wire.fields import wrong
from app.api.tills.wire.values import number, wire_time
from app.domain.prescription.errors import RX_NOT_PRESCRIBER, RX_UNKNOWN
from app.domain.prescription.rules import plain
from app.domain.prescription.service import Whole
from app.domain.prescription.values import Draft
from app.domain.prescription.words import OPINIONS, UNCHECKED
from app.domain.registry.models import Person
from app.domain.visit.errors import VISIT_UNKNOWN
from app.kit.clock import local_date
from app.kit.reasons import Refusal
from app.words import InstitutionType

SEALED_BY = "CN=Qinji prescription seal"
_CARD = "03"
_REFUSED_HERE, _OTHER_CAUSE = "2", "6"
_NAMES = tuple(field.name for field in TO_SIGN.fields)
_VISIT_KEPT = (
    "prscDeptName", "drCode", "prscDrName", "maindiagCode", "maindiagName", "diseCondDscr",
    "diseCodg", "diseName", "iptOtpNo",
)  # fmt: skip
_HEAD_KEPT = ("rxTypeCode", "longRxFlag", "rxExraAttrCode", "initRxno", "hospRxno", "bizTypeCode")


async def check(message: Message) -> dict[str, Any]:
    """7101: looks at a prescription before the doctor signs it, and gives it its numbers."""
    data, drugs = HEAD.of(message.input), list(DRUGS.each(message.input))
    visit, diseases = VISIT.of(message.input), list(FOUND.each(message.input))
    _prescriber(message, visit)
    _check_head(message, data)
    _check_drugs(drugs)
    rooms = message.rooms
    person = await rooms.people.get(
        await rooms.visits.patient(_visit_id(visit), message.sender.code)
    )
    mine = await rooms.people.is_of(visit["psnNo"], person)
    if not mine or not _is(message, person, visit["patnName"], visit):
        raise Refusal(VISIT_UNKNOWN)  # not more: nobody learns here who is registered
    items: dict[str, Decimal] = {}
    for drug in drugs:
        item = drug["medListCodg"]
        items[item] = items.get(item, Decimal(0)) + drug["drugCnt"]
    trace, rxno = await message.rooms.prescriptions.check(
        Draft(
            fixmedins_code=message.sender.code,
            msgid=message.envelope.msgid,
            admdvs=message.sender.admdvs,
            hosp_rxno=data["hospRxno"],
            person_id=person.id,
            mdtrt_id=visit["mdtrtId"],
            med_type=visit["medType"],
            prescribed_at=data["prscTime"],
            ends_at=data["valiEndTime"],
            items=items,
            details={
                "head": {name: data[name] for name in _HEAD_KEPT},
                "visit": {name: visit[name] for name in _VISIT_KEPT},
                "drugs": [_written(drug) for drug in drugs],
                "diseases": [_written(one) for one in diseases],
            },
        )
    )
    return {"data": {"rxTraceCode": trace, "hiRxno": rxno}}


async def sign(message: Message) -> dict[str, Any]:
    """7102: seals what 7103 will say, and its document."""
    data = SIGNED.of(message.input)
    _prescriber(message, data)
    said = TO_SIGN.of({"data": _original(data["originalValue"])})
    _own(message, said)
    prescriptions = message.rooms.prescriptions
    told = {name: said[name] for name in _NAMES}
    return {
        "data": {
            "rxFile": base64.b64encode(data["originalRxFile"]).decode(),
            "signDigest": prescriptions.sign(message.sender.code, told, data["originalRxFile"]),
            "signCertSn": prescriptions.seal_number,
            "signCertDn": SEALED_BY,
        }
    }


async def issue(message: Message) -> dict[str, Any]:
    """7103: issues a prescription: from now on pharmacies may fetch it."""
    data = ISSUED.of(message.input)
    _prescriber(message, data)
    person = await _patient(message, data["patnName"], data)
    said = {name: data[name] for name in _NAMES}
    issued = await message.rooms.prescriptions.issue(
        message.sender.code, said, person.id, data["rxFile"], data["signDigest"]
    )
    return {"data": {"hiRxno": issued.row.hi_rxno, **state(message, issued.row)}}


async def withdraw(message: Message) -> dict[str, Any]:
    """7104: withdraws a prescription of which nothing is dispensed."""
    data = WITHDRAWN.of(message.input)
    _prescriber(message, data)
    why = {name: value for name, value in data.items() if name != "hiRxno"}
    gone = await message.rooms.prescriptions.withdraw(message.sender.code, data["hiRxno"], why)
    return {"data": {"hiRxno": gone.row.hi_rxno, **state(message, gone.row)}}


async def look(message: Message) -> dict[str, Any]:
    """7105: a prescription as it stands, to the institution that issued it."""
    one, person = await _looked_at(message)
    return {
        "data": {**head(message, one), **state(message, one.row, one.counted.use)},
        "rxDetlList": medicines(one),
        "rxOtpinfo": details(message, one, person),
        "rxDiseList": found(one),
    }


async def look_check(message: Message) -> dict[str, Any]:
    """7106: what a pharmacist has said of it."""
    one, _ = await _looked_at(message)
    verdict = one.verdict
    code, words = UNCHECKED if verdict is None else OPINIONS[verdict.opinion]
    said: Mapping[str, str] = {} if verdict is None else verdict.details
    return {
        "data": {
            "hiRxno": one.row.hi_rxno,
            "pharName": said.get("pharName", ""),
            "pharCode": said.get("pharCode", "")[:20],
            "rxChkStasCodg": code,
            "rxChkStasName": words.name("zh"),
            "rxChkOpnn": said.get("rxChkOpnn", ""),
            "rxChkTime": said.get("rxChkTime", ""),
            **state(message, one.row),
        }
    }


async def look_sale(message: Message) -> dict[str, Any]:
    """7107: how much of it is dispensed."""
    one, _ = await _looked_at(message)
    return {
        "data": {
            "hiRxno": one.row.hi_rxno,
            "setlTime": "" if one.sold_at is None else wire_time(one.sold_at),
            **state(message, one.row, one.counted.use),
        },
        "seltdelts": [_dispensed(one, drug) for drug in said_of(one.row, "drugs")],
    }


def _dispensed(one: Whole, drug: Mapping[str, str]) -> dict[str, Any]:
    share = one.row.items[drug["medListCodg"]]
    return {
        "medListCodg": drug["medListCodg"],
        "drugGenname": drug["drugGenname"][:50],
        "drugProdname": (drug["drugProdname"] or drug["drugGenname"])[:50],
        "drugDosform": drug["drugDosform"][:20],
        "drugSpec": drug["drugSpec"],
        "cnt": number(round(share.dispensed, 3), 3),
        "prdrName": drug["prdrName"] or "/",
        "takeDrugFlag": "0" if share.left else "1",
    }


async def _looked_at(message: Message) -> tuple[Whole, Person]:
    data = LOOKED_AT.of(message.input)
    _own(message, data)
    person = await _patient(message, data["psnName"], data)
    one = await message.rooms.prescriptions.look(
        message.sender.code, data["hiRxno"], data["mdtrtId"], person.id
    )
    return one, person


def _own(message: Message, data: Mapping[str, Any]) -> None:
    if data["fixmedinsCode"] != message.sender.code:
        raise Refusal(NOT_YOUR_INSTITUTION)


def _prescriber(message: Message, data: Mapping[str, Any]) -> None:
    _own(message, data)
    if message.sender.type != InstitutionType.CLINIC:
        raise Refusal(RX_NOT_PRESCRIBER)


async def _patient(message: Message, name: str, data: Mapping[str, Any]) -> Person:
    """Whose prescription of the own institution it is, if the message names that very person.

    Raises:
        Refusal: RX_UNKNOWN, whoever else it names: nobody learns here who is registered.
    """
    rooms, number = message.rooms, data["hiRxno"]
    person_id = await rooms.prescriptions.patient(message.sender.code, number)
    person = await rooms.people.get(person_id)
    if not _is(message, person, name, data):
        raise Refusal(RX_UNKNOWN)
    return person


def _is(message: Message, person: Person, name: str, data: Mapping[str, Any]) -> bool:
    return message.rooms.people.is_named(person, name, data["psnCertType"], data["certno"])


def _visit_id(visit: Mapping[str, Any]) -> int:
    written = visit["mdtrtId"]
    if not (written.isascii() and written.isdigit() and int(written) < 2**63):
        raise wrong("mdtrtId", "不是有效的编号")
    return int(written)


def _check_head(message: Message, data: Mapping[str, Any]) -> None:
    check_time("prscTime", data["prscTime"], message.rooms.clock.now())
    last = local_date(data["prscTime"]) + timedelta(days=min(data["valiDays"], 10**5))
    if not 0 < data["valiDays"] <= 366:
        raise wrong("valiDays", "应为1到366")
    if local_date(data["valiEndTime"]) != last or data["valiEndTime"] <= data["prscTime"]:
        raise wrong("valiEndTime", "应为开方时间加处方有效天数")
    if data["mdtrtCertType"].zfill(2) == _CARD:
        for name in ("mdtrtCertNo", "cardSn"):
            if not data[name]:
                raise wrong(name, "使用社会保障卡时不能为空")


def _check_drugs(drugs: list[dict[str, Any]]) -> None:
    for drug in drugs:
        if drug["hospApprFlag"].lstrip("0") == _REFUSED_HERE:
            if not drug["selfPayRea"]:
                raise wrong("selfPayRea", "审批不通过时不能为空")
            if drug["selfPayRea"].lstrip("0") == _OTHER_CAUSE and not drug["realDscr"]:
                raise wrong("realDscr", "其他原因应说明")


def _written(row: Mapping[str, Any]) -> dict[str, str]:
    """A row as texts."""
    return {
        name: plain(value) if isinstance(value, Decimal) else str(value)
        for name, value in row.items()
    }


def _original(written: str) -> dict[str, Any]:
    """The JSON that is to be signed.

    Raises:
        Refusal: INPUT_INVALID.
    """
    try:
        found = json.loads(base64.b64decode(written, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        raise wrong("originalValue", "不是JSON的base64") from None
    if not isinstance(found, dict):
        raise wrong("originalValue", "应为JSON对象")
    return found
