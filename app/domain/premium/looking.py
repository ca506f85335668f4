"""Premiums as staff see them: how many stand where, what waits for too long, which days come."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from app.domain.premium import repository
from app.domain.premium.models import Order, State
from app.domain.premium.rules.overview import Overview, Standing, Stuck
from app.domain.premium.rules.paying import HeldCap
from app.domain.premium.rules.waits import Overdue, deadlines, overdue
from app.kit.clock import Clock, local_date
from app.kit.ids import moment_of
from app.kit.value import value
from app.ledger import holds
from app.ledger.holds import Hold, HoldPurpose
from app.regions.loader import NATION, Rulebook
from app.regions.rules import PremiumRules
from app.store.database import Connection, Database

AHEAD = timedelta(days=40)
_ENDED_SINCE = timedelta(days=1)
_CANDIDATES = 2_000
"""So many of the oldest orders of a state are looked at for what waits too long."""


@value
class Told:
    """One order with all its money, and the caps under which it was held."""

    order: Order
    holds: list[Hold]
    caps: list[HeldCap]
    overdue: tuple[Overdue, datetime] | None


class Looking:
    """Reads; changes nothing."""

    def __init__(self, database: Database, clock: Clock, rulebook: Rulebook) -> None:
        self._database = database
        self._clock = clock
        self._rulebook = rulebook

    async def overview(self, most: int | None = None) -> Overview:
        """All premiums at a glance.

        ``most``: of each state no more are counted, and of what is over only a day's orders.
        """
        async with self._database.snapshot() as connection:
            return await self.read(connection, most)

    async def read(self, connection: Connection, most: int | None) -> Overview:
        """The same, in somebody's transaction."""
        now = self._clock.now()
        # Ids are made by the process's clock, whatever clock this reader was given.
        since = None if most is None else moment_of(self._database.ids.next()) - _ENDED_SINCE
        rows = await repository.standing(connection, most, since)
        found: dict[tuple[str, State], Standing] = {}
        for row in rows:
            key = self._rulebook.pool_of(row["place"]), State(row["state"])
            one = Standing(
                key[0],
                self._rulebook.region_name(row["place"]),
                key[1],
                row["count"],
                row["fen"],
                row["short"],
                row["oldest"],
            )
            found[key] = one if key not in found else _both(found[key], one)
        return Overview(
            [found[key] for key in sorted(found)],
            await self._stuck(connection, now),
            deadlines(self._places(local_date(now)), local_date(now), AHEAD),
            since,
        )

    async def orders(
        self,
        states: Collection[State],
        place: str,
        person_id: int | None,
        limit: int,
    ) -> list[Order]:
        """Orders in states, of places that begin so, of a person; the newest first."""
        async with self._database.connection() as connection:
            return await repository.listed(connection, states, place, person_id, limit)

    async def stuck(self) -> list[Stuck]:
        """Orders that wait for too long, the oldest first."""
        async with self._database.snapshot() as connection:
            return await self._stuck(connection, self._clock.now())

    async def one(self, order_id: int) -> Told | None:
        """One order with its money."""
        async with self._database.snapshot() as connection:
            order = await repository.get(connection, order_id)
            if order is None:
                return None
            found = await holds.of_orders(connection, HoldPurpose.PREMIUM, [order_id])
            caps = await repository.caps_of(connection, order_id)
        return Told(order, found, caps, self._overdue(order, self._clock.now()))

    async def _stuck(self, connection: Connection, now: datetime) -> list[Stuck]:
        orders = await repository.waiting(connection, _CANDIDATES)
        found = [Stuck(order, *late) for order in orders if (late := self._overdue(order, now))]
        return sorted(found, key=lambda one: one.since)

    def _overdue(self, order: Order, now: datetime) -> tuple[Overdue, datetime] | None:
        rules = self._rulebook.at(order.place, local_date(now)).rules.premium
        return overdue(order, rules.confirm_days, now)

    def _places(self, today: date) -> list[tuple[str, PremiumRules]]:
        packs = sorted(self._rulebook.packs.values(), key=lambda pack: pack.code)
        return [
            (pack.name, self._rulebook.at(pack.code.ljust(6, "0"), today).rules.premium)
            for pack in packs
            if pack.code != NATION
        ]


def _both(one: Standing, other: Standing) -> Standing:
    return Standing(
        one.pool,
        one.region,
        one.state,
        one.count + other.count,
        one.fen + other.fen,
        one.short + other.short,
        min(one.oldest, other.oldest),
    )
