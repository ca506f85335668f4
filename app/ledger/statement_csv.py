"""A statement as a table for a spreadsheet."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.kit.clock import local_date
from app.kit.words.sheet import Cell, Digits, Yuan
from app.ledger.statements import AccountPeriod, Movement

HEADER = ("时间", "账户", "类型", "金额（元）", "余额（元）", "机构", "对方", "结算号")
Name = Callable[[int], str]
"""A person's name as it may be shown."""


def lines(
    periods: Iterable[AccountPeriod], movements: Iterable[Movement], name: Name, owner: int | None
) -> Iterable[list[Cell]]:
    """The table's lines. ``owner``: the person whose statement it is, None for an institution."""
    known = list(periods)
    yield list(HEADER)
    for period in known:
        yield ["", period.kind.word.zh, "期初余额", "", Yuan(period.opening_fen), "", "", ""]
    for one in movements:
        yield [
            one.at if one.open else local_date(one.at),
            one.account_kind.word.zh,
            kind_zh(one),
            Yuan(one.fen),
            None if one.after_fen is None else Yuan(one.after_fen),
            one.fixmedins_name or one.fixmedins_code,
            counterparty(one, name, owner),
            Digits(one.settlement_id) if one.settlement_id else None,
        ]
    for period in known:
        yield ["", period.kind.word.zh, "期末余额", "", Yuan(period.closing_fen), "", "", ""]


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
