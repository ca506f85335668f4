"""What the tills know: every message that they have sent, what they were told of it last, and what
stands of each bill by that."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.clients.till.client import Answer
from tests.crash.village import Patient


@dataclass
class Order:
    """A message that moves money."""

    infno: str
    msgid: str
    shop: str
    patient: Patient
    input: dict[str, Any]
    answer: Answer | None = None
    """What was told last that is definite; None: nothing is known."""
    doubtful: bool = False
    """Whether nothing was known of it for a while."""
    reversed: bool = False
    """Whether it was taken back by its number, as one of which nothing was known."""

    @property
    def ok(self) -> bool:
        return self.answer is not None and self.answer.ok

    @property
    def told(self) -> str:
        """In a word."""
        if self.answer is None:
            return "reversed" if self.reversed else "unknown"
        return "OK" if self.answer.ok else reason(self.answer)


@dataclass
class Story:
    """A bill, and what stands of it by all that was told: its total, and what accounts paid."""

    sale: Order
    total_fen: int = 0
    accounts_fen: int = 0
    touched: bool = False
    """Whether anything was undone of it."""

    def stands(self, info: Mapping[str, Any]) -> None:
        """By the figures of a settlement that was told; none: nothing stands."""
        self.total_fen = fen(info.get("medfee_sumamt", 0))
        part, cash = info.get("psn_part_amt", 0), info.get("psn_cash_pay", 0)
        self.accounts_fen = fen(part) - fen(cash)

    @property
    def whole(self) -> bool:
        """Whether all stands that was settled, as after a cancel that was taken back itself."""
        info = {} if self.sale.answer is None else self.sale.answer.setlinfo
        return self.total_fen == fen(info.get("medfee_sumamt", 0)) > 0

    @property
    def figures(self) -> tuple[int, int]:
        return self.total_fen, self.accounts_fen


@dataclass
class Journal:
    """All of it, of one run."""

    orders: dict[tuple[str, str], Order] = field(default_factory=dict)
    stories: list[Story] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    """Answers that contradict each other."""
    paid_begun: float = 0.0
    """When the newest message was sent that was answered with a settlement."""
    paid: int = 0

    def sends(self, order: Order) -> None:
        """Before it goes out: from now on it may lie in the books."""
        self.orders[order.shop, order.msgid] = order

    def hears(self, order: Order, begun: float) -> None:
        """Something definite."""
        self.told[f"{order.infno} {order.told}"] += 1
        if order.ok and order.infno != "2601":
            self.paid_begun = max(self.paid_begun, begun)
            self.paid += 1

    def tell_wrong(self, order: Order, what: str) -> None:
        self.wrong.append(f"{order.infno} {order.msgid}: {what}")


def reason(answer: Answer) -> str:
    """The code of a refusal."""
    return answer.err_msg.partition(" ")[0]


def fen(yuan: object) -> int:
    found = Decimal(str(yuan)) * 100
    assert found == int(found)
    return int(found)


def now() -> float:
    """Moments of the machine that go on, in seconds."""
    return time.monotonic()
