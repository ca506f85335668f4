"""A day's statement of an institution for people (a page of text) and spreadsheets (CSV). Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from app.kit.money import yuan_text
from app.kit.words.sheet import Cell, Digits, Yuan, as_sheet
from app.words import INSUTYPES, MED_TYPES, ONE_SIDED, name_of

Line = dict[str, Any]
_DIGITS_KEPT = 15
"""Of a number that is not marked a spreadsheet keeps so many."""
_FIGURES = ("medfee_fen", "fund_fen", "own_fen", "wallet_fen", "mulaid_fen", "cash_fen")
_PAID = ("总额", "统筹基金", "个人账户", "医保钱包", "家庭共济", "现金")
_HEADER = ("记录", "日期", "机构", "险种", "清算类别", "退费标志", "笔数", *_PAID, "事项", "报文号",
           "交易", "结算号", "任务号", "时间", "金额")  # fmt: skip


def as_csv(code: str, day: date, totals: Sequence[Line], one_sided: Sequence[Line]) -> str:
    """The statement as a table: totals first, then what is one-sided. Amounts in yuan."""
    return as_sheet(_lines(code, day, totals, one_sided))


def _lines(
    code: str, day: date, totals: Sequence[Line], one_sided: Sequence[Line]
) -> Iterator[list[Cell]]:
    yield list(_HEADER)
    for line in totals:
        yield [
            "合计",
            day,
            code,
            line["insutype"],
            line["clr_type"],
            int(line["refund"]),
            line["count"],
            *(Yuan(line.get(name, 0)) for name in _FIGURES),
            *[None] * 7,
        ]
    for item in one_sided:
        amount = item.get("amount_fen")
        yield [
            "单边",
            day,
            code,
            *[None] * (4 + len(_FIGURES)),
            ONE_SIDED[item["kind"]].zh,
            *(_number(item, name) for name in ("msgid", "infno", "setl_id", "task_id")),
            item["at"],
            None if amount is None else Yuan(amount),
        ]


def _number(item: Line, name: str) -> Cell:
    """What is no sum, as it is; a long one keeps its digits."""
    text = str(item.get(name, ""))
    return Digits(text) if len(text) > _DIGITS_KEPT else text


def as_page(
    code: str, name: str, day: date, totals: Sequence[Line], one_sided: Sequence[Line]
) -> str:
    """The statement as people read it."""
    lines = [f"医保结算日对账单  {day.isoformat()}", f"{name}（{code}）", ""]
    lines += _table(totals) if totals else ["当日没有结算。"]
    lines += ["", "单边事项："] + ([] if one_sided else ["  无"])
    for kind, word in ONE_SIDED.items():
        found = [item for item in one_sided if item["kind"] == kind]
        if found:
            lines.append(f"  {word.zh}：{word.about_zh}（{len(found)}）")
            lines += [f"    {_item(item)}" for item in found]
    return "\n".join(lines) + "\n"


def _table(totals: Sequence[Line]) -> list[str]:
    rows = [
        ["险种", "清算类别", "", "笔数", *_PAID],
        *(_row(line) for line in totals),
    ]
    sums = [sum(line.get(name, 0) for line in totals) for name in ("count", *_FIGURES)]
    rows.append(["合计", "", "", str(sums[0]), *(yuan_text(fen) for fen in sums[1:])])
    wide = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    return ["  ".join(_cells(row, wide)).rstrip() for row in rows]


def _row(line: Line) -> list[str]:
    return [
        name_of(INSUTYPES, line["insutype"], "zh"),
        name_of(MED_TYPES, line["clr_type"], "zh"),
        "退费" if line["refund"] else "支付",
        str(line["count"]),
        *_sums(line),
    ]


def _sums(line: Line) -> Iterable[str]:
    """The figures in yuan; a statement of before the wallet has none of it."""
    return (yuan_text(line.get(name, 0)) for name in _FIGURES)


def _cells(row: Sequence[str], wide: Sequence[int]) -> Iterable[str]:
    for at, (cell, columns) in enumerate(zip(row, wide, strict=True)):
        gap = " " * (columns - _width(cell))
        yield cell + gap if at < 3 else gap + cell


def _item(item: Line) -> str:
    parts = [item["at"], item.get("infno"), item.get("msgid")]
    if "setl_id" in item:
        parts += [f"结算号{item['setl_id']}", f"任务号{item['task_id']}"]
        parts.append(f"{yuan_text(item['amount_fen'])}元")
    return "  ".join(part for part in parts if part)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
