"""How each alert is brought about, and what its page says then. What stands before ``yield`` breaks
something; what stands behind it follows the page once the alert fires."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import asyncpg

from app.clients.till.client import Answer, Item, NotReachable, Sale, TillClient, Unknown
from app.clients.till.sale import sale_input
from app.kit.clock import machine
from app.store.urls.postgres import credentials
from tests.crash.fleet import until
from tests.faults.alerts.house import House, past
from tests.faults.alerts.pages import Page
from tests.faults.tills import by_message

Way = Callable[[House, Page], AsyncGenerator[None, None]]
_VERIFY, _KEEP = "qinji ledger verify", "qinji ledger verify --store"
_POISON_YUAN = Decimal("777.77")
_OTHERS = "somebody's report"
_NIGHT, _LONG = timedelta(hours=31), timedelta(minutes=17)
_MONTHS_AHEAD = """
select m.part from unnest(array['transfer', 'outcome', 'seal']) as of
cross join lateral public.months_of(of) as m
where not m.rest and m.begins > public.first_id_at(now())
"""


@dataclass(frozen=True)
class Case:
    """An alert, and one way to it."""

    alert: str
    broken: str
    mended: str
    way: Way


async def sealing_waits(house: House, page: Page) -> AsyncGenerator[None, None]:
    async with house.superuser() as somebody, AsyncExitStack() as stack:
        await _sealed(house)
        transaction = somebody.transaction()
        await transaction.start()
        await somebody.execute("select from feed where name = 'seal' for update")
        stack.callback(somebody.terminate)
        house.clock.advance(_LONG)
        await house.sold()
        yield
        sql = page.says(
            "select pid, now() - xact_start, application_name from pg_stat_activity"
            " where backend_xid is not null order by xact_start limit 5"
        )
        await house.tell(
            page.says("select pg_terminate_backend(PID)", PID=_pid(await house.tell(sql)))
        )
        await house.done(page.says("qinji ledger seal"))


async def _sealed(house: House) -> None:
    async def sealed() -> bool:
        return bool(await house.tell("select from feed where name = 'seal' and read_to > 0"))

    await until(sealed, "something is sealed")


def _pid(rows: list[asyncpg.Record]) -> int:
    """Of what has been there for longest."""
    return int(rows[0]["pid"])


async def no_night(house: House, page: Page) -> AsyncGenerator[None, None]:
    clock = past(house.folder, _NIGHT)
    await house.done(_KEEP, QINJI_CLOCK=str(house.folder / "past"))
    assert clock.speed == 1
    yield
    await house.done(page.says(_KEEP))


async def no_months(house: House, page: Page) -> AsyncGenerator[None, None]:
    """The months to come are gone, just after the worker has looked."""
    while 38 <= machine().minute <= 41:  # noqa: ASYNC110 (it would make them at once)
        await asyncio.sleep(1)
    async with house.superuser() as somebody:
        for row in await somebody.fetch(_MONTHS_AHEAD):
            await somebody.execute(f"drop table {row['part']}")
    yield
    while (await house.tell(page.says("select public.make_months()")))[0][0]:
        pass


async def no_app(house: House, page: Page) -> AsyncGenerator[None, None]:
    await house.fleet.end("app")
    yield
    house.begin("app", page.says("python -m app.main"))


async def no_worker(house: House, page: Page) -> AsyncGenerator[None, None]:
    await house.fleet.end("worker0")
    yield
    house.begin("worker0", page.says("python -m worker.main"))


async def no_database(house: House, page: Page) -> AsyncGenerator[None, None]:
    """Killed, and where the disk may be filled it can't come back before that is free."""
    if house.disk is not None:
        await house.disk.fill()
    await house.fleet.end("postgres")
    yield
    assert "free the disk" in page.text and "then start it" in page.text
    if house.disk is not None:
        await house.disk.free()
    await house.start_server("postgres")


async def no_standby(house: House, page: Page) -> AsyncGenerator[None, None]:
    await house.fleet.end("standby")
    yield
    assert "start it" in page.text
    await house.start_server("standby")


