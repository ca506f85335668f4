"""Tells how long tills wait: whether it is slow everywhere, in a region or at one institution."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from app.domain.ops.pace import repository
from app.domain.ops.pace.values import Pace, Paces
from app.domain.ops.tally.rules import Range, span_of
from app.kit.ids import IdMaker, moment_of
from app.store.database import Connection, Record
from app.store.late.reading import Reader


class Pacing:
    """The service. By the machine's clock, which makes ids, as the charts of the last hour."""

    def __init__(self, late: Reader, ids: IdMaker) -> None:
        self._late = late
        self._ids = ids

    async def read(self, wanted: Range | date, province: str = "") -> Paces:
        """Of a span; ``province``: two digits, else everywhere."""
        now = moment_of(self._ids.next())
        span = span_of(wanted, "yesterday", now)

        async def work(connection: Connection) -> list[Record]:
            until = min(span.until, now)
            return list(
                await repository.paces(
                    connection, span.since, max(span.since, until), now, province
                )
            )

        rows = await self._late.look(work)
        return Paces(
            span=span,
            all=next(_paces(rows, repository.OF_ALL), None),
            institutions=tuple(_paces(rows, repository.OF_INSTITUTION)),
            pools=tuple(_paces(rows, repository.OF_POOL)),
            sampled=any(row["sampled"] for row in rows),
        )


def _paces(rows: Iterable[Record], of: int) -> Iterator[Pace]:
    for row in rows:
        if row["of"] == of:
            p50_ms, p95_ms = row["ms"]
            code = row["code"] or row["pool"] or ""
            yield Pace(code, row["name"] or "", row["count"], p50_ms, p95_ms)
