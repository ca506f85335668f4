"""What a year earns and carries over, whatever the figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.year.rules.calendar import ends_on, number_of, year_before, year_begins
from app.domain.year.rules.interest import Products, carried_fen, interest_fen, product_of
from app.regions.loader import Rulebook
from app.regions.rules import AccountRules

BOOK = Rulebook.load()
PRODUCTS = st.integers(0, 10**13)


def rules(place: str = "130100") -> AccountRules:
    return BOOK.at(place, date(2026, 12, 31)).rules.account


def test_a_year_s_interest_by_the_region() -> None:
    # 1,000.00 all year in this year's part, 2,000.00 in the other.
    products = Products(12 * 100_000, 12 * 200_000)
    assert interest_fen(products, rules()) == 350 + 2_200
    assert interest_fen(products, rules("310100")) == 350 + 3_000


def test_what_is_owed_lowers_what_the_other_part_earns() -> None:
    products = Products(12 * 10_000, 12 * 200_000, owed=12 * 110_000)
    assert interest_fen(products, rules()) == 1_100
    alone = rules().model_copy(update={"nets_current": False})
    assert interest_fen(products, alone) == 2_200
    assert interest_fen(Products(0, 10, owed=100), rules()) == 0, "never less than nothing"


@given(PRODUCTS, PRODUCTS, PRODUCTS)
def test_interest_is_never_negative_and_never_more_than_the_rates_give(
    current: int, carried: int, owed: int
) -> None:
    found = interest_fen(Products(current, carried, owed), rules())
    most = _exact(current, rules().current_rate) + _exact(carried, rules().carried_rate)
    assert 0 <= found <= most + 1
    assert found <= interest_fen(Products(current, carried), rules())
    assert interest_fen(Products(current, carried), rules()) >= most - 1


def _exact(product: int, rate: Decimal) -> Fraction:
    return Fraction(product) * Fraction(rate) / 12


@given(
    st.integers(0, 10**6),
    st.lists(st.tuples(st.integers(1, 12), st.integers(-(10**6), 10**6)), max_size=30),
)
def test_a_product_is_the_sum_of_what_the_months_ended_with(
    opening: int, moves: list[tuple[int, int]]
) -> None:
    ends = [opening + sum(fen for at, fen in moves if at <= month) for month in range(1, 13)]
    moved = sum(fen * (13 - at) for at, fen in moves)
    assert product_of(opening, moved, 12) == sum(ends)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**9))
def test_old_money_is_spent_first_after_the_year_s_end(old: int, new: int, spent: int) -> None:
    spent = min(spent, old + new)
    assert carried_fen(old + new - spent, new) == max(0, old - spent)


@pytest.mark.parametrize(
    ("today", "begins_in", "last"),
    [
        (date(2027, 1, 1), 1, date(2026, 12, 31)),
        (date(2026, 12, 31), 1, date(2025, 12, 31)),
        (date(2027, 6, 30), 7, date(2026, 6, 30)),
        (date(2027, 7, 1), 7, date(2027, 6, 30)),
        (date(2028, 2, 29), 3, date(2027, 2, 28)),
        (date(2028, 3, 1), 3, date(2028, 2, 29)),
    ],
)
def test_the_last_year_that_is_over(today: date, begins_in: int, last: date) -> None:
    assert year_before(today, begins_in) == last
    assert ends_on(last, begins_in) and not ends_on(today, begins_in % 12 + 1)
    begun = year_begins(last, begins_in)
    assert number_of(last) - number_of(begun) == 11