async def late_standby(house: House, page: Page) -> AsyncGenerator[None, None]:
    await house.tell("select pg_wal_replay_pause()", standby=True)
    yield
    paused = await house.tell(page.says("select pg_is_wal_replay_paused()"), standby=True)
    assert paused[0][0]
    assert "canceled" in page.text
    with suppress(asyncpg.SerializationError):  # by what it lets through, as the page says
        await house.tell(page.says("select pg_wal_replay_resume()"), standby=True)


async def no_redis(house: House, page: Page) -> AsyncGenerator[None, None]:
    await house.fleet.end("redis")
    yield
    assert "restart it, empty if need be" in page.text
    await house.start_server("redis")


async def full_redis(house: House, page: Page) -> AsyncGenerator[None, None]:
    """It has reached its limit and takes nothing more."""
    await house.redis("CONFIG", "SET", "maxmemory", "1")
    yield
    assert "restart it, empty if need be" in page.text
    await house.fleet.end("redis", signal.SIGTERM)
    await house.start_server("redis")


async def lock_on_accounts(house: House, page: Page) -> AsyncGenerator[None, None]:
    async with aclosing(_lock(house, page, "account")) as steps:
        async for _ in steps:
            yield


async def lock_on_queue(house: House, page: Page) -> AsyncGenerator[None, None]:
    """Nobody can even see what waits."""
    async with aclosing(_lock(house, page, "waiting")) as steps:
        async for _ in steps:
            yield


async def _lock(house: House, page: Page, table: str) -> AsyncGenerator[None, None]:
    async with house.superuser() as somebody:
        transaction = somebody.transaction()
        await transaction.start()
        await somebody.execute(f"lock table {table} in access exclusive mode")
        yield
        look = page.says(
            "select pid, state, wait_event_type, now() - xact_start, left(query, 80)"
            " from pg_stat_activity where xact_start is not null order by xact_start"
        )
        end = page.says("select pg_terminate_backend(PID)", PID=_pid(await house.tell(look)))
        await house.tell(end)


async def no_connections(house: House, page: Page) -> AsyncGenerator[None, None]:
    given = credentials(house.fleet.settings.database_url)
    async with AsyncExitStack() as stack:
        most = int((await house.tell("show max_connections"))[0][0])
        while True:
            found = await house.tell(
                "select count(*) from pg_stat_activity where backend_type = 'client backend'"
            )
            if found[0][0] > 0.93 * most:
                break
            other = await asyncpg.connect(**given, server_settings={"application_name": _OTHERS})
            stack.callback(other.terminate)
        yield
        look = page.says(
            "select application_name, count(*) from pg_stat_activity group by 1 order by 2 desc"
        )
        name = (await house.tell(look))[0]["application_name"]
        assert name == _OTHERS
        end = page.says(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1"
        )
        await house.tell(end, name)


async def wrong_clock(house: House, page: Page) -> AsyncGenerator[None, None]:
    house.clock.advance(timedelta(seconds=12))
    yield
    assert "let it slew" in page.text
    house.clock.run(0)

    async def right() -> bool:
        return house.clock.now() <= machine()

    await until(right, "it is right again")
    house.clock.run(1)


async def wrong_version(house: House, page: Page) -> AsyncGenerator[None, None]:
    """The app of a new version fails at each 5203A."""
    await house.fleet.end("app", signal.SIGTERM)
    house.fleet.begin("app", house.faulty_version())
    asking = asyncio.create_task(_ask_on(house))
    try:
        yield
        assert "roll back to the version before" in page.text
        await house.fleet.end("app", signal.SIGTERM)
        house.fleet.begin("app")
        await until(house.fleet.ready, "the app of before answers")
    finally:
        asking.cancel()


async def _ask_on(house: House) -> None:
    """What became of a bill, for ever."""
    sale = next(one.sale for one in house.journal.stories if one.sale.ok)
    async with house.till(2) as at:
        while True:
            with suppress(NotReachable, Unknown):
                await at.call("5203A", by_message(sale), at.new_msgid(), sale.patient.place)
            await asyncio.sleep(0.2)


