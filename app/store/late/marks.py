"""Where the primary's log was at which moment: by that a standby's place in the log tells its age.

A standby that is cut off knows nothing of what it misses, and what it calls its lag stands still.
So its age is told by the primary's own marks: what had been committed before a mark is there once
the standby has replayed the log up to it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from datetime import datetime

from app.kit.value import value

_KEPT = 1200


@value
class Mark:
    """``place``: all that was committed before ``moment`` lies below it in the log. ``ticks``: the
    moment by a watch that nobody sets."""

    moment: datetime
    ticks: float
    place: int


class Marks:
    """The last ones, in order."""

    def __init__(self) -> None:
        self._kept: deque[Mark] = deque(maxlen=_KEPT)

    def put(self, mark: Mark) -> None:
        """One more. A place below the last one's is another primary's, to which the standby may
        not have come by what is behind it: nothing is known of it from before."""
        if self._kept and mark.place < self._kept[-1].place:
            self._kept.clear()
        self._kept.append(mark)

    def reached(self, place: int) -> Mark | None:
        """The newest that a standby at this place has reached; None: none of those kept."""
        return next((mark for mark in self._newest_first() if mark.place <= place), None)

    def _newest_first(self) -> Iterator[Mark]:
        return reversed(self._kept)
