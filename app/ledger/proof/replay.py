"""Replays the seals: every sealed row hashed again, every day's tree built again.

Rows are immutable, so each range is read at its own moment. Memory holds one range and, for each
day, one hash for 1024 rows.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date

from app.ledger.proof import merkle
from app.ledger.proof.away.months import Digest
from app.ledger.proof.books import Watch
from app.ledger.proof.findings import Report
from app.ledger.proof.seals import (
    BEFORE,
    FEED,
    SETTLEMENT,
    SETTLEMENT_TEXT,
    TRANSFER,
    TRANSFER_TEXT,
    day_hash,
    leaf,
    unpacked,
)
from app.store.database import Connection, Record
from app.store.feed import floor
from app.store.late.reading import Reader

SEALS, DAYS = "seals", "days"
_ROWS = 10_000
_AT_ONCE = 256
# What is younger may still be sealed (sealing.py looks for late rows that far back).
_TIMEOUT_S = 600.0

_END = "select least({})".format(
    ", ".join(
        f"(select id from {table} where id > $1 and id <= $2 order by id offset {_ROWS} limit 1)"  # noqa: S608
        for table in ("seal", "transfer", "settlement")
    )
)
_READ_TRANSFERS = f"""
select coalesce(t.id, x.id) as id, case when t.id is not null then {TRANSFER_TEXT} end as text,
    x.kind, x.day, x.hash, d.hash as debit_hash, c.hash as credit_hash
from (select * from transfer where id > $1 and id <= $2) as t
full join (select * from seal where id > $1 and id <= $2 and kind = 1) as x on x.id = t.id
{BEFORE}
"""  # noqa: S608
_READ_SETTLEMENTS = f"""
select coalesce(s.id, x.id) as id, case when s.id is not null then {SETTLEMENT_TEXT} end as text,
    x.kind, x.day, x.hash, null::bytea as debit_hash, null::bytea as credit_hash
from (select * from settlement where id > $1 and id <= $2) as s
full join (select * from seal where id > $1 and id <= $2 and kind = 2) as x on x.id = s.id
"""  # noqa: S608
_OPEN_DAYS = """
select r.day, r.leaves, (select count(*) from seal where id between r.first_id and r.last_id
    and seal.day = r.day) as found
from day_root r where r.closed_at is null and r.day = any($1::date[])
"""


@dataclass(slots=True)
class _Day:
    """A day's tree while it grows."""

    leaves: int = 0
    firsts: list[int] = field(default_factory=list)
    roots: list[bytes] = field(default_factory=list)
    block: list[bytes] = field(default_factory=list)

    def add(self, row_id: int, hash_: bytes) -> None:
        if not self.block:
            self.firsts.append(row_id)
        self.block.append(hash_)
        self.leaves += 1
        if len(self.block) == merkle.BLOCK:
            self.end()

    def end(self) -> None:
        if self.block:
            self.roots.append(merkle.root(self.block))
            self.block.clear()


async def replay(reader: Reader, report: Report, watch: Watch) -> None:
    """Compares everything sealed with its seals, and the days' trees with their roots."""
    sealed_to: int = await reader.value(
        "select coalesce(max(read_to), 0) from feed where name = $1", FEED
    )
    stored = {row["day"]: row for row in await reader.rows("select * from day_root")}
    too_late = floor(sealed_to)
    kept = Kept(await reader.rows("select * from month_away order by ends"))
    days: dict[date, _Day] = {}
    async with aclosing(_portions(reader, sealed_to)) as portions:
        async for rows in portions:
            for number, row in enumerate(rows):
                if number % _AT_ONCE == 0:
                    await asyncio.sleep(0)  # others of this process go on
                if not kept.takes(row):
                    _compare(row, too_late, report)
                if row["hash"] is not None:
                    days.setdefault(row["day"], _Day()).add(row["id"], row["hash"])
            report.looked(SEALS, len(rows))
            watch(len(rows))
    kept.end(report)
    _check_days(days, stored, report)
    still_open = [day for day, row in stored.items() if row["root"] is None]
    await _check_open_days(reader, still_open, report)


async def _portions(reader: Reader, last: int) -> AsyncGenerator[Sequence[Record], None]:
    """Rows and seals in order of id; the next range is read while this one is hashed."""
    after = -1
    following = asyncio.create_task(_read(reader, after, last))
    try:
        while after < last:
            rows, after = await following
            following = asyncio.create_task(_read(reader, after, last))
            yield rows
    finally:
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)


