"""What can happen to a person, and what it does to whom."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What happened."""

    STOPPED = "stopped"
    RESUMED = "resumed"
    CHANGED_PLAN = "changed_plan"
    MOVED = "moved"
    RETIRED = "retired"
    TURNED_14 = "turned_14"
    TURNED_16 = "turned_16"
    DIVORCED = "divorced"
    DIED = "died"
    MERGED = "merged"
    """Two rows are one person's; this is the one that goes."""
    CARD_LOST = "card_lost"
    REGISTERED = "registered"
    """A file of the registry says something new: all of it at once."""


OF_THE_HUMAN = frozenset({Kind.TURNED_14, Kind.TURNED_16, Kind.DIVORCED, Kind.DIED, Kind.CARD_LOST})
"""What happens to somebody whatever the insurance: said of a row that was merged it has happened to
the row that stays. All else is of the one insurance that the row tells of."""


class EffectKind(StrEnum):
    """What an event did to somebody, as stored: for whom, and with which record as ``ref_id``."""

    NOTED = "noted"
    """It happened to this person."""
    GRANT_ENDED = "grant_ended"
    """A grant; to renew it, ask for another with the same limits."""
    GRANT_STANDS = "grant_stands"
    """A grant that an event had ended stands again: another, learnt later, says that it never
    should have."""
    GRANT_FREED = "grant_freed"
    """A grant may be ended now, whatever the days that it must stand."""
    BINDING_ENDED = "binding_ended"
    BINDING_TO_CONFIRM = "binding_to_confirm"
    """A child has come of age for it: its own yes renews the binding."""
    ACCOUNT_MOVED = "account_moved"
    """The personal account followed to another province."""
    PREMIUM_OPEN = "premium_open"
    """A premium order for somebody who may not need it any more: whoever ordered or pays it."""
    TO_PAY_OUT = "to_pay_out"
    """For the counter: accounts of the dead, with money in them or not."""
    TO_MERGE = "to_merge"
    """For the counter: the accounts of a row that goes, into the one that stays."""
    CONTRADICTS = "contradicts"
    """For the counter: somebody is said to be insured after the end."""


COUNTER_TASKS = (EffectKind.TO_PAY_OUT, EffectKind.TO_MERGE, EffectKind.CONTRADICTS)
"""What no rule can do: a clerk's."""
