"""A month that is brought away or back: its part of the transfers, and its archives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import islice

from cryptography.hazmat.primitives import hashes

from app.kit.clock import SHANGHAI
from app.kit.ids import first_id_at, moment_of
from app.kit.value import value
from app.ledger.proof.archive.lines import Line
from app.ledger.proof.archive.reading import Archive
from app.ledger.proof.seals import TRANSFER_TEXT
from app.store.database import Connection

PORTION = 5_000
_PART = "select part, begins from public.months_of('transfer') where ends = $1"
_ROOTS = "select day, root from day_root where day = any($1::date[])"
_TRANSFER = '["T'
_AT_WORK = "select pg_try_advisory_lock(hashtext('qinji.away'))"
_AT_REST = "select pg_advisory_unlock(hashtext('qinji.away'))"


class AwayError(Exception):
    """A month can't be brought away or back; the text says why. Nothing was changed."""


@value
class Month:
    """A part of the transfers: a month, or all up to the end of one (``begins`` is 0)."""

    part: str
    begins: int
    ends: int

    @property
    def name(self) -> str:
        last = moment_of(self.ends).astimezone(SHANGHAI) - timedelta(days=1)
        return f"{last:%Y-%m}"

    @property
    def bounds(self) -> str:
        """SQL: the part's place among the others."""
        return f"for values from ({self.begins or 'minvalue'}) to ({self.ends})"


async def month_of(connection: Connection, month: datetime) -> Month:
    """The part that ends with a month, given by any of its moments.

    Raises:
        AwayError: there is none.
    """
    first = month.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    ends = first_id_at((first + timedelta(days=31)).replace(day=1))
    row = await connection.fetchrow(_PART, ends)
    if row is None:
        raise AwayError(
            f"no part of the transfers ends with {first:%Y-%m}: see `qinji months show` 没有该月"
        )
    return Month(row["part"], row["begins"] or 0, ends)


@asynccontextmanager
async def alone(connection: Connection) -> AsyncIterator[None]:
    """One at a time.

    Raises:
        AwayError: another one is at it.
    """
    if not await connection.fetchval(_AT_WORK):
        raise AwayError("another one is at it 另一个进程正在处理")
    try:
        yield
    finally:
        await connection.execute(_AT_REST)


class Archived:
    """The archives that hold a month: one, or several that follow on each other.

    Raises:
        AwayError: they don't hold it, or one of them was changed.
    """

    def __init__(self, archives: Sequence[Archive], month: Month) -> None:
        self._archives = sorted(archives, key=lambda one: one.manifest.begins)
        self._month = month
        for before, after in zip(self._archives, self._archives[1:], strict=False):
            if before.manifest.ends != after.manifest.begins:
                raise AwayError("the archives don't follow on each other 归档不连续")
        if not archives or self._archives[-1].manifest.ends != month.ends:
            raise AwayError(f"the archive is not of {month.name} 归档不是该月的")
        if month.begins and self._archives[0].manifest.begins != month.begins:
            raise AwayError(f"the archive is not of all of {month.name} 归档不是该月的")

    @property
    def hash(self) -> bytes:
        """Of what the manifests say, and so of every file."""
        found = hashes.Hash(hashes.SM3())
        for one in self._archives:
            found.update(one.said)
        return found.finalize()

    async def check(self, connection: Connection) -> None:
        """Hashes all of it, and compares its days with those that were closed here.

        Raises:
            AwayError: it was changed, or is of other books.
        """
        for one in self._archives:
            if wrong := await asyncio.to_thread(one.check):
                raise AwayError(f"the archive was changed: {wrong[0]} 归档被改动")
            rows = await connection.fetch(_ROOTS, list(one.days))
            here = {row["day"]: row["root"] for row in rows}
            for day in one.manifest.days:
                if here.get(day.day) != day.root:
                    raise AwayError(f"the archive's day {day.day} has another root 归档日根不符")

    async def compare(self, connection: Connection, table: str) -> int:
        """Compares a table of the month row by row; gives how many they are.

        Raises:
            AwayError: they are not the same.
        """
        lines, after, count = self.transfers(), -1, 0
        sql = (
            f"select t.id, x.hash, {TRANSFER_TEXT} as text from {table} t"  # noqa: S608
            " left join seal x on x.id = t.id where t.id > $1 order by t.id limit $2"
        )
        while True:
            told = await portion(lines)
            rows = await connection.fetch(sql, after, len(told) or 1)
            mine = [(row["id"], row["hash"], row["text"]) for row in rows]
            theirs = [(line.id, line.hash, line.text) for line in told]
            if mine != theirs:
                first = min(set(mine) ^ set(theirs), key=lambda one: one[0])
                raise AwayError(
                    f"transfer {first[0]} is not the same in the archive and here 归档与账不符"
                )
            if not told:
                return count
            after, count = told[-1].id, count + len(told)

    def transfers(self) -> Iterator[Line]:
        """The month's transfers in order of id."""
        return (
            line
            for one in self._archives
            for line in one.lines()
            if line.text.startswith(_TRANSFER)
            and one.manifest.begins <= line.id < one.manifest.ends
        )


async def portion(lines: Iterator[Line]) -> list[Line]:
    """The next lines; none when there are no more."""
    return await asyncio.to_thread(lambda: list(islice(lines, PORTION)))


class Digest:
    """The hash of rows that were kept, one after the other in order of id."""

    def __init__(self) -> None:
        self._hash = hashes.Hash(hashes.SM3())
        self.count = 0

    def add(self, text: str) -> None:
        self._hash.update(text.encode() + b"\n")
        self.count += 1

    def value(self) -> bytes:
        return self._hash.copy().finalize()


Say = Callable[[str], None]
"""Is told in a sentence what is done now."""
