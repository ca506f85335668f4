"""3201 totals, 3202 rows (WIRE Clearing)."""

from __future__ import annotations

from typing import Any

from app.api.tills.fields import count, day, node, signed_fen, snake, text, wrong
from app.api.tills.message import Message
from app.api.tills.wire import wire_time
from app.domain.reconcile.scope import Figures, Scope

_FLAGS = {"": None, "0": False, "1": True}


async def totals(message: Message) -> dict[str, Any]:
    """3201: an institution's totals of one insurance, clearing type and agency."""
    data = snake(node(message.input, "data"))
    scope = _scope(message, data, whole=True)
    told = Figures(
        count(data, "fixmedins_setl_cnt"),
        signed_fen(data, "medfee_sumamt"),
        signed_fen(data, "fund_pay_sumamt"),
        signed_fen(data, "acct_pay"),
    )
    found, words = await message.services.reconciliation.totals(scope, told)
    return {
        "stmtinfo": {
            "setl_optins": scope.agency,
            "stmt_rslt": found.value,
            "stmt_rslt_dscr": words,
        }
    }


async def rows(message: Message) -> dict[str, Any]:
    """3202: the rows of an uploaded file; the differing ones wait as a file for 9102."""
    data = snake(node(message.input, "data"))
    scope = _scope(message, data, whole=False)
    told = Figures(
        count(data, "fixmedins_setl_cnt"),
        signed_fen(data, "medfee_sumamt"),
        signed_fen(data, "fund_pay_sumamt"),
        cash_fen=signed_fen(data, "cash_payamt"),
    )
    number = text(data, "file_qury_no", 30)
    made = await message.services.reconciliation.rows(scope, told, number)
    return {
        "fileinfo": {
            "file_qury_no": made.file_qury_no,
            "filename": made.filename,
            "dld_endtime": wire_time(made.expires_at),
        }
    }


def _scope(message: Message, data: dict[str, Any], *, whole: bool) -> Scope:
    agency = text(data, "setl_optins", 6)
    if len(agency) != 6 or not (agency.isascii() and agency.isdigit()):
        raise wrong("setl_optins", "应为6位数字")
    flag = text(data, "refd_setl_flag", 3, required=False)
    if flag not in _FLAGS:
        raise wrong("refd_setl_flag", "应为0或1")
    return Scope(
        fixmedins_code=message.till.code,
        first=day(data, "stmt_begndate"),
        last=day(data, "stmt_enddate"),
        agency=agency,
        insutype=text(data, "insutype", 6, required=whole) or None,
        clr_type=text(data, "clr_type", 6, required=whole) or None,
        refund=_FLAGS[flag],
    )
