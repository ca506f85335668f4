"""Values compare by what they hold; lazy properties are worked out once."""

from __future__ import annotations

from app.kit.value import lazy, lazy_value, value

asked: list[int] = []


@value
class Amount:
    fen: int
    of: str = "own"


@lazy_value
class Purse:
    fen: int

    @lazy
    def twice(self) -> int:
        """Two of it."""
        asked.append(self.fen)
        return 2 * self.fen


def test_values_are_equal_and_hashed_by_their_fields() -> None:
    assert Amount(5) == Amount(5, "own") != Amount(6)
    assert {Amount(5): "x"}[Amount(5)] == "x"
    assert not hasattr(Amount(5), "__dict__")


def test_a_lazy_property_is_worked_out_once_for_each_owner() -> None:
    asked.clear()
    small, large = Purse(1), Purse(10)
    assert (small.twice, small.twice, large.twice) == (2, 2, 20)
    assert asked == [1, 10]
