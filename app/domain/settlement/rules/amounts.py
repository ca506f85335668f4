"""What the amounts of a bill must agree on, for whoever reads or previews it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from app.domain.settlement.bill import Line
from app.domain.settlement.rules.errors import AMOUNT_MISMATCH, LINE_AMOUNT_MISMATCH
from app.kit.money import fen_of_product, yuan_text
from app.kit.reasons import Refusal
from app.regions.rules import LineRules


def check_total(total_fen: int, lines: Iterable[Line]) -> None:
    """Refuses a total that is not the sum of the lines (law 3).

    Raises:
        Refusal: AMOUNT_MISMATCH, with both sums.
    """
    lines_fen = sum(line.amount_fen for line in lines)
    if lines_fen != total_fen:
        raise Refusal(AMOUNT_MISMATCH, total=yuan_text(total_fen), lines=yuan_text(lines_fen))


def check_line(at: int, price: Decimal, count: Decimal, amount_fen: int, rules: LineRules) -> None:
    """Refuses a line whose amount can't be that of its price and count. What is taken counts as it
    is: price times count rounded half up to the fen or, as the till's region lets it, some fen
    beside it (tills round differently), less (a discount on the list price) or nothing (a gift).

    Args:
        at: which line it is, from 1.

    Raises:
        Refusal: LINE_AMOUNT_MISMATCH, with what it should be and what was sent.
    """
    expected_fen = fen_of_product(price, count)
    if amount_fen == expected_fen and amount_fen:
        return
    if amount_fen == 0:
        taken = rules.gifts
    else:
        taken = abs(amount_fen - expected_fen) <= rules.tolerance_fen or (
            rules.discounts and amount_fen < expected_fen
        )
    if not taken:
        raise Refusal(
            LINE_AMOUNT_MISMATCH,
            line=at,
            expected=yuan_text(expected_fen),
            sent=yuan_text(amount_fen),
        )
