"""Months are made ahead by who serves, one key holds over all of them, and none is ever missed."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import asyncpg
import pytest

from app.clients.till.sale import sale_input
from app.kit.clock import SystemClock
from app.store.database import Database
from app.store.doctor.months import months
from app.store.doctor.told import Mark
from app.store.months.parts import MONTHLY, make_ahead, parts, stray
from app.store.rights.tables import APPEND_ONLY
from tests.servers import owner
from tests.store.months.conftest import FAR, LONG_AGO, transfer
from tests.till_world import Town

_WHERE = "select tableoid::regclass::text from transfer where id = $1"


async def names(connection: Any, of: str = "transfer") -> list[str]:
    return [part.name for part in await parts(connection) if part.of == of]


async def test_a_new_database_has_the_months_that_are_to_come(database: Database) -> None:
    async with database.connection() as connection:
        found = await parts(connection)
        told = await months(connection)
    assert {part.of for part in found} == set(MONTHLY) and set(MONTHLY) <= APPEND_ONLY
    for table in MONTHLY:
        mine = [part for part in found if part.of == table]
        assert mine[0].begins is None and mine[-1].rest
        for one, following in pairwise(mine[:-1]):
            assert one.ends == following.begins, "no moment is left out"
        last = mine[-2].ends
        assert last is not None and last > SystemClock().now() + timedelta(days=89)
    assert told is not None and told.mark is Mark.OK
    assert await make_ahead(database) == 0, "they are there"


async def test_who_serves_makes_a_month_and_may_do_nothing_else_to_it(
    migrated: str, database: Database
) -> None:
    async with owner(migrated) as connection:
        before = await names(connection)
        for name in before[1:-1]:
            await connection.execute(f"drop table {name}")
        told = await months(connection)
        assert told is not None and told.mark is Mark.WARN and "transfer_rest" in told.said
    assert await make_ahead(database) == len(before) - 2
    async with database.connection() as connection:
        assert await names(connection) == before
        for name in before:
            for deed in (f"update {name} set id = id", f"delete from {name}", f"drop table {name}"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(deed)
    async with owner(migrated) as connection:
        for name in before:
            for deed in (f"update {name} set id = id", f"delete from {name}", f"truncate {name}"):
                with pytest.raises(asyncpg.RestrictViolationError):
                    await connection.execute(deed)


async def test_no_more_than_four_months_are_made_at_a_time(database: Database) -> None:
    async with database.connection() as connection:
        before = len(await parts(connection))
        await connection.execute("select set_config('qinji.ahead', '9e9', false)")
        assert await connection.fetchval("select make_months()") == 4 * len(MONTHLY)
        assert len(await parts(connection)) == before + 4 * len(MONTHLY)


async def test_an_id_and_a_reversal_count_once_over_all_months(database: Database) -> None:
    async with database.connection() as connection:
        old = await transfer(connection, LONG_AGO)
        now = SystemClock().now()
        places = set()
        for month in range(3):
            id_ = await transfer(connection, now + timedelta(days=31 * month))
            places.add(await connection.fetchval(_WHERE, id_))
        assert len(places) == 3, "each lies in another month"
        with pytest.raises(asyncpg.UniqueViolationError):
            await transfer(connection, LONG_AGO)
        await transfer(connection, now, 7, of=old)
        with pytest.raises(asyncpg.UniqueViolationError):
            await transfer(connection, now + timedelta(days=62), 8, of=old)
        assert await connection.fetchval("select count(*) from transfer_reversal") == 1


async def test_what_no_month_holds_is_booked_all_the_same_and_told(database: Database) -> None:
    async with database.connection() as connection:
        id_ = await transfer(connection, FAR)
        assert await connection.fetchval(_WHERE, id_) == "transfer_rest"
        found = await stray(connection, await parts(connection))
        assert found == {table: table == "transfer" for table in MONTHLY}
        told = await months(connection)
    assert told is not None and told.mark is Mark.WARN and "transfer" in told.said


async def test_a_month_with_rows_in_what_has_none_is_left_out(
    migrated: str, database: Database
) -> None:
    async with owner(migrated) as connection:
        for table in MONTHLY:
            for name in (await names(connection, table))[1:-1]:
                await connection.execute(f"drop table {name}")
        await transfer(connection, SystemClock().now() + timedelta(days=32))
        assert len(await names(connection)) == 2
    made = await make_ahead(database)
    async with database.connection() as connection:
        assert made == len(await parts(connection)) - 2 * len(MONTHLY)
        assert len(await names(connection)) < len(await names(connection, "seal"))


async def test_a_bill_is_settled_when_nobody_made_a_month(town: Town) -> None:
    async with owner(town.services.settings.database_url) as connection:
        for part in await parts(connection):
            if not part.rest:
                await connection.execute(f"alter table {part.of} detach partition {part.name}")
                await connection.execute(f"drop table {part.name}")
    person = await town.member("李一", current_fen=50_000)
    given = sale_input(await town.sale(person, "30.00"), town.clock.now())
    msgid = town.till.new_msgid()
    told = await town.ask(town.till.body("2102", given, msgid, person.place))
    assert told.ok, told
    again = await town.ask(town.till.body("2102", given, msgid, person.place))
    assert again.output == told.output, "once"
    async with town.services.database.connection() as connection:
        found = await stray(connection, await parts(connection))
        assert found == {
            "transfer": True,
            "outcome": True,
            "seal": False,
        }


async def test_a_month_waits_rather_than_let_tills_wait(migrated: str, database: Database) -> None:
    async with owner(migrated) as connection:
        last = (await names(connection))[-2]
        await connection.execute(f"drop table {last}")
        async with connection.transaction():
            await connection.execute("select count(*) from transfer_rest")
            assert await make_ahead(database) == 0
        assert await make_ahead(database) == 1
