"""Writes a month of the books to files, from a running system."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives import hashes

from app.kit.clock import SHANGHAI
from app.kit.ids import first_id_at
from app.ledger.proof.archive.lines import (
    BESIDE,
    MANIFEST,
    ROWS,
    ArchiveError,
    Leaf,
    Line,
    Manifest,
)
from app.ledger.proof.books import BY_INDEX
from app.ledger.proof.seals import BEFORE, SETTLEMENT_TEXT, TRANSFER_TEXT, Day, day_of
from app.store.database import Connection, Record
from app.store.late.reading import Reader

_PORTION = 5_000
_TIMEOUT_S = 600.0
_AFTERWARDS = 3_600_000 << 22
"""An hour of ids: a bill's rows, made at one moment, may lie on both sides of a month's end."""


def _transfers(chosen: str) -> str:
    """SQL: the chosen transfers as they are hashed, in order of id."""
    return f"""
select t.id, {TRANSFER_TEXT} as text, x.day, x.hash, d.hash as debit, c.hash as credit,
    '{{}}'::bigint[] as moves
from (select * from transfer where {chosen}) as t
left join seal x on x.id = t.id {BEFORE} order by t.id
"""  # noqa: S608


_TRANSFERS = _transfers("id > $1 and id < $2 order by id limit $3")
_SETTLEMENTS = f"""
select s.id, {SETTLEMENT_TEXT} as text, x.day, x.hash, null::bytea as debit, null::bytea as credit,
    array(select t.id from transfer t where t.settlement_id = s.id order by t.id) as moves
from (select * from settlement where id > $1 and id < $2 order by id limit $3) as s
left join seal x on x.id = s.id order by s.id
"""  # noqa: S608
_ACROSS = _transfers("id >= $2 and id < $3 and settlement_id >= $1 and settlement_id < $2")
_DAYS = "select * from day_root where day = any($1::date[]) and root is not null order by day"
_BESIDE = """
select id, day, hash from seal
where id >= $2 and id <= $3 and not (id >= $4 and id < $5) and day = $1 order by id
"""


class _File:
    """A file that is written from its beginning to its end, and its hash."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._hash = hashes.Hash(hashes.SM3())

    def write(self, written: bytes) -> None:
        self._file.write(written)
        self._hash.update(written)

    def sm3(self) -> str:
        return self._hash.finalize().hex()


async def write(
    reader: Reader,
    folder: Path,
    begins: datetime,
    ends: datetime,
    now: datetime,
    watch: Callable[[int], None] = lambda rows: None,
) -> Manifest:
    """Writes what was booked from a moment to another into a new folder, whose manifest is written
    last: without one it is no archive.

    Raises:
        ArchiveError: it isn't over, something of it isn't sealed, a day of it isn't closed yet, or
            the folder is there already.
    """
    if ends > now:
        last = (ends - timedelta(microseconds=1)).astimezone(SHANGHAI)
        raise ArchiveError(f"its last day, {last:%Y-%m-%d}, is not over yet 该月尚未结束")
    begin, end = first_id_at(begins), first_id_at(ends)
    if begin < await reader.value("select away_until()"):
        raise ArchiveError("it is away already: what is here of it is not all 该月已移出")
    try:
        await asyncio.to_thread(folder.mkdir, parents=True)
    except FileExistsError:
        raise ArchiveError(f"{folder} is there already: name a new one 文件夹已存在") from None
    met: dict[date, tuple[int, int]] = {}
    across: set[int] = set()
    rows = 0
    with (folder / ROWS).open("wb") as out:
        file, after = _File(out), begin - 1
        while after < end:
            found, after = await reader.look(partial(_portion, after=after, begin=begin, end=end))
            for number, row in enumerate(found):
                if number % 256 == 0:
                    await asyncio.sleep(0)  # others of this process go on
                line = _line(row)
                first, _ = met.get(line.day, (line.id, 0))
                met[line.day] = first, line.id
                if line.id >= end:
                    across.add(line.id)
                file.write(line.written())
            rows += len(found)
            watch(len(found))
        sums = [(ROWS, file.sm3())]
    days = tuple(day_of(row) for row in await reader.rows(_DAYS, list(met)))
    if still := met.keys() - {day.day for day in days}:
        raise ArchiveError(f"{min(still)} is not closed yet: after midnight in China it will be")
    with (folder / BESIDE).open("wb") as out:
        file, beside = _File(out), 0
        for day in days:
            for leaf in await _beside(reader, day, met[day.day], begin, end):
                if leaf.id not in across:
                    file.write(leaf.written())
                    beside += 1
        sums.append((BESIDE, file.sm3()))
    manifest = Manifest(begin, end, rows, beside, tuple(sums), days, now)
    text = json.dumps(manifest.written(), indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    return manifest


async def _portion(
    connection: Connection, after: int, begin: int, end: int
) -> tuple[list[Record], int]:
    """The next rows in order of id, and up to where they are all there are."""
    await connection.execute(BY_INDEX)
    parts = [
        await connection.fetch(sql, after, end, _PORTION, timeout=_TIMEOUT_S)
        for sql in (_TRANSFERS, _SETTLEMENTS)
    ]
    full = [part[-1]["id"] for part in parts if len(part) == _PORTION]
    to = min(full, default=end)
    found = [row for part in parts for row in part if row["id"] <= to]
    found.sort(key=lambda row: row["id"])
    if not full:
        found += await connection.fetch(_ACROSS, begin, end, end + _AFTERWARDS, timeout=_TIMEOUT_S)
    return found, to


def _line(row: Record) -> Line:
    if row["day"] is None:
        raise ArchiveError(f"row {row['id']} is not sealed: run `qinji ledger seal`, then verify")
    moves = tuple(row["moves"])
    return Line(row["id"], row["day"], row["hash"], row["debit"], row["credit"], moves, row["text"])


async def _beside(
    reader: Reader, day: Day, met: tuple[int, int], begin: int, end: int
) -> list[Leaf]:
    """The other months' rows in the blocks of a day that hold rows of this one."""
    first, _ = day.ids_of(day.block_of(met[0]))
    _, last = day.ids_of(day.block_of(met[1]))

    async def work(connection: Connection) -> list[Record]:
        await connection.execute(BY_INDEX)
        values = (day.day, first, last, begin, end)
        return list(await connection.fetch(_BESIDE, *values, timeout=_TIMEOUT_S))

    return [Leaf(row["id"], row["day"], row["hash"]) for row in await reader.look(work)]
