"""Chains new lines of the audit, each database its own. Whoever writes them waits for nobody: a
chain is a reader of the feed (app/store/feed.py), half a minute behind, and one process at a time
lengthens it.

Lines of before there was a chain are its first ones, in the order of their ids.
"""

from __future__ import annotations

from datetime import datetime

from app.kit.clock import Clock
from app.ledger.proof.audit.chains import forms_in
from app.ledger.proof.audit.lines import BEGINNING, FEED, FORMS, Form, line_hash
from app.store.cells.places import Place
from app.store.cells.shared import Shared
from app.store.database import Database
from app.store.feed import Batch, Feed, Source

_BATCH = 500
_HEAD = "select position, hash from audit_seal order by position desc limit 1"
_INSERT = """
insert into audit_seal (position, id, kind, hash)
select * from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::bytea[])
"""


def _unsealed(form: Form) -> str:
    """SQL: lines that are in no chain yet, as the feed asks for them."""
    return f"""
select r.id, {form.kind}::smallint as kind, {form.text} as text from (
    select * from {form.table} where id > $1 and id <= $2
        and not exists (select from audit_seal x where x.id = {form.table}.id)
    order by id limit $3
) as r order by r.id
"""  # noqa: S608


class AuditSealer:
    """Takes what is new into the chain; into that of the shared tables, too, where those are apart
    in another database."""

    def __init__(self, database: Database, clock: Clock, apart: Shared | None = None) -> None:
        self._database = database
        self._clock = clock
        self._apart = apart
        self._known: tuple[Feed, ...] = ()
        if apart is None:
            self._known = (_feed(database, FORMS),)

    async def run(self, *, now: datetime | None = None) -> int:
        """Takes in all that is half a minute old; gives how many lines.

        Another one at work: nothing is done.
        """
        now, rows = now or self._clock.now(), 0
        for feed in await self._feeds():
            rows += (await feed.run(_seal, now, at_once=_BATCH)).rows
        return rows

    async def run_gently(self) -> int:
        """The same for a process that has something better to do."""
        rows = 0
        for feed in await self._feeds():
            rows += (await feed.run_gently(_seal, self._clock.now(), at_once=_BATCH)).rows
        return rows

    async def _feeds(self) -> tuple[Feed, ...]:
        """One of each chain, the cell's first."""
        if not self._known:
            assert self._apart is not None
            self._known = (
                _feed(self._database, await forms_in(self._database, Place.CELL)),
                _feed(self._apart, await forms_in(self._apart, Place.SHARED)),
            )
        return self._known


def _feed(database: Database, forms: tuple[Form, ...]) -> Feed:
    return Feed(database, FEED, Source(tuple(_unsealed(form) for form in forms)))


async def _seal(batch: Batch) -> None:
    head = await batch.connection.fetchrow(_HEAD)
    position, before = (head["position"], head["hash"]) if head else (0, BEGINNING)
    hashes: list[bytes] = []
    for row in batch.rows:
        before = line_hash(before, row["text"])
        hashes.append(before)
    await batch.connection.execute(
        _INSERT,
        [position + number for number in range(1, len(hashes) + 1)],
        [row["id"] for row in batch.rows],
        [row["kind"] for row in batch.rows],
        hashes,
    )
