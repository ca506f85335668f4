"""The last hour in slices: what is read when, and percentiles from buckets. No database."""

from __future__ import annotations

import math
import random
from collections import Counter

from app.domain.ops.figures.rules.slices import BUCKETS, KEPT, LN_MAX, Row, Slices, percentile_ms

NOW = 400_000_000


def read_all(slices: Slices, now: int, rows: dict[int, list[Row]]) -> int:
    """Reads what is due; gives how many slices that were."""
    count = 0
    for first, last in slices.due(now):
        found = [row for number in range(first, last + 1) for row in rows.get(number, [])]
        slices.put(first, last, found, now)
        count += last - first + 1
    return count


def test_an_hour_is_read_once_and_then_only_what_is_new() -> None:
    slices = Slices()
    assert read_all(slices, NOW, {}) == KEPT
    assert slices.unread == 0
    assert read_all(slices, NOW, {}) <= 2 + 30  # what was read before its minute was over
    assert sum(read_all(slices, NOW + n, {}) for n in range(1, 121)) <= 120 * 4 + 40
    assert slices.unread == 0


def test_undecided_requests_are_read_again_until_they_are_decided() -> None:
    slices = Slices()
    rows = {NOW - 100: [Row(NOW - 100, 0, "2102", "", 0, 3)]}
    for n in range(3):
        read_all(slices, NOW + n, rows)
    found = slices.get(NOW - 100)
    assert found is not None and found.undecided == 3
    rows[NOW - 100] = [Row(NOW - 100, 1, "2102", "", 9, 3)]
    for n in range(30, 70):
        read_all(slices, NOW + n, rows)
    found = slices.get(NOW - 100)
    assert found is not None and found.undecided == 0 and found.rows == 3


def test_what_was_committed_late_is_found_after_a_minute() -> None:
    slices = Slices()
    read_all(slices, NOW, {})
    late = {NOW: [Row(NOW, 1, "2102", "", 9, 1)]}
    for n in range(1, 70):
        read_all(slices, NOW + n, late)
    found = slices.get(NOW)
    assert found is not None and found.rows == 1


def test_a_stretch_that_was_never_read_is_no_zero() -> None:
    slices = Slices()
    slices.put(NOW - 1, NOW, [], NOW)
    assert slices.sum(NOW - 2, NOW) is None
    assert slices.sum(NOW - 1, NOW) is not None


def test_percentiles_are_close() -> None:
    chance = random.Random(3)
    values = sorted(math.exp(chance.uniform(0, 9)) for _ in range(5000))
    buckets = Counter(min(BUCKETS, int(math.log(v) / LN_MAX * BUCKETS) + 1) for v in values)
    for share in (0.5, 0.9, 0.99):
        found, true = percentile_ms(buckets, share), values[math.ceil(share * len(values)) - 1]
        assert found is not None and abs(found / true - 1) < 0.04
    assert percentile_ms(Counter(), 0.5) is None


def test_what_came_between_two_readings_far_apart_is_found_by_the_second() -> None:
    """A slice read while it was still the present one is no zero for a minute, when the next
    reading comes late: a page on a crowded machine told no settlement where there were three."""
    slices = Slices()
    for now in range(NOW - 3, NOW + 1):
        read_all(slices, now, {})
    came = {n: [Row(n, 1, "2102", "", 9, 1)] for n in (NOW, NOW + 1)}
    read_all(slices, NOW + 4, came)
    seen = slices.get(NOW)
    assert seen is not None and seen.rows == 1
    read_all(slices, NOW + 5, came)  # what was never read takes its turn
    found = slices.sum(NOW - 1, NOW + 5)
    assert found is not None and found.rows == len(came)
