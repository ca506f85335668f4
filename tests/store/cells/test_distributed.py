"""What a distributed schema (Citus) refuses, held without one: where a function runs nobody has set
a search path, a text of several statements isn't taken, a temporary table can't be joined, triggers
are unsafe, so none is relied on for what rights hold, and a kept plan of what writes is refused."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from app.store import migrations
from app.store.cells.places import STAGING
from app.store.database import Database
from app.store.migrations._script import statements
from app.store.rights.tables import APPEND_ONLY, CLOSING
from app.store.urls.postgres import credentials
from tests.own_database import database, migrated, template
from tests.servers import as_owner, maker
from tests.test_floors import modules, texts

__all__ = ["database", "migrated", "template"]

_NOTING = "bindings grants offers premiums questions sent wallets"
TOLD_BY_TRIGGERS = {
    "registry_moved": "whoever changes the registry moves the version that caches go by",
    "refuse_change_when_closed": "a day's row is filled until it is closed: rights know no days",
    "note_reversal": "a transfer is given back once, over all months, which no index of one holds",
    **{f"note_{one}": "no way of taking a step is silent" for one in _NOTING.split()},
}
"""Functions of triggers that do what no right can, and what it is. A distributed schema wants
``citus.enable_unsafe_triggers`` for these."""
CALLED = {
    "ahead()": "()",
    "present()": "()",
    "away_until()": "()",
    "count_months()": "()",
    "divide_by_month(text,bigint)": "('transfer', 1)",
    "first_id_at(timestamp with time zone)": "('2026-12-01')",
    "happening_id()": "()",
    "like_beside(text,text)": "('feed', 'feed_batch')",
    "make_months()": "()",
    "month_after(timestamp with time zone,integer)": "('2026-12-01', 1)",
    "months_of(text)": "('transfer')",
    "numbers_of(text)": "('X')",
    "rows_of(bigint)": "(1)",
    "row_that_stays(bigint)": "(1)",
    "way_back(bigint)": "(1)",
}
"""Functions that statements and defaults call."""
_FUNCTIONS = """
select p.oid::regprocedure::text as name, p.proname, p.prorettype = 'trigger'::regtype as of_trigger
from pg_proc p where p.pronamespace = 'public'::regnamespace order by 1
"""
_TRIGGERS = """
select distinct coalesce(pg_partition_root(t.tgrelid), t.tgrelid)::regclass::text as of,
    p.proname as does
from pg_trigger t join pg_proc p on p.oid = t.tgfoid where not t.tgisinternal
"""
_FILES = sorted((Path(migrations.__file__).parent / "sql").glob("*.sql"))
_VERB = r"(?:select|insert|update|delete|with|create|alter|drop|grant|revoke|analyze|truncate)\b"
_SEVERAL = re.compile(rf"\A\s*(?:{_VERB}|set\b).*;\s*{_VERB}", re.DOTALL | re.IGNORECASE)


@asynccontextmanager
async def without_path(url: str) -> AsyncIterator[Any]:
    """A connection of the tables' owner that finds nothing by its bare name."""
    connection = await asyncpg.connect(**credentials(as_owner(url)))
    try:
        await connection.execute("set search_path = pg_catalog")
        yield connection
    finally:
        await connection.close()


async def test_a_function_names_what_it_uses_with_its_schema(migrated: str) -> None:
    async with without_path(migrated) as connection:
        functions = await connection.fetch(_FUNCTIONS)
        called = [row for row in functions if not row["of_trigger"]]
        assert {row["name"].removeprefix("public.") for row in called} == CALLED.keys()
        for row in called:
            name = row["name"].removeprefix("public.")
            await connection.fetch(f"select public.{row['proname']}{CALLED[name]}")
        ran = set()
        await connection.execute(
            "insert into public.transfer (id, kind, reverses_id, debit_account, credit_account,"
            " amount_fen, created_at) values (2, 1, 1, 1, 2, 5, '2026-12-01')"
        )
        for of, does in await connection.fetch(_TRIGGERS):
            if does not in {"refuse_change", "refuse_change_when_closed"}:  # they name nothing
                column = await connection.fetchval(
                    "select attname from pg_attribute where attrelid = $1::text::regclass"
                    " and attnum > 0 and not attisdropped limit 1",
                    of,
                )
                statements = [f"insert into {of} select * from {of} where false"]
                if of.removeprefix("public.") not in APPEND_ONLY:
                    statements.append(f"update {of} set {column} = {column} where false")
                    statements.append(f"delete from {of} where false")
                for statement in statements:
                    await connection.execute(statement)  # a trigger of statements acts on none, too
                ran.add(does)
        assert ran == TOLD_BY_TRIGGERS.keys() - {"refuse_change_when_closed"}


