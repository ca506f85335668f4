"""家庭共济: grants made, seen, frozen and ended, and what they paid."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.domain.aid import errors, repository
from app.domain.aid.checking import Checks
from app.domain.aid.models import AidGrant
from app.domain.aid.ordering import LAST, DonorOrder
from app.domain.aid.rules.binding import NOBODY, stands_at_once
from app.domain.aid.rules.ending import BY_EVENT
from app.domain.aid.rules.limits import (
    Limits,
    check_end,
    check_last_day,
    check_limits,
    check_pause,
    check_period,
    cooled_on,
    first_day,
    may_end,
    with_purposes,
)
from app.domain.aid.rules.order import Move, check_order, may_order, set_by_people
from app.domain.aid.rules.standing import is_over, over_since, paying_state, why_not
from app.domain.registry import repository as registry
from app.domain.registry.errors import ALREADY_BOUND, RELATION_CONFLICT
from app.domain.registry.models import Person
from app.domain.registry.service import People
from app.kit.clock import Clock, local_date
from app.kit.reasons import NOT_FOUND, Because, Refusal
from app.regions.loader import Rulebook
from app.regions.periods import values_of
from app.regions.rules import AidRules
from app.store.database import Database, Record

_NO_RECORD = 2**63 - 1
TOLD_DAYS = 90
"""So long both sides see that a rule has ended their grant."""


@dataclass(frozen=True, slots=True)
class GrantView:
    """A grant as one of its two sides sees it."""

    grant: AidGrant
    other: Person | None
    """None to a donor whose relative has not agreed: nothing of the other is shown then."""
    other_name: str
    """Masked; before the other has agreed, as the donor gave it."""
    because: Because | None
    """Why it may not pay, by what its record says; to a donor it waits until the other agrees."""
    i_am_donor: bool
    place: int
    """Where it stands among the beneficiary's; 0 where the region asks donors in an order of its
    own."""
    may_order: bool
    """Whether this side may change that."""
    may_end: bool
    """Whether this side may end it, decline it or put it away."""


class Aid:
    """The aid room's service."""

    def __init__(
        self, database: Database, clock: Clock, people: People, rulebook: Rulebook
    ) -> None:
        self._database = database
        self._clock = clock
        self._people = people
        self._rulebook = rulebook
        self._order = DonorOrder(database)
        self._checks = Checks(people, rulebook)

    async def grant(
        self,
        donor_id: int,
        name: str,
        cert_type: str,
        certno: str,
        relation: str,
        limits: Limits,
        *,
        login_id: int | None = None,
        starts_on: date | None = None,
        ends_on: date | None = None,
        once: bool = False,
    ) -> GrantView:
        """Lets the donor's account pay for a relative. ``relation``: who the relative is to me;
        ``login_id``: on which phone's word; None: at the counter; ``once``: for one bill or
        premium.

        It waits for the relative's own yes. Where the region says so money may flow before that on
        the donor's word, but never again for somebody who has said no.

        Raises:
            Refusal: what ``rules`` refuses of the donor. Whether there is such a relative, and
                whether the two may have the grant, is not told: it only waits, then, for ever.
        """
        asked = await self._people.asked(donor_id, name, cert_type, certno)
        other = asked.person.id if asked.person is not None else NOBODY
        now = self._clock.now()
        today = local_date(now)
        async with self._database.transaction() as connection:
            # The limits count under the lock of both sides' rows.
            await registry.lock(connection, [donor_id, other])
            donor = (await registry.by_ids([donor_id]))[donor_id]
            # One more is read in any case: finding nobody takes as long as finding somebody.
            beneficiary = (await registry.by_ids([other or donor_id])).get(other)
            if asked.means(donor):
                raise Refusal(RELATION_CONFLICT, detail="不能与本人共济")
            rules = self._rules(donor, today)
            before = await repository.of_asked(donor_id, other, asked.indexes)
            await self._refuse_again(donor, before, today)
            fits = await self._checks.check_asked(connection, donor, beneficiary, relation, today)
            child = beneficiary or donor
            stands = (
                stands_at_once(rules, child.brdy, self._consent_age(child, today), today)
                and fits
                and not any(_refused_by(one) for one in before)
            )
            new_phone = login_id is not None and donor.activated_login == login_id
            new = donor.activated_at if new_phone else None
            cooled = cooled_on(rules, new, now)
            begins = starts_on or first_day(rules, today, cooled)
            check_period(rules, begins, ends_on, today, cooled)
            limits = with_purposes(rules, limits)
            check_limits(rules, limits)
            grant = await repository.create(
                {
                    "id": self._database.ids.next(),
                    "donor_id": donor_id,
                    "beneficiary_id": None if beneficiary is None else beneficiary.id,
                    "asked_index": asked.index,
                    "asked_name": asked.masked_name,
                    "relation": relation,
                    "starts_on": begins,
                    "ends_on": ends_on,
                    "created_at": now,
                    "confirmed_at": now if stands else None,
                    **_columns(limits),
                    "rank": LAST,
                    "rank_wanted": limits.rank,
                    "once": once,
                }
            )
            await _put_away_used(await repository.live_of_donor(donor_id))
            if rules.cap_scope == "donor":
                await repository.share_caps(donor_id, limits.caps)
        return (await self._views(donor_id, [grant]))[0]

    async def _refuse_again(self, donor: Person, before: Sequence[AidGrant], today: date) -> None:
        """Refuses whom the donor is bound to or has asked; what is over is written down."""
        live = [one for one in before if one.ended_at is None]
        if any(not is_over(one.standing, today) for one in live):
            raise Refusal(ALREADY_BOUND)
        self._checks.check_again(donor, before, today)
        for one in live:
            await _end_over(one, None)

    async def confirm(self, person_id: int, grant_id: int) -> None:
        """The beneficiary's own yes: from now on the grant is a fact about both, which takes its
        place among the others'. Confirming again is fine.

        Raises:
            Refusal: NOT_FOUND, EXPIRED, USED_UP, ONLY_BENEFICIARY_MAY, or what
                ``rules/binding.py`` refuses.
        """
        grant = await self._mine_to_use(person_id, grant_id)
        if grant.beneficiary_id != person_id:
            raise Refusal(errors.ONLY_BENEFICIARY_MAY)
        now = self._clock.now()
        today = local_date(now)
        async with self._database.transaction() as connection:
            await registry.lock(connection, [grant.donor_id, person_id])
            await repository.lock_donor(connection, grant.donor_id)
            grant = await self._mine_to_use(person_id, grant_id)
            if grant.agreed:
                return
            sides = await registry.by_ids([grant.donor_id, person_id])
            donor, me = sides[grant.donor_id], sides[person_id]
            await self._checks.check_agreed(connection, grant, donor, me, today)
            await repository.agree(grant, now)
            await _put_away_used(await repository.live_of_any([grant.donor_id, person_id]))
            await self._order.place_agreed(connection, grant, self._rules(me, today), today)

    async def of_person(self, person_id: int) -> list[GrantView]:
        """A person's grants that have not ended, from both sides."""
        given = await repository.live_of_donor(person_id)
        received = await repository.live_of_beneficiary(person_id)
        return await self._views(person_id, [*given, *received])

    async def ended_by_rule(self, person_id: int) -> list[GrantView]:
        """A person's grants, from both sides, that a rule ended and not a person: both are told
        for a while, unless the two have bound anew or one of them has put it away."""
        since = self._clock.now() - timedelta(days=TOLD_DAYS)
        ended = await repository.ended_by_rule(person_id, since)
        live = await repository.live_of_any([person_id]) if ended else []
        bound = {(grant.donor_id, grant.beneficiary_id) for grant in live}
        last = {(grant.donor_id, grant.beneficiary_id): grant for grant in ended}
        told = [one for pair, one in last.items() if pair not in bound]
        return await self._views(person_id, told)

    async def standing(self, person_id: int) -> dict[tuple[int, bool], Because | None]:
        """By the other person and whether I am the donor: None when the grant may pay today, else
        why it may not. Who is not among them has no grant, and none that a rule has ended. What
        waits for nobody's yes stands under a number of nobody's: both cost the same."""
        views = await self.ended_by_rule(person_id) + await self.of_person(person_id)
        return {(other, view.i_am_donor): view.because for view in views if (other := _other(view))}

    async def freeze(self, person_id: int, grant_id: int, *, frozen: bool) -> None:
        """Freezes a grant, or lets it go on. When this has returned, nothing settles against it.

        Raises:
            Refusal: NOT_FOUND, EXPIRED, USED_UP, ONLY_DONOR_MAY.
        """
        grant = await self._mine_to_change(person_id, grant_id)
        async with self._database.transaction() as connection:
            await repository.lock_donor(connection, grant.donor_id)
            moment = self._clock.now() if frozen else None
            await repository.set_frozen(grant, person_id if frozen else None, moment)

    async def pause(self, person_id: int, grant_id: int, until: date) -> None:
        """Lets a grant pay nothing until a day, on which it goes on by itself; ``freeze`` lets it
        go on before. When this has returned, nothing settles against it.

        Raises:
            Refusal: NOT_FOUND, EXPIRED, USED_UP, ONLY_DONOR_MAY, PERIOD_INVALID.
        """
        grant = await self._mine_to_change(person_id, grant_id)
        now = self._clock.now()
        check_pause(until, grant.ends_on, local_date(now))
        async with self._database.transaction() as connection:
            await repository.lock_donor(connection, grant.donor_id)
            await repository.pause(grant, until, now)

    async def change(
        self, person_id: int, grant_id: int, ends_on: date | None, limits: Limits
    ) -> None:
        """Sets a grant's last day and its limits. Where caps count all of a donor's grants
        together, the caps are set on all of them.

        Raises:
            Refusal: NOT_FOUND, EXPIRED, USED_UP, ONLY_DONOR_MAY, or what ``rules/limits.py`` and
                ``rules/order.py`` refuse.
        """
        grant = await self._mine_to_change(person_id, grant_id)
        today = local_date(self._clock.now())
        rules = self._rules(await self._people.get(person_id), today)
        limits = with_purposes(rules, limits)
        if set(limits.purposes or ()) != set(grant.purposes):
            check_limits(rules, limits)
        if ends_on != grant.ends_on:
            check_last_day(rules, grant.starts_on, ends_on, today)
        async with self._database.transaction() as connection:
            if limits.rank is not None and grant.agreed:
                await registry.lock(connection, [grant.whose])
                beneficiary = await self._people.get(grant.whose)
                where = self._rules(beneficiary, today)
                await self._order.place(connection, grant, where, limits.rank, today)
            await repository.lock_donor(connection, grant.donor_id)
            await repository.update(grant, ends_on, _columns(limits))
            if rules.cap_scope == "donor":
                await repository.share_caps(person_id, limits.caps)

    async def order(self, person_id: int, grant_id: int, move: Move) -> None:
        """Moves a grant among all of the beneficiary's (置顶、上移、下移、置底), where people set
        the order and this side may.

        Raises:
            Refusal: NOT_FOUND, EXPIRED, CONSENT_PENDING, ORDER_FIXED, ONLY_DONOR_MAY,
                ONLY_BENEFICIARY_MAY.
        """
        grant = await self._mine_to_use(person_id, grant_id)
        if not grant.agreed:
            raise Refusal(errors.CONSENT_PENDING, name=f"@{grant.donor_id}")
        today = local_date(self._clock.now())
        rules = self._rules(await self._people.get(grant.whose), today)
        check_order(rules, by_donor=grant.donor_id == person_id)
        async with self._database.transaction() as connection:
            await registry.lock(connection, [grant.whose])
            await self._order.move(connection, grant, move, today)

    async def end(self, person_id: int, grant_id: int) -> None:
        """Ends a grant at once; one that waits for the beneficiary's yes is taken back or declined,
        whatever money has flowed on the donor's word, and one that has expired or was ended by a
        rule is put away: either side may do that at any time. Ending it again is fine.

        Raises:
            Refusal: NOT_FOUND, ONLY_DONOR_MAY or COOLDOWN where the region says so.
        """
        grant = await self._mine(person_id, grant_id)
        by_donor = grant.donor_id == person_id
        if not by_donor and not grant.agreed:
            await self._decline(person_id, grant)
            return
        if grant.ended_at is not None:
            if grant.ended_by is None:
                await repository.put_away(grant, person_id)
            return
        today = local_date(self._clock.now())
        if is_over(grant.standing, today):
            await _end_over(grant, person_id)
            return
        await self._check_end(grant, today, by_donor=by_donor)
        async with self._database.transaction() as connection:
            await repository.lock_donor(connection, grant.donor_id)
            side = "donor" if by_donor else "beneficiary"
            await repository.end(grant, person_id, f"ended_by_{side}", self._clock.now())

    async def may_end_now(self, view: GrantView) -> bool:
        """Whether a side may end a grant today: also that it has lasted as long as the region has
        it last."""
        today = local_date(self._clock.now())
        if view.grant.ended_at is not None or is_over(view.grant.standing, today):
            return True
        with suppress(Refusal):
            await self._check_end(view.grant, today, by_donor=view.i_am_donor)
            return True
        return False

    async def _check_end(self, grant: AidGrant, today: date, *, by_donor: bool) -> None:
        if grant.agreed:
            rules = self._rules(await self._people.get(grant.donor_id), today)
            begun, freed = local_date(grant.created_at), grant.freed_at is not None
            check_end(rules, begun, today, by_donor=by_donor, freed=freed)

    async def other(self, person_id: int, grant_id: int) -> int | None:
        """Whom else a grant concerns; None: nobody who is there.

        Raises:
            Refusal: NOT_FOUND.
        """
        grant = await self._mine(person_id, grant_id)
        return grant.beneficiary_id if grant.donor_id == person_id else grant.donor_id

    async def _decline(self, person_id: int, grant: AidGrant) -> None:
        async with self._database.transaction() as connection:
            await repository.lock_donor(connection, grant.donor_id)
            grant = await self._mine(person_id, grant.id)
            if not grant.agreed and grant.declined_at is None:
                await repository.decline(grant, self._clock.now())

    async def records(
        self, person_id: int, before: int | None, limit: int, grant_id: int | None = None
    ) -> tuple[Sequence[Record], dict[int, Person]]:
        """Who paid what for whom, newest first, and the people in it; of one grant when asked."""
        last = _NO_RECORD if before is None else before
        rows = await repository.records(self._database, person_id, last, limit, grant_id)
        ids = {row["donor_id"] for row in rows} | {row["beneficiary_id"] for row in rows}
        return rows, await registry.by_ids(ids)

    async def paid_for(self, donor_id: int, first: datetime, after: datetime) -> dict[int, int]:
        """What a donor paid for each beneficiary's bills in a time, in fen, what came back taken
        off."""
        return await repository.paid_for(self._database, donor_id, first, after)

    def _rules(self, person: Person, day: date) -> AidRules:
        """The person's region's. The donor's decides when a grant begins and may end, and what may
        be set on it."""
        return self._rulebook.at(person.insuplc_admdvs, day).rules.aid

    def _consent_age(self, person: Person, day: date) -> int:
        return self._rulebook.at(person.insuplc_admdvs, day).rules.family.consent_age

    async def _views(self, person_id: int, grants: Sequence[AidGrant]) -> list[GrantView]:
        """Grants as one of their sides sees them."""
        today = local_date(self._clock.now())
        ids = {one for grant in grants for one in _shown(grant, person_id)}
        people = await registry.by_ids(ids)
        rules = {
            grant.id: self._rules(people[grant.beneficiary_id], today)
            for grant in grants
            if grant.agreed and grant.beneficiary_id
        }
        ordered = [one for one in grants if one.id in rules and set_by_people(rules[one.id])]
        places = await self._order.places(ordered, today)
        views = []
        for grant in grants:
            mine = grant.donor_id == person_id
            # One that was agreed to since it was read has a place already, and is told as read.
            place = places.get(grant.id, 0) if grant.id in rules else 0
            may = place > 0 and may_order(rules[grant.id], by_donor=mine)
            whose = grant.beneficiary_id if mine else grant.donor_id
            other = people.get(whose) if whose is not None else None
            name = grant.asked_name if mine and not grant.agreed else None
            if name is None and other is not None:
                name = self._people.masked_name(other)
            shown = other if grant.agreed or not mine else None
            because = _why_not(grant, today, by_donor=mine)
            over = grant.ended_at is not None or is_over(grant.standing, today)
            ends = over or not grant.agreed or grant.confirmed_at is None
            ends = ends or may_end(self._rules(people[grant.donor_id], today), by_donor=mine)
            views.append(GrantView(grant, shown, name or "", because, mine, place, may, ends))
        return views

    async def _mine(self, person_id: int, grant_id: int) -> AidGrant:
        grant = await repository.get(grant_id)
        if grant is None or person_id not in (grant.donor_id, grant.beneficiary_id):
            raise Refusal(NOT_FOUND)
        return grant

    async def _mine_to_use(self, person_id: int, grant_id: int) -> AidGrant:
        """A grant that is neither ended nor over: with those nothing can be done any more."""
        grant = await self._mine(person_id, grant_id)
        declined = grant.declined_at is not None and grant.beneficiary_id == person_id
        if grant.ended_at is not None or declined:
            raise Refusal(NOT_FOUND)
        if is_over(grant.standing, local_date(self._clock.now())):
            donor = self._people.masked_name(await self._people.get(grant.donor_id))
            if grant.used_at is not None:
                raise Refusal(errors.USED_UP, name=donor)
            assert grant.ends_on is not None
            raise Refusal(errors.EXPIRED, name=donor, day=grant.ends_on.isoformat())
        return grant

    async def _mine_to_change(self, person_id: int, grant_id: int) -> AidGrant:
        grant = await self._mine_to_use(person_id, grant_id)
        if grant.donor_id != person_id:
            raise Refusal(errors.ONLY_DONOR_MAY)
        return grant


