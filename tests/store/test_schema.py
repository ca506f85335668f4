"""The schema: models say what the tables are, migrations go down and up again, and the last guards
of the laws stand in the database itself."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from tortoise import fields
from tortoise.context import TortoiseContext
from tortoise.contrib.postgres.fields import ArrayField
from tortoise.fields.base import Field
from tortoise.migrations.api.migrate import migrate as run_migrations
from tortoise.models import Model

from app.store import migrations
from app.store.models import APP, MODEL_MODULES, tortoise_config
from app.store.urls.postgres import credentials
from tests.servers import as_owner, migrate, new_database

MIGRATIONS = Path(migrations.__file__).parent
TYPES: dict[type[Any], str] = {
    fields.BigIntField: "bigint", fields.IntField: "integer", fields.DateField: "date",
    fields.DatetimeField: "timestamp with time zone", fields.BinaryField: "bytea",
    fields.BooleanField: "boolean", fields.CharField: "character varying",
    fields.DecimalField: "numeric", ArrayField: "ARRAY",
}  # fmt: skip


def models() -> list[type[Model]]:
    found = []
    for name in MODEL_MODULES:
        __import__(name)
        found += [
            value
            for value in vars(sys.modules[name]).values()
            if isinstance(value, type) and issubclass(value, Model) and value.__module__ == name
        ]
    return found


@pytest_asyncio.fixture(scope="module")
async def url(database_url: str) -> AsyncIterator[str]:
    async with new_database(database_url, "schema") as mine:
        await migrate(mine)
        yield mine


@pytest_asyncio.fixture
async def connection(url: str) -> AsyncIterator[Any]:
    opened = await asyncpg.connect(**credentials(as_owner(url)))
    try:
        yield opened
    finally:
        await opened.close()


def described(field: Field[Any]) -> tuple[str, object, object, bool]:
    """Type, length or digits, places, null."""
    kind = TYPES[type(field)]
    size: object = getattr(field, "max_length", None) or getattr(field, "max_digits", None)
    return kind, size, getattr(field, "decimal_places", None), field.null


@pytest.mark.parametrize("model", models(), ids=lambda model: model.__name__)
async def test_a_model_says_what_its_table_is(connection: Any, model: type[Model]) -> None:
    table = model._meta.db_table
    rows = await connection.fetch(
        "select column_name, data_type, is_nullable, character_maximum_length,"
        " numeric_precision, numeric_scale from information_schema.columns"
        " where table_name = $1 order by ordinal_position",
        table,
    )
    real = {}
    for row in rows:
        numeric = row["data_type"] == "numeric"
        size = row["numeric_precision"] if numeric else row["character_maximum_length"]
        places = row["numeric_scale"] if numeric else None
        real[row["column_name"]] = (row["data_type"], size, places, row["is_nullable"] == "YES")
    said = {
        field.source_field or name: described(field)
        for name, field in model._meta.fields_map.items()
    }
    assert list(said) == list(real), table
    assert said == real, table


def test_every_kind_of_model_is_looked_at() -> None:
    assert len(models()) >= 9


async def shape(url: str) -> list[tuple[object, ...]]:
    """Columns, constraints, indexes, triggers, functions and sequences."""
    opened = await asyncpg.connect(**credentials(as_owner(url)))
    try:
        rows: list[tuple[object, ...]] = []
        for sql in (
            "select table_name, column_name, data_type, is_nullable, column_default,"
            " character_maximum_length from information_schema.columns"
            " where table_schema = 'public'",
            "select conrelid::regclass::text, conname, pg_get_constraintdef(oid)"
            " from pg_constraint where connamespace = 'public'::regnamespace",
            "select tablename, indexname, indexdef from pg_indexes where schemaname = 'public'",
            "select tgrelid::regclass::text, tgname from pg_trigger where not tgisinternal",
            "select proname from pg_proc where pronamespace = 'public'::regnamespace",
            "select sequencename from pg_sequences where schemaname = 'public'",
        ):
            rows += [tuple(row) for row in await opened.fetch(sql)]
        return sorted((row for row in rows if "tortoise_migrations" not in str(row)), key=str)
    finally:
        await opened.close()


async def test_migrations_go_down_and_up_again(database_url: str) -> None:
    async with new_database(database_url, "updown") as mine:
        await migrate(mine)
        before = await shape(mine)
        assert len(before) > 200
        config = tortoise_config(
            {"engine": "tortoise.backends.asyncpg", "credentials": credentials(as_owner(mine))}
        )
        steps = sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
        for step in reversed(steps[:-1]):
            async with TortoiseContext():
                await run_migrations(config=config, target=f"{APP}.{step}", direction="backward")
            assert await shape(mine) != before
            await migrate(mine)
            assert await shape(mine) == before, f"down to {step} and up again"
        async with TortoiseContext():
            await run_migrations(config=config, target=f"{APP}.__first__", direction="backward")
        assert await shape(mine) == []
        await migrate(mine)
        assert await shape(mine) == before
        await migrate(mine)
        assert await shape(mine) == before


NOW = datetime(2026, 11, 21, tzinfo=UTC)


async def test_a_balance_below_zero_is_refused_by_the_database(connection: Any) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(
            "insert into account (id, kind, person_id, balance_fen) values (1, 1, 1, -1)"
        )


async def test_the_ledger_only_grows(connection: Any) -> None:
    insert = (
        "insert into transfer (id, kind, debit_account, credit_account, amount_fen, created_at)"
        " values ($1, 1, $2, $3, $4, $5)"
    )
    await connection.execute(insert, 1, 1, 2, 5, NOW)
    for sql in ("update transfer set amount_fen = 6", "delete from transfer"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute(sql)
    for wrong in ((2, 1, 2, 0), (2, 1, 2, -5), (2, 1, 1, 5)):
        with pytest.raises(asyncpg.CheckViolationError):
            await connection.execute(insert, *wrong, NOW)
    with pytest.raises(asyncpg.UniqueViolationError):
        await connection.execute(insert, 1, 1, 2, 5, NOW)


_REFUSING = """
select distinct t.tgrelid::regclass::text from pg_trigger t join pg_proc p on p.oid = t.tgfoid
where not t.tgisinternal and p.prosrc like '%restrict_violation%'
"""


async def test_what_only_grows_is_not_emptied_either(connection: Any) -> None:
    """Every table whose rows a trigger keeps, from itself or by way of another table."""
    kept = {row[0] for row in await connection.fetch(_REFUSING)}
    assert kept >= {"transfer", "settlement", "outcome", "seal", "ops_look", "ops_sign_in"}
    for table in sorted(kept | {"ops_operator"}):
        with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
            await connection.execute(f"truncate {table} cascade")


async def test_money_is_whole_fen_everywhere(connection: Any) -> None:
    rows = await connection.fetch(
        "select table_name, column_name, data_type from information_schema.columns"
        " where column_name like '%\\_fen' and table_schema = 'public'"
    )
    assert len(rows) > 15
    assert {row["data_type"] for row in rows} == {"bigint"}
    floats = await connection.fetch(
        "select table_name from information_schema.columns where table_schema = 'public'"
        " and data_type in ('real', 'double precision', 'money')"
    )
    assert floats == []


async def test_codes_of_before_come_into_one_form(database_url: str) -> None:
    """Items that a small letter had put out of reach, and message numbers with blanks around."""
    steps = sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    at = next(number for number, step in enumerate(steps) if step.endswith("_codes_in_one_form"))
    async with new_database(database_url, "codes") as mine:
        await migrate(mine)
        config = tortoise_config(
            {"engine": "tortoise.backends.asyncpg", "credentials": credentials(as_owner(mine))}
        )
        async with TortoiseContext():
            await run_migrations(
                config=config, target=f"{APP}.{steps[at - 1]}", direction="backward"
            )
        opened = await asyncpg.connect(**credentials(as_owner(mine)))
        for code in ("xa01", "XB01", "xb01", "XC01"):
            await opened.execute(
                "insert into catalogue_item (med_list_codg, name, list_type, chrgitm_lv,"
                " selfpay_prop) values ($1, $1, '101', '01', 0)",
                code,
            )
        for number, msgid in enumerate(("P1 ", " P2", "P3", "P3 ")):
            await opened.execute(
                "insert into request (id, fixmedins_code, msgid, infno, lane, body, received_at)"
                " values ($1, 'P', $2, '2102', 0, '{}', now())",
                number,
                msgid,
            )
        await migrate(mine)
        items = await opened.fetch("select med_list_codg, name from catalogue_item order by 1")
        assert [tuple(row) for row in items] == [("XA01", "xa01"), ("XB01", "XB01"), ("XC01",) * 2]
        sent = await opened.fetch("select msgid from request order by id")
        assert [row["msgid"] for row in sent] == ["P1", "P2", "P3", "P3 "]
        await opened.close()


_OTHER_TIMES = """
select p.proname from pg_proc p join pg_language l on l.oid = p.prolang
where p.pronamespace = 'public'::regnamespace and l.lanname in ('sql', 'plpgsql')
    and p.proname <> 'present' and replace(p.prosrc, '(clock_timestamp() + public.ahead())', '')
        ~* '\\m(now|clock_timestamp)\\(\\)|\\mcurrent_(date|timestamp)\\M'
union all
select c.relname || '.' || a.attname from pg_attrdef d join pg_class c on c.oid = d.adrelid
join pg_attribute a on a.attrelid = c.oid and a.attnum = d.adnum
where c.relnamespace = 'public'::regnamespace and c.relname not like 'sealing%'
    and pg_get_expr(d.adbin, d.adrelid) ~* 'now\\(\\)|clock_timestamp|current_(date|time)'
"""


async def test_triggers_and_defaults_ask_one_function_for_the_time(url: str) -> None:
    """A clock in the hand moves it; what only lasts, between processes, is the database's own."""
    connection = await asyncpg.connect(url)
    try:
        assert [row[0] for row in await connection.fetch(_OTHER_TIMES)] == []
        assert await connection.fetchval("select present() = now()"), (
            "without one it is the server's"
        )
        await connection.execute("select set_config('qinji.ahead', '86400.5', false)")
        assert await connection.fetchval("select present() - now() = interval '86400.5 seconds'")
        ahead = await connection.fetchval("select (happening_id() >> 22) / 1000 + 1704067200")
        now = datetime.now(UTC).timestamp()
        assert 86_000 < ahead - now < 87_000, "ids of what happened go with it"
    finally:
        await connection.close()
