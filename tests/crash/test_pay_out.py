"""Accounts are paid out while tills sell on their grants; whoever pays out is killed half-way."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from app.compose import Services
from app.local.servers.embedded import Embedded
from app.store.where import Endpoints
from tests.crash.agreeing import PASSWORD, agreed_once, two
from tests.crash.fleet import Fleet, running_fleet, settled_books
from tests.crash.test_year import command, selling
from tests.crash.village import Village

_NUMBER = re.compile(r"agree (\d+)")
# Where it is held up to be killed: what the test locks, and what the program waits with for it.
_POINTS = {
    "before the accounts": (
        "select 1 from account where person_id = {person} for update",
        "select 1 from account where person_id = any%",
    ),
    "before the grants": ("lock table aid_grant in share mode", "update aid_grant %"),
    "before the interest": ("lock table account_close in share mode", "%into account_close%"),
    "before its own row": ("lock table account_pay_out in share mode", "%into account_pay_out%"),
}
_OPEN = """
select (select count(*) from account where person_id = $1 and closed_at is null) as accounts,
    (select count(*) from aid_grant where donor_id = $1 and ended_at is null) as grants,
    (select count(*) from wallet where person_id = $1) as wallets,
    (select count(*) from account_pay_out where person_id = $1) as paid
"""


async def _held_up_and_killed(fleet: Fleet, services: Services, person: int, number: str) -> None:
    place = await services.database.value("select insuplc_admdvs from person where id = $1", person)
    first, second = await two(services, place)
    asked = ("pay-out", number, "--reason", "death", "--form", "JB-1", "--because", "继承办理")
    proposing = await command(fleet, "account", *asked, "--by", first, said=PASSWORD)
    proposed = (await proposing.communicate())[0].decode()
    assert proposing.returncode == 0, proposed
    before, after = await agreed_once(
        fleet,
        services,
        (_NUMBER.findall(proposed)[-1], second),
        [(lock.format(person=person), waits) for lock, waits in _POINTS.values()],
        (_OPEN, person),
    )
    assert before == {"accounts": 3, "grants": 3, "wallets": 1, "paid": 0}
    assert after == {"accounts": 0, "grants": 0, "wallets": 0, "paid": 1}


async def test_accounts_are_paid_out_once_while_tills_sell(
    mortal: tuple[Embedded, Endpoints], tmp_path: Path
) -> None:
    async with running_fleet(tmp_path, *mortal) as (fleet, services):
        village = await Village.build(services, tmp_path)
        rows = await services.database.rows(
            "select id, psn_no from person where psn_no like 'F%00' order by psn_no limit 2"
        )

        async def work() -> None:
            for row in rows:
                await services.wallets.open(row["id"], row["id"])
                await _held_up_and_killed(fleet, services, row["id"], row["psn_no"])

        async with asyncio.timeout(240):
            sold = await selling(village, fleet, work)
        counts = await settled_books(services.database)
        assert counts.requests >= sold > 0 and counts.settled > 0
        report = await services.verification.run()
        assert not report.findings, report.findings
