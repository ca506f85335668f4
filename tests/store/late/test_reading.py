"""Late reads: at the standby as long as that has what is wanted, else where it is written."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import asyncpg
import pytest

from app.kit.clock import SystemClock
from app.store.database import Connection, Database
from app.store.late.lateness import Lateness
from app.store.late.reading import Late, Manner, Place
from app.store.late.standby import Standby
from app.store.urls import UrlRefused
from app.store.urls.postgres import credentials, standby_credentials
from tests.store.late.conftest import Opened, Pair
from tests.store.urls.relay import Relay

_COUNT = "select count(*) from note"
_FOLLOWS = "select pg_is_in_recovery()"


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110 (what it waits for is elsewhere)
            await asyncio.sleep(0.02)


async def _write(database: Database) -> int:
    return int(
        await database.value(
            "insert into note values (1) returning (select count(*) + 1 from note)"
        )
    )


async def test_what_is_over_is_read_at_the_standby(opened: Opened) -> None:
    for late in (opened.late.own, opened.late.recent, opened.late.nightly):
        assert await late.value(_FOLLOWS) is True
        assert (await late.row(_FOLLOWS)) == (await late.rows(_FOLLOWS))[0] == (True,)
    assert set(opened.late.reads) == {Place.STANDBY}


async def test_nobody_misses_what_was_written_before_he_asked(opened: Opened) -> None:
    for _ in range(30):
        written = await _write(opened.database)
        assert await opened.late.own.value(_COUNT) == written
    assert opened.late.reads[Place.STANDBY]


async def test_who_waits_goes_to_the_primary_when_the_standby_stays_behind(
    pair: Pair, opened: Opened
) -> None:
    await opened.late.nightly.value(_COUNT)
    async with pair.holding_still():
        written = await _write(opened.database)
        assert await opened.late.own.value(_COUNT) == written
        assert opened.late.reads[Place.LATE] == 1


async def test_a_figure_may_be_old_and_tells_how_old(pair: Pair, opened: Opened) -> None:
    before = await opened.late.nightly.value(_COUNT)
    await opened.standby.note()

    async def count(connection: Connection) -> int:
        return int(await connection.fetchval(_COUNT))

    async with pair.holding_still():
        written_at = SystemClock().now()
        await _write(opened.database)
        await opened.standby.note()
        seen = await opened.late.recent.seen(count)
        assert seen.found == before and seen.as_of < written_at
        strict = Late(
            opened.database, opened.standby, SystemClock(), Manner(0.001, 0.0), opened.late.reads
        )
        told = await strict.seen(count)
        assert told.found == before + 1 and told.as_of > written_at
        assert (opened.standby.health.late_s or 0) >= 0 and opened.standby.health.well


async def test_what_reads_everything_waits_for_the_standby(pair: Pair, opened: Opened) -> None:
    async with pair.holding_still():
        written = await _write(opened.database)
        asked = asyncio.create_task(opened.late.nightly.look(_follows_and_counts))
        await asyncio.sleep(0.5)
        assert not asked.done()
    assert await asked == (True, written)


async def _slow(asked: asyncio.Event, connection: Connection) -> bool:
    """Whether it was read at a standby, where it takes for ever the first time."""
    follows = bool(await connection.fetchval(_FOLLOWS))
    if follows and not asked.is_set():
        asked.set()
        await connection.fetchval("select pg_sleep(60)")
    return follows


async def _follows_and_counts(connection: Connection) -> tuple[bool, int]:
    return await connection.fetchval(_FOLLOWS), await connection.fetchval(_COUNT)


async def test_a_standby_that_dies_in_the_middle_of_a_read_leaves_it_to_the_primary(
    pair: Pair, opened: Opened
) -> None:
    asked = asyncio.Event()
    reading = asyncio.create_task(opened.late.own.look(partial(_slow, asked)))
    await asked.wait()
    pair.standby.stop()
    try:
        assert await reading is False
        await _until(lambda: not opened.standby.well)
        assert await opened.late.own.value(_FOLLOWS) is False
        assert opened.late.health is not None and not opened.late.health.well
    finally:
        pair.standby.spawn()
    await _until(lambda: opened.standby.well)
    assert await opened.late.nightly.value(_FOLLOWS) is True


async def test_a_read_that_the_primarys_cleaning_ended_is_done_again(
    pair: Pair, opened: Opened
) -> None:
    await pair.tell_standby("alter system set max_standby_streaming_delay = 0")
    await pair.tell_standby("select pg_reload_conf()")
    tried: list[bool] = []

    async def counts(connection: Connection) -> int:
        tried.append(await connection.fetchval(_FOLLOWS))
        rows = int(await connection.fetchval("select count(*) from pad"))
        if len(tried) == 1:
            await opened.database.value("delete from pad where id % 2 = 0")
            await pair.tell_primary("vacuum pad")
            for _ in range(200):
                await connection.fetchval("select count(*) from pad")
                await asyncio.sleep(0.02)
        return rows

    try:
        assert await opened.late.nightly.look(counts) == 500
    finally:
        await pair.tell_standby("alter system reset max_standby_streaming_delay")
        await pair.tell_standby("select pg_reload_conf()")
    assert tried == [True, True]


async def test_inside_a_transaction_of_several_steps_its_own_rows_are_seen(opened: Opened) -> None:
    before = await opened.database.value(_COUNT)
    with pytest.raises(RuntimeError):
        async with opened.database.whole():
            await _write(opened.database)
            assert await opened.late.own.value(_COUNT) == before + 1
            raise RuntimeError
    assert await opened.late.own.value(_COUNT) == before


async def test_a_query_that_takes_too_long_is_not_asked_of_the_primary_too(opened: Opened) -> None:
    async def slow(connection: Connection) -> None:
        await connection.execute("set local statement_timeout = 20")
        await connection.fetchval("select pg_sleep(60)")

    with pytest.raises(asyncpg.QueryCanceledError):
        await opened.late.own.look(slow)


async def test_nothing_is_read_from_what_is_no_standby_of_this_database(
    pair: Pair, opened: Opened, database_url: str
) -> None:
    for url in (
        pair.where.database_url,
        f"{pair.where.database_url}&target_session_attrs=any",
        f"{database_url}&target_session_attrs=any",
        "postgres://nobody@127.0.0.1:9/qinji",
    ):
        standby = await Standby.open(
            url, opened.database, SystemClock(), pool_max=2, application="qinji-test"
        )
        try:
            assert not standby.well, url
            late = Lateness(opened.database, standby, SystemClock(), 10.0)
            assert await late.own.value(_FOLLOWS) is False
            assert late.reads == {Place.AWAY: 1}
        finally:
            await standby.close()


async def test_what_follows_another_database_is_no_standby_of_this_one(
    pair: Pair, database_url: str
) -> None:
    other = await Database.open(database_url, pool_max=2, read_only=True)
    standby = await Standby.open(
        pair.where.standby_url, other, SystemClock(), pool_max=2, application="qinji-test"
    )
    try:
        assert not standby.well
    finally:
        await standby.close()
        await other.close()


async def test_a_standby_that_freezes_is_left_and_the_next_one_found(
    pair: Pair, opened: Opened
) -> None:
    given = credentials(pair.where.standby_url)
    socket = f"{given['host']}/.s.PGSQL.{given['port']}"
    async with Relay(socket).open() as one, Relay(socket).open() as other:
        url = f"postgres://qinji@127.0.0.1:{one.port},127.0.0.1:{other.port}/qinji?sslmode=disable"
        standby = await Standby.open(
            url, opened.database, SystemClock(), pool_max=2, application="qinji-test"
        )
        try:
            late = Lateness(opened.database, standby, SystemClock(), 10.0)
            assert await late.nightly.value(_FOLLOWS) is True and not other.taken
            asked = asyncio.Event()
            reading = asyncio.create_task(late.nightly.look(partial(_slow, asked)))
            await asked.wait()
            one.freeze()
            assert await late.nightly.value(_FOLLOWS) is False
            assert await reading in (True, False)  # at the next one, or at the primary
            await _until(lambda: standby.well and bool(other.taken))
            assert await late.nightly.value(_FOLLOWS) is True
        finally:
            one.thaw()
            await standby.close()


async def test_without_a_standby_all_is_read_where_it_is_written(opened: Opened) -> None:
    late = Lateness(opened.database, None, SystemClock(), 10.0)
    seen = await late.recent.seen(_follows_and_counts)
    assert seen.found[0] is False and not late.reads and late.health is None
    assert SystemClock().now() - seen.as_of < timedelta(minutes=1)


def test_of_several_servers_one_that_follows_is_meant_and_a_wrong_url_is_refused_by_its_name() -> (
    None
):
    assert standby_credentials("postgres://a,b/qinji")["target_session_attrs"] == "standby"
    assert standby_credentials("postgres://a/qinji")["target_session_attrs"] == "standby"
    with pytest.raises(UrlRefused, match="QINJI_STANDBY_URL"):
        standby_credentials("mysql://a/qinji")
