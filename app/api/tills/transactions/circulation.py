"""7201 to 7211: a pharmacy lists a patient's prescriptions, fetches one, has it checked, and tells
what it sold and sent. It is settled by 2102 with its number as ``rxno``."""

from __future__ import annotations

import base64
from decimal import Decimal
from typing import Any

from app.api.tills.errors import NOT_YOUR_INSTITUTION
from app.api.tills.message import Message
from app.api.tills.transactions.circulation_fields import (
    CHECKED,
    FETCHED,
    HANDED,
    LISTED,
    ONLINE,
    SCANNED,
    SEARCHED,
    SENT,
    SOLD,
    SOLD_LINES,
    UNSOLD,
    VERIFIED,
)
from app.api.tills.transactions.prescribing import SEALED_BY
from app.api.tills.transactions.prescription_info import (
    attribute,
    details,
    found,
    head,
    medicines,
    said,
)
from app.api.tills.wire.fields import wrong
from app.api.tills.wire.values import wire_time
from app.domain.credential.code import PAYS_PURCHASE, PAYS_VISIT, check_pays
from app.domain.credential.errors import WRONG_HOLDER
from app.domain.prescription.circulation import Parcel, Sale
from app.domain.prescription.rules import plain
from app.domain.prescription.values import Access, Listed, Opinion
from app.domain.registry.models import Person
from app.kit.reasons import Refusal
from app.words import InstitutionType

FETCHES = PAYS_PURCHASE | {"02122", "01302"}
"""What a code has to be read for that lets a pharmacy see prescriptions."""
_OPINIONS = {str(int(one)): one for one in Opinion}
_PAGE_MAX = 100


async def listed(message: Message) -> dict[str, Any]:
    """7201: a patient's prescriptions that can be had, each with a token of its own for half an
    hour. Who has no phone: ``regSn`` is the number of the card that 1101 has read here."""
    data = LISTED.of(message.input)
    _own(message, data)
    person = await _shown(message, data)
    rows = await message.rooms.circulation.listed_for(person.id, message.sender.code)
    return {"data": [_line(row, access) for row, access in rows]}


async def online(message: Message) -> dict[str, Any]:
    """7202: one prescription by its number and what the patient's phone shows of it."""
    data = ONLINE.of(message.input)
    _own(message, data)
    access = await message.rooms.circulation.by_code(
        data["authCircBizSn"], message.sender.code, data["hiRxno"]
    )
    return {"data": _access(access)}


async def scanned(message: Message) -> dict[str, Any]:
    """7203: one prescription by the code that the patient's phone shows of it."""
    data = SCANNED.of(message.input)
    _own(message, data)
    access = await message.rooms.circulation.by_code(data["epcQrcd"], message.sender.code)
    return {"data": _access(access)}


async def fetched(message: Message) -> dict[str, Any]:
    """7204: a prescription whole; the others of its list can't be fetched any more."""
    data = FETCHED.of(message.input)
    _own(message, data)
    one, person_id = await message.rooms.circulation.fetch(
        data["epcToken"], int(data["authRxno"]), message.sender.code
    )
    person = await message.rooms.people.get(person_id)
    told = head(message, one)
    told |= {
        "rxTraceCode": one.trace_code,
        "rxTypeName": "",
        "rxFile": base64.b64encode(one.file).decode(),
        "fileSuffix": _suffix(one.file),
    }
    return {
        "data": told,
        "rxDetlList": medicines(one),
        "rxOtpinfo": details(message, one, person),
        "rxDiseList": found(one),
    }


async def verify(message: Message) -> dict[str, Any]:
    """7205: whether a document is the one that was signed."""
    data = VERIFIED.of(message.input)
    _own(message, data)
    serial = await message.rooms.circulation.verify(
        data["epcToken"],
        data["hiRxno"],
        data["rxTraceCode"],
        data["rxFile"],
        message.sender.code,
    )
    return {
        "data": {
            "flag": serial is not None,
            "rxSignVerifySn": "" if serial is None else str(serial),
            "signCertSn": message.rooms.prescriptions.seal_number,
            "signCertDn": SEALED_BY,
        }
    }


async def check(message: Message) -> dict[str, Any]:
    """7206: what the pharmacist says, whose own code was read for it; the last counts."""
    data = CHECKED.of(message.input)
    _own(message, data)
    opinion = _OPINIONS.get(data["rxChkStasCodg"].lstrip("0"))
    if opinion is None:
        raise wrong("rxChkStasCodg", "应为1（通过）或2（不通过）")
    token = await message.rooms.credentials.token(data["ecToken"], message.sender.code)
    said = data["pharName"], data["pharCertType"], data["pharCertno"]
    await _holder(message, token.holder_id, *said)
    serial = await message.rooms.circulation.check(
        data["epcToken"],
        data["hiRxno"],
        message.sender.code,
        _serial(data["rxSignVerifySn"]),
        opinion,
        {name: data[name] for name in ("pharName", "pharCode", "rxChkOpnn", "rxChkTime")},
    )
    return {"data": {"flag": True, "rxChkBizSn": str(serial)}}


