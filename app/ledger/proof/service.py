"""The books checked against themselves: on demand and every night."""

from __future__ import annotations

import asyncio
from datetime import date

from app.kit.clock import Clock
from app.ledger.balances import Balances
from app.ledger.clearing import compare
from app.ledger.proof import books, receipts, repository
from app.ledger.proof.audit.lines import Head
from app.ledger.proof.audit.replay import replay_audit
from app.ledger.proof.cached import check_cached
from app.ledger.proof.findings import Report
from app.ledger.proof.replay import replay
from app.regions.loader import Rulebook
from app.store.cells.others import CellAway, Others
from app.store.cells.places import Place
from app.store.cells.shared import Shared
from app.store.database import Database
from app.store.late.reading import Reader

_WAITS_TOO_LONG_S = 600.0
_FLYING_TOLD = 50


class Verification:
    """Checks everything, while the system goes on working."""

    def __init__(
        self,
        database: Database,
        late: Reader,
        balances: Balances,
        clock: Clock,
        rulebook: Rulebook,
        apart: Shared | None = None,
        others: Others | None = None,
    ) -> None:
        """``apart``: where the shared tables are, if that is another database, with the chain of
        their lines of the audit; ``others``: where other sides of transfers are."""
        self._others = others
        self._database = database
        self._late = late
        self._apart = apart
        self._balances = balances
        self._clock = clock
        self._rulebook = rulebook

    async def rows(self) -> int:
        """About how many rows a run will look at (for a progress bar)."""
        return await repository.rows_about(self._late)

    async def unsealed_about(self) -> int:
        """About how many rows are to be sealed (for a progress bar)."""
        return await repository.unsealed_about(self._database)

    async def root_of(self, settlement_id: int) -> tuple[date, bytes] | None:
        """Under which day's root a settlement can be proved; None: that day is not closed yet."""
        return await receipts.root_of(self._database, settlement_id)

    @property
    def chains(self) -> int:
        """How many chains the audit has: one in each database."""
        return 1 if self._apart is None else 2

    async def run(
        self,
        watch: books.Watch = lambda rows: None,
        kept: Head | None = None,
        kept_shared: Head | None = None,
    ) -> Report:
        """Runs all checks and gives what they found. Nothing is written or locked.

        ``kept``: a head of the audit that was kept outside, through which its chain has to go;
        ``kept_shared``: one of the shared tables' chain, where they have one of their own.
        """
        months = await repository.months_away(self._late)
        report = await self._check(watch, kept, kept_shared)
        if await repository.months_away(self._late) != months:
            # One went or came meanwhile: to who looked before and after it the books disagree.
            report = await self._check(watch, kept, kept_shared)
        return report

    async def _check(
        self, watch: books.Watch, kept: Head | None, kept_shared: Head | None
    ) -> Report:
        report = Report(self._clock.now())
        async with asyncio.TaskGroup() as group:
            group.create_task(books.check_books(self._late, self._rulebook, report, watch))
            group.create_task(replay(self._late, report, watch))
            if self._apart is None:
                group.create_task(replay_audit(self._late, report, watch, kept))
            else:
                of_cell = replay_audit(self._late, report, watch, kept, Place.CELL)
                of_shared = replay_audit(self._apart, report, watch, kept_shared, Place.SHARED)
                group.create_task(of_cell)
                group.create_task(of_shared)
        await self._check_waiting(report)
        await check_cached(self._late, self._balances, report)
        await self._check_clearing(report)
        report.figures |= await repository.figures(self._late)
        report.ended_at = self._clock.now()
        return report

    async def run_and_store(
        self,
        watch: books.Watch = lambda rows: None,
        kept: Head | None = None,
        kept_shared: Head | None = None,
    ) -> Report:
        """As ``run``; the report is kept in ``verification``."""
        report = await self.run(watch, kept, kept_shared)
        await repository.store(self._database, report)
        return report

    async def _check_waiting(self, report: Report) -> None:
        count, oldest, seconds = await books.waiting(self._late, self._clock.now())
        report.looked("waiting", count)
        report.figures |= {"waiting": count, "oldest_waits_s": round(seconds, 1)}
        if seconds > _WAITS_TOO_LONG_S:
            report.add(
                "waiting",
                f"request {oldest}",
                f"decided within {_WAITS_TOO_LONG_S:.0f} s",
                f"waits since {seconds:.0f} s",
            )

    async def _check_clearing(self, report: Report) -> None:
        """Both sides of every wallet transfer against each other; what is in flight is named."""
        try:
            found = await compare(self._late, self._others.rows if self._others else None)
        except CellAway:
            report.figures["clearing_not_compared"] = "a cell doesn't answer"
            return
        report.looked("clearing", found.compared)
        for one in found.differences:
            report.add("clearing", f"wallet transfer {one.id}", one.sender, one.payee)
        for clearing in found.in_order:
            if not clearing.agrees:
                report.add(
                    "clearing",
                    f"clearing {clearing.province}-{clearing.other}",
                    f"{clearing.given_fen} fen given, {clearing.flying_fen} in flight",
                    f"{clearing.taken_fen} fen taken",
                )
        flying = {id_: fen for one in found.in_order for id_, fen in one.flying.items()}
        report.figures |= {
            "clearings": len(found.clearings),
            "clearing_in_flight_fen": sum(flying.values()),
            "clearing_in_flight": [str(id_) for id_ in sorted(flying)[:_FLYING_TOLD]],
        }
