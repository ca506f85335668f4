"""What people are told, as values. Pure."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

from app.domain.notice.kinds import TOPICS, Kind
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


USUAL = Wishes(
    frozenset(), frozenset(code for code, words in TOPICS.items() if not words.outside), None
)
"""Of who has said nothing."""


class MessageState(IntEnum):
    """``notice_message.state``."""

    WAITS = 1
    SENT = 2
    NO_CONSENT = 3
    REFUSED = 4
    TOO_LATE = 5


@value
class Message:
    """A notice on its way out: of what kind, when and how much, and no more.

    ``login_id``: whose WeChat is told when it is not the person's own. ``due_at``: not before then;
    ``until``: later it is no news.
    """

    notice_id: int
    person_id: int
    login_id: int | None
    kind: str
    template: str
    fen: int | None
    at: datetime
    due_at: datetime
    until: datetime
    tries: int = 0


@value
class Consent:
    """What a WeChat user has agreed to: so many messages, or any number for good."""

    credits: int = 0
    lasting: bool = False
    banned: bool = False

    @property
    def stands(self) -> bool:
        return not self.banned and (self.lasting or self.credits > 0)
