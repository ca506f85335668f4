"""The shared tables' database as an installation names it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest
from pydantic import ValidationError

from app.compose import open_services
from app.domain.events.reading import COLUMNS
from app.domain.ops.watch.service import note_aad
from app.domain.registry.imports.rows import PEOPLE
from app.local.prepare import prepare
from app.settings import Settings, settings
from app.store.cells.shared import shared_at
from app.store.database import Database
from app.store.doctor.examine import examine
from app.store.doctor.told import Mark
from app.store.versions import StartRefused
from app.store.where import ROLE
from tests import commands
from tests.own_database import migrated, template
from tests.people_factory import made_up_certno
from tests.servers import as_owner, new_database, owner
from tests.store.doctor.conftest import KEY, config

__all__ = ["config", "migrated", "template"]


@pytest.fixture
async def url(migrated: str, template: str) -> AsyncIterator[str]:
    async with new_database(migrated, "shared", template) as mine:
        yield mine


@pytest.fixture
def both(config: Settings, url: str) -> Settings:
    return config.model_copy(update={"shared_database_url": url})


async def qinji(config: Settings, *words: str) -> tuple[int, str]:
    """Runs a command: exit code, and what it said."""
    own = {
        "QINJI_DATABASE_URL": config.database_url,
        "QINJI_OWNER_DATABASE_URL": as_owner(config.database_url),
        "QINJI_SHARED_DATABASE_URL": config.shared_database_url,
        "QINJI_OWNER_SHARED_DATABASE_URL": as_owner(config.shared_database_url),
        "QINJI_REDIS_URL": config.redis_url,
        "QINJI_HOME": str(config.home),
        "QINJI_DATA_KEY": KEY,
        "QINJI_INDEX_KEY": KEY,
    }
    code, out, err = await commands.qinji(own, *words)
    return code, out + err


async def test_staff_is_where_the_setting_says_and_its_keys_are_counted(both: Settings) -> None:
    async with open_services(both) as services:
        assert services.apart is services.shared
        assert await services.operators.add("viewer-1", "viewer", "a long password", None)
        count = "select count(*) from ops_operator"
        assert await services.shared.value(count) == 1
        assert await services.database.value(count) == 0
        await services.shared.value(
            "insert into ops_note (id, kind, trouble, operator_id, note_sealed, at)"
            " select 1, 'hand_over', '', id, $1, now() from ops_operator",
            services.people.cipher.seal("交班", note_aad(1)),
        )
    code, said = await qinji(both, "keys", "status")
    assert (code, "ops_note.note_sealed: 1 under" in said) == (0, True), said


async def test_an_imported_death_ends_the_tie_that_lies_there(both: Settings) -> None:
    people, events = both.home / "people.csv", both.home / "events.csv"
    rows = [
        f"P{number},李{number},01,{made_up_certno(born)},1,{born},310,11,1,130100,0,0,0"
        for number, born in enumerate((date(1980, 5, 17), date(1950, 3, 1)))
    ]
    people.write_text("\n".join([",".join(PEOPLE), *rows, ""]), encoding="utf-8")
    died = "E1,P1,died,2026-11-21,"
    events.write_text("\n".join([",".join(COLUMNS), died, ""]), encoding="utf-8")
    code, said = await qinji(both, "import", "people", str(people))
    assert code == 0, said
    async with owner(both.database_url) as cell, owner(both.shared_database_url) as there:
        son, father = await cell.fetchval("select array_agg(id order by psn_no) from person")
        await there.execute(
            "insert into family_binding (id, shower_id, holder_id, relation, state, consent,"
            " created_at, confirmed_at) values (1, $1, $2, 'father', 'active', 'holder', now(),"
            " now())",
            son,
            father,
        )
        code, said = await qinji(both, "import", "events", str(events))
        assert code == 0, said
        assert await there.fetchval("select state from family_binding") == "ended"
        told = await cell.fetch(
            "select person_id from life_event_effect where kind = 'binding_ended'"
        )
        assert {row["person_id"] for row in told} == {son, father}
        happened = "select count(*) from happening where matter = 'family' and what = 'ended'"
        assert (await cell.fetchval(happened), await there.fetchval(happened)) == (0, 1)


async def test_one_migration_and_one_look_go_over_both(both: Settings) -> None:
    async with owner(both.shared_database_url) as connection:
        await connection.execute("delete from tortoise_migrations where name = '0090_places_apart'")
        await connection.execute(f"revoke select on login from {ROLE}")
    told = {one.check: one for one in [one async for one in examine(both)]}
    for check in ("schema 表结构", "rights 权限"):
        assert told[check].mark is Mark.OK
        shared = told[f"shared 共享库: {check}"]
        assert shared.mark is Mark.FAULT and "QINJI_OWNER_SHARED_DATABASE_URL" in shared.do
    code, said = await qinji(both, "migrate")
    assert code == 0, said
    told = {one.check: one for one in [one async for one in examine(both)]}
    for check in ("schema 表结构", "rights 权限", "keys' database 密钥与数据库"):
        assert told[f"shared 共享库: {check}"].mark is Mark.OK


async def test_what_is_prepared_before_a_start_is_prepared_in_both(
    both: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("data_key", "index_key"):
        monkeypatch.setenv(f"QINJI_{name.upper()}", KEY)
    settings.cache_clear()
    try:
        shared = both.shared_database_url
        async with owner(shared) as connection:
            await connection.execute(f"revoke select on login from {ROLE}")
        await prepare(
            both.database_url, both.redis_url, as_owner(both.database_url), shared, as_owner(shared)
        )
        async with owner(shared) as connection:
            assert await connection.fetchval("select count(*) from sealing_key") == 2
            assert await connection.fetchval(
                "select has_table_privilege($1, 'login', 'SELECT')", ROLE
            )
    finally:
        settings.cache_clear()


async def test_what_cannot_be_is_refused_by_the_settings_name(config: Settings) -> None:
    database = await Database.open(config.database_url, pool_max=2)
    try:
        for url, why in (
            (config.database_url, "QINJI_SHARED_DATABASE_URL names the database itself"),
            ("mysql://x", "QINJI_SHARED_DATABASE_URL must look like"),
        ):
            with pytest.raises(StartRefused, match=why):
                async with shared_at(url, database, pool_max=1, application="qinji-test"):
                    pass
    finally:
        await database.close()
    for cell, demo in (("", False), ("postgres:///x", True)):
        with pytest.raises(ValidationError, match="stands beside QINJI_DATABASE_URL"):
            Settings(shared_database_url="postgres:///y", database_url=cell, demo=demo)
    alone = Settings(database_url="postgres:///x", shared_database_url="postgres:///y")
    with pytest.raises(ValueError, match="not in the demo"):
        alone.for_up()