async def _read(reader: Reader, after: int, last: int) -> tuple[list[Record], int]:
    if after >= last:
        return [], last

    async def work(connection: Connection) -> tuple[list[Record], int]:
        end = await connection.fetchval(_END, after, last)
        to = last if end is None else end
        rows = await connection.fetch(_READ_TRANSFERS, after, to, timeout=_TIMEOUT_S)
        return rows + await connection.fetch(_READ_SETTLEMENTS, after, to, timeout=_TIMEOUT_S), to

    rows, to = await reader.look(work)
    rows.sort(key=lambda row: row["id"])
    return rows, to


class Kept:
    """Transfers of months that are away: what was kept of them is hashed as one, since the rows
    before them in their accounts' chains may be gone; of the others the seals are here."""

    def __init__(self, away: Sequence[Record]) -> None:
        self._away = away
        self._digests = {row["part"]: Digest() for row in away}
        self._until = max((row["ends"] for row in away), default=0)

    def takes(self, row: Record) -> bool:
        """Whether a row is one of them."""
        if row["id"] >= self._until or row["kind"] == SETTLEMENT:
            return False
        if row["text"] is None:
            return bool(row["kind"] == TRANSFER)
        if row["text"].startswith('["S'):
            return False
        here = (one["part"] for one in self._away if one["begins"] <= row["id"] < one["ends"])
        part = next(here, None)
        if part is None:
            return False
        self._digests[part].add(row["text"])
        return True

    def end(self, report: Report) -> None:
        """Are they what was kept?"""
        for row in self._away:
            found = self._digests[row["part"]]
            if found.value() != row["kept_hash"]:
                report.add(
                    SEALS,
                    f"what was kept of {row['part']}",
                    f"{row['kept']} rows with hash {row['kept_hash'].hex()}",
                    f"{found.count} rows with hash {found.value().hex()}",
                )


def _compare(row: Record, too_late: int, report: Report) -> None:
    text, sealed = row["text"], row["hash"]
    if text is None:
        kind = "transfer" if row["kind"] == TRANSFER else "settlement"
        report.add(SEALS, f"{kind} {row['id']}", f"the row sealed on {row['day']}", "removed")
    elif sealed is None:
        if row["id"] <= too_late:
            report.add(SEALS, _name(text, row["id"]), "a seal", f"inserted after sealing: {text}")
    elif leaf(text, row["debit_hash"], row["credit_hash"]) != sealed:
        report.add(
            SEALS,
            _name(text, row["id"]),
            f"the row with hash {sealed.hex()}, sealed on {row['day']}",
            f"changed: {text}",
        )


def _name(text: str, row_id: int) -> str:
    return f"{'transfer' if text[2] == 'T' else 'settlement'} {row_id}"


def _check_days(days: dict[date, _Day], stored: dict[date, Record], report: Report) -> None:
    previous: bytes | None = None
    for day in sorted({*days, *stored}):
        report.looked(DAYS, 1)
        row, found = stored.get(day), days.get(day, _Day())
        if row is None:
            report.add(DAYS, f"day {day}", "no seals: the day has no root", f"{found.leaves} seals")
            continue
        if row["root"] is None:
            continue
        found.end()
        _check_day(day, row, found, previous, report)
        previous = row["root"]


def _check_day(day: date, row: Record, found: _Day, previous: bytes | None, report: Report) -> None:
    if found.leaves != row["leaves"]:
        report.add(DAYS, f"day {day}", f"{row['leaves']} seals", found.leaves)
    kept = dict(unpacked(row["blocks"] or b""))
    if found.leaves == row["leaves"]:
        for first, root in zip(found.firsts, found.roots, strict=True):
            if kept.get(first) != root:
                report.add(
                    DAYS,
                    f"day {day}, 1024 seals from {first}",
                    kept.get(first, b"").hex(),
                    root.hex(),
                )
    top = merkle.root(found.roots) if found.roots else b""
    if top != row["merkle"]:
        report.add(DAYS, f"day {day}", f"Merkle root {row['merkle'].hex()}", top.hex())
    if row["previous"] != previous:
        report.add(
            DAYS,
            f"day {day}",
            f"chained to {(previous or b'').hex()}",
            (row["previous"] or b"").hex(),
        )
    root = day_hash(row["previous"], day, row["leaves"], row["merkle"])
    if root != row["root"]:
        report.add(DAYS, f"day {day}", f"root {root.hex()}", row["root"].hex())


async def _check_open_days(reader: Reader, days: list[date], report: Report) -> None:
    async def work(connection: Connection) -> list[Record]:
        return list(await connection.fetch(_OPEN_DAYS, days, timeout=_TIMEOUT_S))

    for row in await reader.look(work):
        if row["leaves"] != row["found"]:
            report.add(DAYS, f"day {row['day']}", f"{row['leaves']} seals", row["found"])
