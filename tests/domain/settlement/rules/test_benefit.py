"""How lines split: 甲, 乙, 丙, price limit and self-pay share."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.settlement.bill import Line, Terms
from app.domain.settlement.rules.benefit import (
    NO_BENEFIT,
    Benefit,
    account_payable,
    lines_payable,
    split_bill,
    split_line,
)
from tests.domain.settlement.rules.made import (
    BASIC,
    BOOK,
    CAPPED,
    CATALOGUE,
    DAY,
    SELF_PAID,
    SHARED,
    line,
)

SCOPE = BOOK.at("130100", DAY).rules.scope


def parts(one: Line, terms: Terms | None) -> tuple[int, int, int, int]:
    split = split_line(one, terms)
    return (
        split.fulamt_ownpay_fen,
        split.overlmt_fen,
        split.preselfpay_fen,
        split.inscp_scp_fen,
    )


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (BASIC, (0, 0, 0, 1000)),
        (SHARED, (0, 0, 100, 900)),
        (SELF_PAID, (1000, 0, 0, 0)),
        ("not in the catalogue", (1000, 0, 0, 0)),
    ],
)
def test_each_level_splits_its_own_way(code: str, expected: tuple[int, int, int, int]) -> None:
    assert parts(line(code, 1000), CATALOGUE.get(code)) == expected


def test_what_is_above_the_price_limit_goes_first_and_the_share_is_of_the_rest() -> None:
    three = Line("1", CAPPED, 3000, Decimal(3), Decimal(10))
    # 3 × 8.123456 = 24.37; a quarter of it, 6.0925, is 6.09.
    assert parts(three, CATALOGUE[CAPPED]) == (0, 563, 609, 1828)


def test_a_price_at_the_limit_is_not_above_it() -> None:
    at = Line("1", CAPPED, 812, Decimal(1), Decimal("8.123456"))
    assert parts(at, CATALOGUE[CAPPED])[1] == 0


def test_half_a_fen_is_rounded_up() -> None:
    assert parts(line(SHARED, 5), CATALOGUE[SHARED]) == (0, 0, 1, 4)


def test_the_worked_case_has_675_that_an_account_may_pay() -> None:
    # The worked case of SOURCES F5.4: self-paid 100, first share 50, in scope 850, pooled fund 225.
    share = Terms("乙", "101", "02", Decimal("0.50"), None, "准字5")
    lines = [line(SELF_PAID, 10_000), line("b", 10_000, "2"), line(BASIC, 80_000, "3")]
    split = split_bill(lines, CATALOGUE | {"b": share}, DAY)
    assert (split.fulamt_ownpay_fen, split.preselfpay_fen, split.inscp_scp_fen) == (
        10_000,
        5_000,
        85_000,
    )
    benefit = Benefit(40_000, 22_500, Decimal("0.5"))
    pooled = [part.inscp_scp_fen for part in split.lines]
    assert account_payable(lines_payable(split, SCOPE), pooled, benefit) == 67_500
    everything = SCOPE.model_copy(update={"fully_selfpaid": True})
    assert account_payable(lines_payable(split, everything), pooled, benefit) == 77_500


@pytest.mark.parametrize(
    ("drug", "tea", "fund", "payable"),
    [
        (40_000, 40_000, 20_000, 30_000),
        (40_000, 0, 20_000, 20_000),
        (0, 40_000, 20_000, 0),
        (10_000, 20_000, 10_000, 6_667),
        (1, 2, 3, 0),
        (1, 1, 1, 0),
    ],
)
def test_the_fund_pays_its_share_of_what_no_account_may_pay(
    drug: int, tea: int, fund: int, payable: int
) -> None:
    """Herbal tea that is insured, but of a kind for which no account is opened here."""
    goods = CATALOGUE | {"tea": Terms("茶", "101", "01", Decimal(0), None, "国食健字G2")}
    split = split_bill([line(BASIC, drug), line("tea", tea, "2")], goods, DAY)
    benefit = Benefit(0, fund, Decimal("0.5"))
    pooled = [part.inscp_scp_fen for part in split.lines]
    assert account_payable(lines_payable(split, SCOPE), pooled, benefit) == payable


@given(st.lists(st.tuples(st.integers(1, 10**6), st.booleans()), min_size=1), st.fractions(0, 1))
def test_accounts_never_pay_more_than_the_patient_s_part_of_their_lines(
    found: list[tuple[int, bool]], paid: Fraction
) -> None:
    pooled = [fen for fen, _ in found]
    fund = int(sum(pooled) * paid)
    payable = [fen if may else 0 for fen, may in found]
    got = account_payable(payable, pooled, Benefit(0, fund, Decimal(1)))
    assert 0 <= got <= min(sum(payable), sum(pooled) - fund)


def test_the_region_says_what_an_account_may_pay() -> None:
    three = Line("2", CAPPED, 3000, Decimal(3), Decimal(10))
    split = split_bill([line(SELF_PAID, 700), three], CATALOGUE, DAY)
    for fully, over, first in [(a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)]:
        scope = SCOPE.model_copy(
            update={
                "fully_selfpaid": bool(fully),
                "over_limit": bool(over),
                "first_share": bool(first),
            }
        )
        expected = 1828 + fully * 700 + over * 563 + first * 609
        assert account_payable(lines_payable(split, scope), [0, 0], NO_BENEFIT) == expected


terms = st.builds(
    Terms,
    name=st.just(""),
    list_type=st.just("101"),
    chrgitm_lv=st.sampled_from(["01", "02", "03"]),
    selfpay_prop=st.decimals(0, 1, places=4),
    price_limit=st.none() | st.decimals(0, 1000, places=6),
    licence=st.just("准字6"),
)
lines = st.builds(
    Line,
    feedetl_sn=st.just("1"),
    med_list_codg=st.sampled_from(["a", "b", "unknown"]),
    amount_fen=st.integers(1, 10**9),
    count=st.decimals("0.0001", 1000, places=4),
    price=st.decimals("0.000001", 2000, places=6),
)


@given(st.lists(lines, max_size=8), terms, terms)
def test_parts_are_never_negative_and_sum_up(found: list[Line], a: Terms, b: Terms) -> None:
    split = split_bill(found, {"a": a, "b": b}, DAY)
    for part in split.lines:
        four = (
            part.fulamt_ownpay_fen,
            part.overlmt_fen,
            part.preselfpay_fen,
            part.inscp_scp_fen,
        )
        assert min(four) >= 0
        assert sum(four) == part.line.amount_fen
    assert split.total_fen == sum(one.amount_fen for one in found)
    assert split.total_fen == (
        split.fulamt_ownpay_fen + split.overlmt_fen + split.preselfpay_fen + split.inscp_scp_fen
    )
    payable = account_payable(lines_payable(split, SCOPE), [0] * len(split.lines), NO_BENEFIT)
    assert 0 <= payable <= split.total_fen
