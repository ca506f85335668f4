"""6101 decode, 1101 who is it, 2001 what may be enjoyed."""

from __future__ import annotations

from typing import Any

from app.api.tills.message import Message
from app.api.tills.transactions.patient import shown_by
from app.api.tills.transactions.shown_fields import SHOWN
from app.api.tills.transactions.times import check_time
from app.api.tills.wire.fields import code, med_type, moment, text, unread, wrong
from app.api.tills.wire.nodes import AliasNode, Node, Shape
from app.api.tills.wire.values import money, number
from app.domain.credential.errors import TOKEN_UNKNOWN
from app.domain.registry.errors import BENEFICIARY_NOT_ENROLLED, MISUSE_SUSPENSION
from app.domain.registry.models import Person
from app.domain.registry.rules import problem
from app.domain.settlement.bill import Bill
from app.domain.settlement.rules.decide import Closed, Entitlement
from app.kit.clock import age_on, local_date
from app.kit.reasons import Refusal
from app.kit.words.normal import scan_form
from app.ledger.kinds import AccountKind
from app.words import POOL_OF_PLAN, Fund, Insutype

_SCANNED = AliasNode(
    "InData",
    code("ecQrCode", "电子凭证二维码", 64),
    unread("orgId", "机构ID", "c40", required=True),
    code("businessType", "用码业务类型", 5, "businessType"),
    unread("businessInfo", "用码业务信息", "c200"),
    code("operatorId", "操作员工号", 20),
    unread("operatorName", "操作员姓名", "c30", required=True),
    unread("officeId", "医保科室编号", "c20", required=True),
    unread("officeName", "科室名称", "c30", required=True),
    unread("deviceType", "设备类型", "c30"),
)
_HOLDER = ("idNo", "idType", "userName", "ecToken", "insuOrg", "ecIndexNo", "gender", "birthday")
DECODE = Shape((_SCANNED,), ("OutData", *_HOLDER))
"""The answer's fields stand in ``output`` itself, too, as tills of before look for them."""
_SHOWN = Node(
    "data",
    *SHOWN,
    unread("begntime", "开始时间", "date"),
    unread("psn_cert_type", "人员证件类型", "c6", "psn_cert_type"),
    text("certno", "证件号码", 50, required=False),
)
WHO = Shape((_SHOWN,), ("baseinfo", "insuinfo[]", "idetinfo[]"))
_ASKED = Node(
    "data",
    code("psn_no", "人员编号", 30),
    code("insutype", "险种类型", 6, "insutype"),
    code("fixmedins_code", "定点医药机构编号", 14, capital=True),
    med_type(),
    moment("begntime", "开始时间"),
    unread("endtime", "结束时间", "time"),
    unread("dise_codg", "病种编码", "c30"),
    unread("dise_name", "病种名称", "c500"),
    unread("oprn_oprt_code", "手术操作代码", "c30"),
    unread("oprn_oprt_name", "手术操作名称", "c500"),
    unread("matn_type", "生育类别", "c6", "matn_type"),
    unread("birctrl_type", "计划生育手术类别", "c6", "birctrl_type"),
    unread("exp_content", "字段扩展", "c4000"),
)
BENEFITS = Shape((_ASKED,), ("trtinfo[]",))
_TROUBLES = {
    BENEFICIARY_NOT_ENROLLED.code: "参保状态不正常",
    MISUSE_SUSPENSION.code: "医保使用已被暂停",
}
_CLOSED: dict[Closed | None, str] = {
    None: "",
    "not_connected": "本机构未开通外地参保人的联网结算",
    "not_pooled_at_home": "参保地未开展门诊统筹",
    "not_pooled_here": "本机构未开通门诊统筹",
    "not_filed": "未办理异地就医备案",
    "no_account": "没有个人账户",
    "no_wallet": "没有医保钱包",
    "wallet_not_taken": "本机构的这种终端不能使用医保钱包",
    "wallet_other_place": "本机构不在医保钱包的使用地",
}


