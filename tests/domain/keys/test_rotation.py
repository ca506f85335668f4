"""Keys are exchanged under everything that lies sealed and indexed, while others go on."""

from __future__ import annotations

import asyncio
from dataclasses import astuple
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app.domain.keys import repository
from app.domain.keys.service import Rotated, Rotation, columns
from app.domain.limit.service import Limits
from app.domain.limit.values import Limit, Row
from app.domain.registry.errors import PERSON_UNKNOWN
from app.domain.registry.service import People, sealed_before
from app.kit.clock import SettableClock
from app.kit.reasons import Refusal
from app.kit.sm import Cipher, SealError
from app.settings import Settings
from app.store.cache import Cache
from app.store.database import Database
from app.store.keys import KeysError
from app.store.sealed import ring
from app.store.sealed.canary import check_keys
from app.store.sealed.keeper import Keeper
from tests.domain.registry.imports.conftest import Office
from tests.people_factory import add_person

OLD, NEW = (b"d" * 16, b"i" * 16), (b"D" * 16, b"I" * 16)
NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
BORN = date(1980, 5, 17)
PASSPORT = "08"
SHOP = "P13010200001,药房,2,11,130100,{scheme},key-1,{secret},1,1"


def cipher_of(*pairs: tuple[bytes, bytes]) -> Cipher:
    return Cipher.of([data for data, _ in pairs], [index for _, index in pairs])


async def started(database: Database, *pairs: tuple[bytes, bytes]) -> Cipher:
    """The cipher of a process that starts with these keys."""
    cipher = cipher_of(*pairs)
    await check_keys(database, cipher, sealed_before)
    return cipher


async def rotated(database: Database, portion: int = 3) -> Rotated:
    cipher = await started(database, NEW, OLD)
    return await Rotation(database, cipher, settle_s=0, portion=portion).run()


async def people(database: Database, cipher: Cipher, number: int) -> list[int]:
    return [
        await add_person(
            database,
            cipher,
            name=f"李{n}",
            certno=f"P{n}",
            gend="1",
            brdy=BORN,
            cert_type=PASSPORT,
        )
        for n in range(number)
    ]


async def found(database: Database, cipher: Cipher, number: int) -> list[int | None]:
    """Who is found by name and number."""
    registry = People(cipher, database)
    ids: list[int | None] = []
    for n in range(number):
        try:
            ids.append((await registry.identify(f"李{n}", PASSPORT, f"P{n}")).id)
        except Refusal as refusal:
            assert refusal.reason is PERSON_UNKNOWN
            ids.append(None)
    await registry.close()
    return ids


async def left(database: Database) -> dict[str, int]:
    """How many values lie under keys of before, by column, of those that are made anew."""
    rows = await database.rows("select key_id from sealing_key where writing and named")
    new = {bytes(row["key_id"]) for row in rows}
    counted = {
        f"{one.table}.{one.column}": sum(n for key, n in one.by_key.items() if key not in new)
        for one in await columns(database)
        if not one.stays
    }
    return {name: number for name, number in counted.items() if number}


async def test_all_are_found_and_opened_before_while_and_after(database: Database) -> None:
    old = await started(database, OLD)
    ids = await people(database, old, 10)
    reading = await started(database, NEW, OLD)
    assert (reading.data.secret, reading.indexing.secret) == OLD, "given is not used"
    assert await found(database, reading, 10) == ids
    done = await rotated(database)
    assert (done.rows, done.closed) == (10, [])
    assert await left(database) == {}
    alone = await started(database, NEW)
    assert await found(database, alone, 10) == ids
    assert await found(database, await started(database, NEW, OLD), 10) == ids
    registry = People(alone, database)
    assert registry.certno(await registry.get(ids[3])) == "P3"


async def test_what_lies_in_redis_still_opens_for_a_day(database: Database) -> None:
    old = await started(database, OLD)
    sealed, told = old.seal("token", "redis:token"), old.index("x", "y")
    await rotated(database)
    alone = await started(database, NEW)
    assert alone.open(sealed, "redis:token") == "token"
    assert alone.lasting_index("x", "y") == told, "what tills were told of a person stays"
    await rotated(database)
    third = (b"3" * 16, b"4" * 16)
    next_one = await started(database, third, NEW)
    await Rotation(database, next_one, settle_s=0).run()
    assert (await started(database, third)).open(sealed, "redis:token") == "token"
    await database.value("update sealing_key set walked_at = walked_at - interval '26 hours'")
    await ring.tidy(database)
    with pytest.raises(SealError):
        (await started(database, third)).open(sealed, "redis:token")
    [kept] = await database.rows("select * from sealing_key where kind = 'data'")
    assert kept["writing"]
    assert await database.value("select count(*) from sealing_key where kind = 'index'") == 3


async def test_twice_is_fine_and_changes_nothing(database: Database) -> None:
    await people(database, await started(database, OLD), 5)
    await rotated(database)
    before = await database.rows("select xmin::text, * from person order by id")
    assert (await rotated(database)).rows == 0
    assert before == await database.rows("select xmin::text, * from person order by id")


