"""Keys are exchanged in both databases where the shared tables are in one of their own; the cell's
says which one is written with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from app.domain.keys.service import Rotated, Rotation, columns
from app.domain.ops.watch.service import note_aad
from app.domain.registry.service import People
from app.domain.staff import repository as staff
from app.domain.staff.values import Secret
from app.kit.sm import Cipher
from app.local.starting import may_start
from app.store.cells.shared import Shared
from app.store.database import Connection, Database
from app.store.keys import KeysError
from app.store.sealed import ring
from app.store.sealed.canary import check_beside
from app.store.where import ROLE
from tests.domain.keys.test_rotation import NEW, NOW, OLD, PASSPORT, cipher_of, people, started
from tests.servers import new_database, owner

NOTE = "交班：河北慢"
SECRET = Secret(b"h" * 32, b"s" * 16, 2, 1, 1)


@dataclass
class Both:
    cell: Database
    shared: Shared
    url: str

    async def start(self, *pairs: tuple[bytes, bytes]) -> Cipher:
        """The cipher of a process that starts with these keys."""
        cipher = await started(self.cell, *pairs)
        await check_beside(self.shared, cipher)
        return cipher

    async def rotate(self) -> Rotated:
        cipher = await self.start(NEW, OLD)
        return await Rotation(self.cell, cipher, settle_s=0, portion=1, apart=self.shared).run()

    async def under(self, key: bytes) -> dict[str, int]:
        """How many values lie under a key, by column, but what is the databases' own."""
        return {
            f"{one.table}.{one.column}": one.by_key[key]
            for one in await columns(self.cell, self.shared)
            if key in one.by_key and one.table != "sealing_key"
        }

    async def note(self) -> bytes:
        return bytes(await self.shared.value("select note_sealed from ops_note"))

    async def asked(self) -> bytes:
        found = await self.shared.value(
            "select asked_index from family_binding where holder_id is not null"
        )
        return bytes(found)


@pytest.fixture
async def both(database: Database, migrated: str, template: str) -> AsyncIterator[Both]:
    """Two people in the cell; a note and what one has asked of the other beside the shared
    tables, and asked of somebody who isn't there."""
    async with new_database(migrated, "shared", template) as url:
        shared = Shared(await Database.open(url, pool_max=3, models=False))
        made = Both(database, shared, url)
        old = await made.start(OLD)
        asker, other = await people(database, old, 2)
        assert await staff.add(shared, "viewer-1", "viewer", SECRET, NOW)
        await shared.value(
            "insert into ops_note (id, kind, trouble, operator_id, note_sealed, at)"
            " select 1, 'hand_over', '', id, $1, now() from ops_operator",
            old.seal(NOTE, note_aad(1)),
        )
        known = await People(old, database).asked(asker, "李1", PASSPORT, "P1")
        nobody = await People(old, database).asked(asker, "无名", PASSPORT, "NOBODY")
        for id_, holder, index in ((1, other, known.index), (2, None, nobody.index)):
            await shared.value(
                "insert into family_binding (id, shower_id, holder_id, relation, state, consent,"
                " created_at, asked_index, asked_name) values ($1, $2, $3, 'father', 'pending',"
                " 'x', now(), $4, 'x')",
                id_,
                asker,
                holder,
                index,
            )
        try:
            yield made
        finally:
            await shared.close()


async def test_each_tables_values_are_made_anew_where_they_are(both: Both) -> None:
    done = await both.rotate()
    assert (done.rows, done.closed) == (4, []), "two people, a note, and one who was asked"
    alone = await both.start(NEW)
    assert alone.open(await both.note(), note_aad(1)) == NOTE
    asker = await both.cell.value("select min(id) from person")
    known = await People(alone, both.cell).asked(asker, "李1", PASSPORT, "P1")
    assert await both.asked() == known.index
    nobody = await People(alone, both.cell).asked(asker, "无名", PASSPORT, "NOBODY")
    kept = await both.shared.value("select asked_index from family_binding where id = 2")
    assert bytes(kept) in nobody.indexes, "it stays, and is found by the key of before"
    assert await both.under(alone.data.id) == {
        "person.psn_name_sealed": 2,
        "person.certno_sealed": 2,
        "ops_note.note_sealed": 1,
    }
    assert (await both.rotate()).rows == 0


async def test_each_refuses_who_lacks_a_key_that_it_needs(both: Both) -> None:
    with pytest.raises(KeysError, match="QINJI_DATA_KEY is not the key"):
        await check_beside(both.shared, cipher_of(NEW))
    await both.rotate()
    with pytest.raises(KeysError, match="QINJI_DATA_KEY is not the key"):
        await check_beside(both.shared, cipher_of(OLD))


async def test_killed_between_the_two_it_goes_on(
    both: Both, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch = ring.switch
    switched: list[Cipher] = []

    async def dies(connection: Connection, cipher: Cipher) -> None:
        if switched:
            raise ConnectionResetError
        switched.append(cipher)
        await switch(connection, cipher)

    with monkeypatch.context() as broken:
        broken.setattr(ring, "switch", dies)
        with pytest.raises(ConnectionResetError):
            await both.rotate()
    both_keys = await both.start(NEW, OLD)
    assert both_keys.data.secret == NEW[0], "the cell's says which is written with, in both"
    assert both_keys.open(await both.note(), note_aad(1)) == NOTE
    with pytest.raises(KeysError):
        await check_beside(both.shared, cipher_of(NEW))
    assert (await both.rotate()).rows == 4
    await both.start(NEW)


async def test_a_database_that_is_new_begins_with_the_keys_that_are_written_with(
    both: Both, migrated: str, template: str
) -> None:
    """The first that is given is the newest, which nobody writes with yet."""
    async with new_database(migrated, "shared", template) as url:
        fresh = Shared(await Database.open(url, pool_max=2, models=False))
        await check_beside(fresh, await started(both.cell, NEW, OLD))
        await check_beside(fresh, cipher_of(OLD))
        with pytest.raises(KeysError):
            await check_beside(fresh, cipher_of(NEW))
        await fresh.close()


async def test_nobody_starts_beside_a_database_of_other_keys(
    both: Both, migrated: str, template: str
) -> None:
    cipher = cipher_of(OLD)
    assert await may_start(both.cell, cipher, demo=False, apart=both.shared) is None
    async with owner(both.url) as connection:
        await connection.execute(f"grant update on ops_look to {ROLE}")
    told = await may_start(both.cell, cipher, demo=False, apart=both.shared)
    assert told is not None and "QINJI_OWNER_SHARED_DATABASE_URL" in told.sentence
    async with new_database(migrated, "shared", template) as url:
        strange = Shared(await Database.open(url, pool_max=2, models=False))
        await check_beside(strange, cipher_of(NEW))
        with pytest.raises(KeysError, match="QINJI_DATA_KEY is not the key"):
            await may_start(both.cell, cipher, demo=False, apart=strange)
        await strange.close()
