"""How long tills wait, as values."""

from __future__ import annotations

from app.domain.ops.tally.values import Span
from app.kit.value import value


@value
class Pace:
    """How long half of some messages waited at the most, and nineteen of twenty; in ms. ``name``:
    of the institution; of a pool empty."""

    code: str
    name: str
    count: int
    p50_ms: float
    p95_ms: float


@value
class Paces:
    """A span's, the slowest first, those with few messages last; ``all`` is None: there were none.

    ``sampled``: not all messages were looked at, but some of each part of the span.
    """

    span: Span
    all: Pace | None
    institutions: tuple[Pace, ...]
    pools: tuple[Pace, ...]
    sampled: bool
