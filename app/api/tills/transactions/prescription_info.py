"""A prescription in the national form, as prescriber and pharmacy get it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.api.tills.message import Message
from app.api.tills.wire.fields import wrong
from app.api.tills.wire.values import number, wire_time
from app.domain.prescription.rules import is_ours, stands
from app.domain.prescription.service import Whole
from app.domain.prescription.values import Listed, Use
from app.domain.prescription.words import USES
from app.domain.registry.models import Person
from app.kit.clock import age_on, local_date
from app.words import Word

ATTRIBUTES = {"1": Word("双通道", "dual channel"), "2": Word("门诊统筹", "outpatient pooling")}
OTHER = Word("其他", "other")
_SMALLEST = "盒"


def said(row: Listed, what: str) -> Any:
    """One node of what was said of a prescription."""
    return row.details[what]


def state(message: Message, row: Listed, use: Use | None = None) -> dict[str, str]:
    """What it is now, and how much of it is used where that is asked."""
    code, words = stands(row.state, row.ends_at, message.rooms.clock.now())
    told = {"rxStasCodg": code, "rxStasName": words.name("zh")}
    if use is not None:
        used, name = USES[use]
        told |= {"rxUsedStasCodg": used, "rxUsedStasName": name.name("zh")}
    return told


def attribute(row: Listed) -> dict[str, str]:
    """By what right it goes to a pharmacy."""
    code = said(row, "head")["rxExraAttrCode"]
    if not code:
        return {"rxExraAttrCode": "", "rxExraAttrName": ""}
    known = ATTRIBUTES.get(code.lstrip("0"))
    if known is None:
        return {"rxExraAttrCode": "03", "rxExraAttrName": OTHER.zh}
    return {"rxExraAttrCode": code.zfill(2), "rxExraAttrName": known.zh}


def head(message: Message, one: Whole) -> dict[str, Any]:
    """Its first node, without its document."""
    row, kept, visit = one.row, said(one.row, "head"), said(one.row, "visit")
    return {
        "hiRxno": row.hi_rxno,
        "fixmedinsCode": row.fixmedins_code,
        "fixmedinsName": said(row, "signed")["fixmedinsName"],
        "prscTime": wire_time(row.prescribed_at),
        "prscDeptName": visit["prscDeptName"],
        "valiEndTime": wire_time(row.ends_at),
        "rxTypeCode": kept["rxTypeCode"],
        "longRxFlag": kept["longRxFlag"],
        **attribute(row),
    }


def medicines(one: Whole) -> list[dict[str, Any]]:
    """What was prescribed, line by line; of each whether it is dispensed whole."""
    return [
        {
            "medListCodg": drug["medListCodg"],
            "fixmedinsHilistId": drug["fixmedinsHilistId"],
            "drugProdname": drug["drugProdname"],
            "drugGenname": drug["drugGenname"],
            "drugDosform": drug["drugDosform"],
            "drugSpec": drug["drugSpec"],
            "prdrName": drug["prdrName"],
            "medcWayCodg": drug["medcWayCodg"],
            "medcWayDscr": drug["medcWayDscr"],
            "medcBegntime": drug["medcBegntime"],
            "medcEndtime": drug["medcEndtime"],
            "medcDays": number(drug["medcDays"], 2),
            "drugCnt": number(drug["drugCnt"], 4),
            "drugDosunt": drug["drugDosunt"],
            "sinDoscnt": number(drug["sinDoscnt"], 4),
            "sinDosunt": drug["sinDosunt"],
            "usedFrquCodg": drug["usedFrquCodg"],
            "usedFrquName": drug["usedFrquName"],
            "drugTotlcntEmp": drug["drugDosunt"] or _SMALLEST,
            "hospApprFlag": drug["hospApprFlag"],
            "takeDrugFlag": "0" if one.row.items[drug["medListCodg"]].left else "1",
            "selfPayRea": drug["selfPayRea"],
            "realDscr": drug["realDscr"],
        }
        for drug in said(one.row, "drugs")
    ]


def details(message: Message, one: Whole, person: Person) -> dict[str, Any]:
    """Whose it is, and for what."""
    visit, today = said(one.row, "visit"), local_date(message.rooms.clock.now())
    return {
        "medType": one.counted.med_type,
        "otpIptFlag": "1",
        "patnName": message.rooms.people.name(person)[:42],
        "patnAge": age_on(person.brdy, today),
        "gend": person.gend,
        "maindiagCode": visit["maindiagCode"][:20],
        "maindiagName": visit["maindiagName"][:40],
        "diseCondDscr": visit["diseCondDscr"][:200],
        "diseCodg": visit["diseCodg"],
        "diseName": visit["diseName"],
    }


def found(one: Whole) -> list[dict[str, Any]]:
    """The diagnoses."""
    names = ("diagType", "maindiagFlag", "diagSrtNo", "diagCode", "diagName")
    return [{name: row[name] for name in names} for row in said(one.row, "diseases")]


def own_number(line: Mapping[str, Any], at: int) -> str:
    """The electronic prescription that a line of a bill names, else empty: another number is the
    institution's own.

    Raises:
        Refusal: INPUT_INVALID, where the line says that it was not prescribed outside.
    """
    rxno: str = line["rxno"]
    if not is_ours(rxno):
        return ""
    if line["rx_circ_flag"] != "1":
        raise wrong("rx_circ_flag", f"第{at}行凭电子处方，应为1")
    return rxno
