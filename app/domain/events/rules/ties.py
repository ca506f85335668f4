"""What becomes of grants and bindings by the events of their two people. Pure.

Both sides' events are taken together, so it makes no difference which of them came in first: a
couple that moves on one day stays together whether or not the second move is heard of a week later.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Literal

from app.domain.aid.rules.ending import (
    BENEFICIARY_DIED,
    BENEFICIARY_MERGED,
    DIVORCED,
    DONOR_DIED,
    DONOR_MERGED,
    MOVED_APART,
    Side,
    cause_of_end,
)
from app.domain.events.kinds import Kind
from app.domain.events.rules.table import TABLE
from app.domain.events.rules.timeline import Step, over, steps
from app.domain.events.values import Binding, Event, Grant, History
from app.domain.registry.relations import KINDS
from app.kit.value import value
from app.regions.rules import AidRules

_BY_OVER = {
    (Kind.DIED, True): DONOR_DIED,
    (Kind.MERGED, True): DONOR_MERGED,
    (Kind.DIED, False): BENEFICIARY_DIED,
    (Kind.MERGED, False): BENEFICIARY_MERGED,
}


@value
class Fate:
    """What events make of a tie.

    Attributes:
        cause: why it is at an end, as stored with it; None: it isn't, for all that events say.
        event_id: by which event it ends, or is freed; 0: by none.
        freed_at: since when it may be ended whatever its days.
    """

    cause: str | None = None
    event_id: int = 0
    freed_at: datetime | None = None


STANDS = Fate()


def fate_of_grant(
    grant: Grant,
    donor: History,
    beneficiary: History | None,
    rules_at: Callable[[str], AidRules],
    apart: Callable[[str, str], bool],
) -> Fate:
    """What becomes of a grant. ``beneficiary``: None while the beneficiary has not agreed: what is
    the beneficiary's own affair would be told to the donor by an end."""
    freed = STANDS
    ends: Fate | None = None
    if divorce := _divorce(
        grant.relation, grant.donor_id, grant.beneficiary_id, donor, grant.created_at, grant.id
    ):
        rules = rules_at(_place_at(donor, grant.donor_id, divorce))
        if rules.divorce == "ends":
            ends = Fate(DIVORCED, divorce.id)
        else:
            freed = Fate(None, divorce.id, divorce.at)
    for who, history in ((grant.beneficiary_id, beneficiary), (grant.donor_id, donor)):
        if history is not None and who is not None and (end := over(history, who)):
            ends = Fate(_BY_OVER[end.kind, history is donor], end.id)
    if ends is None:
        moves = _moves(grant, donor, beneficiary)
        ends = _by_insurance(moves, rules_at, apart, agreed=beneficiary is not None)
    return freed if ends is None else replace(ends, freed_at=freed.freed_at)


def change_of(grant: Grant, fate: Fate) -> Literal["end", "reason", "stand", "stay"]:
    """What has to be done to a grant for it to be as events say: to end it, to name another reason
    for which it has ended, to let it stand again, or nothing."""
    if fate.cause is None:
        return "stand" if grant.by_event else "stay"
    if grant.live:
        return "end"
    return "stay" if fate.cause == grant.end_reason else "reason"


def binding_ends(binding: Binding, shower: History, holder: History | None) -> Event | None:
    """By which event a binding is at an end, or None. One that waits for a yes ends with the one
    who asked: the other's affairs are not told."""
    found = over(shower, binding.shower_id)
    if found is None and binding.active and holder is not None and binding.holder_id is not None:
        found = over(holder, binding.holder_id)
    if found is not None:
        return found
    if not binding.active:
        return None
    return _divorce(
        binding.relation,
        binding.shower_id,
        binding.holder_id,
        shower,
        binding.created_at,
        binding.id,
    )


def after(at: datetime, event_id: int, created_at: datetime, tie_id: int) -> bool:
    """Whether an event happened after a tie was made: what is made anew after a divorce, or after
    an insurance has resumed, stands."""
    return at > created_at or (at == created_at and event_id > tie_id)


def _divorce(
    relation: str,
    mine: int,
    other: int | None,
    history: History,
    created_at: datetime,
    tie_id: int,
) -> Event | None:
    """The divorce that takes from a tie what it rests on: the other is no spouse any more, or no
    spouse's parent."""
    group = KINDS[relation].group
    for event in history.events:
        if TABLE[event.kind].grants != "by_divorce":
            continue
        if not after(event.at, event.id, created_at, tie_id):
            continue
        pair = {event.person_id, event.other_id}
        if (group == "spouse" and pair == {mine, other}) or (
            group == "parents_in_law" and mine in pair
        ):
            return event
    return None


@value
class _Move:
    """A change of one side; a tie's sides before and after it."""

    step: Step
    counts: bool
    donor: Side
    beneficiary: Side


def _moves(grant: Grant, donor: History, beneficiary: History | None) -> list[_Move]:
    """What changed for either side, in order."""
    mine = [(step, True) for step in steps(donor, grant.donor_id)]
    theirs: list[tuple[Step, bool]] = []
    now = {True: donor.base.insurance, False: (beneficiary or donor).base.insurance}
    if beneficiary is not None and grant.beneficiary_id is not None:
        theirs = [(step, False) for step in steps(beneficiary, grant.beneficiary_id)]
    found = []
    for step, by_donor in sorted([*mine, *theirs], key=lambda one: one[0].at):
        sides = {side: Side(now[side], now[side]) for side in now}
        sides[by_donor] = Side(now[by_donor], step.after)
        counts = after(step.at, step.event_id, grant.created_at, grant.id)
        found.append(_Move(step, counts, sides[True], sides[False]))
        now[by_donor] = step.after
    return found


def _by_insurance(
    moves: list[_Move],
    rules_at: Callable[[str], AidRules],
    apart: Callable[[str, str], bool],
    *,
    agreed: bool,
) -> Fate | None:
    """The first moment at which a change ends the grant"""
    for _, group in groupby(moves, key=lambda move: move.step.at):
        together = [move for move in group if move.counts]
        for move in together:
            beneficiary = move.beneficiary if agreed else None
            cause = cause_of_end(move.donor, beneficiary, rules_at, _never)
            if cause and move.step.before != move.step.after:
                return Fate(cause, move.step.event_id)
        if not (together and agreed):
            continue
        # Who moves at the same moment moves together.
        first, last = together[0], together[-1]
        donor = Side(first.donor.before, last.donor.after)
        beneficiary = Side(first.beneficiary.before, last.beneficiary.after)
        if cause_of_end(donor, beneficiary, rules_at, apart) == MOVED_APART:
            return Fate(MOVED_APART, last.step.event_id)
    return None


def _never(a: str, b: str) -> bool:
    return False


def _place_at(history: History, person_id: int, event: Event) -> str:
    place = history.base.insuplc_admdvs
    for step in steps(history, person_id):
        if step.at <= event.at:
            place = step.after.place
    return place
