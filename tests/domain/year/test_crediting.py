"""A month is credited once a person, whatever is run how often; nothing falls below zero."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from app.domain.year import repository
from app.domain.year.errors import NotNow
from app.kit.clock import local_date
from app.ledger.kinds import CreditState
from tests.domain.year.bureau import CARRIED, CURRENT, NOVEMBER, Bureau
from tests.phone_world import at

OCTOBER, DECEMBER = date(2026, 10, 1), date(2026, 12, 1)


async def test_a_region_s_people_are_credited_once(bureau: Bureau) -> None:
    people = [await bureau.person(1_00) for _ in range(7)]
    for person in people:
        await bureau.base(person, 6_000_00)
    elsewhere = await bureau.person(place="330100")
    await bureau.base(elsewhere, 6_000_00)
    resident = await bureau.person(current_fen=0, insutype="390")
    run = await bureau.credit()
    assert (run.people, run.rows, run.amount_fen) == (7, 7, 7 * 120_00)
    assert run.ended_at is not None
    again = await bureau.credit()
    assert (again.people, again.rows) == (7, 7), "nothing more was booked"
    for person in people:
        assert await bureau.held(person) == (121_00, 0)
        assert await bureau.moves(person) == [("CREDIT", 120_00)]
    assert await bureau.held(elsewhere) == (0, 0) and await bureau.held(resident) == (0, 0)
    await bureau.check()


async def test_two_runs_at_once_share_the_work(bureau: Bureau) -> None:
    people = [await bureau.person() for _ in range(12)]
    for person in people:
        await bureau.base(person, 6_000_00)
    runs = await asyncio.gather(*(bureau.credit() for _ in range(3)))
    assert {run.id for run in runs} == {runs[0].id} and max(run.rows for run in runs) == 12
    assert [await bureau.held(person) for person in people] == [(120_00, 0)] * 12
    # A province and one of its cities at once.
    bureau.clock.set(at(2026, 12, 1))
    await asyncio.gather(bureau.credit(DECEMBER), bureau.credit(DECEMBER, "1301"))
    assert [await bureau.held(person) for person in people] == [(240_00, 0)] * 12
    await bureau.check()


async def test_the_base_of_the_month_counts(bureau: Bureau) -> None:
    person = await bureau.person()
    await bureau.base(person, 5_000_00, date(2026, 1, 1))
    await bureau.base(person, 7_000_00, NOVEMBER)
    await bureau.credit(OCTOBER)
    assert await bureau.held(person) == (100_00, 0)
    await bureau.credit(NOVEMBER)
    assert await bureau.held(person) == (240_00, 0)
    with pytest.raises(NotNow, match="2026-12"):
        await bureau.credit(DECEMBER)


async def test_who_is_suspended_is_passed_over_and_caught_up_with(bureau: Bureau) -> None:
    person = await bureau.person(psn_type="12", status="2", place="441600")
    ended = await bureau.person(status="4")
    await bureau.base(ended, 6_000_00)
    bureau.clock.set(at(2026, 12, 3))
    await bureau.credit(NOVEMBER, "44")
    await bureau.credit(DECEMBER, "44")
    await bureau.credit(NOVEMBER)
    assert await bureau.held(person) == (0, 0)
    assert [row.state for row in await bureau.rows(person)] == [CreditState.SKIPPED] * 2
    assert await bureau.rows(ended) == [], "whose insurance has ended is credited with nothing"
    await bureau.status(person, "1")
    await bureau.credit(DECEMBER, "44")
    assert await bureau.held(person) == (2 * 102_79, 0)
    await bureau.check()


async def test_a_month_without_a_base_waits_for_it(bureau: Bureau) -> None:
    """Whichever month is run once the base is known: it is not lost."""
    person = await bureau.person()
    nobody_knows = await bureau.person()
    await bureau.credit(NOVEMBER)
    assert [row.state for row in await bureau.rows(person)] == [CreditState.WAITING]
    bureau.clock.set(at(2026, 12, 3))
    await bureau.base(person, 5_000_00, date(2026, 1, 1))
    await bureau.base(person, 6_000_00, DECEMBER)
    await bureau.credit(DECEMBER)
    await bureau.credit(DECEMBER)
    assert await bureau.held(person) == (100_00 + 120_00, 0)
    assert await bureau.held(nobody_knows) == (0, 0)
    assert len(await bureau.rows(nobody_knows)) == 2
    await bureau.check()


async def test_what_was_passed_over_is_of_what_the_person_was_then(bureau: Bureau) -> None:
    """Suspended at work, retired meanwhile: the month is one of work."""
    person = await bureau.person(psn_type="11", status="2", place="441600")
    await bureau.base(person, 6_000_00)
    await bureau.credit(NOVEMBER, "44")
    bureau.clock.set(at(2026, 12, 3))
    await bureau.database.value("update person set psn_type = '12' where id = $1", person)
    await bureau.status(person, "1")
    await bureau.credit(DECEMBER, "44")
    assert await bureau.held(person) == (120_00 + 102_79, 0)
    await bureau.check()


async def test_late_money_goes_where_its_year_has_gone(bureau: Bureau) -> None:
    person = await bureau.person()
    assert await bureau.line(person, "monthly", date(2025, 12, 1), base=5_000_00) == "loaded"
    assert await bureau.line(person, "monthly", OCTOBER, fen=99_00) == "loaded"
    assert await bureau.line(person, "supplement", OCTOBER, fen=1_00) == "loaded"
    await bureau.credit()
    assert await bureau.held(person) == (100_00, 100_00)
    assert await bureau.line(person, "monthly", OCTOBER, fen=99_00) == "unchanged"
    told = await bureau.line(person, "monthly", OCTOBER, fen=98_00)
    assert told == "is booked already, otherwise"
    await bureau.check()


async def test_credit_in_advance_is_set_off(bureau: Bureau) -> None:
    person, other = await bureau.person(), await bureau.person()
    for one, fen in ((person, 80_00), (other, 150_00)):
        assert await bureau.line(one, "pre_credit", fen=fen) == "loaded"
    await bureau.credit()
    assert await bureau.held(person) == (80_00, 0)
    for one in (person, other):
        await bureau.base(one, 6_000_00)
    await bureau.credit()
    assert await bureau.held(person) == (120_00, 0)
    assert await bureau.held(other) == (120_00, 0)
    assert await bureau.moves(other) == [("CREDIT", 150_00), ("RECOVERY", -30_00)]
    late = await bureau.line(person, "pre_credit", OCTOBER, fen=5_00)
    assert late == "loaded"
    assert await bureau.line(person, "supplement", fen=1_00) == "loaded"
    await bureau.credit()
    assert await bureau.held(person) == (126_00, 0)
    await bureau.check()


async def test_in_advance_of_what_is_credited_nothing_comes(bureau: Bureau) -> None:
    person = await bureau.person()
    await bureau.base(person, 6_000_00)
    await bureau.credit()
    assert await bureau.line(person, "pre_credit", fen=5_00) == "is booked already, otherwise"
    await bureau.check()


async def test_what_was_too_much_is_taken_back_as_far_as_there_is(bureau: Bureau) -> None:
    person = await bureau.person(30_00, 20_00)
    await bureau.line(person, "recovery", OCTOBER, fen=190_00)
    await bureau.credit(OCTOBER)
    assert await bureau.held(person) == (0, 0)
    assert await bureau.moves(person) == [("RECOVERY", -30_00), ("RECOVERY", -20_00)]
    assert [row.owed_fen for row in await bureau.rows(person) if row.owed_fen] == [140_00]
    await bureau.base(person, 6_000_00, NOVEMBER)
    await bureau.credit()
    assert await bureau.held(person) == (0, 0), "what is owed comes first"
    assert await bureau.moves(person) == [
        ("RECOVERY", -30_00),
        ("RECOVERY", -20_00),
        ("CREDIT", 120_00),
        ("RECOVERY", -120_00),
    ]
    bureau.clock.set(at(2026, 12, 1))
    await bureau.credit(DECEMBER)
    assert await bureau.held(person) == (100_00, 0)
    assert not any(row.owed_fen for row in await bureau.rows(person))
    await bureau.check()


async def test_lines_of_nobody_are_refused(bureau: Bureau) -> None:
    resident = await bureau.person(insutype="390")
    await bureau.database.value(
        "update account set closed_at = now() where person_id = $1", resident
    )
    assert await bureau.line(resident, "supplement", fen=1_00) == "has no personal account"
    person = await bureau.person()
    assert await bureau.line(person, "supplement", fen=1_00) == "loaded"
    assert await bureau.line(person, "supplement", fen=2_00) == "changed", "nothing is booked yet"
    await bureau.credit()
    assert await bureau.held(person) == (2_00, 0)


async def test_a_part_that_is_missing_hinders_nobody(bureau: Bureau) -> None:
    person = await bureau.person(10_00, None)
    await bureau.line(person, "monthly", date(2025, 12, 1), fen=5_00)
    await bureau.line(person, "recovery", OCTOBER, fen=12_00)
    await bureau.credit()
    assert await bureau.held(person) == (3_00, 0)
    await bureau.check()


async def test_cached_balances_follow(bureau: Bureau) -> None:
    person = await bureau.person(5_00)
    await bureau.base(person, 6_000_00)
    assert [b.balance_fen for b in await bureau.balances.of_person(person)] == [5_00, 0]
    await bureau.credit()
    shown = {b.kind: b.balance_fen for b in await bureau.balances.of_person(person)}
    assert shown == {CURRENT: 125_00, CARRIED: 0}


async def test_a_leap_day_is_the_last_of_february_s(bureau: Bureau) -> None:
    february, march = date(2028, 2, 1), date(2028, 3, 1)
    bureau.clock.set(at(2028, 2, 1))
    person = await bureau.person()
    await bureau.base(person, 6_000_00, february)
    await bureau.base(person, 7_000_00, march)
    bureau.clock.set(at(2028, 2, 29, 23, 59) + timedelta(seconds=59))
    with pytest.raises(NotNow):
        await bureau.credit(march)
    assert (await bureau.credit(february)).rows == 1
    [row] = await bureau.rows(person)
    assert row.booked_at is not None
    assert (local_date(row.booked_at), row.amount_fen) == (date(2028, 2, 29), 120_00)
    bureau.clock.set(at(2028, 3, 1, 0, 0))
    assert (await bureau.credit(february)).rows == 1, "nothing more was booked"
    assert (await bureau.credit(march)).rows == 1
    assert await bureau.moves(person) == [("CREDIT", 120_00), ("CREDIT", 140_00)]
    bureau.clock.set(at(2029, 1, 1, 0, 0))
    await bureau.closing.run("13")
    [year] = await repository.closes_of(bureau.database, person, 9)
    assert year.current_product == 11 * 120_00 + 10 * 140_00, "there when February ended"
    await bureau.check()
