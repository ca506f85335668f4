"""The order in which a beneficiary's donors stand, kept beside their grants.

Whoever changes it holds the lock of the beneficiary's row (``registry.lock``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.domain.aid import repository
from app.domain.aid.models import AidGrant
from app.domain.aid.rules.order import Move, check_order, may_order, placed, set_by_people
from app.regions.rules import AidRules
from app.store.database import Connection, Database

LAST = 2**31 - 1
"""The rank of a grant until the beneficiary has agreed to it."""


class DonorOrder:
    """Reads and changes it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def places(self, grants: Sequence[AidGrant], today: date) -> dict[int, int]:
        """Where grants stand, from 1; those that are ended or over stand nowhere."""
        if not grants:
            return {}
        beneficiaries = {grant.whose for grant in grants}
        async with self._database.connection() as connection:
            found = await repository.orders(connection, beneficiaries, today)
        return {one: place for order in found.values() for place, one in enumerate(order, 1)}

    async def move(self, connection: Connection, grant: AidGrant, to: Move, today: date) -> None:
        """Moves a grant; one that has ended meanwhile stays where it is."""
        order = await self._of(connection, grant, today)
        if grant.id in order:
            await repository.set_order(connection, placed(order, grant.id, to))

    async def place_agreed(
        self, connection: Connection, grant: AidGrant, rules: AidRules, today: date
    ) -> None:
        """Gives a grant that has been agreed to the last place, or the one that its donor wanted
        where the beneficiary's region, whose rules these are, lets donors have it."""
        await self.move(connection, grant, "bottom", today)
        if grant.rank_wanted is not None and may_order(rules, by_donor=True):
            await self.place(connection, grant, rules, grant.rank_wanted, today)

    async def place(
        self, connection: Connection, grant: AidGrant, rules: AidRules, wanted: int, today: date
    ) -> None:
        """Puts a grant where its donor wants it; ``rules``: the beneficiary's region's. Where it
        stands already, and 0 where the region has an order of its own, change nothing.

        Raises:
            Refusal: ORDER_FIXED, ONLY_BENEFICIARY_MAY.
        """
        if wanted == 0 and not set_by_people(rules):
            return
        order = await self._of(connection, grant, today)
        if grant.id not in order:
            return
        after = placed(order, grant.id, wanted)
        if after != order or not set_by_people(rules):
            check_order(rules, by_donor=True)
            await repository.set_order(connection, after)

    async def _of(self, connection: Connection, grant: AidGrant, today: date) -> list[int]:
        found = await repository.orders(connection, [grant.whose], today)
        return found.get(grant.whose, [])
