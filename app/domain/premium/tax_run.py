"""What passes between the orders and the tax office: asked in batches, its results taken in.

An order is marked as submitted before the office is asked, so nobody takes it back meanwhile, and
asked for again as long as nothing was said of it: the office knows it by its id. A result counts
once, in whatever order results come.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from app.domain.premium import errors, repository
from app.domain.premium.models import Order, State
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
                await repository.sent(connection, [order.id for order in orders], now)
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
                for result in page:
                    owners |= await self._result(connection, result)
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

    async def _result(self, connection: Connection, result: TaxResult) -> set[int]:
        """Takes one result in; gives whose money has moved."""
        orders = await repository.locked(connection, [result.id])
        if not orders or orders[0].state not in _STANDS:
            log.warning("tax_result_of_nothing", outcome=result.outcome, order=result.id)
            return set()
        [order] = orders
        if result.outcome in ("paid", "booked"):
            return await self._paid(connection, order, result)
        if result.outcome in ("refused", "voided"):
            return await self._refused(connection, order, result)
        paid = order.state in (State.PAID, State.BOOKED) and order.refund_asked_at is not None
        if result.outcome == "refunded" and (order.state is State.REFUND_ASKED or paid):
            # Its last word holds, also when it has said no to the same asking before.
            return await self._refunded(connection, order)
        if order.state is not State.REFUND_ASKED:
            log.warning("tax_result_of_nothing", outcome=result.outcome, order=order.id)
            return set()
        params = _why(result)
        await repository.keep(connection, order, errors.TAX_REFUND_REFUSED.code, params)
        return set()

    async def _paid(self, connection: Connection, order: Order, result: TaxResult) -> set[int]:
        now, owners = self._clock.now(), set[int]()
        if order.state is State.SUBMITTED:
            found = await holds.of_orders(connection, HoldPurpose.PREMIUM, [order.id])
            key = (AccountKind.TAX_OFFICE, self._rulebook.pool_of(order.place))
            office = (await flow_accounts(connection, [key], self._database.ids))[key]
            endings = [Ending(hold.id, HoldState.POSTED, office) for hold in found]
            ended = await holds.end(connection, endings, now, self._database.ids)
            owners = {one.hold.person_id for one in ended}
            covers = await self._covers(connection, order)
            await repository.pay(connection, order, result.ref, covers, now)
        if result.outcome == "booked" and order.booked_at is None:
            if order.state is State.REFUND_ASKED:
                await repository.note_booked(connection, order.id, now)
            else:
                await repository.book(connection, order.id, now)
        return owners

    async def _covers(self, connection: Connection, order: Order) -> date:
        """The first day of cover, the money having arrived today."""
        today = local_date(self._clock.now())
        rules = self._rulebook.at(order.place, order.paid_on).rules.premium
        known = await repository.known(connection, order.person_id)
        born = await repository.born(connection, order.person_id)
        years = frozenset(known.channels)
        resident = Resident(order.person_id, "", born.on, "", covered_years=years)
        return cover_of(resident, order.year, rules, order.paid_on, today, order.bought_years)

    async def _refused(self, connection: Connection, order: Order, result: TaxResult) -> set[int]:
        if order.state is not State.SUBMITTED:  # what was confirmed is given back by a refund only
            log.error("tax_office_contradicts_itself", outcome=result.outcome, order=order.id)
            return set()
        now = self._clock.now()
        owners = await self._premiums.free(connection, order, now)
        reason, params = errors.TAX_CONFIRM_FAILED, _why(result)
        if result.outcome == "voided":
            reason, params = errors.TAKEN_BACK, {}
        await repository.release(connection, order.id, reason.code, params, now)
        return owners

    async def _refunded(self, connection: Connection, order: Order) -> set[int]:
        now = self._clock.now()
        found = await holds.of_orders(connection, HoldPurpose.PREMIUM, [order.id])
        posted = [hold.id for hold in found if hold.posted is not None]
        ended = await holds.refund(
            connection, posted, TransferKind.PREMIUM_REFUND, now, self._database.ids
        )
        await repository.refund(connection, order, now)
        return {one.hold.person_id for one in ended}


def _act(order: Order) -> Act:
    if order.state is State.REFUND_ASKED:
        return "refund"
    return "void" if order.void_asked else "pay"


def _why(result: TaxResult) -> dict[str, str]:
    word = TAX_REFUSALS[result.why]
    return {"why": word.zh, "why_en": word.en}
