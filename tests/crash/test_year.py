"""The account's year is run while tills sell, is killed in the middle and run again."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from app.compose import Services
from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.fleet import Fleet, running_fleet, settled_books, until
from tests.crash.village import OTHER, PHARMACY, Bill, Village, sell, till

MORE_PEOPLE = 6_000
_PEOPLE = """
insert into person (id, psn_no, psn_name_sealed, psn_name_index, psn_cert_type, certno_sealed,
    certno_index, written_index, gend, brdy, insutype, psn_type, psn_insu_stas, insuplc_admdvs)
select n, 'Y' || n, b, b, '99', b, b, b, '1', '1980-01-01', '310', '11', '1', '130500'
from generate_series(1000, 999 + $1::int) as n cross join lateral (select n::text::bytea as b) as s
"""
_ACCOUNTS = """
insert into account (id, kind, person_id, balance_fen, version)
select p.id * 10 + k, k, p.id, case k when 1 then 10000 else 0 end, (k = 1)::int
from person p cross join generate_series(1, 2) as k where p.psn_no like 'Y%'
"""
_OPENED = """
insert into transfer (id, kind, debit_account, credit_account, amount_fen, credit_version,
    credit_after_fen, created_at)
select n.id, 1, f.id, a.id, 10000, 1, 10000, '2025-06-01T12:00:00+08'
from unnest($1::bigint[]) with ordinality as n (id, place)
join account a on a.id = (999 + n.place) * 10 + 1
join account f on f.kind = 13 and f.flow_code = '1301'
"""
_BASES = """
insert into account_base (person_id, since, base_fen, source, noted_at)
select id, '2026-01-01', 500000 + id % 1000, 'test', now() from person where insutype = '310'
"""
_MONEY = "select sum(balance_fen)::bigint from account where person_id is not null"
_SPENT = """
select coalesce(sum(case when d.person_id is not null then amount_fen else -amount_fen end), 0)
    ::bigint
from transfer t join account d on d.id = t.debit_account where t.kind between 2 and 5
    and t.debit_account not in (select id from account where kind = 11)
"""


async def account(fleet: Fleet, *words: str) -> asyncio.subprocess.Process:
    return await command(fleet, "account", *words)


async def command(fleet: Fleet, *words: str, said: str = "") -> asyncio.subprocess.Process:
    """``qinji`` with these words, to which so much is typed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app.cli",
        *words,
        env=fleet.env,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    assert process.stdin is not None
    process.stdin.write(said.encode())
    process.stdin.close()
    return process


async def _killed_in_the_middle(fleet: Fleet, services: Services, *words: str) -> None:
    """Begins a run, kills it when it is half-way, and lets two at once go on."""

    async def half_way() -> bool:
        done = await services.database.value(
            "select max(people) from account_run where ended_at is null"
        )
        return 0 < (done or 0) < MORE_PEOPLE - 500

    async def seen() -> bool:
        return process.returncode is not None or await half_way()

    process = await account(fleet, *words)
    await until(seen, f"{words} is half-way", every_s=0.005)
    if process.returncode is not None:
        told, _ = await process.communicate()
        raise AssertionError(f"it had ended before it was seen half-way: {told.decode()}")
    process.kill()
    await process.communicate()
    assert await services.database.value(
        "select count(*) from account_run where ended_at is null"
    ), "it was killed too late: the run shows nothing"
    again = [await account(fleet, *words) for _ in range(2)]
    for one in again:
        out, _ = await one.communicate()
        assert one.returncode == 0, out.decode()


async def selling(village: Village, fleet: Fleet, work: Callable[[], Awaitable[None]]) -> int:
    """Bills without end while something goes on; gives how many were sold."""
    sold: list[Bill] = []
    over = asyncio.Event()

    async def selling(number: int) -> None:
        async with till(fleet.url, number, (PHARMACY, OTHER)[number % 2]) as at:
            while not over.is_set():
                sold.append(await sell(village, at, village.bill()))

    async with asyncio.TaskGroup() as group:
        for number in range(4):
            group.create_task(selling(number))
        await work()
        over.set()
    return len(sold)


@asynccontextmanager
async def _town(
    mortal: tuple[Embedded, Endpoints], folder: Path
) -> AsyncIterator[tuple[Fleet, Services, Village]]:
    """A village, and thousands who have had 100.00 each since June of last year."""
    async with running_fleet(folder, *mortal) as (fleet, services):
        village = await Village.build(services, folder)
        database = services.database
        await database.value(_PEOPLE, MORE_PEOPLE)
        await database.value(_ACCOUNTS)
        await database.value(_OPENED, [database.ids.next() for _ in range(MORE_PEOPLE)])
        for statement in (_BASES, "analyze person", "analyze account", "analyze transfer"):
            await database.value(statement)
        yield fleet, services, village


async def test_a_month_is_credited_while_tills_sell(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    async with _town(mortal, tmp_path) as (fleet, services, village):
        database = services.database
        before = await database.value(_MONEY)
        sold = await selling(
            village, fleet, lambda: _killed_in_the_middle(fleet, services, "credit", "13")
        )
        counts = await settled_books(database)
        assert counts.requests >= sold > 0 and counts.settled > 0
        people = await database.value("select count(*) from account_base")
        rows = await database.row(
            "select count(*) as rows, count(distinct person_id) as people,"
            " sum(amount_fen)::bigint as fen from account_credit where state = 2"
        )
        assert rows is not None
        assert rows["rows"] == rows["people"] == people
        spent = await database.value(_SPENT)
        assert await database.value(_MONEY) == before + rows["fen"] - spent
        report = await services.verification.run()
        assert not report.findings, report.findings


async def test_a_year_is_closed_while_tills_sell(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    async with _town(mortal, tmp_path) as (fleet, services, village):
        database = services.database
        before = await database.value(_MONEY)
        close = ("close", "13", "--ended", "2025-12-31")
        sold = await selling(village, fleet, lambda: _killed_in_the_middle(fleet, services, *close))
        counts = await settled_books(database)
        assert counts.requests >= sold > 0 and counts.settled > 0
        held = await database.rows(
            "select kind, balance_fen, count(*) from account a join person p on p.id = a.person_id"
            " where p.psn_no like 'Y%' group by 1, 2 order by 1"
        )
        interest = 20  # seven months of 100.00 at 0.35 %
        assert [tuple(row) for row in held] == [
            (1, 0, MORE_PEOPLE),
            (2, 10_000 + interest, MORE_PEOPLE),
        ]
        people = await database.value(
            "select count(*) from person where insutype = '310' and insuplc_admdvs like '13%'"
        )
        assert await database.value("select count(*) from account_close") == people
        earned = await database.value("select sum(interest_fen)::bigint from account_close")
        assert earned == MORE_PEOPLE * interest
        spent = await database.value(_SPENT)
        assert await database.value(_MONEY) == before + earned - spent
        report = await services.verification.run()
        assert not report.findings, report.findings
