"""What a person sees of the account's year on the phone, through its door: each movement under its
name, and balances that are right at once although they were read, and kept, before (law 7)."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from typing import Any

from app.ledger.kinds import PayOutReason
from tests.books import check_books
from tests.domain.year.bureau import CARRIED, CURRENT, Bureau
from tests.domain.year.test_night import NEW_YEAR, donor_and_father, go_on
from tests.phone_world import API
from tests.till_world import Member, Town

JIANGXI = "360100"
"""Where no other test has had a year closed."""


async def seen(town: Town, who: Member) -> dict[str, int]:
    """What the page of the donor tells of the accounts, and of what relatives could use."""
    told = await town.world.call("GET", "/me", None, who.token)
    assert told.status == 200, told.body
    accounts = {one["kind"]: one["balance_fen"] for one in told.data["accounts"]}
    return accounts | {"shareable": told.data["shareable_fen"]}


async def statement(town: Town, who: Member, first: str, last: str) -> dict[str, Any]:
    path = f"/accounts/statement?from={first}&to={last}"
    told = await town.world.call("GET", path, None, who.token)
    assert told.status == 200, told.body
    return dict(told.data)


def moves(told: dict[str, Any]) -> list[tuple[str, str, int]]:
    return [(one["what"], one["account"], one["amount_fen"]) for one in told["items"]]


async def kept(town: Town, who: Member) -> int:
    """In how many places what a person holds is kept besides the books."""
    keys = [f"qinji:open_accounts:{who.id}"]
    sql = "select id from account where person_id = $1"
    keys += [f"qinji:balance:{row['id']}" for row in await town.rows(sql, who.id)]
    return int(await town.services.cache.redis.exists(*keys))


async def test_a_close_is_seen_at_once_and_under_its_names(town: Town, office: Bureau) -> None:
    donor, father = await donor_and_father(town, office, "330200", 120_000_00)
    await office.pay_in(donor.id, CARRIED, 10_00)
    await town.services.balances.renew([donor.id])
    await office.base(donor.id, 6_000_00)
    # Ningbo shares what was carried over only.
    assert await seen(town, donor) == {
        "current": 120_000_00,
        "carried_over": 10_00,
        "shareable": 10_00,
    }
    assert await kept(town, donor) == 3, "read once, and kept"
    await go_on(town, NEW_YEAR, donor, father)
    await town.services.closing.run("33")
    interest = 35_00 + 1  # a month of each part
    held = {"current": 0, "carried_over": 120_010_00 + interest}
    assert await seen(town, donor) == held | {"shareable": held["carried_over"]}
    await town.services.crediting.run("33", date(2027, 1, 1))
    held["current"] = 120_00
    assert await seen(town, donor) == held | {"shareable": held["carried_over"]}
    told = await statement(town, donor, "2027-01-01", "2027-01-01")
    assert moves(told) == [
        ("interest", "carried", interest),
        ("year_close", "current", -120_000_00),
        ("year_close", "carried", 120_000_00),
        ("credit", "current", 120_00),
    ]
    assert told["opening_fen"] == 120_010_00
    assert told["closing_fen"] == sum(held.values())
    assert [one["balance_after_fen"] for one in told["items"]][-1] == 120_00
    await check_books(town.services.database)


async def test_what_was_taken_back_and_paid_out_is_seen(town: Town, office: Bureau) -> None:
    donor, _ = await donor_and_father(town, office, "330200", 100_00)
    assert (await seen(town, donor))["current"] == 100_00
    await office.line(donor.id, "recovery", date(2026, 12, 1), fen=30_00)
    await town.services.crediting.run("33", date(2026, 12, 1))
    assert (await seen(town, donor))["current"] == 70_00
    paid = await town.services.paying_out.pay_out(donor.id, PayOutReason.EMIGRATION)
    assert await seen(town, donor) == {"shareable": 0}
    told = await statement(town, donor, "2026-12-31", "2026-12-31")
    assert moves(told) == [("recovery", "current", -30_00), ("pay_out", "current", -70_00)]
    assert (told["closing_fen"], paid.amount_fen) == (0, 70_00)
    assert all(account["closed"] for account in told["accounts"])


async def test_the_table_names_each_in_chinese(town: Town, office: Bureau) -> None:
    donor, _ = await donor_and_father(town, office, "330200", 12_000_00)
    await office.base(donor.id, 6_000_00)
    await office.line(donor.id, "recovery", date(2026, 12, 1), fen=1_00)
    await town.services.crediting.run("33", date(2026, 12, 1))
    await go_on(town, NEW_YEAR + timedelta(minutes=1), donor)
    await town.services.closing.run("33")
    await town.services.paying_out.pay_out(donor.id, PayOutReason.DEATH)
    path = "/accounts/statement?from=2026-12-31&to=2027-01-01"
    response = await town.world.client.get(
        API + path,
        headers={"Authorization": f"Bearer {donor.token}", "Accept": "text/csv"},
    )
    assert response.status == 200
    rows = list(csv.reader(io.StringIO((await response.text()).lstrip("\ufeff"))))
    names = [row[2] for row in rows[1:] if row[0]]
    assert names == [
        "个人账户划入",
        "多划追回",
        "计息",
        "年度结转",
        "年度结转",
        "结清支取",
    ]


async def test_the_worker_s_close_is_seen_too(town: Town, office: Bureau) -> None:
    donor, _ = await donor_and_father(town, office, JIANGXI, 100_00)
    other = await town.member("王姨", gend="2", place=JIANGXI)
    await office.open(other.id, CURRENT)  # without a carried-over part: it is opened
    for who in (donor, other):
        await seen(town, who)
    await go_on(town, NEW_YEAR, donor, other)
    await town.services.closing.run_due()
    assert (await seen(town, donor))["carried_over"] == 100_03
    assert await seen(town, other) == {"current": 0, "carried_over": 0, "shareable": 0}
