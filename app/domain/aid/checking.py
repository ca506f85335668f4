"""Gathers what the rules of binding ask about two people, under the lock of both rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from app.domain.aid import repository
from app.domain.aid.models import AidGrant
from app.domain.aid.rules.binding import Party, Ties, check_grant, counts_for, ties_of
from app.domain.aid.rules.limits import check_rebind
from app.domain.aid.rules.standing import ended_since, is_over
from app.domain.registry import repository as registry
from app.domain.registry.models import Person
from app.domain.registry.relations import unique_facts
from app.domain.registry.rules import in_order
from app.domain.registry.service import People
from app.kit.clock import local_date
from app.regions.area import apart
from app.regions.loader import Rulebook
from app.regions.rules import AidRules
from app.store.database import Connection


class Checks:
    """Refuses grants that may not be."""

    def __init__(self, people: People, rulebook: Rulebook) -> None:
        self._people = people
        self._rulebook = rulebook

    async def check(
        self,
        connection: Connection,
        donor: Person,
        beneficiary: Person,
        relation: str,
        today: date,
        *,
        but: int | None = None,
    ) -> None:
        """Refuses a grant that may not be made, or may not be agreed to (``but``: that grant, which
        stands in its own way no more).

        Raises:
            Refusal: any of the reasons for making a grant in ``errors.py``.
        """
        gives = await self._party(connection, donor, today)
        takes = await self._party(connection, beneficiary, today)
        areas = (gives.rules.area, takes.rules.area)
        check_grant(
            gives,
            takes,
            relation,
            await self._ties(donor.id, beneficiary.id, today, but),
            apart(self._rulebook, areas, gives.place, takes.place),
            today,
        )

    def check_again(self, donor: Person, before: Iterable[AidGrant], today: date) -> None:
        """Refuses two people anew too soon after the end of what both had agreed to.

        Raises:
            Refusal: COOLDOWN.
        """
        ends = [ended_since(one.ended_at, one.ends_on, today) for one in before if one.agreed]
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
        people = await registry.by_ids(
            {person for grant in about for person in (grant.donor_id, grant.beneficiary_id)}
        )
        roles = [
            unique_facts(
                grant.relation,
                me=grant.donor_id,
                other=grant.beneficiary_id,
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
