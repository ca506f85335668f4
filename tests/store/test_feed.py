"""The feed: every row once, whatever the order of commits, whoever else reads, whoever dies."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from tortoise.context import TortoiseContext
from tortoise.migrations.api.migrate import migrate as run_migrations

from app.kit.ids import first_id_at
from app.store.database import DATABASE_AWAY, Database
from app.store.feed import Batch, Feed, Left, Source, table
from app.store.models import APP, tortoise_config
from app.store.urls.postgres import credentials
from tests.servers import as_owner, migrate, new_database, owner
from tests.store.test_schema import MIGRATIONS

START = datetime(2026, 3, 1, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """A moment after the start; runs are told what time it is."""
    return START + timedelta(seconds=seconds)


def id_of(seconds: float, number: int = 0) -> int:
    """An id that was made then."""
    return first_id_at(at(seconds)) + number


@pytest_asyncio.fixture(scope="module")
async def url(database_url: str) -> AsyncIterator[str]:
    async with new_database(database_url, "feed") as mine:
        await migrate(mine)
        async with owner(mine) as opened:
            for name in ("happened", "other"):
                await opened.execute(f"create table {name} (id bigint primary key, what text)")
            await opened.execute(
                "create table seen (name text, id bigint, what text, primary key (name, id))"
            )
        await migrate(mine)  # gives the rights on them
        yield mine


@pytest_asyncio.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = await Database.open(url)
    for name in ("happened", "other", "seen", "feed_batch"):
        await opened.value(f"delete from {name}")
    await opened.value("delete from feed where name <> 'seal'")
    yield opened
    await opened.close()


async def add(database: Database, *ids: int, to: str = "happened") -> None:
    await database.value(f"insert into {to} select unnest($1::bigint[]), 'x'", list(ids))


async def seen(database: Database, name: str = "a") -> list[int]:
    rows = await database.rows("select id from seen where name = $1 order by id", name)
    return [row["id"] for row in rows]


def keeps(name: str = "a") -> Callable[[Batch], Awaitable[None]]:
    """A reader's work: it notes what it saw, once or not at all, in the mark's transaction."""

    async def handle(batch: Batch) -> None:
        ids = [row["id"] for row in batch.rows]
        assert ids == sorted(ids)
        await batch.connection.execute(
            "insert into seen select $1, unnest($2::bigint[])", name, ids
        )

    return handle


def reader(database: Database, name: str = "a", **more: Any) -> Feed:
    return Feed(database, name, table(name, "happened", "id, what"), **more)


async def read(feed: Feed, seconds: float, name: str = "a", at_once: int = 3) -> int:
    return (await feed.run(keeps(name), at(seconds), at_once=at_once)).rows


async def test_rows_wait_half_a_minute_and_are_read_once(database: Database) -> None:
    feed = reader(database)
    await add(database, *(id_of(n) for n in range(10)))
    assert await read(feed, 29) == 0
    assert await read(feed, 34.5) == 5
    assert await read(feed, 34.5) == 0
    assert await read(feed, 3600) == 5
    assert await seen(database) == [id_of(n) for n in range(10)]


async def test_what_is_committed_late_is_found_at_the_next_run(database: Database) -> None:
    feed = reader(database)
    async with database.connection() as other:
        writing = other.transaction()
        await writing.start()
        await other.execute("insert into happened values ($1), ($2)", id_of(0), id_of(1, 7))
        await add(database, id_of(1, 5), id_of(2))
        assert await read(feed, 40) == 2
        assert await read(feed, 60) == 0
        await writing.commit()
    assert await read(feed, 61) == 2
    assert await seen(database) == [id_of(0), id_of(1, 5), id_of(1, 7), id_of(2)]


async def test_a_gentle_run_finds_what_is_late_when_it_can_be_no_later(database: Database) -> None:
    feed = reader(database)

    async def gently(seconds: float) -> int:
        return (await feed.run_gently(keeps(), at(seconds), at_once=2)).rows

    await add(database, id_of(5))
    assert await gently(40) == 1
    await add(database, id_of(1))
    assert await gently(100) == 0, "others like it may still come"
    assert await gently(3600) == 1, "before the mark moves past it for good"
    assert await gently(7200) == 0


async def test_what_is_put_far_below_the_mark_is_not_read(database: Database) -> None:
    feed = reader(database)
    await add(database, id_of(1000))
    assert await read(feed, 1100) == 1
    await add(database, id_of(2), id_of(930))
    assert await read(feed, 1200) == 1
    assert await seen(database) == [id_of(930), id_of(1000)]


@pytest.mark.parametrize("seed", range(4))
async def test_nothing_is_lost_or_read_twice_in_any_order_of_commits(
    database: Database, seed: int
) -> None:
    """Rows are committed up to two minutes after their ids were made; readers come as they like."""
    dice = random.Random(seed)
    due = [
        (made := dice.uniform(0, 300), made + dice.choice((0, 0, 1, 20, 45, 119)), n)
        for n in range(400)
    ]
    rows = sorted((committed, id_of(made, n)) for made, committed, n in due)
    time_s = 0.0
    while time_s < 700:
        time_s += dice.uniform(1, 40)
        while rows and rows[0][0] <= time_s:
            await add(database, rows.pop(0)[1])
        feed, at_once = reader(database), dice.choice((1, 3, 50, 1000))
        if dice.random() < 0.5:
            await feed.run(keeps(), at(time_s), at_once=at_once)
        else:
            await feed.run_gently(keeps(), at(time_s), at_once=max(at_once, 50))
    assert await seen(database) == sorted(id_of(made, n) for made, _, n in due)


async def test_several_processes_with_one_reader_take_turns(database: Database) -> None:
    ids = [id_of(n / 10) for n in range(300)]
    assert await read(reader(database), 0) == 0, "all of them have a mark to take"
    await add(database, *ids)
    ran = await asyncio.gather(
        *(reader(database).run(keeps(), at(3600), at_once=7) for _ in range(5))
    )
    assert sum(one.rows for one in ran) == len(ids)
    assert await seen(database) == ids


async def test_readers_do_not_disturb_each_other(database: Database) -> None:
    """Each has its mark, its memory and its turn."""
    first, second = reader(database, "a"), reader(database, "b")
    await add(database, id_of(0), id_of(10))
    async with database.transaction() as held:
        await held.execute("insert into feed values ('a', 0)")
        assert await read(second, 35, "b") == 1, "nobody waits for another reader's turn"
    await add(database, id_of(5))
    assert await read(first, 3600, "a") == 3
    assert await read(second, 45, "b") == 2, "also what was late for the second only"
    assert await seen(database, "a") == await seen(database, "b") == [id_of(0), id_of(5), id_of(10)]


async def test_a_reader_that_dies_begins_again_where_it_was(database: Database) -> None:
    ids = [id_of(n) for n in range(9)]
    await add(database, *ids)
    died = 0

    async def dies(batch: Batch) -> None:
        nonlocal died
        await keeps()(batch)
        if len(await batch.connection.fetch("select from seen")) > 4 and not died:
            died = 1  # between reading and the mark: the rows were handled, the mark stood still
            await batch.connection.fetchval("select pg_terminate_backend(pg_backend_pid())")

    feed = reader(database)
    with pytest.raises(DATABASE_AWAY):
        await feed.run(dies, at(3600), at_once=3)
    assert await seen(database) == ids[:3]
    assert (await feed.run(dies, at(3600), at_once=3)).rows == 6
    assert await seen(database) == ids


async def test_rows_of_two_tables_come_in_one_order(database: Database) -> None:
    statement = (
        "select id from {} where id > $1 and id <= $2 and not exists (select from seen "
        "where seen.id = {}.id) order by id limit $3"
    )
    source = Source(tuple(statement.format(name, name) for name in ("happened", "other")))
    await add(database, *(id_of(n) for n in (1, 2, 3, 9)))
    await add(database, *(id_of(n) for n in (4, 5, 8)), to="other")
    given: list[int] = []

    async def handle(batch: Batch) -> None:
        given.extend(row["id"] for row in batch.rows)
        await keeps()(batch)

    await Feed(database, "a", source).run(handle, at(3600), at_once=2)
    assert given == [id_of(n) for n in (1, 2, 3, 4, 5, 8, 9)]
    await add(database, id_of(3590), to="other")
    await add(database, id_of(3580))
    await Feed(database, "a", source).run(handle, at(3700), at_once=2)
    assert given[7:] == [id_of(3580), id_of(3590)]
    assert await database.value("select count(*) from feed_batch") == 0, "seen remembers for it"


@pytest.mark.parametrize("at_once", [1, 2, 100])
async def test_a_row_that_waits_for_another_is_given_again(
    database: Database, at_once: int
) -> None:
    """The first waits for the last, which comes in a later batch."""
    ids = [id_of(n) for n in range(5)]
    await add(database, *ids)

    async def handle(batch: Batch) -> Left:
        there = {row["id"] for row in batch.rows} | set(await seen(database))
        left = {ids[0]} if ids[-1] not in there else set()
        kept = [row for row in batch.rows if row["id"] not in left]
        await keeps()(Batch(batch.connection, kept, batch.floor))
        return Left(frozenset(left), frozenset({ids[-1]} if left else ()))

    assert (await reader(database).run(handle, at(3600), at_once=at_once)).rows == 5
    assert await seen(database) == ids


async def test_what_was_handled_is_remembered_for_minutes_only(database: Database) -> None:
    feed = reader(database)
    for minute in range(10):
        await add(database, id_of(60 * minute))
        await read(feed, 60 * minute + 40)
    assert await database.value("select count(*) from feed_batch") <= 4
    await read(feed, 7200)
    assert await database.value("select count(*) from feed_batch") == 0


async def test_a_new_reader_may_begin_later_than_all(database: Database) -> None:
    await add(database, *(id_of(n) for n in range(4)))
    assert await read(reader(database, since=id_of(1)), 3600) == 2
    assert await seen(database) == [id_of(2), id_of(3)]


async def test_the_sealer_s_mark_comes_along(database_url: str) -> None:
    """An installation that sealed before there was a feed goes on where it was; and back again."""
    steps = sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    before = steps[steps.index("0010_feed") - 1]
    async with new_database(database_url, "mark") as mine:
        connection: dict[str, object] = {
            "engine": "tortoise.backends.asyncpg",
            "credentials": credentials(as_owner(mine)),
        }
        config = tortoise_config(connection)
        await migrate(mine)
        for _ in range(2):
            async with TortoiseContext():
                await run_migrations(config=config, target=f"{APP}.{before}", direction="backward")
            opened = await asyncpg.connect(**credentials(as_owner(mine)))
            await opened.execute("update seal_state set sealed_to = sealed_to + 12345")
            mark = await opened.fetchval("select sealed_to from seal_state")
            await migrate(mine)
            rows = await opened.fetch(
                "select name, read_to from feed where name not like 'notice-%'"
            )
            await opened.close()
            assert [tuple(row) for row in rows] == [("seal", mark)]
        assert mark == 2 * 12345
