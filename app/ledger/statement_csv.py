"""A statement as a table for a spreadsheet: amounts in yuan, no cell is taken for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable

from app.kit.clock import iso
from app.kit.money import yuan_text
from app.kit.words.table import safe_cell
from app.ledger.statements import AccountPeriod, Movement

HEADER = ("时间", "账户", "类型", "金额（元）", "余额（元）", "机构", "对方", "结算号")
Name = Callable[[int], str]
"""A person's name as it may be shown."""


def lines(
    periods: Iterable[AccountPeriod], movements: Iterable[Movement], name: Name, owner: int | None
) -> Iterable[list[str]]:
    """The table's lines. ``owner``: the person whose statement it is, None for an institution."""
    known = list(periods)
    yield list(HEADER)
    for period in known:
        yield ["", period.kind.word.zh, "期初余额", "", yuan_text(period.opening_fen), "", "", ""]
    for one in movements:
        yield [
            iso(one.at),
            one.account_kind.word.zh,
            kind_zh(one),
            yuan_text(one.fen),
            "" if one.after_fen is None else yuan_text(one.after_fen),
            safe_cell(one.fixmedins_name or one.fixmedins_code or ""),
            safe_cell(counterparty(one, name, owner) or ""),
            f"'{one.settlement_id}" if one.settlement_id else "",
        ]
    for period in known:
        yield ["", period.kind.word.zh, "期末余额", "", yuan_text(period.closing_fen), "", "", ""]


def as_text(rows: Iterable[list[str]]) -> str:
    """The table as CSV with a byte order mark, which spreadsheets need for Chinese."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return "\ufeff" + text.getvalue()


def kind_zh(movement: Movement) -> str:
    """What a movement is, in Chinese; by mutual aid or not."""
    text = movement.kind.word.zh
    return f"共济{text}" if movement.donor_id is not None else text


def counterparty(movement: Movement, name: Name, owner: int | None) -> str | None:
    """Who the money was for, where that is not the owner himself; of the wallet's, who is at the
    other end."""
    if movement.other_name is not None:
        return movement.other_name
    if movement.patient_id is None or movement.patient_id == owner:
        return None
    return name(movement.patient_id)