async def _end_over(grant: AidGrant, by: int | None) -> None:
    """Writes down that a grant is over; it has been since the end of its last day, or since the one
    bill that it was for."""
    if grant.used_at is not None:
        await repository.end(grant, by, "used_up", grant.used_at)
        return
    assert grant.ends_on is not None
    await repository.end(grant, by, "expired", over_since(grant.ends_on))


async def _put_away_used(grants: Sequence[AidGrant]) -> None:
    """Where a new tie takes a place, those that were used up are at an end for good: should the
    bill come back, they don't stand beside it again."""
    for grant in grants:
        if grant.used_at is not None:
            await _end_over(grant, None)


def _shown(grant: AidGrant, person_id: int) -> list[int]:
    """Whom a side needs of a grant: of a donor's that waits, nobody besides the donor."""
    waits = grant.donor_id == person_id and not grant.agreed and grant.asked_name is not None
    both = (grant.donor_id, None if waits else grant.beneficiary_id)
    return [one for one in both if one is not None]


def _other(view: GrantView) -> int:
    grant = view.grant
    return (grant.beneficiary_id or -grant.id) if view.i_am_donor else grant.donor_id


def _columns(limits: Limits) -> dict[str, Any]:
    more = {"purposes": list(limits.purposes or ()), "ask_above_fen": limits.ask_above_fen}
    return values_of(limits.caps) | more


def _refused_by(grant: AidGrant) -> bool:
    """Whether its beneficiary has declined or ended it: the donor's word does not do after that."""
    return grant.declined_at is not None or grant.end_reason == "ended_by_beneficiary"


def _why_not(grant: AidGrant, today: date, *, by_donor: bool) -> Because | None:
    if grant.ended_at is not None:
        assert grant.end_reason is not None
        cause, cause_en = errors.ENDED_BECAUSE[grant.end_reason]
        figures = {"cause": cause, "cause_en": cause_en, "name": f"@{grant.donor_id}"}
        day = local_date(grant.ended_at).isoformat()
        by_event = grant.end_reason in BY_EVENT
        reason = errors.ENDED_BY_EVENT if by_event else errors.ENDED_WITH_INSURANCE
        return Because(reason, {**figures, "day": day})
    standing = grant.standing
    state = paying_state(standing, today, by_donor=by_donor)
    return why_not(standing, state, f"@{grant.donor_id}")
