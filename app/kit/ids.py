"""Identifiers: 63-bit, ordered by time, made without asking the database."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime

from app.kit.clock import SystemClock

_EPOCH_MS = 1_704_067_200_000  # 2024-01-01T00:00:00Z
_NODE_BITS = 10
_SEQUENCE_BITS = 12
_SEQUENCE_MASK = (1 << _SEQUENCE_BITS) - 1
NODES = 1 << _NODE_BITS
_CLOCK = SystemClock()


class IdMaker:
    """Makes ids that grow with time: milliseconds, then node, then a counter.

    Two processes must not share a node; ``store/database.py`` hands out the numbers. When the
    clock steps back the maker stays at its last millisecond, so ids never repeat. ``after``: an id
    whose millisecond all of this maker's are later than, whatever the clock says by now.
    """

    def __init__(self, node: int, after: int = 0) -> None:
        if not 0 <= node < NODES:
            raise ValueError(f"node must be 0 to {NODES - 1}")
        self._node = node << _SEQUENCE_BITS
        self._clock: Callable[[], datetime] | None = None
        self._last_ms = after >> (_NODE_BITS + _SEQUENCE_BITS)
        self._sequence = _SEQUENCE_MASK

    @property
    def node(self) -> int:
        """Whose ids these are: ``node_of`` gives it of each."""
        return self._node >> _SEQUENCE_BITS

    def follow(self, now: Callable[[], datetime]) -> None:
        """Makes ids of another clock's time from now on: for what is played as it was."""
        self._clock = now

    def next(self) -> int:
        """The next id."""
        now = self._clock or _CLOCK.now
        now_ms = int(now().timestamp() * 1000) - _EPOCH_MS
        if now_ms > self._last_ms:
            self._last_ms, self._sequence = now_ms, 0
        else:
            self._sequence = (self._sequence + 1) & _SEQUENCE_MASK
            if self._sequence == 0:
                self._last_ms += 1
        return (self._last_ms << (_NODE_BITS + _SEQUENCE_BITS)) | self._node | self._sequence


def first_id_at(moment: datetime) -> int:
    """The smallest id that could be made at a moment: what is made later is not smaller."""
    ms = int(moment.timestamp() * 1000) - _EPOCH_MS
    return max(0, ms) << (_NODE_BITS + _SEQUENCE_BITS)


def node_of(number: int) -> int:
    """The node of an id's maker."""
    return (number >> _SEQUENCE_BITS) & (NODES - 1)


def moment_of(number: int) -> datetime:
    """When an id was made, to the millisecond, by its maker's clock."""
    ms = (number >> (_NODE_BITS + _SEQUENCE_BITS)) + _EPOCH_MS
    return datetime.fromtimestamp(ms / 1000, UTC)


def request_id() -> str:
    """A short random id that names one HTTP call in answers and logs."""
    return secrets.token_hex(8)
