"""Where accounts are charged on a month's last day (Beijing): who is short is told ahead, and on
the day the whole is held or nothing (SOURCES S132)."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from app.domain.premium import repository
from app.domain.premium.models import Order, State
from app.domain.premium.offering import resident_of
from app.domain.premium.rules.paying import Paying, who_pays
from app.domain.premium.rules.quote import month_end, quote
from app.domain.premium.service import Premiums
from app.domain.settlement.facts.loader import Loader
from app.domain.settlement.model import BatchRace
from app.kit.clock import Clock, local_date
from app.kit.log import logger
from app.kit.reasons import Because, Refusal
from app.kit.value import value
from app.ledger.balances import Balances
from app.regions.loader import Rulebook
from app.store.database import Connection, Database

log = logger(__name__)
_AT_ONCE = 200
What = Literal["held", "postponed", "released", "short", "fine"]


@value
class Charged:
    """What one run did with planned orders."""

    held: int
    postponed: int
    released: int
    short: int


class MonthEnd:
    """Runs daily in the worker, in the evening; again on the same day is fine."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        rulebook: Rulebook,
        loader: Loader,
        premiums: Premiums,
        balances: Balances,
    ) -> None:
        self._database = database
        self._clock = clock
        self._rulebook = rulebook
        self._loader = loader
        self._premiums = premiums
        self._balances = balances

    async def run(self) -> Charged:
        """Charges the orders whose day has come, and notes of the others who is short."""
        done = {"held": 0, "postponed": 0, "released": 0, "short": 0, "fine": 0}
        after = 0
        while True:
            async with self._database.connection() as connection:
                orders = await repository.in_state(connection, State.PLANNED, after, _AT_ONCE)
            if not orders:
                break
            after = orders[-1].id
            for order in orders:
                try:
                    done[await self._one(order)] += 1
                except BatchRace:  # an account moved meanwhile; the next run looks again
                    log.info("premium_postponed", order=order.id)
        del done["fine"]
        return Charged(**done)

    async def _one(self, planned: Order) -> What:
        now = self._clock.now()
        today = local_date(now)
        person_id = planned.person_id
        async with self._database.transaction() as connection:
            snapshot = await self._loader.for_people(connection, {person_id}, today, lock=True)
            [order] = await repository.locked(connection, [planned.id])
            if order.state is not State.PLANNED:
                return "fine"
            about = (await repository.about(connection, {person_id}))[person_id]
            resident = resident_of(person_id, snapshot, about, today, self._rulebook)
            rules = self._rulebook.at(snapshot.people[person_id].place, today).rules.premium
            assert order.charge_on is not None, "a planned order has its day"
            # A run that comes late charges as of the day: nobody waits longer for our delay.
            as_of = min(today, order.charge_on)
            found = quote(resident, order.year, rules, as_of, order.bought_years)
            if isinstance(found, Because):
                return await self._give_up(connection, order, found)
            if today < order.charge_on:
                paying = who_pays(person_id, order.amount_fen, snapshot, today, order.payer_id)
                short = not isinstance(paying, Paying)
                since = (order.short_since or now) if short else None
                await repository.postpone(connection, order.id, order.charge_on, since)
                return "short" if short else "fine"
            try:
                owners = await self._premiums.hold(connection, order, snapshot, now)
            except Refusal as refusal:
                following = today + timedelta(days=1)
                again = quote(resident, order.year, rules, following, order.bought_years)
                if isinstance(again, Because) or again.closes is None:
                    return await self._give_up(connection, order, refusal.because())
                day = month_end(following)
                await repository.postpone(connection, order.id, day, order.short_since or now)
                return "postponed"
            place = snapshot.people[person_id].place
            await repository.reserve(connection, order.id, place, found.covers_from)
        await self._balances.renew(owners)
        return "held"

    async def _give_up(self, connection: Connection, order: Order, why: Because) -> What:
        now = self._clock.now()
        released = [(order.id, why.reason.code, why.params)]
        await repository.release(connection, released, now)
        return "released"
