"""Grants of a row that was merged into another of the same person: what both had agreed to stands
for the row that stays, as far as the rules let these two have it."""

from __future__ import annotations

from datetime import date, datetime

from app.domain.aid import repository
from app.domain.aid.checking import Checks
from app.domain.aid.models import AidGrant
from app.domain.aid.rules.ending import BENEFICIARY_MERGED, DONOR_MERGED
from app.domain.aid.rules.standing import is_over
from app.domain.registry import repository as registry
from app.domain.registry.service import People
from app.kit.clock import Clock, local_date
from app.kit.reasons import Refusal
from app.regions.loader import Rulebook
from app.store.database import Connection, Database


class GrantsCarried:
    """Carries grants over."""

    def __init__(
        self, database: Database, clock: Clock, people: People, rulebook: Rulebook
    ) -> None:
        self._ids = database.ids
        self._clock = clock
        self._checks = Checks(people, rulebook)

    async def of(self, connection: Connection, gone_id: int, stays_id: int) -> list[AidGrant]:
        """Those that would be carried over now."""
        today = local_date(self._clock.now())
        ended = await repository.ended_because(gone_id, (DONOR_MERGED, BENEFICIARY_MERGED))
        return [
            grant
            for grant in ended
            if not is_over(grant.standing, today)
            and await self._may(connection, grant, _sides(grant, gone_id, stays_id), today)
        ]

    async def carry(
        self, connection: Connection, gone_id: int, stays_id: int, now: datetime
    ) -> set[int]:
        """Makes them anew; gives their donors."""
        today, donors = local_date(now), set()
        for grant in await self.of(connection, gone_id, stays_id):
            sides = _sides(grant, gone_id, stays_id)
            if await self._may(connection, grant, sides, today):  # one takes another's place
                await repository.carry(connection, grant, self._ids.next(), sides, now)
                donors.add(sides[0])
        return donors

    async def _may(
        self, connection: Connection, grant: AidGrant, sides: tuple[int, int], today: date
    ) -> bool:
        if sides[0] == sides[1]:
            return False
        live = await repository.live_of_donor(sides[0])
        if any(one.beneficiary_id == sides[1] for one in live):
            return False
        people = await registry.by_ids(sides)
        try:
            donor, me = people[sides[0]], people[sides[1]]
            await self._checks.check_agreed(connection, grant, donor, me, today)
        except Refusal:
            return False
        return True


def _sides(grant: AidGrant, gone_id: int, stays_id: int) -> tuple[int, int]:
    donor, other = (stays_id if one == gone_id else one for one in (grant.donor_id, grant.whose))
    return donor, other
