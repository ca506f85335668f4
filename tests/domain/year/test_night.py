"""The night of the year's turn, through the tills' door (decision 0018): until its person's account
is closed a bill sees it as it was, afterwards as it is, never something between; caps and
deductibles turn with the clock."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from app.clients.till.client import Item, TillClient
from app.clients.till.sale import sale_input
from app.kit.clock import local_date
from app.ledger.kinds import AccountKind
from tests.books import check_books
from tests.domain.year.bureau import CARRIED, CURRENT, EVE, Bureau
from tests.phone_world import at
from tests.till_world import BASIC, Member, Shop, Town, add_shop

LAST_SECOND = at(2026, 12, 31, 23, 59) + timedelta(seconds=59)
NEW_YEAR = at(2027, 1, 1, 0, 0)
NINGBO = "330200"
_WAITING = """
select count(*) from request r
where not exists (select from outcome o where o.request_id = r.id)
"""


async def donor_and_father(
    town: Town, office: Bureau, place: str, current_fen: int, **caps: int
) -> tuple[Member, Member]:
    """A donor with money of this year only, and the father whom she pays for."""
    town.clock.set(at(2026, 12, 1))
    donor = await town.member("李敏", gend="2", place=place)
    for kind in (CURRENT, CARRIED):
        await office.open(donor.id, kind)
    await office.pay_in(donor.id, CURRENT, current_fen)
    town.clock.set(EVE)
    father = await town.member("李老", date(1950, 1, 1), place=place, insutype="390")
    await go_on(town, EVE, donor, father)
    await town.grant(donor, father, "father", **caps)
    return donor, father


async def go_on(town: Town, moment: datetime, *people: Member) -> None:
    town.clock.set(moment)
    for person in people:
        person.token = await town.world.log_in(f"m{person.id}x")
    await town.till.sign_in()


async def till_at(town: Town, place: str) -> TillClient:
    shop = await town.new_shop()
    there = Shop(shop.code, shop.name, place, shop.scheme, shop.key_id, shop.secret)
    await add_shop(town.services, there)
    till = await town.new_till(there)
    await till.sign_in()
    return till


async def aided(town: Town, patient: Member, yuan: str, till: TillClient) -> Decimal:
    """What mutual aid pays of a purchase now."""
    token = await town.scan(patient, till)
    sale = town.sale_of(patient, token, [Item(BASIC, Decimal(1), Decimal(yuan))])
    input = sale_input(sale, town.clock.now())
    answer = await till.call("2102", input, None, sale.insuplc)
    assert answer.ok, answer.err_msg
    found: Decimal = answer.setlinfo["acct_mulaid_pay"]
    return found


async def sell(town: Town, patient: Member, yuan: str) -> str:
    """The message number of a sale."""
    told = await town.till.settle(await town.sale(patient, yuan))
    assert told.ok, told.err_msg
    return str(told.msgid)


async def give_back(town: Town, patient: Member, msgid: str) -> None:
    node = {"psn_no": patient.psn_no, "omsgid": msgid, "oinfno": "2102"}
    undone = await town.till.call("2601", {"data": node}, None, patient.place)
    assert undone.ok, undone.err_msg


async def test_what_was_this_year_s_is_shared_once_its_account_is_closed(
    town: Town, office: Bureau
) -> None:
    """In Ningbo carried-over money alone may be shared."""
    donor, father = await donor_and_father(town, office, NINGBO, 100_00)
    till = await till_at(town, NINGBO)
    town.clock.set(LAST_SECOND)
    assert await aided(town, father, "10.00", till) == 0
    town.clock.set(NEW_YEAR)
    assert await aided(town, father, "10.00", till) == 0, "not closed yet: as it was"
    await town.services.closing.run("33")
    assert await aided(town, father, "10.00", till) == Decimal("10.00")
    current, carried = await office.held(donor.id)
    assert (current, carried) == (0, 90_00 + 3), "a month's interest is there, too"
    await check_books(town.services.database)


async def test_caps_turn_with_the_clock_not_with_the_close(town: Town, office: Bureau) -> None:
    donor, father = await donor_and_father(town, office, "530100", 100_00, cap_year_fen=30_00)
    town.clock.set(LAST_SECOND)
    assert await aided(town, father, "50.00", town.till) == Decimal("30.00")
    assert await aided(town, father, "1.00", town.till) == 0
    town.clock.set(NEW_YEAR)
    assert await aided(town, father, "20.00", town.till) == Decimal("20.00")
    await town.services.closing.run("53")
    assert await aided(town, father, "50.00", town.till) == Decimal("10.00"), "one year's cap"
    assert sum(await office.held(donor.id)) == 40_00 + 2, "with a month's interest on 70.00"
    assert await aided(town, father, "1.00", town.till) == 0


async def test_a_refund_of_the_old_year_goes_back_where_it_came_from(
    town: Town, office: Bureau
) -> None:
    donor, father = await donor_and_father(town, office, "130100", 100_00)
    town.clock.set(LAST_SECOND)
    sold = await sell(town, father, "40.00")
    town.clock.set(NEW_YEAR)
    await town.services.closing.run("13")
    assert await office.held(donor.id) == (0, 60_00 + 2)
    await give_back(town, father, sold)
    assert await office.held(donor.id) == (40_00, 60_00 + 2), "and is carried over a year later"
    await town.services.closing.run("13")
    assert (await office.held(donor.id))[0] == 40_00
    await check_books(town.services.database)


async def test_a_refund_in_january_frees_the_cap_of_december(town: Town, office: Bureau) -> None:
    """Counters are the period's in which the money was used (law 5), whether closed or not."""
    _, father = await donor_and_father(town, office, "530100", 200_00, cap_year_fen=30_00)
    town.clock.set(LAST_SECOND)
    sold = [await sell(town, father, "15.00") for _ in range(2)]
    assert await aided(town, father, "1.00", town.till) == 0
    town.clock.set(NEW_YEAR)
    assert await aided(town, father, "10.00", town.till) == Decimal("10.00")
    await give_back(town, father, sold[0])
    assert await aided(town, father, "25.00", town.till) == Decimal("20.00"), "January's own cap"
    await town.services.closing.run("53")
    await give_back(town, father, sold[1])
    assert await aided(town, father, "1.00", town.till) == 0
    town.clock.set(LAST_SECOND)  # as if one looked from there: it is December that has it again
    assert await aided(town, father, "50.00", town.till) == Decimal("30.00")
    await check_books(town.services.database)


