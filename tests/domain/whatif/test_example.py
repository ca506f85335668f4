"""A made-up bill at a place on a day."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.whatif.example import Example, decided
from app.regions.errors import PackError
from app.regions.loader import Rulebook

BOOK = Rulebook.load()
DAY = date(2026, 11, 27)
SHORT = Example(amount_fen=102_40, own_fen=30_00, donor_fen=50_00)


def paid(place: str, day: date, example: Example) -> tuple[int, int, int, int]:
    """Fund, own account, relative, cash."""
    found = decided(BOOK, place, day, example)
    funding = found.funding
    sums = (found.benefit.fund_fen, funding.own_fen, funding.mulaid_fen, funding.cash_fen)
    assert sum(sums) == example.amount_fen  # law 3
    return sums


def test_two_regions() -> None:
    assert paid("130000", DAY, SHORT) == (0, 30_00, 0, 72_40)  # all or nothing
    assert paid("110000", DAY, SHORT) == (0, 30_00, 50_00, 22_40)


def test_two_days() -> None:
    first_share = Example(amount_fen=100_00, item_class="B", own_fen=500_00)
    assert paid("310000", date(2026, 7, 22), first_share) == (0, 90_00, 0, 10_00)
    assert paid("310000", date(2026, 7, 23), first_share) == (0, 100_00, 0, 0)


def test_the_pool_pays_above_the_deductible() -> None:
    visit = Example(amount_fen=1_000_00, kind="visit", level="third", plan="retired")
    assert paid("340100", DAY, visit) == (360_00, 0, 0, 640_00)
    later = Example(
        amount_fen=1_000_00, kind="visit", level="third", plan="retired", deductible_done=True
    )
    assert paid("340100", DAY, later) == (600_00, 0, 0, 400_00)


def test_a_resident_has_no_account_and_may_be_given_to() -> None:
    example = Example(amount_fen=80_00, plan="resident", own_fen=500_00, donor_fen=100_00)
    assert paid("130000", DAY, example) == (0, 0, 80_00, 0)


def test_where_money_is_set_aside_first_it_is() -> None:
    assert paid("350000", DAY, SHORT) == (0, 30_00, 50_00, 22_40)


def test_before_there_were_rules() -> None:
    with pytest.raises(PackError):
        decided(BOOK, "130000", date(2010, 1, 1), SHORT)


@pytest.mark.parametrize("code", sorted(BOOK.packs))
@pytest.mark.parametrize("kind", ["purchase", "prescription", "visit"])
@pytest.mark.parametrize("item_class", ["A", "B", "C"])
def test_everywhere_the_parts_are_the_whole(code: str, kind: str, item_class: str) -> None:
    for plan in ("employee", "retired", "resident"):
        example = Example(
            amount_fen=123_45,
            kind=kind,  # type: ignore[arg-type]
            item_class=item_class,  # type: ignore[arg-type]
            plan=plan,
            own_fen=20_00,
            donor_fen=3_000_00,
        )
        paid(code.ljust(6, "0"), DAY, example)
