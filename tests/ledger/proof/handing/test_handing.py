"""The day's root is with another party, by itself, and tells when the books have been made anew."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from app.kit.sm import hmac_sm3
from app.ledger.proof.findings import Report
from app.ledger.proof.handing import Handing, check_handed
from app.outside.outbound import Outbound
from app.outside.roots import RootsTaker
from tests.ledger.conftest import Books

KEY = "the other party's"


class Party:
    """Who holds roots, and is away when the test says so."""

    def __init__(self) -> None:
        self.held: list[dict[str, str]] = []
        self.away = 0

    async def take(self, request: web.Request) -> web.Response:
        if self.away:
            self.away -= 1
            return web.Response(status=503)
        told = await request.json()
        self.held.append(told)
        return web.json_response({"taken": told["day"]})


@pytest.fixture
async def party() -> AsyncIterator[tuple[Party, RootsTaker]]:
    party, application = Party(), web.Application()
    application.add_routes([web.post("/", party.take)])
    server = TestServer(application)
    await server.start_server()
    taker = RootsTaker(Outbound(str(server.make_url("/")), 5.0))
    yield party, taker
    await taker.close()
    await server.close()


async def closed(books: Books) -> list[str]:
    """Closes all days that there are, and gives them."""
    far = datetime.now(UTC) + timedelta(days=2)
    await books.seal(far)
    rows = await books.database.rows("select day from day_root where root is not null order by 1")
    return [str(row["day"]) for row in rows]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def _differs(books: Books, folder: Path) -> list[str]:
    report = Report(datetime.now(UTC))
    await check_handed(books.database, folder, report)
    return [finding.row for finding in report.findings]


async def test_each_closed_day_lies_with_the_other_party_once(
    books: Books, tmp_path: Path, party: tuple[Party, RootsTaker]
) -> None:
    days = await closed(books)
    assert days
    handing = Handing(books.database, KEY, tmp_path, party[1])
    assert await handing.run() == 2 * len(days)
    assert await handing.run() == 0, "once"
    assert [one["day"] for one in party[0].held] == days
    assert _names(tmp_path) == [f"{day}.json" for day in days]
    told = json.loads((tmp_path / f"{days[-1]}.json").read_text())
    assert told == party[0].held[-1]
    text = "\n".join(str(told[name]) for name in ("day", "leaves", "merkle", "previous", "root"))
    assert told["signature"] == hmac_sm3(KEY.encode(), text.encode()).hex()


async def test_who_is_away_gets_it_later_and_in_order(
    books: Books, party: tuple[Party, RootsTaker]
) -> None:
    days = await closed(books)
    handing = Handing(books.database, "", None, party[1])
    party[0].away = 1
    assert await handing.run() == 0
    assert await handing.run() == len(days)
    assert [one["day"] for one in party[0].held] == days
    assert all("signature" not in one for one in party[0].held)


async def test_books_that_were_made_anew_are_found_by_what_was_handed_over(
    books: Books, tmp_path: Path
) -> None:
    days = await closed(books)
    handing = Handing(books.database, KEY, tmp_path, None)
    await handing.run()
    assert await _differs(books, tmp_path) == []
    await books.tamper(
        "alter table day_root disable trigger user",
        "update day_root set root = sha256(root) where day = (select max(day) from day_root)",
    )
    assert await _differs(books, tmp_path) == [f"day {days[-1]}"]
    held = (tmp_path / f"{days[-1]}.json").read_text()
    assert await handing.run() == 0
    assert (tmp_path / f"{days[-1]}.json").read_text() == held, "what is held is never written over"
    await books.tamper("delete from day_root where day = (select max(day) from day_root)")
    assert await _differs(books, tmp_path) == [f"day {days[-1]}"]


async def test_a_folder_that_is_not_there_keeps_nothing_else_waiting(
    books: Books, tmp_path: Path, party: tuple[Party, RootsTaker]
) -> None:
    days = await closed(books)
    handing = Handing(books.database, KEY, tmp_path / "unmounted", party[1])
    assert await handing.run() == len(days)
    assert not (tmp_path / "unmounted").exists(), "a folder of somebody else's is not made by us"
