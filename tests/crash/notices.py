"""Settlements while WeChat fails at random and the worker is killed: each donor's inbox has each
use once, a message went out at least once, and no till waited.

``python -m tests.crash.notices 10000`` is the long form of ``test_notices.py``.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from aiohttp.test_utils import TestServer

from app.compose import Services
from app.local.servers.embedded import Embedded
from app.outside.played.keys import APP_SECRET, APPID, TEMPLATES
from app.outside.played.server import Outside
from app.outside.played.wechat_messages import PlayedMessages
from app.store.database import Database
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, own_servers, running_fleet, settled_books, until
from tests.crash.purses import Ahead
from tests.crash.village import Village, rush

MOOD = {"busy": 0.15, "away": 0.1, "deaf": 0.1, "token": 0.02, "same_moment": 0.05}
_STEP_S = 60
_LATE = """
select percentile_disc(0.99) within group (order by o.decided_at - r.received_at)
from outcome o join request r on r.id = o.request_id
"""
_MINUTES = """
select extract(epoch from max(o.decided_at) - min(r.received_at)) / 60
from outcome o join request r on r.id = o.request_id
"""
_SETTLED = "select id, request_id, trace->'legs' as legs from settlement order by id"
_TOLD = """
select id, person_id, event_id from notice where kind like 'aid\\_%' order by id
"""


async def agreed(services: Services) -> set[int]:
    """Every donor has a phone and agrees to messages on money; every second grant is agreed to."""
    database, donors = services.database, set[int]()
    for row in await database.rows("select distinct donor_id from aid_grant"):
        donors.add(row["donor_id"])
        login = database.ids.next()
        await database.value(
            "insert into login (id, openid, person_id, created_at) values ($1, $2, $3, now())",
            login,
            secrets.token_hex(8),
            row["donor_id"],
        )
        await database.value(
            "insert into notice_consent (login_id, template, lasting, changed_at)"
            " values ($1, 'money', true, now())",
            login,
        )
    await database.value("update aid_grant set agreed_at = confirmed_at where id % 2 = 0")
    return donors


async def owed(database: Database) -> Counter[tuple[int, int]]:
    """Who must have been told of what, reckoned from the settlements: of two rows of one request
    once, of nothing that came to nothing."""
    first: dict[int, int] = {}
    sums: Counter[tuple[int, int]] = Counter()
    for row in await database.rows(_SETTLED):
        lead = first.setdefault(row["request_id"], row["id"])
        for leg in row["legs"]:
            if leg["grant"]:
                sums[(int(leg["person"]), lead)] += leg["fen"]
    return Counter({key: 1 for key, fen in sums.items() if fen})


async def told(database: Database) -> Counter[tuple[int, int]]:
    rows = await database.rows(_TOLD)
    return Counter((row["person_id"], row["event_id"]) for row in rows)


async def check(database: Database, wechat: PlayedMessages) -> dict[str, int]:
    """Each use once in its donor's inbox, and outside at least once."""
    wanted = await owed(database)
    assert await told(database) == wanted, "each use once, and nothing else"
    out = Counter(int(one["page"].partition("n=")[2]) for one in wechat.sent)
    notices = [row["id"] for row in await database.rows(_TOLD)]
    assert [number for number in notices if not out[number]] == [], "each went out"
    states = await database.rows("select distinct state from notice_message")
    assert {row["state"] for row in states} <= {2}
    return {"told": len(notices), "sent": len(wechat.sent), "tokens": len(wechat.tokens)}


async def all_told(database: Database) -> None:
    """Waits until each use there is was told."""
    wanted = await owed(database)
    assert wanted, "no relative's money was used: the run shows nothing"

    async def so() -> bool:
        return await told(database) >= wanted

    await until(so, "each use is told", every_s=1.0)


async def gone_out(fleet: Fleet, services: Services, clock: Ahead) -> None:
    """Time passes until nothing waits any more to go out."""
    while await services.database.value(
        "select exists (select from notice_message where state = 1)"
    ):
        clock.advance(timedelta(seconds=_STEP_S))
        await asyncio.sleep(1.0)
        await until(fleet.ready, "the app answers")


async def run(
    folder: Path,
    mortal: tuple[Embedded | None, Endpoints],
    bills: int,
    *,
    kills: int,
    clients: int = 32,
    seed: int = 1,
    progress: Callable[[str], None] = lambda text: None,
) -> dict[str, object]:
    """A campaign: what was told and sent, and how long a till waited, but for one in a hundred.
    ``kills``: of the worker in the first half; afterwards it is killed all the same."""
    clock, outside = Ahead(folder / "clock"), Outside()
    server = TestServer(outside.application())
    await server.start_server()
    url = str(server.make_url("/"))
    env = {
        "QINJI_CLOCK": str(clock.file),
        "QINJI_WECHAT_BASE_URL": url,
        "QINJI_WECHAT_APPID": APPID,
        "QINJI_WECHAT_SECRET": APP_SECRET,
        "QINJI_WECHAT_TEMPLATES": TEMPLATES,
    }
    try:
        with clock.taken():
            async with running_fleet(folder, mortal[0], mortal[1], 1, **env) as (fleet, services):
                database = services.database
                # So much that nearly every bill is paid by somebody else to the end.
                village = await Village.build(services, folder, donor_yuan=180 + 40 * bills)
                await agreed(services)
                outside.messages.set_mood(MOOD, seed)
                killer = asyncio.create_task(fleet.kill_at_work("worker0", kills, database))
                await rush(village, fleet.url, bills // 2, clients)
                await killer
                await all_told(database)
                # Now messages go out, and fail, while tills settle.
                await rush(village, fleet.url, bills - bills // 2, clients)
                await settled_books(database)
                waited = await database.value(_LATE)
                minutes = float(await database.value(_MINUTES))
                uses = (await owed(database)).total()
                assert uses > bills / 4, "most bills use a relative's money"
                progress(
                    f"{bills} settled, {uses / minutes:.0f} uses a minute,"
                    f" one till in a hundred waited more than {waited}"
                )
                await fleet.kill_at_work("worker0", 2, database)
                await all_told(database)
                await fleet.kill_at_work("worker0", 2, database)
                await gone_out(fleet, services, clock)
                found = await check(database, outside.messages)
                return found | {"waited_s": waited.total_seconds(), "kills": fleet.kills}
    finally:
        await server.close()


async def _main(arguments: Sequence[str]) -> None:
    bills = int(arguments[0]) if arguments else 10_000
    with tempfile.TemporaryDirectory(prefix="qinji-notices-") as home, own_servers() as mortal:
        print(await run(Path(home), mortal, bills, kills=10, progress=print))


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1:]))
