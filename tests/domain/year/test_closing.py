"""A year is closed once a person: its interest, and what is left of it, are carried over."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest

from app.domain.year import repository
from app.domain.year.errors import NotNow
from app.kit.clock import SHANGHAI, local
from app.ledger.holds import Ending, HoldPurpose, HoldState, Wanted, end, place
from app.ledger.kinds import AccountKind
from app.ledger.relocation import relocate
from app.ledger.repository import accounts_of, flow_accounts
from tests.domain.year.bureau import CARRIED, CURRENT, Bureau, open_bureau
from tests.phone_world import at

OVER = date(2026, 12, 31)


async def test_a_year_is_closed_once(bureau: Bureau) -> None:
    bureau.clock.set(at(2025, 12, 1))
    people = [await bureau.person(1_000_00, 2_000_00) for _ in range(7)]
    bureau.clock.set(at(2027, 1, 1, 0, 0))
    run = await bureau.closing.run("13")
    assert (run.people, run.rows, run.amount_fen, run.period) == (7, 7, 7 * 25_50, OVER)
    again = await bureau.closing.run("13")
    assert (again.people, again.rows) == (7, 7)
    for person in people:
        assert await bureau.held(person) == (0, 3_025_50)
        assert await bureau.moves(person) == [
            ("INTEREST", 25_50),
            ("YEAR_CLOSE", -1_000_00),
            ("YEAR_CLOSE", 1_000_00),
        ]
    await bureau.check()


async def test_two_runs_at_once_share_the_work(bureau: Bureau) -> None:
    bureau.clock.set(at(2025, 12, 1))
    people = [await bureau.person(1_000_00, None) for _ in range(10)]
    bureau.clock.set(at(2027, 1, 1, 0, 1))
    await asyncio.gather(
        bureau.closing.run("13"), bureau.closing.run("13"), bureau.closing.run("1301")
    )
    assert [await bureau.held(person) for person in people] == [(0, 1_003_50)] * 10
    await bureau.check()


async def test_no_year_is_closed_before_it_is_over(bureau: Bureau) -> None:
    for when, day in (
        (at(2026, 12, 31, 23, 59), OVER),
        (at(2027, 1, 2), date(2026, 12, 30)),
        (at(2027, 1, 2), date(2026, 6, 30)),
    ):
        bureau.clock.set(when)
        with pytest.raises(NotNow):
            await bureau.closing.run("13", day)
    shanghai = await bureau.person(10_00, place="310101")
    bureau.clock.set(at(2027, 7, 1, 0, 0))
    run = await bureau.closing.run("31")
    assert run.period == date(2027, 6, 30) and (await bureau.held(shanghai))[0] == 0
    assert (await bureau.closing.run("13")).period == OVER


async def test_a_year_ends_with_a_leap_day_where_it_begins_in_march(
    own_migrated: str, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_bureau(own_migrated, redis_url) as bureau:
        rules = bureau.rulebook.at("130100", date(2028, 1, 1)).rules.account
        monkeypatch.setitem(rules.__dict__, "year_begins_in", 3)
        bureau.clock.set(at(2027, 3, 1))
        person = await bureau.person(1_200_00)
        bureau.clock.set(at(2028, 2, 29, 23, 59) + timedelta(seconds=59))
        await bureau.pay_in(person, CURRENT, -1_200_00)
        with pytest.raises(NotNow):
            await bureau.closing.run("13", date(2028, 2, 29))
        bureau.clock.set(at(2028, 3, 1, 0, 0))
        await bureau.pay_in(person, CURRENT, 5_00)
        run = await bureau.closing.run("13")
        assert run.period == date(2028, 2, 29)
        [row] = await repository.closes_of(bureau.database, person, 9)
        assert row.current_product == 11 * 1_200_00, "the leap day is the year's and February's"
        assert row.begun_on == date(2027, 3, 1)


async def test_what_comes_for_the_new_year_before_the_close_stays(bureau: Bureau) -> None:
    """January is credited, money is spent and given back, and only then the year is closed."""
    bureau.clock.set(at(2026, 5, 1))
    person, spender = await bureau.person(100_00), await bureau.person(100_00)
    for one in (person, spender):
        await bureau.base(one, 6_000_00)
    bureau.clock.set(at(2027, 1, 1, 0, 0))
    await bureau.credit(date(2027, 1, 1))
    await bureau.line(person, "supplement", date(2026, 12, 1), fen=7_00)
    await bureau.credit(date(2027, 1, 1))
    await bureau.pay_in(spender, CURRENT, -150_00)
    assert await bureau.held(person) == (220_00, 7_00)
    await bureau.closing.run("13")
    interest = _interest(8 * 100_00, "0.0035")
    assert await bureau.held(person) == (120_00, 107_00 + interest)
    assert await bureau.held(spender) == (70_00, interest), "the old money was spent first"
    await bureau.check()


async def test_an_account_of_the_new_year_is_left_as_it_is(bureau: Bureau) -> None:
    bureau.clock.set(at(2027, 1, 1, 0, 0))
    person = await bureau.person(50_00, 10_00)
    await bureau.closing.run("13")
    assert await bureau.held(person) == (50_00, 10_00)
    bureau.clock.set(at(2028, 1, 1, 0, 0))
    await bureau.closing.run("13")
    interest = _interest(12 * 50_00, "0.0035") + _interest(12 * 10_00, "0.0110")
    assert await bureau.held(person) == (0, 60_00 + interest)
    await bureau.check()


async def test_what_is_owed_counts_against_the_year(bureau: Bureau) -> None:
    bureau.clock.set(at(2025, 6, 1))
    person = await bureau.person(0, 2_000_00)
    bureau.clock.set(at(2026, 7, 1))
    await bureau.line(person, "recovery", date(2026, 7, 1), fen=2_600_00)
    await bureau.credit(date(2026, 7, 1))
    bureau.clock.set(at(2026, 9, 1))
    await bureau.pay_in(person, CARRIED, 3_000_00)
    bureau.clock.set(at(2027, 1, 1, 0, 0))
    await bureau.closing.run("13")
    [row] = await repository.closes_of(bureau.database, person, 9)
    assert row.carried_product == 6 * 2_000_00 + 4 * 3_000_00
    assert row.owed_product == 6 * 600_00
    assert row.interest_fen == _interest(6 * 2_000_00 + 4 * 3_000_00 - 6 * 600_00, "0.0110")
    await bureau.check()


async def test_the_worker_closes_what_is_over(bureau: Bureau) -> None:
    bureau.clock.set(at(2026, 5, 1))
    hebei = await bureau.person(10_00)
    shanghai = await bureau.person(10_00, place="310101")
    for when, closed in (
        (at(2026, 12, 31, 23, 59), []),
        (at(2027, 1, 1, 0, 0), ["13"]),
        (at(2027, 1, 1, 0, 5), []),
        (at(2027, 1, 20), []),
        (at(2027, 7, 3), ["31"]),
    ):
        bureau.clock.set(when)
        assert [run.region for run in await bureau.closing.run_due()] == closed
    assert (await bureau.held(hebei))[0] == 0 and (await bureau.held(shanghai))[0] == 0


def _interest(product: int, rate: str) -> int:
    exact = Decimal(product) * Decimal(rate) / 12
    return int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))


class _Life:
    """A person's years, at random, and what each month ended with as it is told beside the
    ledger."""

    def __init__(self, bureau: Bureau, person: int, seed: int) -> None:
        self.bureau, self.person = bureau, person
        self.random = random.Random(seed)
        self.parts = {CURRENT: 0, CARRIED: 0}
        self.pending: list[tuple[int, AccountKind, int]] = []

    async def deed(self) -> None:
        deeds: list[Callable[[], object]] = [self._pay, self._pay, self._hold, self._end]
        await self.random.choice(deeds)()  # type: ignore[misc]

    async def _pay(self) -> None:
        kind = self.random.choice((CURRENT, CARRIED))
        there = dict(zip((CURRENT, CARRIED), await self.bureau.held(self.person), strict=True))
        fen = self.random.randint(-there[kind], 500_00)
        await self.bureau.pay_in(self.person, kind, fen)
        self.parts[kind] += fen

    async def _hold(self) -> None:
        bureau = self.bureau
        async with bureau.database.transaction() as connection:
            found = await accounts_of(connection, [self.person], lock=True)
            rich = [a for a in found if a.kind in self.parts and a.balance_fen and not a.closed]
            if rich:
                account = self.random.choice(rich)
                fen = self.random.randint(1, account.balance_fen)
                wanted = Wanted(account, fen, HoldPurpose.PREMIUM, 1)
                ids = bureau.database.ids
                [hold] = await place(connection, [wanted], bureau.clock.now(), ids)
                self.pending.append((hold.id, account.kind, fen))

    async def _end(self) -> None:
        if not self.pending:
            return
        bureau = self.bureau
        hold_id, kind, fen = self.pending.pop(self.random.randrange(len(self.pending)))
        posted = self.random.random() < 0.5
        async with bureau.database.transaction() as connection:
            flow = (AccountKind.TAX_OFFICE, "13")
            ids = bureau.database.ids
            to = (await flow_accounts(connection, [flow], ids))[flow] if posted else None
            state = HoldState.POSTED if posted else HoldState.VOIDED
            await end(connection, [Ending(hold_id, state, to)], bureau.clock.now(), ids)
        if posted:
            self.parts[kind] -= fen


@pytest.mark.parametrize("seed", range(3))
async def test_interest_is_that_of_the_months_last_balances(bureau: Bureau, seed: int) -> None:
    """Three years of paying, holding and moving house, closed late; told beside the ledger."""
    bureau.clock.set(at(2026, 1, 3))
    life = _Life(bureau, await bureau.person(), seed)
    month, products, told = date(2026, 1, 1), {CURRENT: 0, CARRIED: 0}, []
    while month < date(2029, 1, 1):
        for _ in range(life.random.randint(0, 3)):
            day = life.random.randint(4, 28)
            now = datetime(month.year, month.month, day, 12, tzinfo=SHANGHAI)
            bureau.clock.set(max(now, local(bureau.clock.now())))
            await life.deed()
        if month.month == 6:
            async with bureau.database.transaction() as connection:
                now = bureau.clock.now()
                await relocate(connection, [life.person], bureau.database.ids, now)
        for kind in products:
            products[kind] += life.parts[kind]
        month = (month + timedelta(days=32)).replace(day=1)
        if month.month == 1:  # the year is over, and is closed some days later
            told.append(dict(products))
            products = {CURRENT: 0, CARRIED: 0}
            bureau.clock.set(datetime(month.year, 1, 1, tzinfo=SHANGHAI))
            await life.deed()
            bureau.clock.set(datetime(month.year, 1, 3, tzinfo=SHANGHAI))
            before = await bureau.held(life.person)
            await bureau.closing.run("13")
            [row, *_] = await repository.closes_of(bureau.database, life.person, 9)
            assert (row.current_product, row.carried_product) == tuple(told[-1].values())
            assert row.interest_fen == sum(
                _interest(told[-1][kind], rate)
                for kind, rate in ((CURRENT, "0.0035"), (CARRIED, "0.0110"))
            )
            life.parts[CURRENT] -= row.moved_fen
            life.parts[CARRIED] += row.moved_fen + row.interest_fen
            after = await bureau.held(life.person)
            assert after == (
                before[0] - row.moved_fen,
                before[1] + row.moved_fen + row.interest_fen,
            )
    assert len(told) == 3
    await bureau.check(orderless=True)
