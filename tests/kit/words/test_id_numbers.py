"""Numbers of identity cards (GB 11643)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.words.id_numbers import check_digit, faults, id_number

DAYS = st.dates(date(1880, 1, 1), date(2030, 1, 1))


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014"])
def test_the_check_digit_is_that_of_the_standard(number: str) -> None:
    assert check_digit(number[:17]) == number[17]


@given(DAYS, st.integers(1, 999), st.from_regex("[1-9][0-9]{5}", fullmatch=True))
def test_a_number_that_is_made_is_right(born: date, sequence: int, area: str) -> None:
    number = id_number(area, born, sequence)
    assert len(number) == 18
    assert faults(number, born, "1" if sequence % 2 else "2") == []
    assert faults(number, born, "9") == []


@given(DAYS, st.integers(1, 999), st.integers(0, 17), st.data())
def test_one_wrong_place_is_found(
    born: date, sequence: int, place: int, data: st.DataObject
) -> None:
    """That is what a check digit is for: typing errors of one place, and two that are swapped."""
    number = id_number("139900", born, sequence)
    other = data.draw(st.sampled_from("0123456789X" if place == 17 else "0123456789"))
    if other != number[place]:
        assert faults(number[:place] + other + number[place + 1 :], born, "9")
    if place < 16 and number[place] != number[place + 1]:
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert faults(swapped, born, "9")
