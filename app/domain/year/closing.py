"""A region's account year is closed (decision 0018): interest into the carried-over part, and what
is left of this year's part after it. A year stands once a person, so nobody is closed twice.

Counters of caps and deductibles need no reset: they are counted from the ledger by dates, and begin
anew with the day, whether an account is closed by then or not (decision 0003).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial

from app.domain.year import repository
from app.domain.year.errors import NotNow
from app.domain.year.facts.sums import Sums, held, last_closes, owed_products, sums
from app.domain.year.rules.calendar import ends_on, month_of, number_of, year_before, year_begins
from app.domain.year.rules.interest import Products, carried_fen, interest_fen, product_of
from app.domain.year.running import Moved, Portion, Runner, Watch
from app.domain.year.values import Close, Holder, Run, RunKind
from app.kit.clock import Clock, local_date
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import Account
from app.ledger.repository import flow_accounts
from app.ledger.year import Move, book, lock_accounts, open_carried
from app.regions.loader import Rulebook
from app.regions.rules import AccountRules
from app.store.database import Connection, Database

_LATE = timedelta(days=7)
"""So long after its end the worker closes a year by itself."""


class Closing:
    """Closes account years."""

    def __init__(
        self, database: Database, clock: Clock, rulebook: Rulebook, runner: Runner
    ) -> None:
        self._database = database
        self._clock = clock
        self._rulebook = rulebook
        self._runner = runner

    async def run(
        self, region: str, ended_on: date | None = None, watch: Watch = lambda people: None
    ) -> Run:
        """Closes the year of a region's people that ended on a day (its last one that is over), of
        all whose place has a year that ends then. Once more closes only who was left out.

        Raises:
            NotNow: the year is not over, or no year of the region ends on that day.
        """
        today = local_date(self._clock.now())
        begins_in = self._rules(region.ljust(6, "0"), today).year_begins_in
        day = ended_on or year_before(today, begins_in)
        if not self._year_ends(region, day):
            raise NotNow(f"{region} 没有在 {day} 结束的年度 has no year that ends on that day")
        if day >= today:
            raise NotNow(f"{day} 的年度尚未结束 the year is not over yet")
        work = partial(self._close_some, day)
        return await self._runner.run(RunKind.CLOSE, region, day, work, watch)

    async def run_due(self) -> list[Run]:
        """Closes what has ended in these days and is not closed yet, province by province."""
        today = local_date(self._clock.now())
        last = month_of(today) - timedelta(days=1)
        packs = self._rulebook.packs
        if today - last > _LATE or not any(self._year_ends(code, last) for code in packs):
            return []
        ended = await repository.ended_regions(self._database, RunKind.CLOSE, last)
        return [
            await self.run(region, last)
            for region in await repository.provinces(self._database)
            if region not in ended and self._year_ends(region, last)
        ]

    def _year_ends(self, region: str, day: date) -> bool:
        """Whether anywhere in a region a year ends with a day."""
        pools = [code for code in self._rulebook.packs if code.startswith(region)]
        places = (code.ljust(6, "0") for code in (region, *pools))
        return any(ends_on(day, self._rules(place, day).year_begins_in) for place in places)

    def _rules(self, place: str, day: date) -> AccountRules:
        return self._rulebook.at(place, day).rules.account

    async def _close_some(
        self, ended_on: date, connection: Connection, holders: Sequence[Holder], now: datetime
    ) -> Portion:
        person_ids = [holder.person_id for holder in holders]
        done = await repository.closed(connection, person_ids, ended_on)
        due = [
            holder
            for holder in holders
            if holder.person_id not in done
            and ends_on(ended_on, self._rules(holder.place, ended_on).year_begins_in)
        ]
        rows, owners = await self.close(connection, due, ended_on, now, carry=True)
        interest = sum(row.interest_fen for row in rows)
        return Portion(len(holders), len(rows), interest, owners)

    async def close(
        self,
        connection: Connection,
        holders: Sequence[Holder],
        ended_on: date,
        now: datetime,
        *,
        carry: bool,
    ) -> tuple[list[Close], set[int]]:
        """Closes people's years on a day; with ``carry`` this year's part is carried over, else
        there is interest only. Whoever calls has the turn, and calls ``Balances.renew`` for those
        whom this tells besides: whose accounts it has moved money on, or opened.

        Raises:
            Moved: an account was moved while this waited for its lock.
        """
        if not holders:
            return [], set()
        ids, person_ids = self._database.ids, [holder.person_id for holder in holders]
        wanted = sorted({(AccountKind.CONTRIBUTIONS, holder.place[:4]) for holder in holders})
        flows = await flow_accounts(connection, wanted, ids)
        opened = await open_carried(connection, person_ids, now, ids)
        accounts = await lock_accounts(connection, person_ids, person_ids)
        last = await last_closes(connection, person_ids)
        since = [
            (holder.person_id, self._first_day(holder, ended_on, last.get(holder.person_id)))
            for holder in holders
        ]
        moved = await sums(connection, since, ended_on)
        aside = await held(connection, person_ids)
        owed = await owed_products(connection, since, ended_on)
        rows: list[Close] = []
        moves: list[Move] = []
        for holder, (person_id, first) in zip(holders, since, strict=True):
            parts = []
            for kind in (AccountKind.CURRENT, AccountKind.CARRIED):
                account = accounts.get((person_id, kind))
                if account is None:
                    raise Moved
                key = (person_id, kind)
                parts.append((account, moved.get(key, Sums()), aside.get(key, 0)))
            row = self._row(holder, first, ended_on, parts, owed.get(person_id, 0), now, carry)
            rows.append(row)
            flow = flows[(AccountKind.CONTRIBUTIONS, holder.place[:4])]
            moves += _moves(row, parts[0][0], parts[1][0], flow)
        await repository.add_closes(connection, rows)
        await book(connection, moves, now, ids)
        return rows, {row.person_id for row in rows if row.interest_fen or row.moved_fen} | set(
            opened
        )

    def _first_day(self, holder: Holder, ended_on: date, last: date | None) -> date:
        """The first day that is not closed yet of the year that a day is in."""
        begins = year_begins(ended_on, self._rules(holder.place, ended_on).year_begins_in)
        return begins if last is None else max(begins, last + timedelta(days=1))

    def _row(
        self,
        holder: Holder,
        first: date,
        ended_on: date,
        parts: Sequence[tuple[Account, Sums, int]],
        owed: int,
        now: datetime,
        carry: bool,
    ) -> Close:
        months = number_of(ended_on) - number_of(first) + 1
        current, carried = (
            product_of(account.balance_fen + aside - found.moved_fen, found.product, months)
            for account, found, aside in parts
        )
        rules = self._rules(holder.place, ended_on)
        (own, of_own, _), (kept, of_kept, _) = parts
        return Close(
            id=self._database.ids.next(),
            person_id=holder.person_id,
            begun_on=first,
            ended_on=ended_on,
            place=holder.place,
            current_product=current,
            carried_product=carried,
            owed_product=owed,
            interest_fen=interest_fen(Products(current, carried, owed), rules),
            moved_fen=carried_fen(own.balance_fen, of_own.new_fen) if carry else 0,
            current_account=own.id,
            current_version=_version(own, of_own),
            carried_account=kept.id,
            carried_version=_version(kept, of_kept),
            made_at=now,
        )


def _version(account: Account, found: Sums) -> int:
    """An account's version at the end of the year."""
    return account.version if found.first_new is None else found.first_new - 1


def _moves(row: Close, current: Account, carried: Account, flow: int) -> Iterator[Move]:
    if row.interest_fen:
        yield Move(row.id, TransferKind.INTEREST, flow, carried, row.interest_fen)
    if row.moved_fen:
        yield Move(row.id, TransferKind.YEAR_CLOSE, current, carried, row.moved_fen)
