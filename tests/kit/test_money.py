"""Law 1: money is whole fen inside; yuan are plain decimals with at most two places."""

from __future__ import annotations

import sys
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.money import (
    MAX_FEN,
    MoneyError,
    fen_from_yuan,
    fen_of_product,
    plain_number,
    share_down,
    share_of,
    written_out,
    yuan_text,
)

fens = st.integers(-MAX_FEN, MAX_FEN)
amounts = st.integers(0, MAX_FEN)
ratios = st.decimals("0", "1", places=4)


@pytest.mark.parametrize(("given", "fen"), [
    ("12.10", 1210), ("12.1", 1210), ("12", 1200), ("0", 0), ("0.00", 0), ("0.01", 1),
    ("-0.01", -1), ("-12.05", -1205), ("007.5", 750), (5.0, 500),
    (12, 1200), (-3, -300), (0, 0), (12.10, 1210), (0.1, 10), (0.29, 29), (1.15, 115),
    (-0.1, -10), (Decimal("12.10"), 1210), (Decimal("-0.01"), -1),
])  # fmt: skip
def test_yuan_are_read_to_the_fen(given: object, fen: int) -> None:
    found = fen_from_yuan(given)
    assert (found, type(found)) == (fen, int)


@pytest.mark.parametrize("given", [
    "1e2", "1E2", "1e-2", "5.0e0", ".5", "5.", "+5", " 5 ", "5.00 ", "\t5", "5\n", "-0", "-0.00",
    -0.0, "-.5", "-", ".", "- 5", "−5",
    "", " ", "x", "1,000.00", "1_000", "１２.００", "١٢", "²", "0x10", "--1", "1.2.3", "1 2", "¥5",
    "1e2", "1E2", "1e-1", ".5", "5.", "+5", "-.5", "1.e1", "5.0e0", "1e0",
    "NaN", "sNaN", "Infinity", "-Infinity", "1e999999", "-1e999999", "1e-999999", "0." + "0" * 30,
    True, False, None, [], {}, b"1", float("nan"), float("inf"), 1e22, 10**400,
])  # fmt: skip
def test_what_is_no_amount_is_refused(given: object) -> None:
    with pytest.raises(MoneyError):
        fen_from_yuan(given)


@pytest.mark.parametrize(
    "given",
    [
        "0.001",
        "12.345",
        "-0.009",
        0.005,
        1.999,
        0.0001,
        0.00001,
        "5.000",
        5.00049,
        Decimal("0.001"),
    ],
)
def test_more_than_two_places_are_refused_and_never_rounded(given: object) -> None:
    with pytest.raises(MoneyError, match="two places"):
        fen_from_yuan(given)


@pytest.mark.parametrize("sign", ["", "-"])
def test_the_largest_amount_is_taken_and_one_fen_more_is_not(sign: str) -> None:
    assert fen_from_yuan(f"{sign}999999999999.99") == int(f"{sign}{MAX_FEN}")
    with pytest.raises(MoneyError, match="too large"):
        fen_from_yuan(f"{sign}1000000000000.00")


@given(fens)
def test_what_is_written_is_read_again(fen: int) -> None:
    assert fen_from_yuan(yuan_text(fen)) == fen
    assert fen_from_yuan(Decimal(yuan_text(fen))) == fen


@given(fens)
def test_a_number_of_json_is_read_as_it_wwritten_out(fen: int) -> None:
    """A double holds 15 digits exactly enough to give back the literal that made it."""
    assert fen_from_yuan(float(yuan_text(fen))) == fen


@given(fens, st.integers(1, 9))
def test_a_third_place_is_refused_wherever_the_amount_lies(fen: int, third: int) -> None:
    with pytest.raises(MoneyError):
        fen_from_yuan(f"{yuan_text(fen)}{third}")


@given(st.text(max_size=12))
def test_any_text_is_an_amount_or_refused(text: str) -> None:
    try:
        fen = fen_from_yuan(text)
    except MoneyError:
        return
    assert Fraction(text) * 100 == fen


@pytest.mark.parametrize(("fen", "text"), [
    (0, "0.00"), (1, "0.01"), (-1, "-0.01"), (99, "0.99"), (100, "1.00"), (-1205, "-12.05"),
    (123_456_789, "1234567.89"), (MAX_FEN, "999999999999.99"), (-MAX_FEN, "-999999999999.99"),
])  # fmt: skip
def test_fen_are_written_with_two_places_and_no_grouping(fen: int, text: str) -> None:
    assert yuan_text(fen) == text


@pytest.mark.parametrize("text", [
    "1_0", "１", "NaN", "Infinity", "x", "", "1" * 33, "1e2", ".5", "5.", "+5", " 5", "5\n", "-0",
    "-0.0",
])  # fmt: skip
def test_a_plain_number_is_nothing_else(text: str) -> None:
    assert plain_number(text) is None


@pytest.mark.parametrize("letter", ["9", "0", "x", "药"])
def test_what_is_too_long_to_be_a_number_is_not_kept(letter: str) -> None:
    """Results are kept by their texts: a few thousand long ones would fill the memory."""
    text = letter * 40_000
    assert plain_number(text) is None
    assert sys.getrefcount(text) == 2


def test_a_plain_number_has_up_to_32_characters() -> None:
    assert plain_number("1" * 32) == int("1" * 32)


@given(amounts, ratios)
def test_a_share_is_rounded_half_up(fen: int, ratio: Decimal) -> None:
    exact = fen * Fraction(ratio)
    assert share_of(fen, ratio) == (exact + Fraction(1, 2)).__floor__()
    assert 0 <= share_of(fen, ratio) <= fen


@given(amounts, ratios)
def test_a_limit_lets_nothing_through_that_is_above_it(fen: int, ratio: Decimal) -> None:
    assert share_down(fen, ratio) == (fen * Fraction(ratio)).__floor__()


@given(st.integers(0, 10**10), st.integers(0, 10**8))
def test_price_times_count_is_rounded_half_up(millionths: int, parts: int) -> None:
    price, count = Decimal(millionths).scaleb(-6), Decimal(parts).scaleb(-4)
    exact = Fraction(millionths, 10**6) * Fraction(parts, 10**4) * 100
    assert fen_of_product(price, count) == (exact + Fraction(1, 2)).__floor__()


def test_halves_go_up() -> None:
    assert (share_of(1, Decimal("0.5")), share_down(1, Decimal("0.5"))) == (1, 0)
    assert share_of(3, Decimal("0.5")) == 2
    assert fen_of_product(Decimal("0.005"), Decimal(1)) == 1


@pytest.mark.parametrize(("given", "text"), [
    (12.1, "12.1"), (0.00001, "0.00001"), (1e16, "10000000000000000"), (Decimal("1E+2"), "100"),
    (-0.5, "-0.5"), (float("inf"), "inf"),
])  # fmt: skip
def test_a_small_price_has_no_exponent(given: float | Decimal, text: str) -> None:
    assert written_out(given) == text
