"""Law 13 through the tills' door: whatever date a bill bears, the day of settling counts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from app.clients.till.answer import Answer
from app.clients.till.client import Item
from app.clients.till.sale import sale_input
from tests.api.tills.test_outpatient import HEFEI, Clinic, clinic, code
from tests.books import check_books
from tests.phone_world import at
from tests.till_world import BASIC, Member, Town

__all__ = ["clinic"]

# Behind the machine's clock: ids are made by that one, and are looked up by the world's.
NEW_YEAR = at(2026, 1, 9, 10)


async def go_on(town: Town, moment: datetime, *people: Member) -> None:
    town.clock.set(moment)
    for person in people:
        person.token = await town.world.log_in(f"m{person.id}x")
    await town.till.sign_in()


async def sell(
    town: Town, patient: Member, yuan: str, dated: datetime, infno: str = "2102", **line: str
) -> Answer:
    """A purchase of that date, sent now."""
    token = await town.scan(patient)
    sale = town.sale_of(patient, token, [Item(BASIC, Decimal(1), Decimal(yuan))])
    sent = sale_input(sale, dated)
    for one in sent["drugdetail"]:
        one.update(line)
    return await town.till.call(infno, sent, None, sale.insuplc)


async def test_dates_do_not_widen_a_cap_a_day(town: Town) -> None:
    """Eight bills, dated on eight days, settled on one: one day's cap."""
    await go_on(town, at(2025, 12, 30))
    father = await town.member("李老", date(1950, 1, 1))
    daughter = await town.member("李敏", gend="2", current_fen=100_000)
    await town.grant(daughter, father, "father", cap_day_fen=10_000)
    await go_on(town, NEW_YEAR, father)
    aid = Decimal(0)
    for back in range(8):
        answer = await sell(town, father, "100.00", NEW_YEAR - timedelta(days=back))
        assert answer.ok, answer.err_msg
        aid += answer.setlinfo["acct_mulaid_pay"]
    assert aid == Decimal("100.00")
    assert await town.balance(daughter) == 90_000
    await check_books(town.services.database)


async def test_a_bill_of_last_year_uses_up_this_year(town: Town) -> None:
    await go_on(town, at(2025, 12, 30))
    father = await town.member("李老", date(1950, 1, 1))
    daughter = await town.member("李敏", gend="2", current_fen=100_000)
    await town.grant(daughter, father, "father", cap_year_fen=15_000)
    of_old = await sell(town, father, "90.00", at(2025, 12, 30, 9))
    await go_on(town, NEW_YEAR, father)
    back = await sell(town, father, "100.00", at(2025, 12, 31, 9))
    now = await sell(town, father, "50.00", NEW_YEAR)
    more = await sell(town, father, "0.01", NEW_YEAR)
    paid = [answer.setlinfo["acct_mulaid_pay"] for answer in (of_old, back, now, more)]
    assert paid == [Decimal("90.00"), Decimal("100.00"), Decimal("50.00"), Decimal(0)]


async def test_a_grant_pays_from_its_first_day_on_whatever_the_bill_says(town: Town) -> None:
    father = await town.member("李老", date(1950, 1, 1))
    daughter = await town.member("李敏", gend="2", current_fen=100_000)
    await town.grant(daughter, father, "father", starts_on="2026-11-23")
    early = await sell(town, father, "10.00", town.clock.now())
    assert early.setlinfo["acct_mulaid_pay"] == 0
    assert "NOT_YET_EFFECTIVE" in str(early.setlinfo["exp_content"])
    await go_on(town, at(2026, 11, 23, 9), father)
    later = await sell(town, father, "10.00", at(2026, 11, 22, 20))
    assert later.setlinfo["acct_mulaid_pay"] == Decimal("10.00")


async def settle_visit(clinic: Clinic, number: str, begins: str, yuan: str) -> Answer:
    assert (await clinic.register(number, begins=begins)).ok
    clinic.fee_time = begins
    assert (await clinic.diagnose()).ok
    charged = await clinic.charge(("1", BASIC, yuan))
    assert charged.ok, charged.err_msg
    said = await clinic.pre_settle(yuan)
    assert said.ok, said.err_msg
    paid = await clinic.settle(yuan, said.setlinfo)
    assert paid.ok, paid.err_msg
    assert paid.setlinfo["fund_pay_sumamt"] == said.setlinfo["fund_pay_sumamt"]
    return paid


async def test_visits_of_last_year_draw_the_pool_of_the_year_in_which_they_are_settled(
    clinic: Clinic, town: Town
) -> None:
    """Hefei's pool pays 4,000.00 a year at the most; the visits bear dates of two years."""
    await go_on(town, NEW_YEAR, clinic.patient)
    paid = Decimal(0)
    for number, begins in enumerate(("2025-12-20", "2025-12-31", "2026-01-01", "2026-01-09")):
        clinic.token = await town.scan(clinic.patient, business_type="01301")
        answer = await settle_visit(clinic, f"W{number}", f"{begins} 08:00:00", "9000.00")
        paid += answer.setlinfo["fund_pay_sumamt"]
    assert paid == Decimal("4000.00")
    await check_books(town.services.database)


async def purchase(town: Town, clinic: Clinic, days: int, infno: str) -> Answer:
    return await sell(town, clinic.patient, "10.00", town.clock.now() - timedelta(days=days), infno)


async def prescription(town: Town, clinic: Clinic, days: int, infno: str) -> Answer:
    dated = town.clock.now() - timedelta(days=days)
    return await sell(town, clinic.patient, "10.00", dated, infno, rx_circ_flag="1", rxno="R1")


@pytest.mark.parametrize("infno", ["2101", "2102"])
@pytest.mark.parametrize(("kind", "days"), [(purchase, 10), (prescription, 30)])
async def test_a_purchase_is_dated_no_further_back_than_its_region_lets(
    town: Town,
    clinic: Clinic,
    kind: Callable[[Town, Clinic, int, str], Awaitable[Answer]],
    days: int,
    infno: str,
) -> None:
    at_the_edge = await kind(town, clinic, days, infno)
    assert at_the_edge.ok, at_the_edge.err_msg
    answer = await kind(town, clinic, days + 1, infno)
    assert code(answer) == "BILL_TOO_OLD"
    first = (town.clock.now() - timedelta(days=days)).date()
    assert first.isoformat() in answer.err_msg


async def test_a_visit_begins_no_further_back_than_its_region_lets(clinic: Clinic) -> None:
    answer = await clinic.register("V2", begins="2026-10-21 10:00:00")
    assert code(answer) == "BILL_TOO_OLD" and "2026-10-22" in answer.err_msg
    assert (await clinic.register("V3", begins="2026-10-22 10:00:00")).ok


async def test_a_visit_is_settled_within_the_time_that_its_region_gives(
    clinic: Clinic, town: Town
) -> None:
    assert clinic.patient.place == HEFEI
    assert (await clinic.charge(("1", BASIC, "300.00"))).ok
    for moment, found in ((at(2027, 2, 19, 9), "OK"), (at(2027, 2, 20, 9), "BILL_TOO_OLD")):
        await go_on(town, moment, clinic.patient)
        clinic.token = await town.scan(clinic.patient, business_type="01301")
        answer = await clinic.pre_settle("300.00")
        assert code(answer) == found, answer.err_msg
    echo = dict.fromkeys(
        ("fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"), "0"
    )
    assert code(await clinic.settle("300.00", echo)) == "BILL_TOO_OLD"
