"""Why a row differs, in words a pharmacist understands. Pure."""

from __future__ import annotations

from typing import Any

from app.domain.reconcile.scope import Scope
from app.domain.reconcile.totals import Verdict
from app.kit.clock import local_date
from app.kit.money import yuan_text

RESULT_COLUMNS = (
    "psn_no", "mdtrt_id", "setl_id", "msgid", "stmt_rslt", "refd_setl_flag", "memo",
    "medfee_sumamt", "fund_pay_sumamt", "acct_pay", "exp_content",
)  # fmt: skip
EMPTY = "null"
"""An empty cell of a national text file."""
TOO_MANY = "差异过多，文件未列全，请缩短日期范围后再对。"
_AMOUNTS = {"medfee": "总额", "fund": "基金", "acct": "账户"}
_TEXTS = {"psn_no": "人员编号", "mdtrt_id": "就诊号"}
_REVERSED, _RESTORED = 3, 4
_KINDS = {1: "结算", 2: "撤销", _REVERSED: "冲正", _RESTORED: "撤销被冲正后恢复的结算"}

Row = Any
"""A row of the comparison: the centre's figures, and under ``t_`` those that were told."""


def memo_of(row: Row, scope: Scope) -> tuple[Verdict, str]:
    """The verdict on a row that differs, and its explanation."""
    if row["t_setl_id"] is None:
        return Verdict.CENTRE_MORE, _only_here(row)
    if row["id"] is None:
        return Verdict.INSTITUTION_MORE, _only_there(row, scope)
    return Verdict.DIFFERENT, _both(row)


def result_line(row: Row, verdict: str, memo: str) -> str:
    """One line of the result file. The figures are the centre's, else the institution's. What only
    the centre has is known to the institution by its msgid alone, so it has no numbers."""
    side = "t_" if row["id"] is None else ""
    cells = [
        row[f"{side}psn_no"],
        "" if row["t_setl_id"] is None else row[f"{side}mdtrt_id"],
        row["t_setl_id"],
        row["msgid"],
        verdict,
        "1" if row[f"{side}refund"] else "0",
        memo[:500],
        *(yuan_text(row[f"{side}{name}"]) for name in _AMOUNTS),
        "",
    ]
    return "\t".join(cell or EMPTY for cell in cells)


def cash_note(centre_fen: int, told_fen: int) -> list[str]:
    """Cash is in no row, so a difference of its total is told beside the file."""
    if centre_fen == told_fen:
        return []
    return [
        f"现金合计：机构{yuan_text(told_fen)}，中心{yuan_text(centre_fen)}，"
        f"差{yuan_text(told_fen - centre_fen)}。"
    ]


def _only_here(row: Row) -> str:
    text = f"仅中心有这笔{_KINDS[row['kind']]}"
    if row["kind"] == _REVERSED or row["undone_by"] == _REVERSED:
        return f"{text}；与其冲正（2601）一正一负相抵，机构无需处理"
    if row["undone_by"] == _RESTORED or row["kind"] == _RESTORED:
        return f"{text}；该撤销已被冲正（2601），与恢复的结算相抵，机构无需处理"
    if row["undone_by"] is not None:
        return f"{text}；中心已撤销，机构可补记这一对"
    return f"{text}；机构可补记，或用本行msgid发2601冲正"


def _only_there(row: Row, scope: Scope) -> str:
    if row["nth"] > 1:
        return f"第{row['line']}行重复：同一结算号在文件中出现多次"
    if row["other_at"] is None:
        return "仅机构有：中心没有这个结算号，请核实是否已结算成功"
    day = local_date(row["other_at"])
    facts = []
    if not scope.first <= day <= scope.last:
        facts.append(f"结算日期为{day.isoformat()}")
    if scope.agency[:4] != row["other_agency"]:
        facts.append(f"经办机构为{row['other_agency']}99")
    if scope.insutype not in (None, row["other_insutype"]):
        facts.append(f"险种为{row['other_insutype']}")
    if scope.clr_type not in (None, row["other_clr_type"]):
        facts.append(f"清算类别为{row['other_clr_type']}")
    return f"中心有这笔，但不在本次对账范围：{'，'.join(facts) or '退费标志不同'}"


def _both(row: Row) -> str:
    parts = []
    for name, label in _AMOUNTS.items():
        told, here = row[f"t_{name}"], row[name]
        if told != here:
            parts.append(
                f"{label}：机构{yuan_text(told)}，中心{yuan_text(here)}，差{yuan_text(told - here)}"
            )
    if row["t_refund"] != row["refund"]:
        parts.append(f"退费标志：机构{int(row['t_refund'])}，中心{int(row['refund'])}")
    parts += [
        f"{label}：机构{row[f't_{name}']}，中心{row[name]}"
        for name, label in _TEXTS.items()
        if row[f"t_{name}"] != row[name]
    ]
    return "；".join(parts)
