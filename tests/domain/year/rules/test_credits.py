"""What a month comes to, and what is taken back, whatever the figures."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.year.rules.calendar import year_begins
from app.domain.year.rules.credits import Asked, part_of, reckon, take
from app.domain.year.rules.month import collect, of_month
from app.domain.year.values import Credit, Holder
from app.ledger.kinds import AccountKind, CreditKind, CreditState
from app.regions.loader import Rulebook
from app.regions.rules import AccountRules

BOOK = Rulebook.load()
NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
TODAY, NOVEMBER = date(2026, 11, 21), date(2026, 11, 1)
SUMS = st.integers(0, 10**9)


def rules_at(place: str, day: date = NOVEMBER) -> AccountRules:
    return BOOK.at(place, day).rules.account


def month(place: str, base: int | None, *, retired: bool = False, before: int = 0) -> int | None:
    asked = Asked(1, CreditKind.MONTHLY, NOVEMBER, base)
    found = reckon(asked, retired=retired, credited_before_fen=before, rules=rules_at(place))
    return None if found is None else found.amount_fen


@pytest.mark.parametrize(
    ("place", "retired", "base", "fen"),
    [
        ("130100", False, 600_000, 12_000),  # 2 % of 6,000.00
        ("130100", False, 600_025, 12_001),  # half a fen goes up
        ("320500", False, 600_000, 11_800),  # less 2.00 for the care insurance
        ("320500", False, 5_000, 0),  # never less than nothing
        ("130100", False, None, None),  # nothing to reckon it from
        ("130100", True, 400_000, 8_000),
        ("650100", True, 400_000, 10_000),  # 2.5 %
        ("441600", True, None, 10_279),  # a sum
        ("610100", True, 400_000, 10_000),
        ("610100", False, 400_000, 8_000),
    ],
)
def test_a_month_by_its_region(place: str, retired: bool, base: int | None, fen: int) -> None:
    assert month(place, base, retired=retired) == fen


def test_the_rules_of_the_month_count() -> None:
    asked = Asked(1, CreditKind.MONTHLY, date(2024, 12, 1), 400_000)
    old = rules_at("610100", date(2024, 12, 1))
    found = reckon(asked, retired=True, credited_before_fen=0, rules=old)
    assert found is not None and found.amount_fen == 8_000


def test_what_was_credited_in_advance_is_set_off() -> None:
    assert month("130100", 600_000, before=5_000) == 7_000
    assert month("130100", 600_000, before=15_000) == -3_000, "the rest is taken back"


@pytest.mark.parametrize(
    ("day", "begins_in", "first"),
    [
        (date(2026, 12, 31), 1, date(2026, 1, 1)),
        (date(2027, 1, 1), 1, date(2027, 1, 1)),
        (date(2028, 2, 29), 1, date(2028, 1, 1)),
        (date(2026, 6, 30), 7, date(2025, 7, 1)),
        (date(2026, 7, 1), 7, date(2026, 7, 1)),
        (date(2028, 2, 29), 3, date(2027, 3, 1)),
    ],
)
def test_the_account_s_year(day: date, begins_in: int, first: date) -> None:
    assert year_begins(day, begins_in) == first


def test_late_money_goes_to_the_part_of_its_year() -> None:
    hebei, shanghai = rules_at("130100"), rules_at("310100")
    assert part_of(date(2026, 12, 1), date(2026, 12, 31), hebei) is AccountKind.CURRENT
    assert part_of(date(2026, 12, 1), date(2027, 1, 1), hebei) is AccountKind.CARRIED
    assert part_of(date(2026, 6, 1), date(2026, 7, 1), shanghai) is AccountKind.CARRIED
    assert part_of(date(2026, 7, 1), date(2027, 6, 30), shanghai) is AccountKind.CURRENT


@given(st.lists(st.tuples(st.integers(), st.integers(1, 10**6))), SUMS, SUMS)
def test_never_more_is_taken_than_there_is_or_is_owed(
    owed: list[tuple[int, int]], current: int, carried: int
) -> None:
    owed = [(number, fen) for number, (_, fen) in enumerate(owed)]
    taken = take(owed, current, carried)
    by_part = {
        kind: sum(one.amount_fen for one in taken if one.kind is kind)
        for kind in (AccountKind.CURRENT, AccountKind.CARRIED)
    }
    assert by_part[AccountKind.CURRENT] <= current and by_part[AccountKind.CARRIED] <= carried
    total = sum(fen for _, fen in owed)
    assert sum(by_part.values()) == min(total, current + carried), "all there is, and no more"
    assert by_part[AccountKind.CARRIED] == 0 or by_part[AccountKind.CURRENT] == current
    assert all(one.amount_fen > 0 for one in taken)
    of_row = {number: sum(t.amount_fen for t in taken if t.row_id == number) for number, _ in owed}
    left = [fen - of_row[number] for number, fen in owed]
    first_open = next((n for n, fen in enumerate(left) if fen), len(left))
    assert all(of_row[n] == 0 for n in range(first_open + 1, len(left))), "the oldest row first"


LINES = st.lists(
    st.tuples(
        st.sampled_from(CreditKind), st.integers(1, 11), st.integers(1, 10**6), st.booleans()
    ),
    unique_by=lambda line: line[:2],
    max_size=8,
)


@given(LINES, st.integers(0, 10**6), SUMS, SUMS, st.sampled_from(("1", "2", "4")), st.data())
def test_what_is_booked_adds_up(
    lines: list[tuple[CreditKind, int, int, bool]],
    base: int,
    current: int,
    carried: int,
    status: str,
    data: st.DataObject,
) -> None:
    """Whatever waits, in however many goes: each row once, no part below zero, and in the end what
    came is what was reckoned less what was taken back and what is owed still."""
    numbers = count(100)
    waits = [_waiting(next(numbers), *line[:3]) for line in lines]
    waits = [
        replace(row, given_fen=None, base_fen=row.given_fen)
        if row.kind is CreditKind.MONTHLY and line[3]
        else row
        for row, line in zip(waits, lines, strict=True)
    ]
    holder = Holder(7, "11", status, "320500")
    rows: dict[int, Credit] = {}
    total = current + carried
    for _ in range(3):
        some = data.draw(st.integers(0, len(waits)))
        there = {(row.kind, row.period) for row in rows.values()}
        new = [row for row in waits[:some] if (row.kind, row.period) not in there]
        rows |= {row.id: row for row in new}  # what is there already the import refuses
        waits = waits[some:]
        before = dict(rows)
        planned = of_month(
            holder,
            list(rows.values()),
            lambda _: base,
            NOVEMBER,
            lambda day: rules_at("320500", day),
            NOW,
            TODAY,
            lambda: next(numbers),
        )
        done = collect(planned, current, carried)
        assert len({row.id for row in done.rows}) == len(done.rows)
        for row in done.rows:
            rows[row.id] = row
        brought = {AccountKind.CURRENT: current, AccountKind.CARRIED: carried}
        for one in done.given:
            assert before.get(one.row_id, _UNKNOWN).state is not CreditState.BOOKED
            brought[one.kind] += one.amount_fen
        for part in done.taken:
            brought[part.kind] -= part.amount_fen
        assert min(brought.values()) >= 0
        current, carried = brought[AccountKind.CURRENT], brought[AccountKind.CARRIED]
        booked = [row for row in rows.values() if row.state is CreditState.BOOKED]
        assert current + carried == total + sum(row.amount_fen + row.owed_fen for row in booked)
        assert current + carried == 0 or not any(row.owed_fen for row in booked)
        assert len({(row.kind, row.period) for row in rows.values()}) == len(rows)
        skipped = [row for row in rows.values() if row.state is CreditState.SKIPPED]
        assert not skipped or status == "2"


def _waiting(number: int, kind: CreditKind, month: int, fen: int) -> Credit:
    return replace(_UNKNOWN, id=number, kind=kind, period=date(2026, month, 1), given_fen=fen)


_UNKNOWN = Credit(
    id=0,
    person_id=7,
    kind=CreditKind.MONTHLY,
    period=NOVEMBER,
    state=CreditState.WAITING,
    base_fen=None,
    given_fen=None,
    place=None,
    retired=None,
    gross_fen=0,
    withheld_fen=0,
    set_off_fen=0,
    amount_fen=0,
    owed_fen=0,
    source="test",
    made_at=NOW,
    booked_at=None,
)
