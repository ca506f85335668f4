"""Ids grow with time and never come twice, whatever the machine's clock does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.kit import ids
from app.kit.ids import NODES, IdMaker, first_id_at, moment_of, request_id

NOW = datetime(2026, 11, 21, 4, 5, 6, 789_000, tzinfo=UTC)
MS = timedelta(milliseconds=1)
moments = st.integers(1000, 60 * 366 * 86_400_000).map(
    lambda ms: datetime(2024, 1, 1, tzinfo=UTC) + ms * MS
)


class Clock:
    """The process's clock, which may step back."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def step(self, ms: int) -> None:
        self.at += timedelta(milliseconds=ms)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(ids, "_CLOCK", clock)
    return clock


def growing(made: list[int]) -> bool:
    return all(one < other for one, other in pairwise(made))


def test_they_grow_from_one_millisecond_to_the_next(clock: Clock) -> None:
    maker, made = IdMaker(5), []
    for ms in (0, 1, 0, 0, 7, 1000, 0):
        clock.step(ms)
        made.append(maker.next())
    assert growing(made)
    assert moment_of(made[0]) == NOW and moment_of(made[-1]) == clock.at


def test_more_than_a_millisecond_holds_still_grow(clock: Clock) -> None:
    """4,096 fit into one; the maker goes on with the next one instead of beginning again."""
    maker = IdMaker(0)
    made = [maker.next() for _ in range(3 * 4096 + 1)]
    assert growing(made)
    assert moment_of(made[4095]) == NOW
    assert moment_of(made[-1]) == NOW + timedelta(milliseconds=3)


def test_a_clock_that_steps_back_makes_no_id_twice(clock: Clock) -> None:
    maker, made = IdMaker(1), []
    for ms in (0, 10, -3600_000, 0, 1, 3600_000):
        clock.step(ms)
        made += [maker.next() for _ in range(5)]
    assert growing(made)


def test_two_nodes_never_meet(clock: Clock) -> None:
    one, other = IdMaker(0), IdMaker(NODES - 1)
    made = [maker.next() for _ in range(5000) for maker in (one, other)]
    assert len(set(made)) == len(made)


@pytest.mark.parametrize("node", [-1, NODES])
def test_a_node_that_does_not_exist_is_refused(node: int) -> None:
    with pytest.raises(ValueError, match="0 to 1023"):
        IdMaker(node)


def test_they_fit_into_a_bigint_for_decades(clock: Clock) -> None:
    clock.at = datetime(2090, 1, 1, tzinfo=UTC)
    assert 0 < IdMaker(NODES - 1).next() < 2**63


@given(moments)
@example(datetime(2038, 2, 1, 0, 0, 0, 2000, tzinfo=UTC))
def test_what_is_made_from_a_moment_on_is_not_smaller_than_its_first_id(moment: datetime) -> None:
    """Nor is what was made two milliseconds before larger: doubles cut some moments down by one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ids, "_CLOCK", Clock(moment))
        assert first_id_at(moment) <= IdMaker(0).next()
        patch.setattr(ids, "_CLOCK", Clock(moment - 2 * MS))
        assert IdMaker(NODES - 1).next() < first_id_at(moment)
    assert moment - MS <= moment_of(first_id_at(moment)) <= moment


def test_before_all_ids_there_is_zero() -> None:
    assert first_id_at(datetime(2000, 1, 1, tzinfo=UTC)) == 0


def test_a_request_s_id_is_short_and_new() -> None:
    made = {request_id() for _ in range(1000)}
    assert len(made) == 1000 and {len(one) for one in made} == {16}
