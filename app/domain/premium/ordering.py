"""Orders of premiums, decided together: what comes while one group is written goes into the next.

On a deadline day hundreds come in a second. A group's people and accounts are read and locked once,
each order is decided by what the ones before it have left, and all are written together, in as many
statements as one alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from app.domain.aid.repository import Tie, ties_of
from app.domain.premium import repository
from app.domain.premium.models import About, Order, State
from app.domain.premium.offering import Offer, offered, resident_of, rules_for, stands, whose
from app.domain.premium.rules.paying import HeldCap, Paying
from app.domain.settlement.facts.loader import Loader
from app.domain.settlement.model import BatchRace, Snapshot, Use
from app.kit.batcher import Batcher
from app.kit.clock import Clock, local_date
from app.kit.log import logger
from app.kit.reasons import UNAVAILABLE, Because, Refusal
from app.kit.value import value
from app.ledger import holds
from app.ledger.balances import Balances
from app.ledger.holds import HoldPurpose, Wanted
from app.ledger.models import debit
from app.regions.loader import Rulebook
from app.store.database import DATABASE_AWAY, Connection, Database

log = logger(__name__)
_TRIES = 5
_AT_ONCE = 100
_PACE_S = 0.01
"""So long a group gathers while another has just been written."""


@value
class Wish:
    """A premium that somebody asks for: ``me``, or the id of a grant; missed years in order."""

    asker_id: int
    beneficiary: str
    year: int
    bought: tuple[int, ...]


@dataclass
class _Group:
    """What a group is decided by, and what is decided so far."""

    snapshot: Snapshot
    about: dict[int, About]
    ties: dict[str, Tie]
    now: datetime
    orders: list[Order] = field(default_factory=list)
    caps: dict[int, list[HeldCap]] = field(default_factory=dict)
    wanted: list[Wanted] = field(default_factory=list)

    @property
    def today(self) -> date:
        return local_date(self.now)


class Ordering:
    """Decides and writes orders, in groups."""

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
        self._database = database
        self._clock = clock
        self._rulebook = rulebook
        self._loader = loader
        self._balances = balances
        self._office = office
        self._batcher: Batcher[Wish, Order] = Batcher(
            self._write, batch_max=_AT_ONCE, pace_s=_PACE_S
        )

    async def close(self) -> None:
        await self._batcher.close()

    async def order(self, wish: Wish) -> Order:
        """Orders a premium, in a group with others or, inside a larger step, alone in it.

        Raises:
            Refusal: why not; UNAVAILABLE when accounts kept moving.
        """
        if not self._database.in_whole:
            return await self._batcher.put(wish)
        [found] = await self._write([wish])
        if isinstance(found, Exception):
            raise found
        return found

    async def _write(self, wishes: Sequence[Wish]) -> Sequence[Order | Exception]:
        """Each order, or why not. What goes wrong with one does not take the others with it."""
        try:
            return await self._together(wishes)
        except DATABASE_AWAY:
            raise
        except Exception as error:
            if len(wishes) == 1:
                return [Refusal(UNAVAILABLE) if isinstance(error, BatchRace) else error]
            log.warning("premiums_one_by_one", count=len(wishes), error=type(error).__name__)
            return [(await self._write([wish]))[0] for wish in wishes]

    async def _together(self, wishes: Sequence[Wish]) -> Sequence[Order | Exception]:
        for left in reversed(range(_TRIES)):
            try:
                async with self._transaction() as connection:
                    found, group = await self._decided(connection, wishes)
                    await self._book(connection, group)
            except BatchRace:
                if not left:
                    raise
            else:
                break
        await self._balances.renew({one.account.person_id for one in group.wanted})
        return found

    def _transaction(self) -> AbstractAsyncContextManager[Connection]:
        whole = self._database.in_whole
        return self._database.transaction() if whole else self._database.batch()

    async def _decided(
        self, connection: Connection, wishes: Sequence[Wish]
    ) -> tuple[list[Order | Exception], _Group]:
        ties = await ties_of(connection, {wish.beneficiary for wish in wishes})
        now = self._clock.now()
        people = set[int]()
        for wish in wishes:
            try:
                people.add(whose(wish.asker_id, wish.beneficiary, ties)[0])
            except Refusal:
                continue
        snapshot = await self._loader.for_people(connection, people, local_date(now), lock=True)
        if people - snapshot.people.keys():
            raise BatchRace  # an account was opened between the two looks
        # Decided by copies: what is held is taken from the accounts as they were read.
        snapshot.accounts.update({key: replace(a) for key, a in snapshot.accounts.items()})
        group = _Group(snapshot, await repository.about(connection, people), ties, now)
        found: list[Order | Exception] = []
        for wish in wishes:
            try:
                found.append(self._one(wish, group))
            except Refusal as refusal:
                found.append(refusal)
        return found, group

    def _one(self, wish: Wish, group: _Group) -> Order:
        """Decides one order and notes what it uses, for those after it."""
        person_id, payer_id = whose(wish.asker_id, wish.beneficiary, group.ties)
        snapshot, about, today = group.snapshot, group.about[person_id], group.today
        resident = resident_of(person_id, snapshot, about, today, self._rulebook)
        if why := stands(resident, about, wish.year):
            raise Refusal(why.reason, **why.params)
        rules = rules_for(person_id, snapshot, today, self._rulebook, office=self._office)
        offer = offered(resident, wish.year, rules, snapshot, today, wish.bought, payer_id)
        if isinstance(offer, Because):
            raise Refusal(offer.reason, **offer.params)
        planned = offer.quote.charged_on is not None
        if offer.because and not planned:
            raise Refusal(offer.because[0].reason, **offer.because[0].params)
        place = snapshot.people[person_id].place
        order = _order(
            wish, person_id, payer_id, place, offer, self._database.ids.next(), group.now
        )
        group.orders.append(order)
        under_way = about.under_way | {wish.year}
        group.about[person_id] = replace(about, under_way=under_way)
        if not planned and isinstance(offer.paying, Paying):
            _take(order, offer.paying, group)
        return order

    async def _book(self, connection: Connection, group: _Group) -> None:
        if group.orders:
            stored = await repository.insert(connection, group.orders, group.caps)
            if stored != len(group.orders):
                raise BatchRace  # one for the same year came meanwhile: it is seen now
        if group.wanted:
            await holds.place(connection, group.wanted, group.now, self._database.ids)


def _order(
    wish: Wish,
    person_id: int,
    payer_id: int | None,
    place: str,
    offer: Offer,
    number: int,
    now: datetime,
) -> Order:
    planned = offer.quote.charged_on is not None
    return Order(
        id=number,
        person_id=person_id,
        year=wish.year,
        bought_years=wish.bought,
        price_fen=offer.quote.price_fen,
        amount_fen=offer.amount_fen,
        asked_by=wish.asker_id,
        payer_id=payer_id,
        place=place,
        state=State.PLANNED if planned else State.RESERVED,
        charge_on=offer.quote.charged_on,
        covers_from=offer.quote.covers_from,
        reason=None,
        params={},
        tax_ref=None,
        created_at=now,
        submitted_at=None,
        paid_at=None,
        booked_at=None,
        ended_at=None,
        short_since=now if planned and offer.because else None,
    )


def _take(order: Order, paying: Paying, group: _Group) -> None:
    """What an order holds is used: those after it in the group see that."""
    snapshot = group.snapshot
    group.caps[order.id] = paying.caps
    for leg in paying.legs:
        account = snapshot.accounts_by_id[leg.account_id]
        debit(snapshot.accounts[account.person_id, account.kind], leg.amount_fen)
        group.wanted.append(
            Wanted(account, leg.amount_fen, HoldPurpose.PREMIUM, order.id, None, leg.grant_id)
        )
        if leg.grant_id is None:
            continue
        if leg.grant_id in snapshot.once:
            snapshot.spent.add(leg.grant_id)
        use = Use(leg.person_id, order.person_id, group.today, leg.amount_fen, order.id)
        snapshot.uses.append(use)
