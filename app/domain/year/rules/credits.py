"""What a month credits to a personal account, and what is taken back (SOURCES F9.1, F9.3). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from app.domain.year.rules.calendar import year_begins
from app.kit.money import share_of
from app.kit.value import value
from app.ledger.kinds import AccountKind, CreditKind
from app.regions.rules import AccountRules

_PLACES = (
    CreditKind.PRE_CREDIT,
    CreditKind.MONTHLY,
    CreditKind.SUPPLEMENT,
    CreditKind.RECOVERY,
)


@value
class Asked:
    """A row that is to be booked: its base or, where somebody else has reckoned it, its sum."""

    id: int
    kind: CreditKind
    period: date
    base_fen: int | None = None
    given_fen: int | None = None


@value
class Reckoned:
    """What a row comes to; ``amount_fen`` negative: it is taken back."""

    gross_fen: int
    withheld_fen: int = 0
    set_off_fen: int = 0
    amount_fen: int = 0


@value
class Taken:
    """What of a row that is owed is taken, out of which part of the account."""

    row_id: int
    kind: AccountKind
    amount_fen: int


def reckon(
    asked: Asked, *, retired: bool, credited_before_fen: int, rules: AccountRules
) -> Reckoned | None:
    """What a row comes to; None: nothing is known to reckon it from.

    ``credited_before_fen``: what was credited of its month before it, and is set off; it may be
    more than the month's own credit, then the rest is taken back.
    """
    if asked.kind is CreditKind.RECOVERY:
        assert asked.given_fen is not None, "what is taken back is given as a sum"
        return Reckoned(asked.given_fen, amount_fen=-asked.given_fen)
    gross, withheld = asked.given_fen, 0
    if gross is None:
        gross = _gross_fen(asked.base_fen, retired, rules)
        if gross is None:
            return None
        withheld = min(gross, rules.withheld_fen(retired))
    amount = gross - withheld - credited_before_fen
    return Reckoned(gross, withheld, credited_before_fen, amount)


def _gross_fen(base_fen: int | None, retired: bool, rules: AccountRules) -> int | None:
    if retired and rules.retired_fen is not None:
        return rules.retired_fen
    if base_fen is None:
        return None
    return share_of(base_fen, rules.retired_share if retired else rules.active_share)


def part_of(period: date, today: date, rules: AccountRules) -> AccountKind:
    """To which part of the account a month's money goes: of a year before to the carried-over."""
    begins = year_begins(today, rules.year_begins_in)
    return AccountKind.CARRIED if period < begins else AccountKind.CURRENT


def take(owed: Iterable[tuple[int, int]], current_fen: int, carried_fen: int) -> list[Taken]:
    """What is taken of what is owed (row, fen), the oldest row first: out of this year's part, then
    the carried-over one, and never more than there is."""
    left = {AccountKind.CURRENT: current_fen, AccountKind.CARRIED: carried_fen}
    taken = []
    for row_id, fen in owed:
        missing = fen
        for kind, there in left.items():
            if part := min(missing, there):
                taken.append(Taken(row_id, kind, part))
                left[kind] = there - part
                missing -= part
    return taken


def in_order(asked: Iterable[Asked]) -> Sequence[Asked]:
    """Rows in the order in which they are booked: in advance before a month's own, what is taken
    back after all that is given."""

    def place(one: Asked) -> tuple[bool, date, int, int]:
        recovery = one.kind is CreditKind.RECOVERY
        return recovery, one.period, _PLACES.index(one.kind), one.id

    return sorted(asked, key=place)
