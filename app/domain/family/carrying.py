"""Bindings of a row that was merged into another of the same person: they stand for the row that
stays, as far as the rules let these two have them."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from app.domain.family import repository, rules
from app.domain.family.relatives import Views
from app.domain.family.rules import Bond
from app.domain.family.values import FamilyBinding
from app.domain.registry.service import People
from app.kit.clock import Clock, local_date
from app.regions.loader import Rulebook
from app.store.cells.shared import Shared
from app.store.database import Connection


class BindingsCarried:
    """Carries bindings over."""

    def __init__(self, shared: Shared, clock: Clock, people: People, rulebook: Rulebook) -> None:
        self._ids = shared.ids
        self._clock = clock
        self._people = people
        self._views = Views(clock, people, rulebook)

    async def of(
        self, there: Connection, connection: Connection, gone_id: int, stays_id: int
    ) -> list[FamilyBinding]:
        """Those that would be carried over now."""
        ended = await repository.ended_by_merge(there, connection, gone_id)
        return [one for one in ended if await self._may(there, connection, one, gone_id, stays_id)]

    async def carry(
        self, there: Connection, connection: Connection, gone_id: int, stays_id: int, now: datetime
    ) -> int:
        """Makes them anew; gives how many, those counted that a merge has made which broke off
        before its own end."""
        count = 0
        for one in await repository.ended_by_merge(there, connection, gone_id):
            sides = _sides(one, gone_id, stays_id)
            if await self._may(there, connection, one, gone_id, stays_id):
                await repository.carry(there, one.id, self._ids.next(), sides, now)
                count += 1
            elif await repository.is_carried(there, one, sides):
                count += 1
        return count

    async def _may(
        self,
        there: Connection,
        connection: Connection,
        one: FamilyBinding,
        gone_id: int,
        stays_id: int,
    ) -> bool:
        sides = _sides(one, gone_id, stays_id)
        if sides[0] == sides[1]:
            return False
        today = local_date(self._clock.now())
        people = await self._people.by_ids(sides)
        shower, holder = people[sides[0]], people[sides[1]]
        bond = Bond(0, shower.id, holder.id, one.relation, "active", shower.gend)
        bonds = await repository.bonds(there, partial(self._people.sides, connection), list(sides))
        if any((other.shower_id, other.holder_id) == sides for other in bonds):
            return False  # these two have one, whichever number it was asked by
        found = (
            rules.bond_problem(self._views.limits(shower, today), bonds, bond)
            or rules.relation_problem(one.relation, shower, holder, today)
            or rules.activation_problem(
                self._views.limits(holder, today), bonds, bond, made_this_month=0
            )
        )
        return found is None


def _sides(one: FamilyBinding, gone_id: int, stays_id: int) -> tuple[int, int]:
    assert one.holder_id is not None
    shower, holder = (
        stays_id if side == gone_id else side for side in (one.shower_id, one.holder_id)
    )
    return shower, holder
