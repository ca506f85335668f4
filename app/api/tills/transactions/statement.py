"""3201 totals, 3202 rows: 对账 (WIRE Clearing)."""

from __future__ import annotations

from typing import Any

from app.api.tills.message import Message
from app.api.tills.wire.fields import area, code, count, day, flag, signed_amount, unread
from app.api.tills.wire.nodes import CamelNode, Shape
from app.api.tills.wire.values import wire_time
from app.domain.reconcile.scope import Figures, Scope
from app.domain.reconcile.totals import UNEVEN, Verdict

_TOTALS = CamelNode(
    "data",
    code("insutype", "险种", 6, "insutype"),
    code("clr_type", "清算类别", 6, "clr_type"),
    area("setl_optins", "结算经办机构"),
    day("stmt_begndate", "对账开始日期"),
    day("stmt_enddate", "对账结束日期"),
    signed_amount("medfee_sumamt", "医疗费总额"),
    signed_amount("fund_pay_sumamt", "基金支付总额"),
    signed_amount("acct_pay", "个人账户支付金额"),
    count("fixmedins_setl_cnt", "定点医药机构结算笔数"),
    flag("refd_setl_flag", "退费结算标志", 6, "refd_setl_flag", required=False),
    unread("exp_content", "字段扩展", "c4000"),
)
TOTALS = Shape((_TOTALS,), ("stmtinfo",))
_ROWS = CamelNode(
    "data",
    area("setl_optins", "结算经办机构"),
    code("file_qury_no", "文件查询号", 30),
    day("stmt_begndate", "对账开始日期"),
    day("stmt_enddate", "对账结束日期"),
    signed_amount("medfee_sumamt", "医疗费总额"),
    signed_amount("fund_pay_sumamt", "基金支付总额"),
    signed_amount("cash_payamt", "现金支付金额"),
    count("fixmedins_setl_cnt", "定点医药机构结算笔数"),
    code("insutype", "险种", 6, "insutype", required=False),
    code("clr_type", "清算类别", 6, required=False),
    flag("refd_setl_flag", "退费结算标志", 3, required=False),
    unread("exp_content", "字段扩展", "c4000"),
)
ROWS = Shape((_ROWS,), ("fileinfo",))


async def totals(message: Message) -> dict[str, Any]:
    """3201: an institution's totals of one insurance, clearing type and agency."""
    data = _TOTALS.of(message.input)
    scope = _scope(message, data)
    told = Figures(
        data["fixmedins_setl_cnt"],
        data["medfee_sumamt"],
        data["fund_pay_sumamt"],
        data["acct_pay"],
    )
    found, words = await message.rooms.reconciliation.totals(scope, told)
    return {
        "stmtinfo": {
            "setl_optins": scope.agency,
            "stmt_rslt": scope.result(found.value if found is Verdict.EVEN else UNEVEN),
            "stmt_rslt_dscr": words,
        }
    }


async def rows(message: Message) -> dict[str, Any]:
    """3202: the rows of an uploaded file; the differing ones wait as a file for 9102."""
    data = _ROWS.of(message.input)
    scope = _scope(message, data)
    told = Figures(
        data["fixmedins_setl_cnt"],
        data["medfee_sumamt"],
        data["fund_pay_sumamt"],
        cash_fen=data["cash_payamt"],
    )
    made, notes = await message.rooms.reconciliation.rows(scope, told, data["file_qury_no"])
    message.warnings.extend(notes)
    return {
        "fileinfo": {
            "file_qury_no": made.file_qury_no,
            "filename": made.filename,
            "dld_endtime": wire_time(made.expires_at),
        }
    }


def _scope(message: Message, data: dict[str, Any]) -> Scope:
    return Scope(
        fixmedins_code=message.sender.code,
        first=data["stmt_begndate"],
        last=data["stmt_enddate"],
        agency=data["setl_optins"],
        insutype=data["insutype"] or None,
        clr_type=data["clr_type"] or None,
        refund=data["refd_setl_flag"],
        padded=message.rules.display.padded_results,
    )
