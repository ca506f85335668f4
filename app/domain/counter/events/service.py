"""What life events leave to do that no rule can: accounts of the dead, rows that are one person's,
and what contradicts an end. An account ends, and rows become one, with four eyes (``tasks.py``);
what has no money is closed by one clerk, on a form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.counter import errors
from app.domain.counter import repository as counter
from app.domain.counter.desk import Desk
from app.domain.counter.events import repository
from app.domain.counter.rules import PROPOSED_FOR, area, may_close, serves
from app.domain.counter.values import Clerk, Doing, Kind, Paper, Proposal
from app.domain.events.kinds import EffectKind
from app.domain.year.merging import Merging
from app.domain.year.values import MergePlan
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.store.database import Connection, Database, Record


@dataclass(frozen=True, slots=True)
class EventTask:
    """One of them. ``other_id``: the row that stays; ``accounts``, ``amount_fen``: how many the
    person has open, and with how much in them."""

    id: int
    kind: EffectKind
    person_id: int
    other_id: int | None
    made_at: datetime
    place: str
    accounts: int
    amount_fen: int
    plan: MergePlan | None = None
    """What a merge would do now."""

    @property
    def closable(self) -> bool:
        """Whether one clerk may close it."""
        return may_close(self.kind, self.accounts, self.amount_fen)


class EventTasks:
    """The counter's tasks of life events."""

    def __init__(self, database: Database, clock: Clock, desk: Desk, merging: Merging) -> None:
        self._merging = merging
        self._database = database
        self._clock = clock
        self._desk = desk

    async def open(self, limit: int, place: str) -> list[EventTask]:
        """Open tasks, the oldest first; ``place``: a clerk's, else all."""
        rows = await repository.event_tasks(self._database, limit, area(place) if place else "")
        return await self._tasks(rows)

    async def left_of(self, person_ids: Sequence[int]) -> dict[int, int]:
        """How much people's open accounts hold."""
        left = await repository.accounts_left(self._database, person_ids)
        return {person: fen for person, (_, fen) in left.items()}

    async def propose(self, clerk: Clerk, task_id: int, paper: Paper) -> int:
        """Puts the end of a dead person's accounts before a second one, for which the form says who
        inherits; or the merge of a row into the one that stays, which goes as the plan says then.

        Raises:
            Refusal: COUNTER_TASK_UNKNOWN, COUNTER_NO_ACCOUNT, COUNTER_PROPOSED.
        """
        now = self._clock.now()
        async with self._database.whole() as connection:
            task = await self._task(connection, clerk, task_id)
            merges = task.kind is EffectKind.TO_MERGE
            if task.kind is EffectKind.CONTRADICTS:
                raise Refusal(errors.COUNTER_TASK_UNKNOWN)
            if not (task.accounts or merges):
                raise Refusal(errors.COUNTER_NO_ACCOUNT)
            doing = Doing(self._database.ids.next(), task.id, task.other_id)
            kind: Kind = "propose_merge" if merges else "propose_pay_out"
            await self._desk.write(connection, clerk, doing, task.person_id, kind, paper)
            proposal = Proposal(
                doing.id,
                "merge" if merges else "pay_out",
                task.person_id,
                task.person_id,
                clerk.operator.id,
                task.place,
                now,
                now + PROPOSED_FOR,
            )
            if not await counter.add_proposal(connection, proposal):
                raise Refusal(errors.COUNTER_PROPOSED)
        return doing.id

    async def close(self, clerk: Clerk, task_id: int, paper: Paper) -> int:
        """Closes what needs no money moved.

        Raises:
            Refusal: COUNTER_TASK_UNKNOWN, COUNTER_MONEY_LEFT.
        """
        async with self._database.whole() as connection:
            task = await self._task(connection, clerk, task_id)
            if not task.closable:
                raise Refusal(errors.COUNTER_MONEY_LEFT)
            doing = Doing(self._database.ids.next(), task.id, task.other_id)
            await self._desk.write(connection, clerk, doing, task.person_id, "event_close", paper)
        return doing.id

    async def _task(self, connection: Connection, clerk: Clerk, task_id: int) -> EventTask:
        row = await repository.event_task(connection, task_id)
        if row is None or not serves(clerk.place, row["place"]):
            raise Refusal(errors.COUNTER_TASK_UNKNOWN)
        return (await self._tasks([row]))[0]

    async def _tasks(self, rows: Sequence[Record]) -> list[EventTask]:
        left = await repository.accounts_left(self._database, [row["person_id"] for row in rows])
        return [
            EventTask(
                row["id"],
                EffectKind(row["kind"]),
                row["person_id"],
                row["other_id"],
                row["made_at"],
                row["place"],
                *left.get(row["person_id"], (0, 0)),
                await self._plan(row),
            )
            for row in rows
        ]

    async def _plan(self, row: Record) -> MergePlan | None:
        if row["kind"] != EffectKind.TO_MERGE:
            return None
        return await self._merging.plan(row["person_id"], row["other_id"])
