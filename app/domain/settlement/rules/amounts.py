"""What the amounts of a bill must agree on, for whoever reads or previews it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from app.domain.settlement.bill import Line
from app.domain.settlement.rules.errors import AMOUNT_MISMATCH, LINE_AMOUNT_MISMATCH
from app.kit.money import fen_of_product, yuan_text
from app.kit.reasons import Refusal


def check_total(total_fen: int, lines: Iterable[Line]) -> None:
    """Refuses a total that is not the sum of the lines (law 3).

    Raises:
        Refusal: AMOUNT_MISMATCH, with both sums.
    """
    lines_fen = sum(line.amount_fen for line in lines)
    if lines_fen != total_fen:
        raise Refusal(AMOUNT_MISMATCH, total=yuan_text(total_fen), lines=yuan_text(lines_fen))


def check_line(at: int, price: Decimal, count: Decimal, amount_fen: int) -> None:
    """Refuses a line whose amount is not price times count, rounded half up to the fen.

    Args:
        at: which line it is, from 1.

    Raises:
        Refusal: LINE_AMOUNT_MISMATCH, with what it should be and what was sent.
    """
    expected_fen = fen_of_product(price, count)
    if amount_fen != expected_fen:
        raise Refusal(
            LINE_AMOUNT_MISMATCH,
            line=at,
            expected=yuan_text(expected_fen),
            sent=yuan_text(amount_fen),
        )