async def sold(message: Message) -> dict[str, Any]:
    """7207: what was sold on a prescription. For cash (``hiFeesetlFlag`` 0) that uses it up."""
    data, lines = SOLD.of(message.input), list(SOLD_LINES.each(message.input))
    _own(message, data)
    serial = await message.rooms.circulation.tell(
        Sale(
            message.sender.code,
            message.envelope.msgid,
            data["hiRxno"],
            int(data["rxChkBizSn"]),
            data["hiFeesetlFlag"] is False,
            tuple(line["medListCodg"] for line in lines),
            {"sale": _texts(data), "lines": [_texts(line) for line in lines]},
        )
    )
    return {"data": {"flag": True, "selStooutSn": str(serial)}}


async def unsold(message: Message) -> dict[str, Any]:
    """7208: takes back what was told of a sale; a settlement that is undone takes it along."""
    data = UNSOLD.of(message.input)
    _own(message, data)
    written = data["selStooutSn"]
    told_id = _serial(written) if written else None
    await message.rooms.circulation.untell(message.sender.code, data["hiRxno"], told_id)
    return {"data": {"flag": True}}


async def sent(message: Message) -> dict[str, Any]:
    """7209: how a parcel goes."""
    data = SENT.of(message.input)
    _own(message, data)
    await _parcel(message, data, 1)
    return {"data": {"flag": True}}


async def handed_over(message: Message) -> dict[str, Any]:
    """7210: a parcel was taken in."""
    await _parcel(message, HANDED.of(message.input), 2)
    return {"data": {"flag": True}}


async def searched(message: Message) -> dict[str, Any]:
    """7211: which medicines may be prescribed so: all of the catalogue's."""
    data = SEARCHED.of(message.input)
    _own(message, data)
    if not 0 < data["pageSize"] <= _PAGE_MAX:
        raise wrong("pageSize", f"应为1到{_PAGE_MAX}")
    if not data["pageNum"]:
        raise wrong("pageNum", "应大于0")
    text = data["medListCodg"] or data["drugName"]
    if not text:
        raise wrong("medListCodg", "与drugName不能同时为空")
    last = data["pageNum"] * data["pageSize"]
    rows = await message.rooms.people.find_items(text, _PAGE_MAX * _PAGE_MAX)
    shown = [one for one in rows if one.list_type.startswith("10")]
    page = shown[last - data["pageSize"] : last]
    return {
        "data": {"total": len(shown), "size": len(page)},
        "list": [
            {
                "medListCodg": one.med_list_codg,
                "genname": one.name[:100],
                "regName": one.name,
                "listType": one.list_type,
                "specName": "/",
                "prdrName": "/",
                "dosformName": "/",
                "chrgitmLv": one.chrgitm_lv,
            }
            for one in page
        ],
    }


async def _shown(message: Message, data: dict[str, Any]) -> Person:
    """The patient, whose code or card was read here.

    Raises:
        Refusal: INPUT_INVALID, WRONG_HOLDER, and what tokens and readings refuse.
    """
    token, card = data["ecToken"], data["regSn"]
    if bool(token) == bool(card):
        raise wrong("ecToken", "与regSn应填且只填一个")
    rooms = message.rooms
    if token:
        read = await rooms.credentials.token(token, message.sender.code)
        clinic = message.sender.type == InstitutionType.CLINIC  # its own pharmacy dispenses, too
        check_pays(read.business_type, FETCHES | PAYS_VISIT if clinic else FETCHES)
        holder = read.holder_id
    else:
        holder = (await rooms.readings.card(card, "", message.sender)).person.id
    return await _holder(message, holder, data["psnName"], data["psnCertType"], data["certno"])


async def _holder(message: Message, holder: int, name: str, cert_type: str, certno: str) -> Person:
    """Whose code or card was read, if the message names that very person.

    Raises:
        Refusal: WRONG_HOLDER, whoever else it names: nobody learns here who is registered.
    """
    person = await message.rooms.people.get(holder)
    if not message.rooms.people.is_named(person, name, cert_type, certno):
        raise Refusal(WRONG_HOLDER)
    return person


async def _parcel(message: Message, data: dict[str, Any], kind: Parcel) -> None:
    envelope = message.envelope
    await message.rooms.circulation.note_parcel(
        message.sender.code, envelope.msgid, data["hiRxno"], kind, _texts(data)
    )


def _own(message: Message, data: dict[str, Any]) -> None:
    if data["fixmedinsCode"] != message.sender.code:
        raise Refusal(NOT_YOUR_INSTITUTION)


def _access(access: Access) -> dict[str, str]:
    return {
        "authRxno": str(access.id),
        "epcToken": access.token,
        "expiresIn": wire_time(access.expires_at),
    }


def _line(row: Listed, access: Access) -> dict[str, str]:
    visit = said(row, "visit")
    return {
        **_access(access),
        "fixmedinsCode": row.fixmedins_code,
        "fixmedinsName": said(row, "signed")["fixmedinsName"],
        "prscTime": wire_time(row.prescribed_at),
        "deptName": visit["prscDeptName"],
        "diseCodg": visit["diseCodg"],
        "diseName": visit["diseName"],
        "valiEndTime": wire_time(row.ends_at),
        **attribute(row),
    }


def _serial(written: str) -> int:
    """A number of ours; what is none is no number that anything has."""
    good = written.isascii() and written.isdigit() and int(written) < 2**63
    return int(written) if good else 0


def _suffix(file: bytes) -> str:
    return "ofd" if file.startswith(b"PK") else "pdf"


def _texts(row: dict[str, Any]) -> dict[str, str]:
    return {
        name: plain(value) if isinstance(value, Decimal) else str(value)
        for name, value in row.items()
        if value not in ("", None)
    }