async def decode(message: Message) -> dict[str, Any]:
    """6101: a scanned 医保码 becomes an ``ecToken``, once."""
    data = _SCANNED.of(message.input)
    shown, opter = scan_form(data["ecQrCode"]), data["operatorId"]
    rooms, msgid = message.rooms, message.envelope.msgid
    token = await rooms.credentials.decode(
        shown, message.sender.code, msgid, opter, data["businessType"]
    )
    holder = await rooms.people.get(token.holder_id)
    index = rooms.people.cipher.lasting_index("ecIndexNo", holder.psn_no).hex()[:32]
    told = {
        "idNo": rooms.people.certno(holder),
        "idType": holder.psn_cert_type,
        "userName": rooms.people.name(holder),
        "ecToken": token.token,
        "insuOrg": holder.insuplc_admdvs,
        "ecIndexNo": index,
        "gender": holder.gend,
        "birthday": holder.brdy.isoformat(),
    }
    return {"OutData": told, **told}


async def who(message: Message) -> dict[str, Any]:
    """1101: the person behind an ``ecToken``, a card, or a name with its ID number; the plan and
    the own balance."""
    data, rooms = _SHOWN.of(message.input), message.rooms
    patient = await shown_by(message, data, keep=True)
    person = await rooms.people.get(patient.person_id)
    certno = data["certno"]
    if certno and not rooms.people.has_certno(person, certno):
        raise patient.of_other()
    balances = await rooms.balances.of_person(person.id)
    own = (AccountKind.CURRENT, AccountKind.CARRIED)
    balance = sum(b.balance_fen for b in balances if b.kind in own)
    today = local_date(rooms.clock.now())
    return {
        "baseinfo": {
            "psn_no": person.psn_no,
            "psn_cert_type": person.psn_cert_type,
            "certno": rooms.people.certno(person),
            "psn_name": rooms.people.name(person),
            "gend": person.gend,
            "naty": "",
            "brdy": person.brdy.isoformat(),
            "age": number(str(age_on(person.brdy, today)), 1),
            "exp_content": "",
        },
        "insuinfo": [
            {
                "balc": money(balance),
                "insutype": person.insutype,
                "psn_type": person.psn_type,
                "psn_insu_stas": person.psn_insu_stas,
                "psn_insu_date": "",
                "paus_insu_date": "",
                "cvlserv_flag": "0",
                "insuplc_admdvs": person.insuplc_admdvs,
                "emp_name": "",
            }
        ],
        "idetinfo": [],
    }


async def benefits(message: Message) -> dict[str, Any]:
    """2001: which funds the person enjoys at this institution, each with the reason if not."""
    data = _ASKED.of(message.input)
    psn_no, begins, rooms = data["psn_no"], data["begntime"], message.rooms
    if data["fixmedins_code"] != message.sender.code:
        raise wrong("fixmedins_code", "与报文头的机构编号不一致")
    check_time("begntime", begins, rooms.clock.now())
    person = await rooms.people.by_psn_no(psn_no)
    if person is None or not await rooms.credentials.has_seen(person.id, message.sender.code):
        raise Refusal(TOKEN_UNKNOWN)
    terminal = message.envelope.opter_type
    bill = Bill(
        person.id, person.insutype, data["med_type"], begins, 0, True, (), terminal=terminal
    )
    found = await rooms.settlements.entitlement(bill, message.sender.code)
    refusal, day = _refusal(person, data["insutype"]), begins.date().isoformat()
    pool = _enjoys(psn_no, POOL_OF_PLAN[person.insutype], day, refusal or _no_pool(found))
    if found.prescribed_only and not (refusal or found.pool):
        pool["trt_chk_rslt"] = "仅外配处方的药品享受统筹"
    rows = [pool]
    # Who left the employee plan still pays from what is on his account.
    if person.insutype == Insutype.EMPLOYEE or found.account is None:
        account = refusal or _CLOSED[found.account]
        rows.append(_enjoys(psn_no, Fund.PERSONAL_ACCOUNT, day, account))
    if found.wallet != "no_wallet":
        rows.append(_enjoys(psn_no, Fund.WALLET, day, refusal or _CLOSED[found.wallet]))
    return {"trtinfo": rows}


def _no_pool(found: Entitlement) -> str:
    if found.pool == "not_pooled_here" and found.prescribed_only:
        return "药店购药不享受统筹"
    return _CLOSED[found.pool]


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
        "enddate": "",
        "trt_chk_rslt": refusal,
    }
