"""代缴城乡居民医保费: quoted, ordered, taken back and refunded. What the tax office decides is in
``tax_run.py``, what happens on a month's last day in ``month_end.py``."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from app.domain.aid.repository import ties_of
from app.domain.premium import errors, repository
from app.domain.premium.models import Order, State
from app.domain.premium.offering import Offer, offered, resident_of, rules_for, stands, whose
from app.domain.premium.ordering import Ordering, Wish
from app.domain.premium.rules.paying import Paying, who_pays
from app.domain.premium.rules.quote import years_open
from app.domain.premium.rules.twice import too_many
from app.domain.registry.repository import stays_of
from app.domain.settlement.facts.loader import Loader
from app.domain.settlement.model import Snapshot
from app.kit.clock import Clock, local_date
from app.kit.reasons import NOT_FOUND, Because, Refusal
from app.kit.value import value
from app.ledger import holds
from app.ledger.balances import Balances
from app.ledger.holds import Ending, Hold, HoldPurpose, HoldState, Wanted
from app.ledger.repository import at_counter
from app.regions.loader import Rulebook
from app.store.database import Connection, Database

_ORDERS_SHOWN = 100


@value
class Seen:
    """An order as somebody who has to do with it sees it.

    ``legs``: what each account's owner pays (person id → fen); to a donor only the own.
    ``may_take_back``, ``may_refund``: what this person may ask for now.
    """

    order: Order
    legs: dict[int, int]
    may_take_back: bool
    may_refund: bool


class Premiums:
    """The premium room's service."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        rulebook: Rulebook,
        loader: Loader,
        balances: Balances,
        *,
        office: bool,
    ) -> None:
        """``office``: whether there is a tax office to ask; else no premium can be paid."""
        self._database = database
        self._clock = clock
        self._rulebook = rulebook
        self._loader = loader
        self._balances = balances
        self._office = office
        self._ordering = Ordering(database, clock, rulebook, loader, balances, office=office)

    async def close(self) -> None:
        await self._ordering.close()

    async def offers(
        self, asker_id: int, beneficiary: str, bought: Sequence[int] = ()
    ) -> tuple[int, list[Offer | Because]]:
        """What may be paid for a resident today: the person, and one offer for each year that is
        open, or why there is none.

        Args:
            beneficiary: ``me``, or the id of a grant of which the asker is the donor.
            bought: missed years that are to be paid for together with it.

        Raises:
            Refusal: NOT_FOUND, CONSENT_PENDING.
        """
        person_id, payer_id = await self._whose(asker_id, beneficiary)
        today = local_date(self._clock.now())
        async with self._database.connection() as connection:
            snapshot = await self._loader.for_people(connection, {person_id}, today)
            about = (await repository.about(connection, {person_id}))[person_id]
            resident = resident_of(person_id, snapshot, about, today, self._rulebook)
            rules = rules_for(person_id, snapshot, today, self._rulebook, office=self._office)
            found: list[Offer | Because] = []
            years = years_open(rules, today, resident) or [today.year + 1]
            for year in years:
                why = stands(resident, about, year)
                offer = why or offered(resident, year, rules, snapshot, today, bought, payer_id)
                found.append(offer)
        payable = [one for one in found if not _is_closed(one)]
        return person_id, payable or found

    async def order(
        self, asker_id: int, beneficiary: str, year: int, bought: Sequence[int]
    ) -> Order:
        """Orders a premium: the money is held at once, or, where the region charges accounts on a
        month's last day, it waits for that day. All of it or nothing.

        Raises:
            Refusal: NOT_FOUND, CONSENT_PENDING, what ``rules`` says, ALREADY_PAID,
                PREMIUM_UNDER_WAY, YEAR_NOT_MISSED.
        """
        return await self._ordering.order(
            Wish(asker_id, beneficiary, year, tuple(sorted(set(bought))))
        )

    async def hold(
        self, connection: Connection, order: Order, snapshot: Snapshot, now: datetime
    ) -> set[int]:
        """Holds an order's money by a snapshot whose accounts are locked; gives whose it is.

        Raises:
            Refusal: why the accounts don't pay it all.
        """
        paying = who_pays(
            order.person_id, order.amount_fen, snapshot, local_date(now), order.payer_id
        )
        if not isinstance(paying, Paying):
            raise Refusal(paying[0].reason, **paying[0].params)
        wanted = [
            Wanted(
                snapshot.accounts_by_id[leg.account_id],
                leg.amount_fen,
                HoldPurpose.PREMIUM,
                order.id,
                None,
                leg.grant_id,
            )
            for leg in paying.legs
        ]
        await holds.place(connection, wanted, now, self._database.ids)
        await repository.keep_caps(connection, order.id, paying.caps)
        return {leg.person_id for leg in paying.legs}

    async def of_person(self, person_id: int) -> list[Seen]:
        """Orders that a person has to do with, the newest first."""
        async with self._database.connection() as connection:
            orders = await repository.of_person(connection, person_id, _ORDERS_SHOWN)
            found = await self._held(connection, [order.id for order in orders])
        return [self._seen(order, found, person_id) for order in orders]

    async def one(self, person_id: int, order_id: int) -> Seen:
        """One order that a person has to do with.

        Raises:
            Refusal: NOT_FOUND.
        """
        async with self._database.connection() as connection:
            order = await repository.get(connection, order_id)
            found = await self._held(connection, [order_id])
        if order is None or person_id not in _concerned(order, found):
            raise Refusal(NOT_FOUND)
        return self._seen(order, found, person_id)

    async def take_back(self, person_id: int, order_id: int) -> None:
        """Takes an order back: at once, or, if the tax office has been asked already, as soon as it
        says that it will forget it. Again is fine.

        Raises:
            Refusal: NOT_FOUND, ONLY_ASKER_MAY, PREMIUM_WITH_TAX_OFFICE, NOTHING_TO_REFUND.
        """
        seen = await self.one(person_id, order_id)
        _check_may(seen.order, person_id)
        await self._take_back(order_id)

    async def end_of(self, person_id: int) -> None:
        """Takes back every order that a person's money pays or is to pay: at once, or as soon as
        the tax office says that it will forget it."""
        async with self._database.connection() as connection:
            orders = await repository.open_paid_by(connection, person_id)
        for order in orders:
            with suppress(Refusal):  # decided meanwhile: nothing of it is held any more
                await self._take_back(order.id)

    async def paid_twice(self, gone_id: int, stays_id: int) -> None:
        """Two rows are one person's: of what both have ordered or paid for a year one stands. The
        other is taken back, or a refund is asked for as long as that is possible, as if who ordered
        it had asked; its payer is told as of every other."""
        async with self._database.connection() as connection:
            elsewhere = await repository.years_paid_elsewhere(connection, stays_id)
            orders = await repository.of_both(connection, {gone_id, stays_id})
        for order in too_many(orders, gone_id, elsewhere):
            with suppress(Refusal):  # decided meanwhile, or its cover has begun
                if order.state in (State.PAID, State.BOOKED):
                    await self.ask_refund(order.asked_by, order.id)
                else:
                    await self._take_back(order.id)

    async def any_of(self, connection: Connection, person_id: int) -> bool:
        """Whether a person's money pays, or is to pay, an order that isn't decided."""
        return bool(await repository.open_paid_by(connection, person_id))

    async def _take_back(self, order_id: int) -> None:
        now = self._clock.now()
        async with self._database.transaction() as connection:
            [order] = await repository.locked(connection, [order_id])
            if order.state is State.RELEASED:
                return
            if order.state is State.SUBMITTED:
                await repository.ask_void(connection, [order_id])
                return
            if order.state is State.REFUND_ASKED:
                raise Refusal(errors.PREMIUM_WITH_TAX_OFFICE)
            if order.state not in (State.PLANNED, State.RESERVED):
                raise Refusal(errors.NOTHING_TO_REFUND)
            owners = await self.free(connection, [order], now)
            await repository.release(connection, [(order_id, errors.TAKEN_BACK.code, {})], now)
        await self._balances.renew(owners)

    async def at_counter(self, person_id: int, order_ids: Sequence[int]) -> set[int]:
        """Of which orders a person's money came back to a closed account."""
        return await at_counter(self._database, person_id, order_ids)

    async def free(
        self, connection: Connection, orders: Collection[Order], now: datetime
    ) -> set[int]:
        """Gives back what is held for orders; gives whose money it is."""
        if not orders:
            return set()
        found = await holds.of_orders(connection, HoldPurpose.PREMIUM, [one.id for one in orders])
        endings = [Ending(h.id, HoldState.VOIDED) for h in found if h.state is HoldState.PENDING]
        ended = await holds.end(connection, endings, now, self._database.ids)
        return {one.hold.person_id for one in ended}

    async def ask_refund(self, person_id: int, order_id: int) -> None:
        """Asks for a premium back that was paid, before its cover begins; the tax office decides.

        Raises:
            Refusal: NOT_FOUND, ONLY_ASKER_MAY, NOTHING_TO_REFUND, REFUND_TOO_LATE.
        """
        seen = await self.one(person_id, order_id)
        _check_may(seen.order, person_id)
        now = self._clock.now()
        async with self._database.transaction() as connection:
            [order] = await repository.locked(connection, [order_id])
            if order.state is State.REFUND_ASKED:
                return
            if order.state not in (State.PAID, State.BOOKED):
                raise Refusal(errors.NOTHING_TO_REFUND)
            if local_date(now) >= order.covers_from:
                raise Refusal(errors.REFUND_TOO_LATE, day=order.covers_from)
            await repository.ask_refund(connection, order_id, now)

    async def _held(self, connection: Connection, order_ids: Sequence[int]) -> list[Hold]:
        """What is or was held for orders, of whom as they are known now."""
        found = await holds.of_orders(connection, HoldPurpose.PREMIUM, order_ids)
        stays = await stays_of(connection, {hold.person_id for hold in found})
        return [replace(h, person_id=stays.get(h.person_id, h.person_id)) for h in found]

    def _seen(self, order: Order, found: Collection[Hold], person_id: int) -> Seen:
        mine = [h for h in found if h.order_id == order.id and h.state is not HoldState.VOIDED]
        if person_id != order.person_id:
            mine = [h for h in mine if h.person_id == person_id]
        legs: dict[int, int] = {}
        for one in mine:
            legs[one.person_id] = legs.get(one.person_id, 0) + one.amount_fen
        may = person_id in (order.person_id, order.asked_by)
        today = local_date(self._clock.now())
        return Seen(
            order,
            legs,
            may_take_back=may
            and order.state in (State.PLANNED, State.RESERVED, State.SUBMITTED)
            and not order.void_asked,
            may_refund=may
            and order.state in (State.PAID, State.BOOKED)
            and today < order.covers_from,
        )

    async def _whose(self, asker_id: int, beneficiary: str) -> tuple[int, int | None]:
        async with self._database.connection() as connection:
            ties = await ties_of(connection, [beneficiary])
        return whose(asker_id, beneficiary, ties)


def _is_closed(offer: Offer | Because) -> bool:
    return isinstance(offer, Because) and offer.reason is errors.WINDOW_CLOSED


def _concerned(order: Order, found: Collection[Hold]) -> set[int]:
    return {order.person_id, order.asked_by, *(hold.person_id for hold in found)}


def _check_may(order: Order, person_id: int) -> None:
    if person_id not in (order.person_id, order.asked_by):
        raise Refusal(errors.ONLY_ASKER_MAY)
