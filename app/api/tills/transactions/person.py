"""6101 decode, 1101 who is it, 2001 what may be enjoyed."""

from __future__ import annotations

from typing import Any

from app.api.tills.fields import med_type_of, moment, node, text
from app.api.tills.message import Message
from app.api.tills.wire import money, number
from app.domain.credential.errors import CERT_TYPE_UNSUPPORTED, TOKEN_UNKNOWN, WRONG_HOLDER
from app.domain.credential.service import Token
from app.domain.registry.errors import BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION
from app.domain.registry.models import EMPLOYEE, Person
from app.domain.registry.rules import problem
from app.kit.clock import age_on, local_date
from app.kit.reasons import Refusal
from app.ledger.kinds import AccountKind

_ECTOKEN = "01"
_FUNDS = {"310": "310100", "390": "390100"}
_TROUBLES = {
    BENEFICIARY_NOT_ENROLLED.code: "参保状态不正常",
    MISUSE_SUSPENSION.code: "医保使用已被暂停",
}


async def decode(message: Message) -> dict[str, Any]:
    """6101: a scanned 医保码 becomes an ``ecToken``, once."""
    data = node(message.input, "data")
    code = text(data, "ecQrCode", 64)
    text(data, "businessType", 5)
    opter = text(data, "operatorId", 64, required=False) or message.envelope.opter
    services = message.services
    token = await services.credentials.decode(
        code, message.till.code, message.envelope.msgid, opter
    )
    holder = await services.people.get(token.holder_id)
    index = services.people.sealer.index("ecIndexNo", holder.psn_no).hex()[:32]
    return {
        "idNo": services.people.certno(holder),
        "idType": holder.psn_cert_type,
        "userName": services.people.name(holder),
        "ecToken": token.token,
        "insuOrg": holder.insuplc_admdvs,
        "ecIndexNo": index,
        "gender": holder.gend,
        "birthday": holder.brdy.isoformat(),
    }


async def token_of(message: Message, data: dict[str, Any]) -> Token:
    """The token that a message carries as ``mdtrt_cert_no``.

    Raises:
        Refusal: CERT_TYPE_UNSUPPORTED, TOKEN_UNKNOWN.
    """
    if text(data, "mdtrt_cert_type", 3) != _ECTOKEN:
        raise Refusal(CERT_TYPE_UNSUPPORTED)
    token = text(data, "mdtrt_cert_no", 50)
    return await message.services.credentials.token(token, message.till.code)


async def who(message: Message) -> dict[str, Any]:
    """1101: the person behind an ``ecToken``, the plan and the own balance."""
    data = node(message.input, "data")
    token = await token_of(message, data)
    services = message.services
    person = await services.people.get(token.holder_id)
    certno = text(data, "certno", 50, required=False)
    if certno and certno.upper() != services.people.certno(person).upper():
        raise Refusal(WRONG_HOLDER)
    balances = await services.balances.of_person(person.id)
    own = (AccountKind.CURRENT, AccountKind.CARRIED)
    balance = sum(b.balance_fen for b in balances if b.kind in own)
    today = local_date(services.clock.now())
    return {
        "baseinfo": {
            "psn_no": person.psn_no,
            "psn_cert_type": person.psn_cert_type,
            "certno": services.people.certno(person),
            "psn_name": services.people.name(person),
            "gend": person.gend,
            "naty": "",
            "brdy": person.brdy.isoformat(),
            "age": number(str(age_on(person.brdy, today)), 1),
            "exp_content": {},
        },
        "insuinfo": [
            {
                "balc": money(balance),
                "insutype": person.insutype,
                "psn_type": person.psn_type,
                "psn_insu_stas": person.psn_insu_stas,
                "psn_insu_date": None,
                "paus_insu_date": None,
                "cvlserv_flag": "0",
                "insuplc_admdvs": person.insuplc_admdvs,
                "emp_name": "",
            }
        ],
        "idetinfo": [],
    }


async def benefits(message: Message) -> dict[str, Any]:
    """2001: which funds the person enjoys at this institution, each with the reason if not."""
    data = node(message.input, "data")
    psn_no = text(data, "psn_no", 30)
    insutype = text(data, "insutype", 6)
    med_type_of(data)
    begins = moment(data, "begntime").date().isoformat()
    services = message.services
    person = await services.people.by_psn_no(psn_no)
    if person is None or not await services.credentials.visits(person.id, message.till.code):
        raise Refusal(TOKEN_UNKNOWN)
    refusal = _refusal(person, insutype)
    rows = [_enjoys(psn_no, _FUNDS[person.insutype], begins, refusal or "药店购药不享受统筹")]
    if person.insutype == EMPLOYEE:
        rows.append(_enjoys(psn_no, "310200", begins, refusal))
    return {"trtinfo": rows}


def _refusal(person: Person, insutype: str) -> str:
    found = problem(person)
    if found is not None:
        return _TROUBLES[found.code]
    return "" if insutype == person.insutype else "险种与参保险种不一致"


def _enjoys(psn_no: str, fund: str, begins: str, refusal: str) -> dict[str, Any]:
    return {
        "psn_no": psn_no,
        "trt_chk_type": "01",
        "fund_pay_type": fund,
        "trt_enjymnt_flag": "0" if refusal else "1",
        "begndate": begins,
        "enddate": None,
        "trt_chk_rslt": refusal,
    }
