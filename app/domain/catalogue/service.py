"""What tills ask of the catalogue: the nation's lists since a version, and what holds when."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.domain.catalogue import repository
from app.domain.catalogue.facts import terms
from app.domain.catalogue.facts.terms import Asked, Span
from app.domain.catalogue.lists import EMPTY, LISTS
from app.domain.catalogue.zipping import Zipping
from app.kit.clock import Clock, local_date
from app.store.database import Database, Record

_OFFERED = timedelta(days=7)
_AT_ONCE = 2
_NUMBER = re.compile(r"P(13[0-9]{2}A?)-([0-9]{1,9})-([0-9]{1,9})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Difference:
    """What of a list is newer than a version. The number says it all: nothing is kept for it."""

    infno: str
    since: int
    until: int
    rows: int = 0

    @property
    def number(self) -> str:
        return f"P{self.infno}-{self.since}-{self.until}"

    @property
    def name(self) -> str:
        return f"{self.infno}_{self.since}_{self.until}"

    @classmethod
    def of(cls, number: str) -> Difference | None:
        """The one with this number; None: it is another file's."""
        found = _NUMBER.match(number)
        if found is None or found[1] not in LISTS or not LISTS[found[1]].is_file:
            return None
        return cls(found[1], int(found[2]), int(found[3]))


class Catalogue:
    """The catalogue's service. Of the files that tills load only so many are worked at at a
    time: a morning on which all of them come takes no more of a process than that."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._making = asyncio.Semaphore(_AT_ONCE)

    def offered_until(self) -> date:
        return local_date(self._clock.now() + _OFFERED)

    async def newer(self, infno: str, since: int) -> Difference:
        """What is newer than a version; ``until`` is the list's own, also where that is lower."""
        version, rows = await repository.newer(self._database, infno, since)
        return Difference(infno, since, version, rows)

    async def packed(self, one: Difference) -> AsyncGenerator[bytes]:
        """The file, piece by piece as it is made."""
        packing = Zipping(f"{one.name}.txt")
        version, rid = one.since + 1, ""
        while True:
            async with self._making:
                page = await repository.page(self._database, one.infno, one.until, (version, rid))
                if page is None:
                    break
                piece = await asyncio.to_thread(packing.text, page["text"])
            if piece:
                yield piece
            version, rid = page["version"], page["rid"]
        yield packing.end()

    async def versions(self) -> list[Record]:
        """The newest version of each list that has any."""
        return await repository.versions(self._database)

    async def rows_of(
        self, infno: str, wanted: Mapping[str, str], since: int = 0
    ) -> list[dict[str, str]]:
        """The rows of a small list that have what is wanted of them, by the names of columns."""
        names = LISTS[infno].columns
        found = []
        for cells in await repository.rows_of(self._database, infno, since, wanted.get("rid", "")):
            row = {
                name: "" if cell == EMPTY else cell for name, cell in zip(names, cells, strict=True)
            }
            if all(row.get(name) == text for name, text in wanted.items()):
                found.append(row)
        return found

    async def spans(self, asked: Asked) -> list[Span]:
        """From when to when an item was worth what, page by page."""
        return await terms.spans(self._database, asked)
