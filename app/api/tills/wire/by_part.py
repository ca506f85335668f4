"""Who paid which part of a bill, under the names that Shanghai's ``setldetail`` has for it (SOURCES
N7). Pure.

The rows are no sum: a name stands for all of a purse, those after it for its parts.
"""

from __future__ import annotations

from collections.abc import Iterator

from app.domain.settlement.model import Settlement
from app.domain.settlement.rules.purses.spread import PartPaid
from app.regions.rules import Part, PurseName

Row = tuple[str, int, int]
"""The row's name, what it is of, what was paid; in fen."""

_PARTS: dict[Part, str] = {
    "deductible": "起付", "ratio": "统筹", "purchase": "购药", "outpatient": "门诊",
    "first_share": "分类", "fully_selfpaid": "自费", "vaccine": "自费", "checkup": "自费",
}  # fmt: skip
_PURSES: dict[PurseName, tuple[str, str]] = {
    "current": ("本年账户支", "本账支"),
    "carried_over": ("历年账户支", "历账支"),
    "donors": ("共济账户支", "共账支"),
    "wallet": ("", "钱包支"),  # the whole is 310210
}
_CASH: dict[Part, str] = {
    "deductible": "起付段现金", "ratio": "统筹段现金", "purchase": "自负现金",
    "first_share": "分类现金", "fully_selfpaid": "全自费现金", "vaccine": "全自费现金",
    "checkup": "全自费现金",
}  # fmt: skip
_IN_SCOPE: tuple[Part, ...] = ("deductible", "ratio", "outpatient")
"""Whose cash 现金支付数 sums; what was bought in cash at a pharmacy (自负现金) is none of it."""


def by_part(row: Settlement) -> list[Row]:
    """The rows of a bill, those of nothing left out."""
    parts = row.trace.parts
    rows = [*_paid(parts), *_in_cash(parts)]
    rows.append(("分类自付", row.preselfpay_fen, row.preselfpay_fen))
    rows.append(("个人全自费", row.fulamt_ownpay_fen, row.fulamt_ownpay_fen))
    rows.append(("超限价自费", row.overlmt_selfpay_fen, row.overlmt_selfpay_fen))
    return [one for one in rows if one[2]]


def balances(row: Settlement) -> list[tuple[str, int]]:
    """What the two parts of the own account hold after the bill, where the region tells it: rows
    that are no payments."""
    left = row.trace.left
    return [] if left is None else [("本年余额", left[0]), ("历年余额", left[1])]


def _paid(parts: tuple[PartPaid, ...]) -> Iterator[Row]:
    for purse, (whole, of_part) in _PURSES.items():
        found = (
            (f"{_PARTS[one.part]}{of_part}", one.fen, one.paid.get(purse, 0))
            for one in parts
            if one.part in _PARTS
        )
        sums = _sums(found)
        if whole:
            yield whole, sum(one.fen for one in parts), sum(paid for _, _, paid in sums)
        yield from sums


def _in_cash(parts: tuple[PartPaid, ...]) -> Iterator[Row]:
    scope = [one for one in parts if one.part in _IN_SCOPE]
    yield "现金支付数", sum(one.fen for one in scope), sum(one.cash_fen for one in scope)
    yield from _sums((_CASH[one.part], one.fen, one.cash_fen) for one in parts if one.part in _CASH)


def _sums(rows: Iterator[Row]) -> list[Row]:
    """Rows of one name as one."""
    found: dict[str, Row] = {}
    for name, of, paid in rows:
        _, of_before, paid_before = found.get(name, (name, 0, 0))
        found[name] = (name, of_before + of, paid_before + paid)
    return list(found.values())
