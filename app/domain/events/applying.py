"""What events do, in the transaction in which they are stored: the one way for what a bureau sends,
what the clock brings and what a file of the registry says.

Whoever calls holds the import's turn (so events come one after another) and has locked the rows of
the people. All that is known of them is looked at anew with each event, so that it makes no
difference in which order events come in. However many there are, it is the same few queries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.domain.aid import repository as aid
from app.domain.events.book import writing
from app.domain.events.facts.histories import histories, rows_of
from app.domain.events.facts.ties import bindings, grants, open_premiums, room_for
from app.domain.events.kinds import EffectKind
from app.domain.events.rules.table import TABLE
from app.domain.events.rules.ties import Fate, binding_ends, change_of, fate_of_grant
from app.domain.events.rules.timeline import contradicts, registered
from app.domain.events.values import ELSEWHERE, Binding, Effect, Event, Grant, History
from app.domain.registry.imports.insurance import InsuranceChange
from app.kit.clock import local_date
from app.kit.ids import IdMaker
from app.ledger.relocation import relocate
from app.regions.area import apart
from app.regions.loader import Rulebook
from app.regions.rules import AidRules
from app.store.cells.shared import Shared, shared_part
from app.store.database import Connection, Database


@dataclass(slots=True)
class _Plan:
    """What has to be done to ties."""

    ended: dict[int, Fate] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
    standing: list[Grant] = field(default_factory=list)
    freed: dict[int, datetime | None] = field(default_factory=dict)
    bindings: dict[int, Event] = field(default_factory=dict)
    effects: list[Effect] = field(default_factory=list)
    donors: set[int] = field(default_factory=set)


class Applying:
    """Does what events do."""

    def __init__(
        self, database: Database, shared: Shared, rulebook: Rulebook, ids: IdMaker
    ) -> None:
        self._database = database
        self._shared = shared
        self._rulebook = rulebook
        self._ids = ids

    async def apply(
        self,
        connection: Connection,
        new: Sequence[Event],
        now: datetime,
        moving: Sequence[InsuranceChange] = (),
    ) -> set[int]:
        """Does what stored events do; gives whose accounts moved to another province.

        ``moving``: of a file of the registry, which enters what it says and moves accounts itself:
        who moves, so that all accounts are locked in one go, in their order.
        """
        today = local_date(now)
        concerned = {one for e in new for one in (e.person_id, e.other_id) if one is not None}
        known = await histories(connection, concerned)
        changes = await self._register(connection, known, now)
        async with shared_part(self._shared, self._database, connection) as there:
            plan = await self._plan(there, connection, new, known, today)
            movers = {one.person_id for one in (*changes, *moving) if one.moved}
            # As a settlement locks them (law 6: none commits against a grant that this ends).
            if movers or plan.donors:
                await aid.lock_accounts(connection, movers | plan.donors)
            await self._carry_out(connection, plan, now)
            if plan.bindings:
                await writing.end_bindings(there, plan.bindings.keys(), now)
        mine = {one.person_id for one in changes if one.moved}
        await relocate(connection, mine, self._ids, now)
        plan.effects += await self._of_people(connection, new, known, mine)
        if plan.effects:
            await writing.tell(connection, plan.effects, self._ids, now)
        return mine

    async def _register(
        self, connection: Connection, known: Mapping[int, History], now: datetime
    ) -> list[InsuranceChange]:
        """Enters what the events say, all of them, in the registry's rows."""
        rows = await rows_of(connection, known)
        told = {person: registered(history, person) for person, history in known.items()}
        changed = {
            person: said
            for person, said in told.items()
            if known[person].events and said != rows[person]
        }
        if changed:
            await writing.register(connection, changed, now)
        return [InsuranceChange(person, rows[person], said) for person, said in changed.items()]

    async def _plan(
        self,
        there: Connection,
        connection: Connection,
        new: Sequence[Event],
        known: Mapping[int, History],
        today: date,
    ) -> _Plan:
        plan = _Plan()
        ties = await grants(connection, known, today)
        shown = await bindings(there, connection, known)
        sides = {one for tie in ties for one in (tie.donor_id, tie.beneficiary_id)}
        sides |= {one for tie in shown for one in (tie.shower_id, tie.holder_id)}
        others = sides - known.keys() - {None}
        everybody = {**known, **await histories(connection, [one for one in others if one])}
        for grant in ties:
            self._plan_grant(plan, grant, everybody, new, today)
        await self._without_room(connection, plan, today)
        for binding in shown:
            _plan_binding(plan, binding, everybody, new)
        return plan

    def _plan_grant(
        self,
        plan: _Plan,
        grant: Grant,
        known: Mapping[int, History],
        new: Sequence[Event],
        today: date,
    ) -> None:
        theirs = known.get(grant.beneficiary_id) if grant.beneficiary_id and grant.agreed else None
        fate = fate_of_grant(
            grant, known[grant.donor_id], theirs, self._rules_at(today), self._apart(today)
        )
        match change_of(grant, fate):
            case "end":
                plan.ended[grant.id] = fate
                plan.donors.add(grant.donor_id)
                plan.effects += _to_both(fate.event_id, grant, EffectKind.GRANT_ENDED)
            case "reason":
                plan.reasons[grant.id] = fate.cause or ""
            case "stand":
                plan.standing.append(grant)
                plan.donors.add(grant.donor_id)
                plan.effects += _to_both(_newest(new, grant), grant, EffectKind.GRANT_STANDS)
        if fate.freed_at != grant.freed_at:
            plan.freed[grant.id] = fate.freed_at
            if fate.cause is None and grant.freed_at is None:
                plan.effects += _to_both(fate.event_id, grant, EffectKind.GRANT_FREED)

    async def _without_room(self, connection: Connection, plan: _Plan, today: date) -> None:
        """What should stand again and whose place somebody has taken since stays ended."""
        if not plan.standing:
            return
        room = await room_for(connection, [grant.id for grant in plan.standing], today)
        people = {one for g in plan.standing for one in (g.donor_id, g.beneficiary_id) if one}
        rows, rules = await rows_of(connection, people), self._rules_at(today)
        for grant in list(plan.standing):
            given, received, again = room[grant.id]
            most_out = rules(rows[grant.donor_id].insuplc_admdvs).max_out
            most_in = None
            if grant.beneficiary_id is not None:
                most_in = rules(rows[grant.beneficiary_id].insuplc_admdvs).max_in
            full = _full(given, most_out) or _full(received, most_in)
            if again or full:
                plan.standing.remove(grant)
                plan.effects = [
                    one
                    for one in plan.effects
                    if (one.kind, one.ref_id) != (EffectKind.GRANT_STANDS, grant.id)
                ]

    async def _carry_out(self, connection: Connection, plan: _Plan, now: datetime) -> None:
        if plan.ended:
            causes = [(grant, fate.cause or "") for grant, fate in plan.ended.items()]
            await aid.end_all(connection, causes, now)
        if plan.reasons:
            await writing.give_reasons(connection, plan.reasons)
        if plan.standing:
            await writing.let_stand(connection, [grant.id for grant in plan.standing])
        if plan.freed:
            await writing.free(connection, plan.freed)

    async def _of_people(
        self,
        connection: Connection,
        new: Sequence[Event],
        known: Mapping[int, History],
        moved: set[int],
    ) -> list[Effect]:
        """What events do besides ties: whom they happened to, accounts, premiums, the counter."""
        found = []
        tells = {e.person_id: e for e in new if TABLE[e.kind].premiums == "tell"}
        for order, person, people in await open_premiums(connection, tells) if tells else []:
            event = tells[person]
            found += [
                Effect(event.id, one, EffectKind.PREMIUM_OPEN, order) for one in sorted(people)
            ]
        for event in new:
            both = [event.person_id, event.other_id] if event.other_id else [event.person_id]
            found += [Effect(event.id, one, EffectKind.NOTED) for one in both if one]
            if event.person_id in moved:
                found.append(Effect(event.id, event.person_id, EffectKind.ACCOUNT_MOVED))
            if event.person_id not in known:
                continue
            if TABLE[event.kind].accounts == "pay_out":
                found.append(Effect(event.id, event.person_id, EffectKind.TO_PAY_OUT))
            if TABLE[event.kind].accounts == "merge":
                task = Effect(event.id, event.person_id, EffectKind.TO_MERGE, event.other_id)
                found.append(task)
            if contradicts(event, known[event.person_id]):
                found.append(Effect(event.id, event.person_id, EffectKind.CONTRADICTS))
        return found

    def _rules_at(self, today: date) -> Callable[[str], AidRules]:
        return lambda place: self._rulebook.at(place, today).rules.aid

    def _apart(self, today: date) -> Callable[[str, str], bool]:
        rules_at = self._rules_at(today)

        def parted(a: str, b: str) -> bool:
            return apart(self._rulebook, (rules_at(a).area, rules_at(b).area), a, b) is not None

        return parted