async def test_killed_half_way_it_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = await people(database, await started(database, OLD), 10)
    reached, whole = asyncio.Event(), repository.write
    portions = 0

    async def write(*arguments: object) -> None:
        nonlocal portions
        portions += 1
        await whole(*arguments)  # type: ignore[arg-type]
        if portions == 3:  # written and not committed
            reached.set()
            await asyncio.Event().wait()

    with monkeypatch.context() as patched:
        patched.setattr(repository, "write", write)
        run = asyncio.create_task(rotated(database, portion=2))
        await asyncio.wait_for(reached.wait(), 10)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run
    assert (await left(database))["person.psn_name_sealed"] == 6
    with pytest.raises(
        KeysError, match=r"lacks the key \w+, which rows of this database still need"
    ):
        await started(database, NEW)
    assert await found(database, await started(database, NEW, OLD), 10) == ids
    assert (await rotated(database)).rows == 6
    assert await found(database, await started(database, NEW), 10) == ids


async def test_who_lacks_a_key_is_not_started_and_told_which(database: Database) -> None:
    old = await started(database, OLD)
    await people(database, old, 1)
    with pytest.raises(KeysError, match="QINJI_DATA_KEY is not the key"):
        await started(database, NEW)
    await rotated(database)
    with pytest.raises(KeysError, match="QINJI_DATA_KEY is not the key"):
        await started(database, OLD)
    with pytest.raises(KeysError, match="QINJI_INDEX_KEY lacks the key"):
        await check_keys(database, Cipher(NEW[0], OLD[1]), sealed_before)


async def test_a_program_of_the_version_before_finds_its_key_wrong(database: Database) -> None:
    old = await started(database, OLD)
    sealed = "select sealed from key_canary"
    assert old.open(await database.value(sealed), "key_canary") == "qinji"
    await rotated(database)
    canary = await database.value(sealed)
    assert canary[:1] == b"\1", "it reads no other form"
    assert Cipher(*NEW).open(canary, "key_canary") == "qinji"


async def test_it_begins_when_everybody_has_the_new_key(database: Database, tmp_path: Path) -> None:
    config = Settings(home=tmp_path)
    path = tmp_path / "keys.json"
    path.write_text(f'{{"data_key": "{OLD[0].hex()}", "index_key": "{OLD[1].hex()}"}}')
    old = await started(database, OLD)
    ids = await people(database, old, 4)
    async with Keeper(database, old, config, "app"):
        with pytest.raises(ring.NotReady, match="don't have the new key yet: app "):
            await rotated(database)
        assert set((await left(database)).values()) == {4}
        both = [f"{new.hex()},{before.hex()}" for new, before in zip(NEW, OLD, strict=True)]
        path.write_text(f'{{"data_key": "{both[0]}", "index_key": "{both[1]}"}}')
        async with asyncio.timeout(20):
            while len(old.readable[0]) < 2:  # noqa: ASYNC110 its own beat does it
                await asyncio.sleep(0.1)
        assert old.data.secret == OLD[0], "it reads it and doesn't write with it"
        done = await rotated(database)
        assert done.rows == 4
        assert (old.data.secret, old.indexing.secret) == NEW, "it was waited for"
        path.write_text(f'{{"data_key": "{OLD[0].hex()}", "index_key": "{OLD[1].hex()}"}}')
        await asyncio.sleep(5)
        assert old.data.secret == NEW[0], "keys that aren't the database's change nothing"
        assert (
            await database.value(
                "select count(*) from sealing_process where at > now() - '3s'::interval"
            )
            == 1
        )
        assert await found(database, old, 4) == ids
    assert await database.value("select count(*) from sealing_process") == 0


async def test_an_import_that_runs_is_waited_for(database: Database, tmp_path: Path) -> None:
    await started(database, OLD)
    importing = await started(database, NEW, OLD)
    config = Settings(home=tmp_path)
    async with Keeper(database, importing, config, "import", steady=True):
        run = asyncio.create_task(rotated(database))
        await asyncio.sleep(3)
        assert not run.done()
        assert importing.data.secret == OLD[0]
        await people(database, importing, 2)
    await asyncio.wait_for(run, 20)
    assert await left(database) == {}


