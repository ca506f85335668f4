"""Runs over a region's people, portion by portion, while tills go on settling (decision 0018).

A portion is one transaction that also says how far the run has come: whoever is killed goes on
where it was, and of two runs at once each takes the next portion.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date, datetime

from app.domain.year import repository
from app.domain.year.errors import NotNow
from app.domain.year.values import Holder, Run, RunKind
from app.kit.clock import Clock
from app.kit.value import value
from app.ledger.balances import Balances
from app.ledger.year import take_turn
from app.store.database import Connection, Database

PORTION = 1_000
"""People of one transaction: tills that need one of them wait for it."""
_TRIES = 5

Watch = Callable[[int], None]
"""Is told how many people more were looked at."""


@value
class Portion:
    """What one transaction has done; ``owners``: whose accounts it has changed."""

    people: int
    rows: int
    amount_fen: int
    owners: Collection[int]


Work = Callable[[Connection, Sequence[Holder], datetime], Awaitable[Portion]]
"""Does what a run is for, for some people, in the transaction that it is given."""


class Moved(Exception):
    """Somebody's account was moved while a portion waited for its lock: it is tried again."""


class Runner:
    """Runs something for all people of a region who have a personal account."""

    def __init__(
        self, database: Database, clock: Clock, balances: Balances, portion: int = PORTION
    ) -> None:
        self._database = database
        self._clock = clock
        self._balances = balances
        self._size = portion

    async def run(self, kind: RunKind, region: str, period: date, work: Work, watch: Watch) -> Run:
        """Begins a run or goes on with one; ``region``: the first digits of places.

        Raises:
            NotNow: accounts are moved again and again.
        """
        async with self._database.transaction() as connection:
            await take_turn(connection)
            run_id, now = self._database.ids.next(), self._clock.now()
            run = await repository.begin(connection, run_id, kind, region, period, now)
        watch(run.people)
        while done := await self._tried(run, work):
            await self._balances.renew(done.owners)
            watch(done.people)
        return await repository.run(self._database, run.id)

    async def _tried(self, run: Run, work: Work) -> Portion | None:
        for _ in range(_TRIES):
            try:
                return await self._portion(run, work)
            except Moved:
                continue
        raise NotNow("账户正在变动，请重试 accounts are being moved, try again")

    async def _portion(self, run: Run, work: Work) -> Portion | None:
        async with self._database.transaction() as connection:
            await take_turn(connection)
            now = self._clock.now()
            after = await repository.at(connection, run.id)
            if after is None:
                return None
            holders = await repository.holders(connection, run.region, after, self._size)
            if not holders:
                await repository.end(connection, run.id, now)
                return None
            done = await work(connection, holders, now)
            last = holders[-1].person_id
            await repository.move(
                connection, run.id, last, done.people, done.rows, done.amount_fen, now
            )
        return done
