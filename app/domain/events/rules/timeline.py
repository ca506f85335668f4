"""A person's insurance through time, as the events that are known tell it. Pure.

It is a function of the set of events: in order of when they happened, whenever they came in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from app.domain.events.kinds import Kind
from app.domain.events.rules.table import TABLE
from app.domain.events.values import Event, History, Said
from app.domain.registry.imports.insurance import Insurance, Registered
from app.kit.value import value
from app.words import OVER


@value
class Step:
    """One change of an insurance. ``event_id``: our number of the event."""

    at: datetime
    event_id: int
    before: Insurance
    after: Insurance


def steps(history: History, person_id: int) -> list[Step]:
    """All changes of a person's insurance, in order, with those that change nothing."""
    state, found = history.base, []
    for event in _told(history, person_id):
        after = _after(state, event.said)
        found.append(Step(event.at, event.id, state.insurance, after.insurance))
        state = after
    return found


def registered(history: History, person_id: int) -> Registered:
    """What the registry's row must say now."""
    state = history.base
    for event in _told(history, person_id):
        state = _after(state, event.said)
    if over(history, person_id):
        state = replace(state, psn_insu_stas=OVER)
    return state


def over(history: History, person_id: int) -> Event | None:
    """The event by which there is no such insured person any more: the first that says so, a death
    before a merger."""
    ends = [e for e in history.events if e.person_id == person_id]
    ends = [e for e in ends if TABLE[e.kind].insurance == "over"]
    return min(ends, key=lambda e: (e.kind is not Kind.DIED, e.key), default=None)


def contradicts(event: Event, history: History) -> bool:
    """Whether an event says that somebody is insured at or after the end; or that two rows each are
    the one that goes."""
    end = over(history, event.person_id)
    if end is None:
        return False
    if event.kind is Kind.MERGED:
        return any(e.kind is Kind.MERGED and e.person_id == event.other_id for e in history.events)
    tells = TABLE[event.kind].insurance in ("run", "all") and event.said.psn_insu_stas != OVER
    return tells and event.at >= end.at


def _told(history: History, person_id: int) -> Iterator[Event]:
    for event in history.events:
        if event.person_id == person_id and TABLE[event.kind].insurance not in ("stay", "over"):
            yield event


def _after(state: Registered, said: Said) -> Registered:
    return Registered(
        said.psn_insu_stas or state.psn_insu_stas,
        said.insutype or state.insutype,
        said.insuplc_admdvs or state.insuplc_admdvs,
        said.psn_type or state.psn_type,
    )
