"""门慢门特备案: for which chronic or special diseases a person is registered (5301). What somebody
suffers from lies sealed, as diagnoses do."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import orjson

from app.domain.filing import repository
from app.kit.ids import IdMaker
from app.kit.sm import Cipher
from app.kit.value import value
from app.store.database import Connection, Database, Record


@value
class Chronic:
    """One registration."""

    person_id: int
    code: str
    name: str
    begins_on: date
    ends_on: date | None

    @property
    def key(self) -> tuple[int, str, date]:
        return self.person_id, self.code, self.begins_on


def disease_aad(filing_id: int) -> str:
    """What a sealed disease is bound to."""
    return f"chronic_filing.disease:{filing_id}"


class ChronicFilings:
    """The service of such registrations."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    async def of_person(self, person_id: int) -> list[Chronic]:
        """A person's, oldest first, ended ones too."""
        rows = await repository.of_person(self._database, person_id)
        return [_opened(self._cipher, row) for row in rows]


async def write(
    connection: Connection, cipher: Cipher, ids: IdMaker, ones: Sequence[Chronic], now: datetime
) -> tuple[int, int]:
    """Stores registrations: how many were new, and how many changed."""
    stored = await repository.of_people(connection, {one.person_id for one in ones})
    there = {_opened(cipher, row).key: row for row in stored}
    rows, added = [], 0
    for one in ones:
        row = there.get(one.key)
        if row is not None and _opened(cipher, row) == one:
            continue
        number = ids.next() if row is None else row["id"]
        added += row is None
        said = orjson.dumps([one.code, one.name])
        sealed = cipher.seal_bytes(said, disease_aad(number))
        rows.append((number, one.person_id, sealed, one.begins_on, one.ends_on, now))
    await repository.put(connection, rows)
    return added, len(rows) - added


def _opened(cipher: Cipher, row: Record) -> Chronic:
    code, name = orjson.loads(cipher.open_bytes(row["disease_sealed"], disease_aad(row["id"])))
    return Chronic(row["person_id"], code, name, row["begins_on"], row["ends_on"])
