"""Fills an empty database with people, accounts, grants and past settlements, of any number.

All laws of the books hold on what is made (`qinji ledger verify`). The database makes nearly all of
it itself; names and ID numbers are sealed here, by several processes.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any

from app.bench.made import bare, history
from app.bench.made.history import Plan, with_plan
from app.bench.made.sealed import begin, seal_and_copy, shop_rows
from app.bench.made.town import Town
from app.domain.registry.imports.importer import import_catalogue
from app.kit.clock import SystemClock
from app.kit.sm import Cipher
from app.local import demo
from app.store.database import Connection, Database
from app.store.keys import Keys

_TABLES = ("person", "account", "transfer", "settlement", "request", "outcome", "aid_grant",
           "family_binding")  # fmt: skip
_DEMO = demo.FOLDER / "catalogue.csv"
_ITEMS = 20_000
_PER_STATEMENT, _PER_COPY = 200_000, 20_000
_LONG_S = 4 * 3600
_CATALOGUE = """
insert into catalogue_item (med_list_codg, name, list_type, chrgitm_lv, selfpay_prop,
    pric_uplmt_amt, licence)
select 'XB' || lpad(n::text, 21, '0'), '测试药品 ' || n, '101', '01', 0, null, ''
from generate_series(1, $1::int) as n on conflict do nothing
"""

_EMPTIED = """
with recursive emptied as (
    select to_regclass(name)::oid as id from unnest($1::text[]) as t (name)
    union select more.id from emptied e cross join lateral (
        select c.conrelid as id from pg_constraint c where c.confrelid = e.id and c.contype = 'f'
        union all
        select i.inhrelid from pg_inherits i where i.inhparent = e.id
    ) as more
)
select id::regclass::text as name from emptied
"""
"""Tables, their months, and all that hang on them: what truncating them empties."""

Told = Callable[[str, int], None]
"""(what, how many rows more)."""


class NotEmpty(Exception):
    """The database holds people already."""


def _nothing(what: str, rows: int) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Machine:
    """How much of the machine the load may take."""

    processes: int = 2
    memory_mb: int = 512


def rows_about(plan: Plan) -> int:
    """How many rows ``fill`` will make, about."""
    people, made = plan.town.people, plan.settlements
    return int(people * (1 + 1.4 * 2 + 0.45) + made * (1.7 + 3))


async def fill(
    database: Database,
    plan: Plan,
    keys: Keys,
    url: str,
    *,
    machine: Machine | None = None,
    told: Told = _nothing,
) -> None:
    """Makes it all, then the indices, and leaves a note of the plan in the database.

    One that breaks off leaves the tables empty and whole; one that was killed is cleared away by
    the next.

    Raises:
        NotEmpty: somebody is there already.
    """
    machine = machine or Machine()
    if await bare.is_stripped(database):
        told("an earlier load broke off: taking it away", 0)
        await _take_away(database, machine)
    if await database.value("select exists (select from person)"):
        raise NotEmpty("the database holds people already: fill needs an empty one")
    await import_catalogue(database, SystemClock(), _DEMO)
    async with database.connection() as connection:
        await connection.execute(_CATALOGUE, _ITEMS)
        await _shops(connection, plan.town, keys)
    await bare.strip(database, _TABLES)
    try:
        await _people(plan, keys, url, machine.processes, told)
        await _history(database, plan, machine.processes, told)
    except BaseException:
        await _take_away(database, machine)
        raise
    await _restore(database, machine, told)
    async with database.connection() as connection:
        await connection.execute("analyze", timeout=_LONG_S)
        await connection.execute(f"comment on table settlement is '{_note(plan)}'")


async def _take_away(database: Database, machine: Machine) -> None:
    """Empties what a load that broke off has half filled: it had found the tables empty."""
    async with database.transaction() as connection:
        # The tables that only grow refuse to be emptied, but these rows have never counted.
        whole = [*_TABLES, "transfer_reversal"]
        emptied = [row["name"] for row in await connection.fetch(_EMPTIED, whole)]
        for table in emptied:
            await connection.execute(f"alter table {table} disable trigger user")
        await connection.execute(f"truncate {', '.join(whole)} cascade")
        for table in emptied:
            await connection.execute(f"alter table {table} enable trigger user")
    await _restore(database, machine)


async def _restore(database: Database, machine: Machine, told: Told = _nothing) -> None:
    await bare.restore(
        database,
        _TABLES,
        at_once=machine.processes,
        memory_mb=machine.memory_mb,
        told=lambda what: told(f"indices of {what}", 0),
    )


def _note(plan: Plan) -> str:
    return "bench fill " + json.dumps(
        {**asdict(plan), "begin": plan.begin.isoformat()}, sort_keys=True
    )


async def plan_of(database: Database) -> Plan | None:
    """What the database was filled with; None when it was not, or not to the end."""
    note: str | None = await database.value("select obj_description('settlement'::regclass)")
    if note is None or not note.startswith("bench fill "):
        return None
    found: dict[str, Any] = json.loads(note.removeprefix("bench fill "))
    found["begin"] = datetime.fromisoformat(found["begin"]).astimezone(UTC)
    return Plan(**{**found, "town": Town(**found["town"])})


async def _shops(connection: Connection, town: Town, keys: Keys) -> None:
    columns, rows = shop_rows(town, Cipher(keys.data_key, keys.index_key))
    first = rows[0][columns.index("fixmedins_code")]
    if await connection.fetchval(
        "select exists (select from institution where fixmedins_code = $1)", first
    ):
        return  # of a load that broke off
    await connection.copy_records_to_table("institution", columns=columns, records=rows)


async def _people(plan: Plan, keys: Keys, url: str, processes: int, told: Told) -> None:
    """Sealed in processes of their own, which copy their rows into the table themselves."""
    town = plan.town
    starts = range(0, town.people, _PER_COPY)
    if len(starts) == 1:
        begin(url, keys, town)
        told("people", await seal_and_copy(0, town.people))
        return
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(
        processes, mp_context=get_context("spawn"), initializer=begin, initargs=(url, keys, town)
    ) as pool:
        waiting = [
            loop.run_in_executor(pool, _seal, first, min(first + _PER_COPY, town.people))
            for first in starts
        ]
        try:
            for done in asyncio.as_completed(waiting):
                told("people", await done)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _seal(first: int, end: int) -> int:
    return asyncio.run(seal_and_copy(first, end))


async def _history(database: Database, plan: Plan, at_once: int, told: Told) -> None:
    """Everything else: the tables are filled side by side, each in order of its ids."""
    async with database.connection() as connection:
        for sql in (*history.FLOWS, history.FAMILY):
            await connection.execute(with_plan(sql, plan), timeout=_LONG_S)
    people, made = plan.town.people, plan.settlements
    tables: list[list[tuple[str, str, int]]] = [
        [("settlements", history.SETTLEMENTS, made)],
        [("openings", history.OPENINGS, people), ("transfers", history.TRANSFERS, made)],
        [("requests", history.REQUESTS, made)],
        [("outcomes", history.OUTCOMES, made)],
        [("accounts", history.ACCOUNTS, people)],
        [("grants", history.GRANTS, people)],
    ]

    async def some() -> None:
        async with database.connection() as connection:
            await connection.execute("set synchronous_commit = off")
            while tables:
                for what, sql, count in tables.pop(0):
                    await _in_steps(connection, with_plan(sql, plan), count, what, told)
            await connection.execute("reset synchronous_commit")

    await asyncio.gather(*(some() for _ in range(at_once)))
    async with database.connection() as connection:
        for sql in history.CANCELS if plan.rounds else ():
            await connection.execute(with_plan(sql, plan), timeout=_LONG_S)


async def _in_steps(connection: Connection, sql: str, count: int, what: str, told: Told) -> None:
    for first in range(0, count, _PER_STATEMENT):
        last = min(first + _PER_STATEMENT, count) - 1
        tag = await connection.execute(sql, first, last, timeout=_LONG_S)
        told(what, int(tag.split()[-1]))
