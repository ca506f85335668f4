"""Counts what came of bills, in the background; and tells the counts of a span."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from app.domain.ops.tally import repository
from app.domain.ops.tally.rules import NOT_ASKED, Compared, Range, counted, slot_of, span_of
from app.domain.ops.tally.values import Counted, Point, Span, Sum, Tally, Unpaid
from app.domain.registry.service import People
from app.kit.ids import first_id_at, moment_of
from app.kit.value import value
from app.store.database import Connection, Database, Record
from app.store.feed import Batch, Feed
from app.store.late.reading import Reader

_AT_ONCE = 500
_FROM = timedelta(days=15)
"""So far back is counted when counting begins: what is compared with is there."""
_KEPT = timedelta(days=93)
_CHARTED = (Counted.SETTLED, Counted.UNDONE, Counted.REFUSED)


@value
class _Read:
    """What is kept of a span, all of one moment."""

    rows: Sequence[Record]
    before: Sequence[Record]
    refusals: list[tuple[str, int]]
    unpaid: Sequence[Record]
    bounds: tuple[datetime | None, int | None]


class Tallies:
    """The counts. By the machine's clock, which makes ids, as the charts of the last hour."""

    def __init__(self, database: Database, late: Reader, people: People) -> None:
        self._database = database
        self._late = late
        self._people = people
        since = first_id_at(moment_of(database.ids.next()) - _FROM)
        self._feed = Feed(database, repository.NAME, repository.SOURCE, since=since)

    async def run(self, *, now: datetime | None = None, gently: bool = False) -> int:
        """Counts all that is half a minute old and forgets what is old; gives how many rows."""
        now = now or moment_of(self._database.ids.next())
        run = self._feed.run_gently if gently else self._feed.run
        done = await run(self._count, now, at_once=_AT_ONCE)
        async with self._database.connection() as connection:
            await repository.forget(connection, now - _KEPT)
        return done.rows

    async def read(
        self, wanted: Range | date, compared: Compared = "yesterday", province: str = ""
    ) -> Tally:
        """The counts of a span; ``province``: two digits, else everywhere."""
        span = span_of(wanted, compared, moment_of(self._database.ids.next()))
        between = span.since, span.until, province
        earlier = span.since - span.compared, span.until - span.compared

        async def work(connection: Connection) -> _Read:
            return _Read(
                await repository.points(connection, _CHARTED, *between),
                await repository.points(connection, (Counted.SETTLED,), *earlier, province),
                await repository.reasons(connection, *between),
                await repository.unpaid(connection, *between),
                await repository.bounds(connection),
            )

        found = await self._late.look(work)
        rows, (first, read_to) = found.rows, found.bounds
        since = None if first is None else first + span.compared
        points = [
            point if since is not None and point.at >= slot_of(since) else _alone(point)
            for point in _points(span, rows, found.before)
        ]
        settled = [row for row in rows if row["kind"] == Counted.SETTLED]
        return Tally(
            span=span,
            points=points,
            settled=_sum(settled),
            refusals=found.refusals,
            unpaid=[
                Unpaid(row["reason"], row["place"], row["count"], row["fen"])
                for row in found.unpaid
                if row["reason"]
            ],
            unpaid_bills=_sum(row for row in found.unpaid if not row["reason"]),
            counted_to=moment_of(read_to) if read_to else None,
        )

    async def _count(self, batch: Batch) -> None:
        codes = {row["fixmedins_code"] for row in batch.rows if row["state"] != 1}
        places = await self._people.institution_places(codes) if codes else {}
        made = ((moment_of(row["id"]), row) for row in batch.rows)
        await repository.add(batch.connection, counted(made, places))


def is_asked(reason: str) -> bool:
    """Whether somebody was asked for the money and gave none, or not all."""
    return reason != NOT_ASKED


def _points(span: Span, rows: Sequence[Record], before: Iterable[Record]) -> list[Point]:
    steps = span.steps()
    sums = {kind: [0] * len(steps) for kind in _CHARTED}
    earlier = [0] * len(steps)
    for row in rows:
        sums[Counted(row["kind"])][(row["slot"] - span.since) // span.step] += row["count"]
    for row in before:
        earlier[(row["slot"] + span.compared - span.since) // span.step] += row["count"]
    return [
        Point(
            at=at,
            settled=sums[Counted.SETTLED][n],
            undone=sums[Counted.UNDONE][n],
            refused=sums[Counted.REFUSED][n],
            before=earlier[n],
        )
        for n, at in enumerate(steps)
    ]


def _alone(point: Point) -> Point:
    """Where nothing was counted then, nothing is told: a zero would be untrue."""
    return Point(point.at, point.settled, point.undone, point.refused, None)


def _sum(rows: Iterable[Record]) -> Sum:
    found = Sum()
    for row in rows:
        found.count += row["count"]
        found.fen += row["fen"]
    return found