async def test_what_a_writer_has_changed_meanwhile_stays(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await started(database, OLD)
    [person] = await people(database, old, 1)
    whole = repository.write

    async def write(*arguments: object) -> None:
        await database.value("update person set written_index = $1 where id = $2", b"x", person)
        await whole(*arguments)  # type: ignore[arg-type]
        row = await database.row("select * from person where id = $1", person)
        assert row is not None
        assert row["written_index"] == b"x"
        assert row["psn_name_sealed"][:1] == b"\1", "its writer's row, whole"
        monkeypatch.setattr(repository, "write", whole)

    monkeypatch.setattr(repository, "write", write)
    await rotated(database)
    assert await left(database) == {}


async def test_a_value_that_no_key_opens_keeps_the_keys(database: Database) -> None:
    old = await started(database, OLD)
    first, second = await people(database, old, 2)
    await database.value("update person set certno_sealed = $1 where id = $2", b"\1" * 40, first)
    done = await rotated(database)
    assert done.closed == [f"person {first}"]
    with pytest.raises(KeysError, match="still need"):
        await started(database, NEW)
    assert second


async def test_an_import_on_the_way_finds_the_same_people(
    database: Database, tmp_path: Path
) -> None:
    old = await started(database, OLD)
    office = Office(database, tmp_path, SettableClock(NOW), cipher=old)
    lines = [f"N{n},李敏{n},08,A{n},1,1980-05-17,310,11,1,130100,1,10.00,5.00" for n in range(3)]
    assert astuple(await office.people(*lines)) == (3, 0, 0, 0)
    reading = await started(database, NEW, OLD)
    async with database.transaction() as connection:
        await ring.switch(connection, reading)
    office.cipher = reading
    assert reading.data.secret == NEW[0]
    assert astuple(await office.people(*lines[:2])) == (0, 0, 2, 0), "the same are the same"
    taken = lines[2].replace("N2", "N9")
    assert astuple(await office.people(taken)) == (0, 0, 0, 1), "a number that somebody has"
    office.cipher = await started(database, NEW, OLD)
    changed = lines[2].replace("李敏2", "李强")
    assert astuple(await office.people(changed)) == (0, 1, 0, 0)
    await rotated(database)
    assert astuple(await office.people(*lines[:2], changed)) == (0, 0, 3, 0)
    office.cipher = await started(database, NEW)
    assert not office.cipher.rotating
    assert astuple(await office.people(*lines[:2], changed)) == (0, 0, 3, 0)


async def test_an_institution_s_secrets_hold_and_another_import_changes_nothing(
    database: Database, tmp_path: Path
) -> None:
    old = await started(database, OLD)
    office = Office(database, tmp_path, SettableClock(NOW), cipher=old)
    before = SHOP.format(scheme="hmac-sm3", secret="a-secret-of-some-length-0")
    now = SHOP.format(scheme="hmac-sm3", secret="a-secret-of-some-length-1")
    assert astuple(await office.institutions(before)) == (1, 0, 0, 0)
    assert astuple(await office.institutions(now)) == (0, 1, 0, 0)
    reading = await started(database, NEW, OLD)
    async with database.transaction() as connection:
        await ring.switch(connection, reading)
    office.cipher = reading
    assert astuple(await office.institutions(now)) == (0, 0, 1, 0), "no other secret"
    await rotated(database)
    alone = People(await started(database, NEW), database)
    owner = await alone.key_owner("key-1")
    assert owner is not None
    assert [key.secret[-1] for key in owner.keys] == ["1", "0"]
    await alone.close()


async def test_what_was_counted_counts_on(database: Database, redis_url: str) -> None:
    old = await started(database, OLD)
    reading = await started(database, NEW, OLD)
    cache = await Cache.open(redis_url)
    clock = SettableClock(NOW)
    row = Row((Limit(("person",), 3, 86_400, "kept"), Limit(("person",), 3, 86_400)))
    who = str(database.ids.next())

    async def take(cipher: Cipher) -> None:
        await Limits(database, cache, clock, cipher, 1).take("x", row, {"person": who})

    try:
        await take(old)
        async with database.transaction() as connection:
            await ring.switch(connection, reading)
        await take(reading)
        await rotated(database)
        alone = await started(database, NEW)
        await take(alone)
        with pytest.raises(Refusal, match="TOO_OFTEN"):
            await take(alone)
        clock.advance(86_400)
        await take(alone)
    finally:
        await cache.close()


async def test_who_was_asked_for_by_a_number_is_known_again(database: Database) -> None:
    old = await started(database, OLD)
    donor, *_ = await people(database, old, 2)
    asked = await People(old, database).asked(donor, "无名", PASSPORT, "NOBODY")
    known = await People(old, database).asked(donor, "李1", PASSPORT, "P1")
    assert asked.person is None and known.person is not None
    for number, who in ((1, asked), (2, known)):
        await database.value(
            "insert into family_binding (id, shower_id, holder_id, relation, state, consent,"
            " created_at, asked_index, asked_name) values ($1, $2, $3, 'father', 'pending', 'x',"
            " now(), $4, 'x')",
            number,
            donor,
            who.person and who.person.id,
            who.index,
        )
    await rotated(database)
    alone = People(await started(database, NEW), database)
    rows = await database.rows("select asked_index from family_binding order by id")
    nobody, somebody = (bytes(row["asked_index"]) for row in rows)
    assert nobody in (await alone.asked(donor, "无名", PASSPORT, "NOBODY")).indexes
    assert nobody == asked.index, "nothing is left of what was typed, so it stays"
    assert somebody == (await alone.asked(donor, "李1", PASSPORT, "P1")).index
