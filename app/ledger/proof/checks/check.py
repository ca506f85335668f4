"""What a check is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from app.regions.loader import Rulebook
from app.store.database import Record

Over = Literal[
    "account",
    "transfer",
    "settlement",
    "request",
    "person",
    "wallet_sent",
    "wallet_offer",
    "account_credit",
    "account_close",
    "account_pay_out",
    "account_merge",
    "premium_order",
    "prescription",
]
Found = tuple[str, str, str]
"""What is wrong: (row, expected, found)."""


@dataclass(frozen=True, slots=True)
class Check:
    """One law. ``sql`` takes the range of ids of table ``over`` as $1 (excluded) and $2, and the
    moment as $3 where it names it.

    ``judged``: says what is wrong of a row that the query gives, if anything is: where that hangs
    on a region's rules. Without it every row is a ``Found``.
    """

    name: str
    zh: str
    over: Over
    sql: str
    judged: Callable[[Record, Rulebook], Found | None] | None = None
