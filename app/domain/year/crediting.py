"""A region's month is credited (decision 0018). A row stands once a person, kind and month, so
nobody is credited twice, whatever is run again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from app.domain.year import repository
from app.domain.year.errors import NotNow
from app.domain.year.rules.calendar import month_of
from app.domain.year.rules.month import Month, collect, of_month
from app.domain.year.running import Moved, Portion, Runner, Watch
from app.domain.year.values import Credit, Holder, Run, RunKind
from app.kit.clock import Clock, local_date
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import Account
from app.ledger.repository import flow_accounts
from app.ledger.year import Move, book, lock_accounts
from app.regions.loader import Rulebook
from app.regions.rules import AccountRules
from app.store.database import Connection, Database


class Crediting:
    """Credits months."""

    def __init__(
        self, database: Database, clock: Clock, rulebook: Rulebook, runner: Runner
    ) -> None:
        self._database = database
        self._clock = clock
        self._rulebook = rulebook
        self._runner = runner

    async def run(self, region: str, period: date, watch: Watch = lambda people: None) -> Run:
        """Credits the people of a region (the first digits of their places) with a month, and with
        all that waits for them. Once more changes nothing but what has come to be due since.

        Raises:
            NotNow: the month has not begun.
        """
        if period > month_of(local_date(self._clock.now())):
            raise NotNow(f"{period:%Y-%m} 尚未开始 has not begun")
        work = partial(self._credit, period)
        return await self._runner.run(RunKind.CREDIT, region, period, work, watch)

    async def _credit(
        self, period: date, connection: Connection, holders: Sequence[Holder], now: datetime
    ) -> Portion:
        person_ids = [holder.person_id for holder in holders]
        known = defaultdict(list)
        months_of = {(person_id, period) for person_id in person_ids}
        for row in await repository.open_credits(connection, person_ids, period):
            known[row.person_id].append(row)
            months_of.add((row.person_id, row.period))
        bases = await repository.bases(connection, months_of)
        months = {
            holder: month
            for holder in holders
            if (month := self._month(holder, known[holder.person_id], bases, period, now)).rows
        }
        return await self._book(connection, months, len(holders), now)

    def _month(
        self,
        holder: Holder,
        known: Sequence[Credit],
        bases: dict[tuple[int, date], int],
        period: date,
        now: datetime,
    ) -> Month:
        def rules_on(day: date) -> AccountRules:
            return self._rulebook.at(holder.place, day).rules.account

        def base_on(month: date) -> int | None:
            return bases.get((holder.person_id, month))

        today, next_id = local_date(now), self._database.ids.next
        return of_month(holder, known, base_on, period, rules_on, now, today, next_id)

    async def _book(
        self, connection: Connection, months: dict[Holder, Month], people: int, now: datetime
    ) -> Portion:
        ids = self._database.ids
        # Nobody's accounts are locked yet: who opens one must not wait for somebody who does.
        pools = {holder.place[:4] for holder in months}
        wanted = [(AccountKind.CONTRIBUTIONS, pool) for pool in sorted(pools)]
        flows = await flow_accounts(connection, wanted, ids)
        money = [holder.person_id for holder, month in months.items() if _moves_money(month)]
        both = [holder.person_id for holder, month in months.items() if month.touches_carried]
        accounts = await lock_accounts(connection, money, both)
        moves: list[Move] = []
        rows: list[Credit] = []
        given = 0
        for holder, planned in months.items():
            if not _moves_money(planned):
                rows += planned.rows
                continue
            current = accounts.get((holder.person_id, AccountKind.CURRENT))
            if current is None:
                raise Moved
            carried = accounts.get((holder.person_id, AccountKind.CARRIED))
            held = carried.balance_fen if carried else 0
            month = collect(planned, current.balance_fen, held)
            flow = flows[(AccountKind.CONTRIBUTIONS, holder.place[:4])]
            moves += _moves(month, current, carried, flow)
            rows += month.rows
            given += sum(one.amount_fen for one in month.given)
        await repository.put(connection, rows)
        await book(connection, moves, now, ids)
        booked = sum(row.booked_at == now for row in rows)
        return Portion(people, booked, given, money)


def _moves_money(month: Month) -> bool:
    return bool(month.given) or any(row.owed_fen for row in month.rows)


def _moves(month: Month, current: Account, carried: Account | None, flow: int) -> list[Move]:
    """The movements of one person's month; who has no carried-over part gets all in one."""
    parts = {AccountKind.CURRENT: current, AccountKind.CARRIED: carried or current}
    credited = [
        Move(one.row_id, TransferKind.CREDIT, flow, parts[one.kind], one.amount_fen)
        for one in month.given
    ]
    recovered = [
        Move(one.row_id, TransferKind.RECOVERY, parts[one.kind], flow, one.amount_fen)
        for one in month.taken
    ]
    return credited + recovered
