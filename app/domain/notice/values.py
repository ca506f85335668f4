"""What people are told, as values. Pure."""

from __future__ import annotations

from datetime import datetime

from app.domain.notice.kinds import Kind
from app.kit.value import value

Params = dict[str, str | int]
"""What a notice names: ``name`` and the like a person's token (``@<id>``), ``shop`` an
institution's code, ``*_fen`` sums, ``day`` a date, ids of records as texts."""


@value
class Telling:
    """One person is to be told of one event as one kind of thing; again is the same telling.

    ``login_id``: whose WeChat is told outside when it is not the person's own.
    """

    person_id: int
    kind: str
    event_id: int
    at: datetime
    params: Params
    login_id: int | None = None


@value
class Notice:
    """A line of an inbox."""

    id: int
    kind: Kind
    at: datetime
    params: Params
    read_at: datetime | None


@value
class Unread:
    """How many notices nobody has read, in all and by the tab on which they put a dot; ``state``
    is the same as long as nothing has come and nothing was read."""

    count: int
    tabs: dict[str, int]
    state: str


@value
class Quiet:
    """Hours in which nothing goes out, Shanghai's; the second one may be the next day's."""

    from_hour: int
    until_hour: int


@value
class Wishes:
    """What a person wants to be told of. ``off_inbox``, ``off_outside``: topics."""

    off_inbox: frozenset[str]
    off_outside: frozenset[str]
    quiet: Quiet | None