@pytest.mark.parametrize("closed", [False, True])
async def test_a_bill_is_of_the_year_in_which_it_is_decided(
    town: Town, office: Bureau, closed: bool
) -> None:
    """It comes in the last second and is decided in the first one, before the close or after."""
    donor, father = await donor_and_father(town, office, "530100", 100_00, cap_year_fen=30_00)
    town.clock.set(LAST_SECOND)
    assert await aided(town, father, "30.00", town.till) == Decimal("30.00")
    sale = town.sale_of(
        father, await town.scan(father), [Item(BASIC, Decimal(1), Decimal("20.00"))]
    )
    async with town.drainer_away():
        waits = asyncio.create_task(town.till.settle(sale))
        await town.until(_WAITING)
        town.clock.set(NEW_YEAR)
        if closed:
            await town.services.closing.run("53")
        await town.drain()
        told = await waits
    assert told.ok and told.setlinfo["acct_mulaid_pay"] == Decimal("20.00"), told.err_msg
    sql = "select settled_at from settlement where person_id = $1 order by id"
    days = [local_date(row["settled_at"]) for row in await town.rows(sql, father.id)]
    assert days == [date(2026, 12, 31), date(2027, 1, 1)]
    if not closed:
        await town.services.closing.run("53")
    assert await office.held(donor.id) == (0, 50_00 + 2), "with December's interest on 70.00"
    await check_books(town.services.database)


async def test_a_bill_during_the_close_sees_the_whole_of_it_or_nothing(
    town: Town, office: Bureau
) -> None:
    donor, father = await donor_and_father(town, office, NINGBO, 100_00)
    till = await till_at(town, NINGBO)
    town.clock.set(NEW_YEAR)
    paid, _ = await asyncio.gather(
        aided(town, father, "10.00", till), town.services.closing.run("33")
    )
    assert paid in (0, Decimal("10.00"))
    current, carried = await office.held(donor.id)
    assert (current, carried) == (0, 100_03 - int(paid * 100))
    kinds = [account.kind for account in await town.services.balances.of_person(donor.id)]
    assert kinds == [AccountKind.CURRENT, AccountKind.CARRIED]
    await check_books(town.services.database)