def _plan_binding(
    plan: _Plan, binding: Binding, known: Mapping[int, History], new: Sequence[Event]
) -> None:
    holder = known.get(binding.holder_id) if binding.holder_id else None
    people = [binding.shower_id]
    if binding.active and binding.holder_id is not None:
        people.append(binding.holder_id)
    if end := binding_ends(binding, known.get(binding.shower_id, ELSEWHERE), holder):
        plan.bindings[binding.id] = end
        plan.effects += [
            Effect(end.id, one, EffectKind.BINDING_ENDED, binding.id) for one in people
        ]
        return
    if not (binding.active and binding.by_commitment):
        return
    for event in new:
        if TABLE[event.kind].bindings != "confirm" or event.person_id != binding.holder_id:
            continue
        if holder is not None and not _said_before(event, holder):
            plan.effects += [
                Effect(event.id, one, EffectKind.BINDING_TO_CONFIRM, binding.id) for one in people
            ]


def _said_before(event: Event, history: History) -> bool:
    """Whether the same was heard of before, by another sender or from the clock."""
    return any(one.kind is event.kind and one.id < event.id for one in history.events)


def _to_both(event_id: int, grant: Grant, kind: EffectKind) -> list[Effect]:
    """Who is concerned: both sides; a beneficiary who hasn't agreed has nothing to do with it."""
    people = [grant.donor_id]
    if grant.agreed and grant.beneficiary_id is not None:
        people.append(grant.beneficiary_id)
    return [Effect(event_id, one, kind, grant.id) for one in people]


def _newest(new: Sequence[Event], grant: Grant) -> int:
    sides = (grant.donor_id, grant.beneficiary_id)
    return next((e.id for e in new if e.person_id in sides or e.other_id in sides), 0)


def _full(taken: int, most: int | None) -> bool:
    return most is not None and taken >= most
