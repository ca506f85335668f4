"""Hands the roots of closed days to another party, by itself: a chain that only its owner holds
proves nothing against its owner. A folder of somebody else's, an address, or both.

One day is one document: ``day``, ``leaves``, ``merkle``, ``previous``, ``root`` and, with a key,
the ``signature``: HMAC-SM3 over these five, a line each. What the other party holds is compared by
``qinji ledger verify --roots FOLDER``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Protocol, TypeAlias

from app.kit.log import logger
from app.kit.sm import hmac_sm3
from app.ledger.proof.findings import Report
from app.store.database import Database, Record
from app.store.feed import take_turn

Document: TypeAlias = Mapping[str, str | int]
_SIGNED = ("day", "leaves", "merkle", "previous", "root")
_CLOSED = """
select day, leaves, merkle, previous, root from day_root
where root is not null and day > $1 order by day
"""
_MOVE = "update feed set read_to = $2 where name = $1"
_MARK = "roots-handed"
_FIRST = date(2000, 1, 1)
log = logger(__name__)


class Taker(Protocol):
    """The other party's address."""

    async def take(self, document: Document) -> bool:
        """Hands one day over; whether it is held there now, as far as anybody knows."""
        ...

    async def close(self) -> None:
        """Closes the connections."""
        ...


class Handing:
    """Hands over what is closed and was not handed over yet."""

    def __init__(
        self, database: Database, key: str, folder: Path | None, taker: Taker | None
    ) -> None:
        self._database = database
        self._key = key.encode()
        self._folder = folder
        self._taker = taker

    async def close(self) -> None:
        """Closes the connections."""
        if self._taker is not None:
            await self._taker.close()

    async def run(self) -> int:
        """All days that wait, in order; gives how many were handed over. What fails is told in the
        log and tried again with the next run."""
        handed = 0
        if self._folder is not None:
            handed += await self._to_folder(self._folder)
        if self._taker is not None:
            handed += await self._to_address(self._taker)
        return handed

    async def _to_folder(self, folder: Path) -> int:
        handed = 0
        for row in await self._database.rows(_CLOSED, _FIRST):
            told = self.document(row)
            try:
                handed += _put(folder / f"{told['day']}.json", told)
            except OSError as error:
                log.error("roots_not_handed", day=told["day"], to="folder", error=error.errno)
                return handed
        return handed

    async def _to_address(self, taker: Taker) -> int:
        handed = 0
        while True:
            async with self._database.transaction() as connection:
                mark = await take_turn(connection, _MARK, _FIRST.toordinal())
                if mark is None:
                    return handed
                row = await connection.fetchrow(
                    _CLOSED + "limit 1", date.fromordinal(max(mark, _FIRST.toordinal()))
                )
                if row is None:
                    return handed
                told = self.document(row)
                if not await taker.take(told):
                    log.error("roots_not_handed", day=told["day"], to="address")
                    return handed
                await connection.execute(_MOVE, _MARK, row["day"].toordinal())
            handed += 1

    def document(self, row: Record) -> Document:
        """One day as it is handed over."""
        told: dict[str, str | int] = {
            "day": row["day"].isoformat(),
            "leaves": row["leaves"],
            "merkle": row["merkle"].hex(),
            "previous": row["previous"].hex() if row["previous"] else "",
            "root": row["root"].hex(),
        }
        if self._key:
            told["signature"] = signature_of(self._key, told)
        return told


def signature_of(key: bytes, told: Document) -> str:
    """What proves to who holds the key that this is from us, as it was."""
    return hmac_sm3(key, "\n".join(str(told[name]) for name in _SIGNED).encode()).hex()


def _put(file: Path, told: Document) -> bool:
    """Writes a day's document, whole or not at all and never over one; whether it is new."""
    if file.exists():
        if _held(file).get("root") != told["root"]:
            log.error("root_contradicts_what_was_handed", day=told["day"])
        return False
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with fresh.open("x", encoding="utf-8") as out:
            out.write(json.dumps(told, indent=1) + "\n")
            out.flush()
            os.fsync(out.fileno())
        with suppress(FileExistsError):  # another worker was first
            os.link(fresh, file)
    finally:
        fresh.unlink(missing_ok=True)
    return True


def _held(file: Path) -> dict[str, object]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


async def check_handed(database: Database, folder: Path, report: Report) -> None:
    """What the other party holds against what the books say now: each day there, and as it was."""
    rows = {str(row["day"]): row["root"].hex() for row in await database.rows(_CLOSED, _FIRST)}
    for day, root in _days(folder):
        report.looked("handed", 1)
        if rows.get(day) != root:
            report.add("handed", f"day {day}", root or "a readable root", rows.get(day, "no day"))


def _days(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.glob("[0-9]*.json")):
        yield file.stem, str(_held(file).get("root", ""))
