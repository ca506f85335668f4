"""Who moves to another province sees the accounts there at once, at the till and on the phone, and
so does a donor to whom money comes back that was paid before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.ledger.kinds import AccountKind
from app.ledger.proof.cached import check_cached
from app.ledger.proof.findings import Report
from tests.till_world import Member, Town

HEBEI, ZHEJIANG = "130100", "330100"


async def told(town: Town, person: Member) -> tuple[int, int]:
    """The balance that 1101 tells, and that of the phone, in fen."""
    token = await town.scan(person)
    answer = await town.till.person(token)
    assert answer.ok, answer.err_msg
    me = (await town.world.call("GET", "/me", token=person.token)).data
    fen = int(Decimal(str(answer.output["insuinfo"][0]["balc"])) * 100)
    return fen, sum(account["balance_fen"] for account in me["accounts"])


async def move(town: Town, person: Member, place: str) -> None:
    await town.register(person, insuplc_admdvs=place)
    person.place = place


async def check_cache(town: Town, *people: Member) -> None:
    """What ``qinji ledger verify`` would find of these people's cached balances."""
    report = Report(town.clock.now())
    await check_cached(town.services.database, town.services.balances, report)
    rows = await town.rows(
        "select id from account where person_id = any($1::bigint[])", [one.id for one in people]
    )
    mine = {f"cached balance of account {row['id']}" for row in rows}
    assert [finding for finding in report.findings if finding.row in mine] == []


async def test_a_move_to_another_province_is_seen_at_once(town: Town) -> None:
    mei = await town.member("李梅", current_fen=10_000)
    assert await told(town, mei) == (10_000, 10_000)
    await move(town, mei, ZHEJIANG)
    assert await told(town, mei) == (10_000, 10_000)
    sold = await town.till.settle(await town.sale(mei, "30.00"))
    assert sold.ok, sold.err_msg
    assert await told(town, mei) == (7_000, 7_000)
    await move(town, mei, HEBEI)
    assert await told(town, mei) == (7_000, 7_000)
    await check_cache(town, mei)


@pytest.mark.parametrize("by", ["cancel", "reversal"])
async def test_money_that_comes_back_to_a_donor_who_moved_is_seen_at_once(
    town: Town, by: str
) -> None:
    daughter = await town.member("李敏", gend="2", current_fen=10_000)
    father = await town.member("李老", date(1950, 1, 1))
    await town.grant(daughter, father, "father")
    sold = await town.till.settle(await town.sale(father, "30.00"), "9" * 30)
    assert sold.ok, sold.err_msg
    assert await told(town, daughter) == (7_000, 7_000)
    await move(town, daughter, ZHEJIANG)
    assert await told(town, daughter) == (7_000, 7_000)
    info = sold.output["setlinfo"]
    if by == "cancel":
        back = await town.till.cancel(info["setl_id"], info["mdtrt_id"], father.psn_no, HEBEI)
    else:
        back = await town.till.reverse("9" * 30, "2102", father.psn_no, HEBEI)
    assert back.ok, back.err_msg
    assert await told(town, daughter) == (10_000, 10_000)
    await check_cache(town, daughter, father)


async def test_an_account_that_the_registry_opens_beside_another_is_seen_at_once(
    town: Town,
) -> None:
    mei = await town.member("李梅", current_fen=10_000)
    assert await told(town, mei) == (10_000, 10_000)
    await town.register(mei, has_account="1", balance_carried="25.00")
    assert await told(town, mei) == (12_500, 12_500)
    kinds = await town.rows("select kind from account where person_id = $1", mei.id)
    assert {row["kind"] for row in kinds} == {AccountKind.CURRENT, AccountKind.CARRIED}
