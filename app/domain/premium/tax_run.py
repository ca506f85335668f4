"""What passes between the orders and the tax office: asked in batches, its results taken in.

An order is marked as submitted before the office is asked, so nobody takes it back meanwhile, and
asked for again as long as nothing was said of it: the office knows it by its id. A result counts
once, in whatever order results come.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Literal

from app.domain.premium import errors, repository
from app.domain.premium.models import About, Order, State
from app.domain.premium.rules.quote import Resident, cover_of
from app.domain.premium.service import Premiums
from app.kit.clock import Clock, local_date
from app.kit.log import logger
from app.kit.value import value
from app.ledger import holds
from app.ledger.balances import Balances
from app.ledger.holds import Ending, HoldPurpose, HoldState
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.repository import accounts_of, flow_accounts
from app.outside.outbound import OutsideAway
from app.outside.tax import Act, TaxItem, TaxOffice, TaxResult
from app.regions.loader import Rulebook
from app.store.database import Connection, Database
from app.words import TAX_REFUSALS

log = logger(__name__)

_AT_ONCE = 500
_ASK_AGAIN = timedelta(minutes=10)
"""After so long without a word the office is asked once more; the same id again changes nothing."""
_SILENT_MIN = timedelta(days=1)
_STANDS = (State.SUBMITTED, State.PAID, State.BOOKED, State.REFUND_ASKED)
Does = Literal["pay", "book", "note_booked", "release", "refund", "keep", "nothing"]
"""What a result does to an order."""


@value
class TaxRun:
    """What one run has done: how many orders were handed over, how many results were taken in."""

    asked: int
    results: int


class TaxRuns:
    """Runs again and again in the worker; two at once do no harm."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        rulebook: Rulebook,
        premiums: Premiums,
        balances: Balances,
        office: TaxOffice | None,
        open_certno: Callable[[str, bytes], str],
    ) -> None:
        self._database = database
        self._clock = clock
        self._rulebook = rulebook
        self._premiums = premiums
        self._balances = balances
        self._office = office
        self._open_certno = open_certno

    async def close(self) -> None:
        if self._office is not None:
            await self._office.close()

    async def run(self) -> TaxRun:
        """Hands over what waits and takes in what was decided, as far as the office answers."""
        if self._office is None:
            return TaxRun(0, 0)
        try:
            asked = await self._ask(self._office)
            results = await self._take_in(self._office)
        except OutsideAway:
            log.warning("tax_office_away")
            return TaxRun(0, 0)
        return TaxRun(asked, results)

    async def _ask(self, office: TaxOffice) -> int:
        now, count, after = self._clock.now(), 0, 0
        while True:  # from now on nobody takes them back
            async with self._database.transaction() as connection:
                waiting = await repository.in_state(connection, State.RESERVED, after, _AT_ONCE)
                await repository.submit(connection, [order.id for order in waiting], now)
            if not waiting:
                break
            after = waiting[-1].id
        await self._forget_silent(now)
        after = 0
        while True:
            async with self._database.connection() as connection:
                orders = await repository.unsent(connection, now - _ASK_AGAIN, after, _AT_ONCE)
                items = await self._items(connection, orders)
            if not orders:
                return count
            await office.ask(items)
            async with self._database.transaction() as connection:
                await repository.sent(connection, orders, now)
            count, after = count + len(orders), orders[-1].id

    async def _forget_silent(self, now: datetime) -> None:
        """Of what the office says nothing for longer than the region waits it is asked to forget
        it: by its answer the money is free, or it was paid after all."""
        async with self._database.transaction() as connection:
            orders = await repository.silent(connection, now - _SILENT_MIN, _AT_ONCE)
            gone = []
            for order in orders:
                assert order.submitted_at is not None, "only what was submitted is silent"
                rules = self._rulebook.at(order.place, local_date(now)).rules.premium
                if now - order.submitted_at >= timedelta(days=rules.confirm_days):
                    gone.append(order.id)
            await repository.ask_void(connection, gone)
        if gone:
            log.warning("tax_office_silent", orders=len(gone))

    async def _items(self, connection: Connection, orders: Sequence[Order]) -> list[TaxItem]:
        people = await repository.people(connection, {order.person_id for order in orders})
        return [
            TaxItem(
                id=order.id,
                act=_act(order),
                psn_no=people[order.person_id][0],
                certno=self._open_certno(*people[order.person_id]),
                place=order.place,
                years=(order.year, *order.bought_years),
                amount_fen=order.amount_fen,
            )
            for order in orders
        ]

    async def _take_in(self, office: TaxOffice) -> int:
        count = 0
        while True:
            async with self._database.connection() as connection:
                after = await repository.cursor(connection)
            page, following = await office.results(after)
            owners = set[int]()
            async with self._database.transaction() as connection:
                if await repository.cursor(connection, lock=True) != after:
                    return count  # another worker has taken this page in
                await self._lock(connection, {result.id for result in page})
                for results in _rounds(page):
                    owners |= await self._round(connection, results)
                if following != after:
                    await repository.move_cursor(connection, following)
            await self._balances.renew(owners)
            count += len(page)
            if not page or following == after:
                return count

    async def _lock(self, connection: Connection, order_ids: set[int]) -> None:
        """Locks all that a page may touch in the order in which everybody does: orders, then
        accounts by id. One result after the other would lock them in the office's order, and two
        who hold what the other wants would both wait."""
        await repository.locked(connection, order_ids)
        found = await holds.of_orders(connection, HoldPurpose.PREMIUM, order_ids)
        await accounts_of(connection, {hold.person_id for hold in found}, lock=True)

    async def _round(self, connection: Connection, results: dict[int, TaxResult]) -> set[int]:
        """Takes in one result of each of some orders; gives whose money has moved."""
        orders = {one.id: one for one in await repository.locked(connection, list(results))}
        does: dict[Does, list[Order]] = defaultdict(list)
        for number, result in results.items():
            deeds = _deeds(orders.get(number), result)
            for deed in deeds:
                does[deed].append(orders[number])
            if not deeds:
                _warn_of_nothing(orders.get(number), result)
        now = self._clock.now()
        owners = await self._paid(connection, does["pay"], results, now)
        await repository.book(connection, [order.id for order in does["book"]], now)
        await repository.note_booked(connection, [order.id for order in does["note_booked"]], now)
        owners |= await self._refused(connection, does["release"], results, now)
        owners |= await self._refunded(connection, does["refund"], now)
        kept = [(order, _why(results[order.id])) for order in does["keep"]]
        await repository.keep(connection, kept, errors.TAX_REFUND_REFUSED.code)
        return owners

    async def _paid(
        self,
        connection: Connection,
        orders: Sequence[Order],
        results: dict[int, TaxResult],
        now: datetime,
    ) -> set[int]:
        if not orders:
            return set()
        found = await holds.of_orders(connection, HoldPurpose.PREMIUM, [one.id for one in orders])
        pools = {order.id: self._rulebook.pool_of(order.place) for order in orders}
        keys = {(AccountKind.TAX_OFFICE, pool) for pool in pools.values()}
        offices = await flow_accounts(connection, keys, self._database.ids)
        endings = [
            Ending(hold.id, HoldState.POSTED, offices[AccountKind.TAX_OFFICE, pools[hold.order_id]])
            for hold in found
        ]
        ended = await holds.end(connection, endings, now, self._database.ids)
        about = await repository.about(connection, {order.person_id for order in orders})
        paid = [
            (order, results[order.id].ref, self._covers(order, about[order.person_id]))
            for order in orders
        ]
        await repository.pay(connection, paid, now)
        return {one.hold.person_id for one in ended}

    def _covers(self, order: Order, about: About) -> date:
        """The first day of cover, the money having arrived today."""
        today = local_date(self._clock.now())
        rules = self._rulebook.at(order.place, order.paid_on).rules.premium
        years = frozenset(about.channels)
        resident = Resident(order.person_id, "", about.born_on, "", covered_years=years)
        return cover_of(resident, order.year, rules, order.paid_on, today, order.bought_years)

    async def _refused(
        self,
        connection: Connection,
        orders: Sequence[Order],
        results: dict[int, TaxResult],
        now: datetime,
    ) -> set[int]:
        owners = await self._premiums.free(connection, orders, now)
        released = []
        for order in orders:
            voided = results[order.id].outcome == "voided"
            reason = errors.TAKEN_BACK if voided else errors.TAX_CONFIRM_FAILED
            released.append((order.id, reason.code, {} if voided else _why(results[order.id])))
        await repository.release(connection, released, now)
        return owners

    async def _refunded(
        self, connection: Connection, orders: Sequence[Order], now: datetime
    ) -> set[int]:
        if not orders:
            return set()
        found = await holds.of_orders(connection, HoldPurpose.PREMIUM, [one.id for one in orders])
        posted = [hold.id for hold in found if hold.posted is not None]
        ended = await holds.refund(
            connection, posted, TransferKind.PREMIUM_REFUND, now, self._database.ids
        )
        await repository.refund(connection, [order.id for order in orders], now)
        return {one.hold.person_id for one in ended}


