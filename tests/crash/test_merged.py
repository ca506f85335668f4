"""Two rows become one while tills sell; whoever merges them is killed half-way, at every kind of
step, and the end is the same as if nobody had been."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from app.compose import Services
from app.domain.counter.values import Clerk, Paper
from app.domain.events.kinds import Kind
from app.domain.events.reading import Written
from app.domain.staff.values import Visitor
from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.agreeing import agreed_once, two
from tests.crash.fleet import Fleet, running_fleet, settled_books, until
from tests.crash.test_year import selling
from tests.crash.village import Village

# Where it is held up to be killed: what the test locks, and what the program waits with for it.
_POINTS = {
    "before the accounts": (
        "select 1 from account where person_id = {person} for update",
        "select 1 from account where person_id = any%",
    ),
    "before its own row": ("lock table account_merge in share mode", "%into account_merge%"),
    "before what follows": ("lock table visit in share mode", "update visit set %"),
    "before what follows once": ("lock table resident in share mode", "%update resident m %"),
    "before the last": (
        "select 1 from login where person_id = {person} for update",
        "%update login set person_id = $2%",
    ),
}
_STATE = """
select (select count(*) from account where person_id = $1 and closed_at is null) as accounts,
    (select count(*) from account_merge where person_id = $1) as merges,
    (select count(*) from filing where person_id = $1) as filings,
    (select count(*) from filing where person_id = $2) as followed,
    (select count(*) from login where person_id = $1) as phones,
    (select merged_into from person where id = $1) as into
"""
_FILING = """
insert into filing (id, person_id, area, kind, starts_on, created_at)
values ($1, $2, '1101', 'long_term', '2026-01-01', now())
"""
_LOG_IN = """
insert into login (id, openid, person_id, created_at, bound_at)
values ($1::bigint, 'phone-' || $1::text, $2, now(), now()) on conflict do nothing
"""


async def _proposed(services: Services, goes: int, stays: int) -> tuple[int, str]:
    """The bureau's word and a clerk's proposal: its number, and who may agree."""
    rows = await services.database.rows(
        "select id, psn_no, insuplc_admdvs from person where id = any($1::bigint[])", [goes, stays]
    )
    known = {row["id"]: row for row in rows}
    now = datetime.now(UTC)
    goes_no, stays_no = known[goes]["psn_no"], known[stays]["psn_no"]
    written = Written(f"m{goes}", goes_no, Kind.MERGED, now, other=stays_no)
    await services.events.take("file", written)
    first, second = await two(services, known[goes]["insuplc_admdvs"])
    task = next(one for one in await services.event_tasks.open(100, "") if one.person_id == goes)
    operator = next(one for one in await services.operators.all() if one.name == first)
    clerk = Clerk(operator, Visitor("127.0.0.1", "test"))
    number = await services.event_tasks.propose(clerk, task.id, Paper("JB-1", "两条记录为同一人"))
    return number, second


async def _held_up_and_killed(fleet: Fleet, services: Services, goes: int, stays: int) -> None:
    ids = services.database.ids
    await services.database.value(_FILING, ids.next(), goes)
    await services.database.value(_LOG_IN, ids.next(), goes)
    number, second = await _proposed(services, goes, stays)
    before, after = await agreed_once(
        fleet,
        services,
        (str(number), second),
        [(lock.format(person=goes), waits) for lock, waits in _POINTS.values()],
        (_STATE, goes, stays),
    )
    assert (before["merges"], before["filings"]) == (0, 1)
    assert list(after.values()) == [0, 1, 0, 1, 0, stays]


def _bought_again(services: Services, stays: int) -> Callable[[], Awaitable[bool]]:
    async def bought() -> bool:
        sql = """
        select count(*) > 5 from settlement s join account_merge m on m.into_id = s.person_id
        where s.person_id = $1 and s.settled_at > m.made_at
        """
        return bool(await services.database.value(sql, stays))

    return bought


async def test_two_rows_become_one_once_while_tills_sell(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    async with running_fleet(tmp_path, *mortal) as (fleet, services):
        village = await Village.build(services, tmp_path)
        rows = await services.database.rows(
            "select id from person where psn_no like 'F%00' order by psn_no limit 2"
        )
        goes, stays = (row["id"] for row in rows)
        # A till that serves the person from now on has the code of the row that stays; once they
        # are one it may name either number.
        [gone] = [one for one in village.patients if one.id == goes]
        others = [one for one in village.patients if one.id != goes]
        [kept] = [one for one in others if one.id == stays]
        village.patients = others

        async def work() -> None:
            await _held_up_and_killed(fleet, services, goes, stays)
            old = replace(gone, id=stays, place=kept.place)
            village.patients = [old] * len(others) + others
            await until(_bought_again(services, stays), "some bills by the old number")

        async with asyncio.timeout(240):
            sold = await selling(village, fleet, work)
        counts = await settled_books(services.database)
        assert counts.requests >= sold > 0 and counts.settled > 0
        report = await services.verification.run()
        assert not report.findings, report.findings
