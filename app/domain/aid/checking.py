"""Gathers what the rules of binding ask about two people, under the lock of both rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.domain.aid import repository
from app.domain.aid.models import AidGrant
from app.domain.aid.rules.binding import (
    NOBODY,
    Party,
    Ties,
    check_grant,
    check_own,
    counts_for,
    ties_of,
)
from app.domain.aid.rules.limits import check_rebind
from app.domain.aid.rules.standing import ended_since, is_over
from app.domain.registry import repository as registry
from app.domain.registry.models import Person
from app.domain.registry.relations import unique_facts
from app.domain.registry.rules import in_order
from app.domain.registry.service import People
from app.kit.clock import local_date
from app.kit.reasons import Refusal
from app.regions.area import apart
from app.regions.loader import Rulebook
from app.regions.rules import AidRules
from app.store.database import Connection


class Checks:
    """Refuses grants that may not be."""

    def __init__(self, people: People, rulebook: Rulebook) -> None:
        self._people = people
        self._rulebook = rulebook

    async def check_asked(
        self,
        connection: Connection,
        donor: Person,
        beneficiary: Person | None,
        relation: str,
        today: date,
    ) -> bool:
        """Refuses what the donor may ask of nobody; else whether the two may have the grant as far
        as one can see. The work is the same whether or not there is a beneficiary.

        Raises:
            Refusal: what ``check_own`` refuses.
        """
        gives = await self._party(connection, donor, today)
        takes = await self._party(connection, beneficiary or donor, today)
        other = NOBODY if beneficiary is None else beneficiary.id
        ties = await self._ties(donor.id, other, today, None)
        own = await self._ties(donor.id, NOBODY, today, None)
        check_own(gives, relation, own)
        try:
            self._check(gives, takes, relation, ties, today)
        except Refusal:
            return False
        return beneficiary is not None

    async def check_agreed(
        self, connection: Connection, grant: AidGrant, donor: Person, me: Person, today: date
    ) -> None:
        """Refuses to let a beneficiary agree to what the two may not have.

        Raises:
            Refusal: what ``check_grant`` refuses.
        """
        gives = await self._party(connection, donor, today)
        takes = await self._party(connection, me, today)
        ties = await self._ties(donor.id, me.id, today, grant.id)
        self._check(gives, takes, grant.relation, ties, today)

    def _check(self, gives: Party, takes: Party, relation: str, ties: Ties, today: date) -> None:
        areas = (gives.rules.area, takes.rules.area)
        split = apart(self._rulebook, areas, gives.place, takes.place)
        check_grant(gives, takes, relation, ties, split, today)

    def check_again(self, donor: Person, before: Iterable[AidGrant], today: date) -> None:
        """Refuses two people anew too soon after the end of what both had agreed to.

        Raises:
            Refusal: COOLDOWN.
        """
        ends = [
            ended_since(one.ended_at, one.ends_on, today, one.used_at)
            for one in before
            if one.agreed
        ]
        last = max((end for end in ends if end is not None), default=None)
        check_rebind(self._rules(donor, today), local_date(last) if last else None, today)

    def _rules(self, person: Person, day: date) -> AidRules:
        return self._rulebook.at(person.insuplc_admdvs, day).rules.aid

    async def _party(self, connection: Connection, person: Person, today: date) -> Party:
        return Party(
            id=person.id,
            masked_name=self._people.masked_name(person),
            gend=person.gend,
            brdy=person.brdy,
            insutype=person.insutype,
            place=person.insuplc_admdvs,
            in_order=in_order(person),
            has_account=await repository.has_accounts(connection, person.id),
            rules=self._rules(person, today),
        )

    async def _ties(self, donor_id: int, beneficiary_id: int, today: date, but: int | None) -> Ties:
        live = await repository.live_of_any([donor_id, beneficiary_id])
        about = [one for one in live if one.id != but and not is_over(one.standing, today)]
        ids = [one for grant in about for one in (grant.donor_id, grant.beneficiary_id)]
        people = await registry.by_ids(one for one in ids if one is not None)
        roles = [
            unique_facts(
                grant.relation,
                me=grant.donor_id,
                other=grant.beneficiary_id or -grant.id,
                my_gend=people[grant.donor_id].gend,
            )
            for grant in about
            if counts_for(grant, donor_id)
        ]
        return ties_of(
            donor_id,
            beneficiary_id,
            about,
            lambda person: self._rules(people[person], today),
            frozenset().union(*roles),
        )