async def test_a_trigger_does_only_what_rights_cannot(database: Database) -> None:
    does = {(of, function) for of, function in await database.rows(_TRIGGERS)}
    refused = {of for of, function in does if function == "refuse_change"}
    assert refused <= APPEND_ONLY | CLOSING, "and these are held by rights as well"
    assert {function for _, function in does} - {"refuse_change"} == TOLD_BY_TRIGGERS.keys()


@pytest.mark.parametrize("file", _FILES, ids=lambda path: path.stem)
def test_a_migration_is_whole_in_its_statements(file: Path) -> None:
    text = file.read_text(encoding="utf-8").replace("\n-- backwards\n", "\n")
    told = "".join("".join(one.split()) for one in statements(text))
    assert told.replace(";", "") == "".join(text.split()).replace(";", "")


async def test_no_two_statements_are_sent_at_once(database: Database) -> None:
    """The server tells: it prepares one at a time. Whether what is named is there is no matter."""
    taken = 0
    async with database.connection() as connection:
        for file in _FILES:
            for half in file.read_text(encoding="utf-8").split("\n-- backwards\n"):
                for statement in statements(half):
                    try:
                        await connection.prepare(statement)
                        taken += 1
                    except asyncpg.PostgresSyntaxError as error:
                        raise AssertionError(f"{file.name}: {error}\n{statement}") from error
                    except asyncpg.PostgresError:
                        taken += 1
    assert taken > 500


def test_statements_are_told_apart() -> None:
    text = "a; -- b; c\n'd;''e;' \"f;\" /* ; */ ; do $$ g; h $$; $x$ i; $$ j; $x$\n-- the end;\n"
    assert statements(text) == [
        "a",
        "-- b; c\n'd;''e;' \"f;\" /* ; */",
        "do $$ g; h $$",
        "$x$ i; $$ j; $x$\n-- the end;",
    ]
    assert statements("a;\n-- nothing more;\n") == ["a"]


def test_the_program_sends_no_two_statements_at_once() -> None:
    found = [
        (module, text)
        for module, tree in modules().items()
        for _, text in texts(tree)
        if _SEVERAL.search(text)
    ]
    assert _SEVERAL.search("revoke all on a from b; grant select on a to b")
    assert not _SEVERAL.search("set local jit = off; set local work_mem = '1MB'"), "of this node"
    assert found == []


def test_nothing_is_staged_in_a_temporary_table() -> None:
    temporary = re.compile(r"\bcreate\s+(?:local\s+)?temp(?:orary)?\b", re.IGNORECASE)
    found = [
        m for m, tree in modules().items() for _, text in texts(tree) if temporary.search(text)
    ]
    assert temporary.search("create temporary table told (line int)")
    assert found == []


async def test_what_is_staged_is_found_by_its_transaction_and_not_logged(
    database: Database,
) -> None:
    rows = await database.rows(
        "select relname, relpersistence, pg_get_indexdef(i.indexrelid) from pg_class c"
        " join pg_index i on i.indrelid = c.oid where relname = any($1::text[])",
        list(STAGING),
    )
    assert {name for name, _, _ in rows} == STAGING
    assert all(kind == b"u" and "(run," in index for _, kind, index in rows)


async def test_plans_are_kept_where_rows_are_not_spread_over_nodes(
    migrated: str, database: Database
) -> None:
    async with database.lookup() as connection:
        assert await connection.fetchval("show plan_cache_mode") == "force_generic_plan"
    # The extension itself isn't here: its name in the catalogue is what is looked for.
    admin = await asyncpg.connect(
        **{**maker(migrated), "database": credentials(migrated)["database"]}
    )
    try:
        try:
            await admin.execute("set allow_system_table_mods = on")
        except asyncpg.InsufficientPrivilegeError:
            pytest.skip("the given server has no superuser for tests")
        await admin.execute("update pg_extension set extname = 'citus' where extname = 'plpgsql'")
    finally:
        await admin.close()
    spread = await Database.open(migrated, pool_max=2)
    try:
        async with spread.lookup() as connection:
            assert await connection.fetchval("show plan_cache_mode") == "force_custom_plan"
    finally:
        await spread.close()
