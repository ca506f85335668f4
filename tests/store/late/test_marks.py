"""How old a standby is, by the primary's marks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.store.late.marks import Mark, Marks

_BEGIN = datetime(2026, 11, 27, tzinfo=UTC)


def _mark(second: int, place: int) -> Mark:
    return Mark(_BEGIN + timedelta(seconds=second), float(second), place)


def _marks(*marks: Mark) -> Marks:
    made = Marks()
    for mark in marks:
        made.put(mark)
    return made


def test_a_standby_is_as_old_as_the_newest_mark_that_it_has_reached() -> None:
    marks = _marks(_mark(1, 100), _mark(2, 200), _mark(3, 200), _mark(4, 300))
    assert marks.reached(250) == _mark(3, 200)
    assert marks.reached(300) == _mark(4, 300)
    assert marks.reached(99) is None


def test_one_that_is_cut_off_grows_old_though_it_has_replayed_all_that_it_got() -> None:
    marks = _marks(_mark(1, 100))
    for second in range(2, 60):
        marks.put(_mark(second, 100 + second))
    assert marks.reached(100) == _mark(1, 100)


def test_of_a_primary_whose_log_is_behind_the_last_ones_nothing_is_known_from_before() -> None:
    marks = _marks(_mark(1, 100), _mark(2, 200), _mark(3, 150))
    assert marks.reached(140) is None
    assert marks.reached(150) == _mark(3, 150)