def _rounds(page: Sequence[TaxResult]) -> Iterator[dict[int, TaxResult]]:
    """A page's results such that of each order there is one in each round, in the page's order."""
    of_order: dict[int, list[TaxResult]] = {}
    for result in page:
        of_order.setdefault(result.id, []).append(result)
    for number in range(max(map(len, of_order.values()), default=0)):
        yield {i: rs[number] for i, rs in of_order.items() if number < len(rs)}


def _deeds(order: Order | None, result: TaxResult) -> tuple[Does, ...]:
    """What a result does to an order as it stands; nothing: it is none of its business."""
    if order is None or order.state not in _STANDS:
        return ()
    match result.outcome:
        case "paid" | "booked":
            paid: tuple[Does, ...] = ("pay",) if order.state is State.SUBMITTED else ()
            if result.outcome == "paid" or order.booked_at is not None:
                return paid or ("nothing",)
            return (*paid, "note_booked" if order.state is State.REFUND_ASKED else "book")
        case "refused" | "voided":
            # What was confirmed is given back by a refund only.
            return ("release",) if order.state is State.SUBMITTED else ()
        case "refunded":
            # Its last word holds, also when it has said no to the same asking before.
            paid_back = order.state in (State.PAID, State.BOOKED) and order.refund_asked_at
            return ("refund",) if order.state is State.REFUND_ASKED or paid_back else ()
        case "refund_refused":
            return ("keep",) if order.state is State.REFUND_ASKED else ()


def _warn_of_nothing(order: Order | None, result: TaxResult) -> None:
    if order is not None and order.state in _STANDS and result.outcome in ("refused", "voided"):
        log.error("tax_office_contradicts_itself", outcome=result.outcome, order=order.id)
    else:
        log.warning("tax_result_of_nothing", outcome=result.outcome, order=result.id)


def _act(order: Order) -> Act:
    if order.state is State.REFUND_ASKED:
        return "refund"
    return "void" if order.void_asked else "pay"


def _why(result: TaxResult) -> dict[str, str]:
    word = TAX_REFUSALS[result.why]
    return {"why": word.zh, "why_en": word.en}
