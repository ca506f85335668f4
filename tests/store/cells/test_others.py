"""Another cell's database that answers, that is not there, and that says nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.settings.cells import Cell
from app.store.cells.others import CellAway, Others
from app.store.database import Database
from tests.own_database import database, migrated, template
from tests.servers import new_database

__all__ = ["database", "migrated", "template"]


def _cell(url: str) -> Cell:
    return Cell(
        provinces=("44",), database_url=url, redis_url="redis://r/0", address="http://127.0.0.1:1"
    )


@asynccontextmanager
async def others_at(database: Database, **urls: str) -> AsyncIterator[Others]:
    cells = {name: _cell(url) for name, url in urls.items()}
    others = Others(cells, "here", database, "qinji-test")
    try:
        yield others
    finally:
        await others.close()


@asynccontextmanager
async def silent() -> AsyncIterator[tuple[str, asyncio.Queue[str]]]:
    """A server that takes connections and never says a word; who came."""
    came = asyncio.Queue[str]()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        came.put_nowait("somebody")
        await reader.read(-1)
        writer.close()

    server = await asyncio.start_server(wait, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"postgres://qinji@127.0.0.1:{port}/x?sslmode=disable", came
    finally:
        server.close()


async def _where(database: Database) -> str:
    return str(await database.value("select current_database()"))


async def test_each_is_asked_in_its_own_database_and_numbered_as_this_process(
    database: Database, migrated: str, template: str
) -> None:
    async with (
        new_database(migrated, "other", template) as url,
        others_at(database, here=migrated, there=url) as others,
    ):
        found, all_there = await others.ask_all(_where)
        assert (found, all_there) == ({"there": url.split("?")[0].rpartition("/")[2]}, True)
        assert await others.database("here") is database
        assert (await others.database("there")).ids is database.ids
        rows = await others.rows("select n as id from unnest($1::bigint[]) as n", [3, 4])
        assert [row["id"] for row in rows] == [3, 4]


async def test_one_that_is_away_is_told_apart_from_finding_nothing(
    database: Database, migrated: str, template: str
) -> None:
    gone = "postgres://qinji@127.0.0.1:1/x"
    async with (
        new_database(migrated, "other", template) as url,
        others_at(database, there=url, gone=gone) as others,
    ):
        found, all_there = await others.ask_all(_where)
        assert (set(found), all_there) == ({"there"}, False)
        with pytest.raises(CellAway):
            await others.rows("select 1 as id where $1::bigint[] is null", [1])


async def test_one_that_is_silent_is_let_alone_for_a_moment(database: Database) -> None:
    async with silent() as (url, came), others_at(database, silent=url) as others:
        for _ in range(3):
            with pytest.raises(CellAway):
                await others.ask("silent", _where)
        assert came.qsize() == 1, "nobody waits for it again so soon"


async def test_what_is_wrong_with_a_question_is_no_cell_that_is_away(
    database: Database, migrated: str, template: str
) -> None:
    async def wrong(there: Database) -> None:
        raise LookupError

    async with (
        new_database(migrated, "other", template) as url,
        others_at(database, there=url) as others,
    ):
        with pytest.raises(LookupError):
            await others.ask_all(wrong)
