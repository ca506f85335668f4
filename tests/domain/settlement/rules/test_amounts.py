"""What a line's amount may be beside its price times count, region by region."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.settlement.rules.amounts import check_line
from app.kit.reasons import Refusal
from app.regions.rules import LineRules

STRICT = LineRules(tolerance_fen=0, discounts=False, gifts=False)
FREE = LineRules(tolerance_fen=1, discounts=True, gifts=True)
ROUNDED = LineRules(tolerance_fen=1, discounts=False, gifts=False)
GIFTS = LineRules(tolerance_fen=9, discounts=False, gifts=True)
DISCOUNTS = LineRules(tolerance_fen=0, discounts=True, gifts=False)


def taken(price: str, count: str, fen: int, rules: LineRules) -> bool:
    try:
        check_line(3, Decimal(price), Decimal(count), fen, rules)
    except Refusal as refusal:
        assert refusal.reason.code == "LINE_AMOUNT_MISMATCH"
        assert str(refusal.params["line"]) == "3"
        return False
    return True


@pytest.mark.parametrize(
    ("price", "count", "fen", "by"),
    [
        ("12.10", "2", 2_420, [STRICT, ROUNDED, DISCOUNTS, GIFTS, FREE]),
        ("0.125", "1", 13, [STRICT, ROUNDED, DISCOUNTS, GIFTS, FREE]),  # half up
        ("0.125", "1", 12, [ROUNDED, DISCOUNTS, GIFTS, FREE]),  # half to even
        ("0.125", "1", 14, [ROUNDED, GIFTS, FREE]),
        ("0.125", "1", 15, [GIFTS]),
        ("100", "1", 8_000, [DISCOUNTS, FREE]),  # a discount on the list price
        ("100", "1", 10_002, [GIFTS]),
        ("100", "1", 10_010, []),
        ("100", "1", 0, [GIFTS, FREE]),  # a gift
        ("0", "1", 0, [GIFTS, FREE]),
        ("0.004", "1", 0, [GIFTS, FREE]),
        ("0", "1", 2, [GIFTS]),
    ],
)
def test_what_is_taken(price: str, count: str, fen: int, by: list[LineRules]) -> None:
    all_rules = (STRICT, ROUNDED, DISCOUNTS, GIFTS, FREE)
    assert [rules for rules in all_rules if taken(price, count, fen, rules)] == by
