"""Brings people whom the version before has indexed under the normal form of name and number.

In portions of a moment each, while people are served: each is a transaction, so whoever ends it
half-way leaves whole portions, and the next run goes on there. Until a row's turn has come it is
found as it was before (``People.identify``). When all is done there is nothing to look at but who
came since.

Two whose numbers were different texts and are the same number can't both be found by it: the second
stays as it is, is found as before, and is counted; the next file of the registry tells its line.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.registry.imports.book.indexes import Renewed, next_portion, renew, taken
from app.domain.registry.indexes import index_certno, index_name, index_written
from app.domain.registry.service import certno_aad, name_aad
from app.kit.sm import Cipher
from app.store.database import Database, Record

PORTION = 200
"""People at a time: some hundredths of a second, in which nobody binds or grants with them."""


@dataclass(slots=True)
class Reindexed:
    """What a run has done.

    Attributes:
        renewed: people indexed anew.
        doubles: people left as they were, since somebody else has their number.
    """

    renewed: int = 0
    doubles: int = 0


async def reindex(database: Database, cipher: Cipher, portion: int = PORTION) -> Reindexed:
    """Goes on from where the last run came to, up to the last person there is."""
    done = Reindexed()
    while await _portion(database, cipher, portion, done):
        pass
    return done


async def _portion(database: Database, cipher: Cipher, size: int, done: Reindexed) -> bool:
    async with database.transaction() as connection:
        found = await next_portion(connection, size)
        if found is None:
            return False
        end, rows = found
        people = await asyncio.to_thread(_renewed, rows, cipher)
        others = await taken(connection, people)
        fresh = _once([one for one in people if one[0] not in others])
        await renew(connection, fresh, end)
    done.renewed += len(fresh)
    done.doubles += len(people) - len(fresh)
    return True


def _renewed(rows: Sequence[Record], cipher: Cipher) -> list[Renewed]:
    people = []
    for row in rows:
        psn_no, kind = row["psn_no"], row["psn_cert_type"]
        name = cipher.open(row["psn_name_sealed"], name_aad(psn_no))
        certno = cipher.open(row["certno_sealed"], certno_aad(psn_no))
        indexes = index_name(cipher, name), index_certno(cipher, kind, certno)
        people.append((row["id"], kind, *indexes, index_written(cipher, name, certno)))
    return people


def _once(people: Sequence[Renewed]) -> list[Renewed]:
    """The first with each number."""
    first: dict[tuple[str, bytes], Renewed] = {}
    for one in people:
        first.setdefault((one[1], one[3]), one)
    return list(first.values())
