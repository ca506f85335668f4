"""What a limit is. Pure."""

from __future__ import annotations

from typing import Literal

from app.kit.value import value

By = Literal["person", "login", "session", "address", "target", "institution"]
"""Of what is counted: who calls, with which log-in, in which session of it, from where, whose
number is named, and whose till asks."""
Where = Literal["rate", "kept"]
"""``rate``: counted in Redis, forgotten with it. ``kept``: in the database, which survives."""


@value
class Limit:
    """At most ``most`` in ``per_s`` seconds, of everything in ``by`` together; what a call has
    nothing of (a log-in before there is one) is not limited by it."""

    by: tuple[By, ...]
    most: int
    per_s: int
    where: Where = "rate"
    name: str = ""
    """Limits of one name count together; left empty: the call's own."""


@value
class Row:
    """The limits of one call.

    Attributes:
        at_once: how many of one log-in may wait at the same time; 0: any number.
        counts: reasons that count under a kept limit beside what was done; other refusals don't.
        done_counts: whether a call that was done counts there, else only the refused ones.
        closed: whether the call is refused while Redis, which counts, is away.
    """

    limits: tuple[Limit, ...]
    at_once: int = 0
    counts: frozenset[str] = frozenset()
    done_counts: bool = True
    closed: bool = False
