"""3203 a period is to be cleared, 3204 withdrawn (as institutions' programs have them)."""

from __future__ import annotations

from typing import Any

from app.api.tills.message import Message
from app.api.tills.wire.fields import (
    code,
    code_that,
    count,
    day,
    maybe,
    record_number,
    signed_amount,
    unread,
    wrong,
)
from app.api.tills.wire.nodes import CamelNode, Shape
from app.domain.reconcile.clearing.service import Application, NotTaken
from app.domain.reconcile.scope import Figures, Scope


def _is_month(value: str) -> bool:
    return len(value) == 6 and value.isascii() and value.isdigit() and "01" <= value[4:] <= "12"


_APPLIED = CamelNode(
    "data",
    code("clr_type", "清算类别", 30, "clr_type"),
    code("clr_way", "清算方式", 30, "clr_way", required=False),
    code_that("setlym", "清算年月", 6, _is_month, "应为6位年月，如202611"),
    count("psntime", "清算人次", 6),
    signed_amount("medfee_sumamt", "医疗费总额"),
    signed_amount("med_sumfee", "医保认可费用总额"),
    signed_amount("fund_appy_sum", "基金申报总额"),
    signed_amount("cash_payamt", "现金支付金额"),
    signed_amount("acct_pay", "个人账户支出"),
    day("begndate", "开始日期"),
    day("enddate", "结束日期"),
    maybe(code("clr_optins", "清算经办机构", 6)),
)
_WITHDRAWN = CamelNode(
    "data",
    record_number("clr_appy_evt_id", "机构清算申请事件ID"),
    unread("clr_optins", "清算经办机构", "c6"),
)
APPLY = Shape((_APPLIED,), ("result",))
WITHDRAW = Shape((_WITHDRAWN,), ("result",))


async def apply(message: Message) -> dict[str, Any]:
    """3203: a period of days that are over is to be cleared; the figures are the centre's own."""
    data = _APPLIED.of(message.input)
    scope = Scope(
        fixmedins_code=message.sender.code,
        first=data["begndate"],
        last=data["enddate"],
        agency=data["clr_optins"] or "",
        clr_type=data["clr_type"],
    )
    figures = Figures(
        medfee_fen=data["medfee_sumamt"],
        fund_fen=data["fund_appy_sum"],
        acct_fen=data["acct_pay"],
        cash_fen=data["cash_payamt"],
    )
    asked = Application(
        scope, figures, data["clr_way"], data["setlym"], data["psntime"], data["med_sumfee"]
    )
    try:
        number = await message.rooms.clearing.apply(asked)
    except NotTaken as no:
        raise wrong(no.name, no.why) from None
    return {"result": {"clr_appy_evt_id": str(number)}}


async def withdraw(message: Message) -> dict[str, Any]:
    """3204: such an application is withdrawn; its period may be applied for anew."""
    number = _WITHDRAWN.of(message.input)["clr_appy_evt_id"]
    try:
        await message.rooms.clearing.withdraw(int(number), message.sender.code)
    except NotTaken as no:
        raise wrong(no.name, no.why) from None
    return {"result": {"clr_appy_evt_id": number}}