async def wrong_rule(house: House, page: Page) -> AsyncGenerator[None, None]:
    """The worker of a new version has a rule that raises for one bill."""
    await house.fleet.end("worker0", signal.SIGTERM)
    house.fleet.begin("worker0", house.faulty_version())
    await _at_work(house)
    async with house.till(3) as at:
        answer = await _poison(house, at)
        assert answer.err_msg.startswith("SET_ASIDE"), answer.err_msg
        house.set_aside.add(answer.msgid)
        yield
        assert "under a new `msgid`" in page.text
        await house.fleet.end("worker0", signal.SIGTERM)
        house.fleet.begin("worker0")
        await _at_work(house)
        answer = await _poison(house, at)
        assert answer.ok, answer.err_msg


async def _at_work(house: House) -> None:
    log = house.fleet.log("worker0")

    async def begun() -> bool:
        return log.exists() and "worker_started" in log.read_text()

    await until(begun, "the worker is at work")


async def _poison(house: House, at: TillClient) -> Answer:
    """Sells what the faulty rule raises for, under a new number; the journal knows of it."""
    code, patient = at.fixmedins_code, house.village.patients[0]
    token = await house.village.token(patient, code)
    items = (Item("XQ99DEM001A001010100001", Decimal(1), _POISON_YUAN),)
    sale = Sale(patient.psn_no, token, patient.insutype, patient.place, items)
    story = await house.teller(at).settle("2102", patient, sale_input(sale, at.clock.now()))
    assert story.sale.answer is not None
    return story.sale.answer


async def wrong_books(house: House, page: Page) -> AsyncGenerator[None, None]:
    """Somebody changes a row past the program; the night's check finds it."""
    before = (await house.tell("select * from transfer order by id limit 1"))[0]  # in a backup
    change = "update transfer set created_at = $2 where id = $1"
    then = before["created_at"] + timedelta(days=1)
    await _past_the_program(house, change, before["id"], then)
    code, _ = await house.command(_KEEP)
    assert code == 1
    yield
    code, said = await house.command(page.says(_VERIFY), ["--json"])
    found = json.loads(said[said.index("{") :])["findings"]
    assert code == 1 and any(str(before["id"]) in one["row"] for one in found), found
    await _past_the_program(house, change, before["id"], before["created_at"])
    await house.done(page.says(_KEEP))


async def _past_the_program(house: House, sql: str, *values: object) -> None:
    async with house.superuser() as somebody, somebody.transaction():
        await somebody.execute("set local session_replication_role = replica")
        await somebody.execute(sql, *values)


CASES = (
    Case("QinjiBooksNotChecked", "no worker was there in the night", _KEEP, no_night),
    Case("QinjiBooksWrong", "a row changed past the program", f"put back; {_KEEP}", wrong_books),
    Case("QinjiAway", "the app is killed", "python -m app.main", no_app),
    Case("QinjiNoWorker", "the worker is killed", "python -m worker.main", no_worker),
    Case("QinjiDatabaseAway", "the disk is full, PostgreSQL killed", "freed, started", no_database),
    Case("QinjiRedisAway", "Redis is killed", "started, empty", no_redis),
    Case("QinjiRedisAway", "Redis is full", "restarted, empty", full_redis),
    Case("QinjiQueueStuck", "accounts are locked", "pg_terminate_backend", lock_on_accounts),
    Case("QinjiQueueStuck", "the queue is locked", "pg_terminate_backend", lock_on_queue),
    Case("QinjiConnectionsFull", "others hold 93 %", "pg_terminate_backend", no_connections),
    Case("QinjiClockWrong", "12 s fast", "slewed", wrong_clock),
    Case("QinjiFaults", "a version that fails at 5203A", "rolled back", wrong_version),
    Case("QinjiRequestsSetAside", "a rule that raises", "rolled back, sent anew", wrong_rule),
    Case("QinjiStandbyAway", "the standby is killed", "started", no_standby),
    Case("QinjiStandbyAway", "its replay is paused", "pg_wal_replay_resume", late_standby),
    Case("QinjiMonthsMissing", "the months ahead are gone", "make_months()", no_months),
    Case("QinjiSealingBehind", "somebody holds its turn", "qinji ledger seal", sealing_waits),
)
"""The first needs that nobody has checked the books before; the last one leaves the clock ahead."""
