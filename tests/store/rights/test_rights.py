"""What the role that serves may do: read and add where nothing is ever changed, the ordinary
elsewhere; it owns nothing, and changes neither tables nor triggers."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from app.kit.sm import Cipher
from app.local.starting import may_start
from app.store.database import Database
from app.store.migrate import migrate
from app.store.rights.grants import held
from app.store.rights.looking import too_much
from app.store.rights.tables import APPEND_ONLY, CLOSING, rights_on
from app.store.urls.postgres import credentials
from app.store.versions import StartRefused
from app.store.where import OWNER_ROLE, ROLE
from tests.servers import as_owner, maker, new_database, owner

_TRIGGERS = """
select coalesce(pg_partition_root(t.tgrelid), t.tgrelid)::regclass::text as name,
    array_agg(tgtype::int) as on
from pg_trigger t join pg_proc p on p.oid = t.tgfoid
where not t.tgisinternal and p.prosrc like '%restrict_violation%' group by 1
"""
_DELETE, _UPDATE, _TRUNCATE = 8, 16, 32
"""In ``pg_trigger.tgtype``: on what a trigger acts."""


@pytest.fixture
async def url(database_url: str) -> AsyncIterator[str]:
    """A database in which nothing was done yet."""
    if as_owner(database_url) == database_url:
        pytest.skip("the given server has one role for all")
    async with new_database(database_url, "rights") as mine:
        yield mine


@pytest.fixture
async def migrated(url: str) -> str:
    await migrate(url, owner_url=as_owner(url))
    return url


async def serving(url: str) -> Any:
    return await asyncpg.connect(**credentials(url))


async def rights(url: str) -> dict[str, frozenset[str]]:
    async with owner(url) as connection:
        found = await held(connection, ROLE)
    whole = {one.table: one.rights for one in found if one.table == one.of}
    assert all(one.rights == whole[one.of] for one in found), "a month has those of its table"
    return whole


async def test_every_table_has_the_rights_of_the_one_list(migrated: str) -> None:
    found = await rights(migrated)
    assert len(found) > 30
    assert found == {table: rights_on(table) for table in found}
    assert set(found) >= APPEND_ONLY | CLOSING
    for table in APPEND_ONLY:
        assert found[table] == {"SELECT", "INSERT"}


async def test_the_list_is_that_of_the_triggers(migrated: str) -> None:
    """A new table that only grows is in both, or this fails."""
    async with owner(migrated) as connection:
        rows = await connection.fetch(_TRIGGERS)
    refuses = {row["name"]: 0 for row in rows}
    for row in rows:
        for type_ in row["on"]:
            refuses[row["name"]] |= type_
    assert set(refuses) == APPEND_ONLY | CLOSING
    everything = _DELETE | _UPDATE | _TRUNCATE
    assert {name for name, on in refuses.items() if on & everything != everything} == set()


async def test_who_serves_owns_nothing_and_changes_no_schema(migrated: str) -> None:
    async with owner(migrated) as connection:
        owners = await connection.fetch(
            "select distinct pg_get_userbyid(o) from (select relowner as o from pg_class"
            " where relnamespace = 'public'::regnamespace union select proowner from pg_proc"
            " where pronamespace = 'public'::regnamespace union select datdba from pg_database"
            " where datname = current_database()) as all_owners"
        )
        assert [row[0] for row in owners] == [OWNER_ROLE]
    connection = await serving(migrated)
    try:
        for statement in (
            "alter table transfer disable trigger transfer_append_only",
            "alter table transfer disable trigger all",
            "drop trigger transfer_append_only on transfer",
            "alter table ops_look add column more text",
            "drop table ops_look",
            "truncate ops_look",
            "truncate waiting",
            "create or replace function refuse_change() returns trigger language plpgsql"
            " as 'begin return null; end'",
            "create table more (id bigint)",
            "create schema more",
            "create trigger mine before insert on request execute function refuse_change()",
            "create rule mine as on update to account do instead nothing",
            "set session_replication_role = replica",
            f"set role {OWNER_ROLE}",
            "update day_root set day = day where false; delete from day_root",
            "delete from tortoise_migrations",
            *(f"delete from {table}" for table in APPEND_ONLY),
            *(f"select 1 from {table} for update" for table in APPEND_ONLY),
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        assert await connection.fetchval("select nextval('happening_number')") >= 0
    finally:
        await connection.close()


async def test_rights_that_are_right_are_left_alone_and_others_mended(migrated: str) -> None:
    async with owner(migrated) as connection:
        xmin = "select xmin::text from pg_class where relname = 'transfer'"
        before = await connection.fetchval(xmin)
        await migrate(migrated, owner_url=as_owner(migrated))
        assert await connection.fetchval(xmin) == before
        await connection.execute(
            f"grant update (reason) on ops_look to {ROLE}; grant delete on transfer to public;"
            f" revoke insert on request from {ROLE}; create table brand_new (id bigserial);"
            f" grant create on schema public to {ROLE}"
        )
    await migrate(migrated, owner_url=as_owner(migrated))
    found = await rights(migrated)
    assert found == {table: rights_on(table) for table in found}
    connection = await serving(migrated)
    try:
        await connection.execute("insert into brand_new default values")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("create table more (id bigint)")
    finally:
        await connection.close()


async def test_a_partition_has_the_rights_of_its_table(migrated: str) -> None:
    async with owner(migrated) as connection:
        await connection.execute(
            "create table parted (id bigint) partition by range (id);"
            " create table parted_1 partition of parted for values from (1) to (9)"
        )
        await migrate(migrated, owner_url=as_owner(migrated))
        found = {one.table: one for one in await held(connection, ROLE)}
    assert found["parted_1"].of == "parted"
    assert found["parted_1"].rights == rights_on("parted")


async def test_one_role_for_both_starts_and_is_told(url: str) -> None:
    """As installations are that know of one role only."""
    own = as_owner(url)
    await migrate(own)
    database = await Database.open(own)
    try:
        with capture_logs() as logs:
            found = await may_start(database, Cipher(b"d" * 16, b"i" * 16), demo=False)
        assert found is not None and found.owns
        assert OWNER_ROLE in found.sentence and "QINJI_OWNER_DATABASE_URL" in found.sentence
        assert [one["event"] for one in logs] == ["database_role_too_much"]
    finally:
        await database.close()
    await migrate(url, owner_url=own)  # two roles from now on
    database = await Database.open(url)
    try:
        assert await too_much(database) is None
        async with owner(url) as connection:
            await connection.execute(f"grant update on transfer to {ROLE}")
        found = await too_much(database)
        assert found is not None and not found.owns
    finally:
        await database.close()


async def test_who_serves_need_not_know_the_owner(migrated: str) -> None:
    """What `qinji up` does on a machine that only serves: nothing is to be migrated, or refused."""
    await migrate(migrated)
    async with owner(migrated) as connection:
        await connection.execute("delete from tortoise_migrations where name like '%audit_seal'")
    with pytest.raises(StartRefused, match=r"audit_seal.*QINJI_OWNER_DATABASE_URL"):
        await migrate(migrated)


async def test_a_role_without_rights_is_told_what_to_do(url: str) -> None:
    await migrate(as_owner(url))
    with pytest.raises(StartRefused, match="qinji migrate"):
        await Database.open(url)
    with pytest.raises(StartRefused, match=r"0001"):
        async with new_database(url, "empty") as empty:
            await migrate(empty)


async def test_the_owners_url_is_of_the_same_database(url: str) -> None:
    async with new_database(url, "other") as other:
        with pytest.raises(StartRefused, match="not of the same database"):
            await migrate(url, owner_url=as_owner(other))
    with pytest.raises(StartRefused, match=r"QINJI_OWNER_DATABASE_URL must look like"):
        await migrate(url, owner_url="mysql://x")


async def test_a_role_with_a_strange_name(url: str, database_url: str) -> None:
    admin = await asyncpg.connect(**maker(database_url))
    name = 'who "serves", 亲'
    quoted = '"' + name.replace('"', '""') + '"'
    await admin.execute(f"drop role if exists {quoted}; create role {quoted} login")
    try:
        strange = re.sub(r"//\w+@", "//who%20%22serves%22%2C%20%E4%BA%B2@", url)
        await migrate(strange, owner_url=as_owner(url))
        database = await Database.open(strange)
        assert await too_much(database) is None
        await database.close()
    finally:
        there = {**maker(database_url), "database": credentials(url)["database"]}
        connection = await asyncpg.connect(**there)
        await connection.execute(f"drop owned by {quoted}; drop role {quoted}")
        await connection.close()
        await admin.close()
