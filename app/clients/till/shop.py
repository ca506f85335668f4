"""A day of the shop as the centre has it: what all its tills did, and what of that a till knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.clients.till.answer import Answer
from app.clients.till.client import TillClient
from app.clients.till.day import Told, told_on, told_row
from app.clients.till.journal import Journal
from app.words import NOT_NOTED, PAY_WAYS, PayWay

Row = Mapping[str, Any]
PAGE = 200
_REVERSAL = "2601"
PARTS = (
    ("fund_pay_sumamt", "统筹"),
    ("acct_pay", "本人账户"),
    ("acct_mulaid_pay", "共济"),
    ("wallet_pay", "钱包"),
    ("psn_cash_pay", "顾客付"),
    ("medfee_sumamt", "合计"),
)
"""Who pays, in the order in which a shift's sums are told."""


@dataclass(frozen=True, slots=True)
class ShopDay:
    """The rows of a day, the newest first; sums by cashier and till; those of the cash by way of
    paying; with whom it is cleared; what isn't decided."""

    rows: Sequence[Row]
    sums: Sequence[Row]
    ways: Sequence[Row]
    offices: Sequence[Row]
    waits: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Summed:
    """What sales, or what came back, amount to."""

    count: int
    parts: tuple[Decimal, ...]

    def __add__(self, other: Summed) -> Summed:
        both = zip(self.parts, other.parts, strict=True)
        return Summed(self.count + other.count, tuple(one + two for one, two in both))


async def shop_day(
    client: TillClient, day: date, must: Callable[[Answer], Answer], opter: str = ""
) -> ShopDay:
    """Asks for it, page by page; ``must`` says what is done with a refusal."""
    asked = {"stmt_date": day.isoformat(), "opter": opter}
    first = must(await client.call("5203B", {"data": asked})).output
    rows: list[Row] = list(first["setlinfo"])
    page = rows
    while len(page) == PAGE:
        more = asked | {"setl_id": page[-1]["setl_id"]}
        page = list(must(await client.call("5203B", {"data": more})).output["setlinfo"])
        rows += page
    return ShopDay(rows, first["suminfo"], first["payinfo"], first["clrinfo"], first["waitinfo"])


def known_rows(shop: ShopDay, journal: Journal, dev_no: str, day: date) -> list[Told]:
    """What a till of the shop knows of the day. This till's own journal stands for itself; what
    another till has sent, that says who it is or has signed in, is that till's; what was made and
    undone again concerns nobody."""
    entries = {entry.msgid: entry for entry in journal.entries()}
    own = {told.setl_id: told for told in told_on(entries.values(), day)}
    known = []
    for row in shop.rows:
        undone = _REVERSAL in (row["infno"], row["undo_infno"])
        other = row["medins_setl_id"] not in entries and (not dev_no or row["dev_no"] != dev_no)
        if row["setl_id"] in own:
            known.append(own.pop(row["setl_id"]))
        elif undone or (other and (row["sign_no"] or row["dev_no"])):
            known.append(told_row(row))
    return [*known, *own.values()]


def ways_of(rows: Iterable[Row]) -> list[tuple[str, Decimal, Decimal]]:
    """What came in and what went out over the counter, of lines of ``ShopDay.ways``: each way, last
    what nobody has said the way of."""
    found: dict[str, list[Decimal]] = {}
    for row in rows:
        sums = found.setdefault(row["pay_way"], [Decimal(0), Decimal(0)])
        sums[row["setl_type"] != "1"] += Decimal(row["psn_cash_pay"])
    order = [*PayWay, ""]
    return [(way, found[way][0], found[way][1]) for way in sorted(found, key=order.index)]


def way_name(way: str) -> str:
    """What a way of paying is called."""
    return PAY_WAYS[way].zh if way else NOT_NOTED.zh


def summed(rows: Iterable[Row]) -> tuple[Summed, Summed]:
    """Sales, and what came back, of lines of ``ShopDay.sums``."""
    sales = back = Summed(0, (Decimal(0),) * len(PARTS))
    for row in rows:
        one = Summed(int(row["setl_cnt"]), tuple(Decimal(row[name]) for name, _ in PARTS))
        if row["setl_type"] == "1":
            sales += one
        else:
            back += one
    return sales, back
