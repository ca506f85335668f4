"""What the amounts of a bill must agree on, for whoever reads or previews it."""

from __future__ import annotations

from collections.abc import Iterable

from app.domain.settlement.bill import Line
from app.domain.settlement.rules.errors import AMOUNT_MISMATCH
from app.kit.money import yuan_text
from app.kit.reasons import Refusal


def check_total(total_fen: int, lines: Iterable[Line]) -> None:
    """Refuses a total that is not the sum of the lines (law 3).

    Raises:
        Refusal: AMOUNT_MISMATCH, with both sums.
    """
    lines_fen = sum(line.amount_fen for line in lines)
    if lines_fen != total_fen:
        raise Refusal(AMOUNT_MISMATCH, total=yuan_text(total_fen), lines=yuan_text(lines_fen))
