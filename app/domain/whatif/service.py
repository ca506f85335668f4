"""Streams past settlements, in order and in chunks, through a replay. Nothing is written.

Each chunk is read in a READ ONLY transaction of its own: settlements and transfers are append-only
and ids grow with time, so chunks fit together without one long transaction, which would hold back
the cleaning of the queue's dead rows for as long as it lasts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.settlement.asking.repository import answers
from app.domain.settlement.facts.originals import settlement_of
from app.domain.settlement.facts.participants import OpenName, facts_of
from app.domain.settlement.model import Kind, Settlement
from app.domain.whatif import repository
from app.domain.whatif.chunk import Chunk, enjoyed_row, grant_row, undoing_of, use_row
from app.domain.whatif.model import GrantRow, Replayed, Span, TimedFacts
from app.domain.whatif.replay import Replay
from app.kit.clock import local_date
from app.regions.loader import Rulebook
from app.store.database import Connection, Record
from app.store.late.reading import Reader

CHUNK = 500

Progress = Callable[[int, int], None]
"""(bills so far, milliseconds of the past behind us)."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which past, under which rules. ``carry``: changed outcomes change what later bills find."""

    stored: Rulebook
    changed: Rulebook
    since: date
    until: date | None = None
    limit: int | None = None
    carry: bool = True

    def orders_by_name(self, place: str) -> bool:
        """Whether names are needed there: they are opened for nothing else."""
        return any(book.ever_orders_by_name(place) for book in (self.stored, self.changed))


def span_of(question: Question) -> Callable[[Connection], Awaitable[Span]]:
    """How to find what there is to replay, for a reader that also tells of when it is."""
    return lambda connection: repository.span(connection, question.since, question.until)


class WhatIf:
    """Replays of the past."""

    def __init__(
        self, late: Reader, shared: Reader, open_name: OpenName, *, chunk: int = CHUNK
    ) -> None:
        """``shared``: by which ties are read, which tell by themselves when they held."""
        self._late = late
        self._shared = shared
        self._open_name = open_name
        self._chunk = chunk
        self._ended: dict[int, list[GrantRow]] | None = None

    async def span(self, question: Question) -> Span:
        """What there is to replay."""
        return await self._late.look(span_of(question))

    async def people_in(self, span: Span, last_id: int) -> int:
        """How many people have bills up to ``last_id`` that stand at the end of the span."""
        return await self._late.look(
            lambda connection: repository.people_in(connection, span, last_id)
        )

    async def replay(
        self, question: Question, span: Span, progress: Progress
    ) -> AsyncIterator[Replayed]:
        """Every bill of the span in order, cancelled ones too."""
        replay = Replay(question.stored, question.changed, carry=question.carry)
        done, place, year = 0, span.first, 0
        while place <= span.last:
            rows, chunk = await self._read(question, replace(span, first=place))
            for row in rows:
                stored = settlement_of(row)
                if stored.kind is not Kind.SETTLED:
                    replay.undo(undoing_of(row))
                    continue
                if question.limit is not None and done >= question.limit:
                    return
                if local_date(stored.settled_at).year > year:
                    year = local_date(stored.settled_at).year
                    replay.drift.forget_before(year - 1)
                yield replay.bill(chunk.past_bill(stored))
                done += 1
            if len(rows) < self._chunk:
                break
            place = rows[-1]["id"] + 1
            progress(done, (place >> 22) - (span.first >> 22))

    async def _read(self, question: Question, part: Span) -> tuple[Sequence[Record], Chunk]:
        async def work(connection: Connection) -> tuple[Sequence[Record], Chunk]:
            rows = await repository.events(connection, part, self._chunk)
            bills = [settlement_of(row) for row in rows if row["kind"] == Kind.SETTLED]
            chunk = Chunk({row["id"]: row for row in rows})
            if bills:
                await self._grants(connection, bills, chunk)
                await self._people(connection, question, bills, chunk)
                await self._counters(connection, bills, chunk)
                await self._places(connection, bills, chunk)
                asked = {bill.request_id for bill in bills}
                chunk.answers = await answers(connection, asked)
            return rows, chunk

        rows, chunk = await self._late.look(work)
        if patients := {row["person_id"] for row in rows if row["kind"] == Kind.SETTLED}:
            ties = await repository.bindings(self._shared, patients)
            chunk.bindings = _by("holder_id", ties)
        return rows, chunk

    async def _grants(
        self, connection: Connection, bills: Sequence[Settlement], chunk: Chunk
    ) -> None:
        patients = {bill.person_id for bill in bills}
        if self._ended is None:
            first = min(bill.settled_at for bill in bills)
            rows = await repository.ended_grants(connection, first)
            self._ended = {}
            for row in rows:
                self._ended.setdefault(row["beneficiary_id"], []).append(grant_row(row))
        for patient in patients & self._ended.keys():
            chunk.grants[patient] = list(self._ended[patient])
        for row in await repository.live_grants(connection, patients):
            chunk.grants.setdefault(row["beneficiary_id"], []).append(grant_row(row))
        for grants in chunk.grants.values():
            grants.sort(key=lambda known: known.grant.id)

    async def _people(
        self, connection: Connection, question: Question, bills: Sequence[Settlement], chunk: Chunk
    ) -> None:
        """Everybody who could pay, with accounts as they were before each bill."""
        standing = {bill.id: _everybody(bill, chunk) for bill in bills}
        everybody = set().union(*standing.values())
        named: set[int] = set()
        for bill in bills:
            if question.orders_by_name(bill.insuplc_admdvs):
                named |= standing[bill.id]
        for row in await repository.people(connection, everybody):
            sealed = row["psn_name_sealed"]
            name = self._open_name(row["psn_no"], sealed) if row["id"] in named else ""
            chunk.people[row["id"]] = TimedFacts(facts_of(row, name), row["updated_at"])
        for row in await repository.accounts(connection, everybody):
            chunk.accounts.setdefault(row["person_id"], []).append(row)
        wanted = [
            (bill, account["id"])
            for bill, people in standing.items()
            for person in people
            for account in chunk.accounts.get(person, ())
        ]
        chunk.balances = await repository.balances(connection, wanted)

    async def _counters(
        self, connection: Connection, bills: Sequence[Settlement], chunk: Chunk
    ) -> None:
        since = min(bill.counted_on for bill in bills)
        last = max(bill.id for bill in bills)
        patients = {bill.person_id for bill in bills}
        donors = {row.grant.donor_id for rows in chunk.grants.values() for row in rows}
        for row in await repository.uses(connection, donors, since, last):
            chunk.uses.setdefault(row["donor_id"], []).append(use_row(row))
        for row in await repository.history(connection, patients, since, last):
            chunk.history.setdefault(row["person_id"], []).append(enjoyed_row(row))
        chunk.filings = _by("person_id", await repository.filings(connection, patients))

    async def _places(
        self, connection: Connection, bills: Sequence[Settlement], chunk: Chunk
    ) -> None:
        codes = {bill.fixmedins_code for bill in bills}
        for row in await repository.shops(connection, codes):
            chunk.shops[row["fixmedins_code"]] = row


def _everybody(bill: Settlement, chunk: Chunk) -> set[int]:
    return {bill.person_id, *(row.grant.donor_id for row in chunk.standing(bill))}


def _by(key: str, rows: Iterable[Record]) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = {}
    for row in rows:
        found.setdefault(row[key], []).append(row)
    return found
