"""The last hour, kept as sums of two seconds each, so that a reading adds only what is new. Pure.

A slice holds the requests whose ids (made in order of time) fall into it, and what became of them.
The newest are read again at each reading, also those that were last read while they were the
present one, however long ago that was; an older one once more after a minute, when everything that
was made in it is committed; and one with undecided requests until all are decided.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

SLICE_S = 2
PER_MINUTE = 60 // SLICE_S
MINUTES = 60
KEPT = MINUTES * PER_MINUTE
_HEAD = 2
"""Slices that are read again each time, the present one among them."""
_CONFIRM = 30
"""Slices after which everything made in a slice is committed, or never will be."""

BUCKETS = 240
LN_MAX = 15.2
"""Latency is counted in buckets of equal ratio (6.5 %) from 1 ms to 66 minutes."""


@dataclass(slots=True)
class Slice:
    """Two seconds: how many requests came in and what became of them."""

    read_at: int = -1
    ended: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    """By (state, infno, reason); state 0: not decided yet."""
    latency: Counter[int] = field(default_factory=Counter)
    """Decided requests by bucket of latency."""

    @property
    def undecided(self) -> int:
        return sum(count for (state, _, _), count in self.ended.items() if state == 0)

    @property
    def rows(self) -> int:
        return self.ended.total()


@dataclass(frozen=True, slots=True)
class Row:
    """One group of a slice's requests, as the database counts them."""

    slice: int
    state: int
    infno: str
    reason: str
    bucket: int
    count: int


class Slices:
    """The last hour's slices. A slice's number is its begin in seconds since 1970 over two."""

    def __init__(self) -> None:
        self._kept: dict[int, Slice] = {}
        self._turn = False
        self._touched: set[int] = set()

    def due(self, now: int) -> list[tuple[int, int]]:
        """Ranges of slices (first, last) to be read now: the newest, those whose end was not seen
        yet, and one of the older ones."""
        for old in [number for number in self._kept if number <= now - KEPT]:
            del self._kept[old]
        never = {n for n in range(now - KEPT + 1, now - _HEAD + 1) if n not in self._kept}
        again = {n for n, found in self._kept.items() if n <= now - _HEAD and _open(n, found, now)}
        self._turn = not self._turn  # neither waits for the other
        ranges = [(now - _HEAD + 1, now)]
        unfinished = {n for n, found in self._kept.items() if found.read_at <= n <= now - _HEAD}
        if unfinished:
            ranges.append(_down_from(max(unfinished), unfinished))
            again -= unfinished
        if again and (self._turn or not never):
            ranges.append(_down_from(min(again, key=lambda n: (self._kept[n].read_at, -n)), again))
        elif never:
            ranges.append(_down_from(max(never), never))
        return ranges

    def put(self, first: int, last: int, rows: Iterable[Row], now: int) -> None:
        """What a reading of the slices ``first`` to ``last`` found; empty ones are empty."""
        for number in range(first, last + 1):
            self._kept[number] = Slice(read_at=now)
            self._touched.add(number // PER_MINUTE)
        for row in rows:
            found = self._kept[row.slice]
            found.ended[(row.state, row.infno, row.reason)] += row.count
            if row.state:
                found.latency[row.bucket] += row.count

    def touched(self) -> set[int]:
        """The minutes that were read since this was asked last."""
        touched, self._touched = self._touched, set()
        return touched

    @property
    def unread(self) -> int:
        """How many slices of the hour were never read."""
        return KEPT - len(self._kept)

    def get(self, number: int) -> Slice | None:
        """A slice that has been read."""
        return self._kept.get(number)

    def sum(self, first: int, last: int) -> Slice | None:
        """The slices ``first`` to ``last`` together; None when one of them was never read."""
        parts = [self._kept.get(number) for number in range(first, last + 1)]
        if any(part is None for part in parts):
            return None
        total = Slice(read_at=0)
        for part in parts:
            assert part is not None
            total.ended.update(part.ended)
            total.latency.update(part.latency)
        return total


def percentile_ms(latency: Counter[int], share: float) -> float | None:
    """The latency (ms) that a share of requests stayed within, to about 3 %; None: no request."""
    total = latency.total()
    if total == 0:
        return None
    left = max(1, math.ceil(share * total))
    for bucket in sorted(latency):
        left -= latency[bucket]
        if left <= 0:
            return middle_ms(bucket)
    raise AssertionError("the counts add up to the total")


def middle_ms(bucket: int) -> float:
    """The middle of a bucket in ms; 0 holds all that took less than 1 ms."""
    if bucket <= 0:
        return 0.5
    step = LN_MAX / BUCKETS
    return round(math.exp((min(bucket, BUCKETS) - 0.5) * step), 1)


def _open(number: int, found: Slice, now: int) -> bool:
    """Whether a slice that was read has to be read again."""
    confirmed_at = number + _CONFIRM
    return bool(found.undecided) or (found.read_at < confirmed_at <= now)


def _down_from(top: int, numbers: set[int]) -> tuple[int, int]:
    first = top
    while first - 1 in numbers:
        first -= 1
    return first, top


def of_state(sums: Slice, state: int, infnos: Collection[str] | None = None) -> int:
    """How many requests of a slice ended in a state, of some transactions only if named."""
    return sum(
        count
        for (found, infno, _), count in sums.ended.items()
        if found == state and (infnos is None or infno in infnos)
    )
