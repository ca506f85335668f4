"""Under the rules as they are, every stored settlement comes out again exactly as it is stored."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.settlement.model import Request, Settlement
from app.domain.settlement.rules.decide import decide
from app.domain.whatif.chunk import Chunk
from app.domain.whatif.model import Effect, PastBill, Problem, Unread
from app.domain.whatif.replay import row_again, snapshot_of
from app.kit.clock import local_date
from app.regions.loader import Rulebook
from tests.domain.whatif.asking import ask
from tests.domain.whatif.population import CLINIC, GOODS, PHARMACY, SHARED, Population
from tests.phone_world import ids_follow

# Largest balance and nothing in parts; a floor; carried-over only; in turn, by name; caps; pooling.
PLACES = ("130100", "350100", "310100", "410100", "511700", "340100")
_fen = st.integers(1, 60_000)
_who = st.integers(0, 4)
_lines = st.lists(st.tuples(st.sampled_from(GOODS), _fen), min_size=1, max_size=4)
_bill = st.tuples(st.just("bill"), _who, _lines, st.sampled_from([PHARMACY, CLINIC]), st.booleans())
_batch = st.tuples(st.just("batch"), st.lists(_bill, min_size=2, max_size=5))
_action = st.one_of(
    _batch,
    _bill,
    st.tuples(st.just("cancel"), st.integers(0, 20)),
    st.tuples(st.just("give_back"), st.integers(0, 20)),
    st.tuples(st.just("reverse"), st.integers(0, 20)),
    st.tuples(st.just("grant"), _who, _who, st.none() | _fen),
    st.tuples(st.just("end"), st.integers(0, 5)),
    st.tuples(st.just("freeze"), st.integers(0, 5)),
    st.tuples(st.just("file"), _who),
)
_purses = st.lists(
    st.tuples(st.none() | st.integers(0, 90_000), st.none() | st.integers(0, 90_000)),
    min_size=5, max_size=5,
)  # fmt: skip


class Story:
    """What happens in one example."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self.people: list[int] = []
        self.grants: dict[tuple[int, int], int] = {}
        self.settled: list[int] = []
        self.requests: list[Request] = []

    async def begin(self, place: str, purses: list[tuple[int | None, int | None]]) -> None:
        for current, carried in purses:
            person = await self.population.person(current, carried, place=place)
            self.people.append(person)
        await self.grant(1, 0, None)
        await self.grant(2, 0, None)

    async def do(self, action: tuple[Any, ...]) -> None:
        await getattr(self, action[0])(*action[1:])

    async def bill(self, *what: Any) -> None:
        self.settled += filter(None, await self.population.settle(self._request(*what)))

    async def batch(self, bills: list[tuple[Any, ...]]) -> None:
        requests = [self._request(*what[1:]) for what in bills]
        self.settled += filter(None, await self.population.settle(*requests))

    async def cancel(self, which: int, returned: Mapping[str, Decimal] | None = None) -> None:
        if self.settled:
            settlement = self.settled[which % len(self.settled)]
            request = await self.population.cancel(settlement, returned)
            self.requests.append(request)
            [found] = await self.population.settle(request)
            self.settled += [found] if found and returned else []

    async def give_back(self, which: int) -> None:
        """The first line of a bill, if it has others."""
        await self.cancel(which, {"1": Decimal(1)})

    async def reverse(self, which: int) -> None:
        """Any message: a payment, or a cancel."""
        if self.requests:
            request = self.requests[which % len(self.requests)]
            await self.population.settle(self.population.reverse(request))

    async def grant(self, donor: int, beneficiary: int, cap: int | None) -> None:
        pair = (self.people[donor], self.people[beneficiary])
        if donor != beneficiary and pair not in self.grants:
            self.grants[pair] = await self.population.grant(*pair, cap_month_fen=cap)

    async def end(self, which: int) -> None:
        if self.grants:
            pair = list(self.grants)[which % len(self.grants)]
            moment = self.population.clock.now()
            await self.population.set_grant(self.grants.pop(pair), ended_at=moment)

    async def freeze(self, which: int) -> None:
        if self.grants:
            grant = list(self.grants.values())[which % len(self.grants)]
            await self.population.set_grant(grant, frozen_at=self.population.clock.now())

    async def file(self, who: int) -> None:
        database, now = self.population.database, self.population.clock.now()
        await database.value(
            "insert into filing (id, person_id, area, kind, starts_on, created_at)"
            " values ($1, $2, '34', 'long_term', '2026-01-01', $3)",
            database.ids.next(),
            self.people[who],
            now,
        )
        self.population.tick()

    def _request(self, who: int, lines: Any, shop: str, account: bool) -> Request:
        med_type = "11" if shop == CLINIC else "41"
        request = self.population.bill(
            self.people[who], lines, shop, med_type=med_type, account_used=account
        )
        self.requests.append(request)
        return request


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.sampled_from(PLACES), _purses, st.lists(_action, min_size=3, max_size=14))
async def test_the_same_rules_give_the_same_settlements(
    population: Population, place: str, purses: list[Any], actions: list[Any]
) -> None:
    story = Story(population)
    await story.begin(place, purses)
    for action in actions:
        await story.do(action)
    bills, tally = await ask(population, None, first=story.people[0])
    assert [bill.stored.id for bill in bills] == story.settled
    assert {bill.effect for bill in bills} <= {Effect.SAME}
    assert tally.before == tally.after
    assert not tally.problems


async def test_a_replayed_row_is_the_stored_row_to_the_last_column(
    population: Population, monkeypatch: Any
) -> None:
    """Steps of the explanation and versions of rules too, which the counting does not ask for."""
    compared: list[int] = []
    read = Chunk.past_bill

    def reading(self: Chunk, stored: Settlement) -> PastBill | Unread:
        past = read(self, stored)
        assert isinstance(past, PastBill)
        snapshot = snapshot_of(past, Rulebook.load())
        settled_on = local_date(past.stored.settled_at)
        found = decide(past.bill, snapshot, past.institution, settled_on)
        assert row_again(past, found, snapshot) == stored
        compared.append(stored.id)
        return past

    monkeypatch.setattr(Chunk, "past_bill", reading)
    story = Story(population)
    for place in PLACES:
        story.people.clear()
        await story.begin(place, [(5_000, 3_000), (400_000, 250_000), (30_000, None), (0, 0)])
        for fen, shop in ((9_000, PHARMACY), (80_000, CLINIC), (300_000, PHARMACY)):
            await story.bill(0, [(SHARED, fen), (GOODS[0], 100)], shop, True)
        await story.cancel(len(story.settled) - 2)
        await story.bill(0, [(SHARED, 777)], PHARMACY, True)
    await ask(population, None)
    assert compared == story.settled


async def test_caps_count_what_counted_at_the_time(population: Population) -> None:
    """A use that was given back later, and one whose giving back was undone, among them."""
    child, father = await population.person(0), await population.person(90_000)
    await population.grant(father, child, cap_month_fen=5_000)
    first = await population.pay(child, 4_000)
    await population.pay(child, 3_000)
    cancel = await population.cancel(first)
    await population.settle(cancel)
    await population.pay(child, 3_000)
    await population.settle(population.reverse(cancel))
    await population.pay(child, 1_000)
    bills, tally = await ask(population, None)
    assert [bill.before.aid_fen for bill in bills] == [4_000, 0, 3_000, 0]
    assert [bill.effect for bill in bills] == [Effect.SAME] * 4
    assert tally.bills.total() == 4


async def test_a_weekly_cap_counts_the_old_years_days(
    population: Population, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids_follow(population.clock, monkeypatch)
    population.clock.set(datetime(2026, 12, 30, 4, tzinfo=UTC))
    child, father = await population.person(0), await population.person(90_000)
    await population.grant(father, child, cap_week_fen=5_000)
    await population.pay(child, 4_000)
    population.clock.set(datetime(2027, 1, 2, 4, tzinfo=UTC))
    for fen in (2_000, 1_000, 1):
        await population.pay(child, fen)
    population.clock.set(datetime(2027, 1, 4, 4, tzinfo=UTC))
    await population.pay(child, 5_000)
    for since in (date(2026, 12, 1), date(2027, 1, 1)):
        bills, _ = await ask(population, None, since=since)
        assert [bill.before.aid_fen for bill in bills][-4:] == [0, 1_000, 0, 5_000]
        assert {bill.effect for bill in bills} == {Effect.SAME}


async def test_deductibles_count_what_counted_at_the_time(population: Population) -> None:
    """On prescriptions; a bill that was cancelled later, and one whose cancel was undone."""
    patient = await population.person(place="340100")

    async def buy() -> int:
        bill = population.bill(patient, [(GOODS[0], 60_000)], CLINIC, prescribed=True)
        [found] = await population.settle(bill)
        return found

    first = await buy()
    await buy()
    cancel = await population.cancel(first)
    await population.settle(cancel)
    third = await buy()
    await population.settle(await population.cancel(third))
    await population.settle(population.reverse(cancel))
    await buy()
    bills, _ = await ask(population, None)
    assert [bill.before.fund_fen for bill in bills] == [10_000, 30_000, 10_000, 30_000]
    assert [bill.effect for bill in bills] == [Effect.SAME] * 4


async def test_donors_who_are_level_are_asked_by_name(population: Population) -> None:
    child = await population.person(0, place="410100")
    for name in ("王乙", "丁甲"):
        donor = await population.person(9_000, place="410100", name=name)
        await population.grant(donor, child)
    await population.pay(child, 5_000)
    bills, _ = await ask(population, None)
    assert bills[0].stored.donor_sums() == {donor: 5_000}
    assert bills[0].effect is Effect.SAME


async def test_a_grant_counts_from_its_confirming_to_its_end(population: Population) -> None:
    child, father = await population.person(0), await population.person(90_000)
    grant = await population.grant(father, child, confirmed_at=None)
    await population.pay(child, 1_000)
    await population.set_grant(grant, confirmed_at=population.clock.now())
    await population.pay(child, 2_000)
    await population.set_grant(grant, ended_at=population.clock.now())
    await population.pay(child, 3_000)
    bills, _ = await ask(population, None)
    assert [bill.before.aid_fen for bill in bills] == [0, 2_000, 0]
    assert [bill.effect for bill in bills] == [Effect.SAME] * 3


async def test_a_frozen_period_that_is_over_is_read_from_the_bills_own_reasons(
    population: Population,
) -> None:
    child, father = await population.person(100), await population.person(90_000)
    grant = await population.grant(father, child)
    await population.pay(child, 1_000)
    await population.set_grant(grant, frozen_at=population.clock.now())
    await population.pay(child, 2_000)
    await population.set_grant(grant, frozen_at=None)
    await population.pay(child, 3_000)
    bills, _ = await ask(population, None)
    assert [bill.effect for bill in bills] == [Effect.SAME] * 3
    assert [bill.reasons_before for bill in bills] == [(), ("FROZEN",), ()]


async def test_a_use_and_a_pause_are_read_from_the_bills_own_reasons(
    population: Population,
) -> None:
    child, father = await population.person(100), await population.person(90_000)
    once = await population.grant(father, child, once=True)
    for fen in (1_000, 2_000):
        await population.pay(child, fen)
    await population.set_grant(once, ended_at=population.clock.now())
    grant = await population.grant(father, child)
    until = local_date(population.clock.now()) + timedelta(days=9)
    await population.set_grant(grant, paused_at=population.clock.now(), paused_until=until)
    await population.pay(child, 3_000)
    await population.set_grant(grant, paused_at=None, paused_until=None)
    await population.pay(child, 4_000)
    bills, _ = await ask(population, None)
    assert [bill.reasons_before for bill in bills] == [(), ("USED_UP",), ("PAUSED",), ()]
    assert [bill.effect for bill in bills] == [Effect.SAME] * 4


async def test_what_cant_be_replayed_is_counted_with_its_reason(population: Population) -> None:
    patient, donor = await population.person(0), await population.person(90_000)
    grant = await population.grant(donor, patient)
    for fen in (1_000, 2_000, 3_000):
        await population.pay(patient, fen)
    # A limit set later: that there was none before is written nowhere.
    await population.set_grant(grant, cap_per_use_fen=1_500)
    bills, tally = await ask(population, None)
    assert [bill.effect for bill in bills] == [Effect.SAME, Effect.UNKNOWN, Effect.UNKNOWN]
    assert tally.problems == {Problem.NOT_KEPT: 2}
    assert tally.not_replayed_fen == 5_000
    assert sum(tally.before) == 1_000

    await population.database.value(
        "update institution set updated_at = $1", population.clock.now()
    )
    _, tally = await ask(population, None)
    assert tally.problems == {Problem.REGISTRY_CHANGED: 2}
    await population.database.value("delete from institution")
    _, tally = await ask(population, None)
    assert tally.problems == {Problem.INSTITUTION_GONE: 3}
    await population.database.value("delete from request")
    _, tally = await ask(population, None)
    assert tally.problems == {Problem.REQUEST_GONE: 3}
    assert tally.people(1) == {Effect.UNKNOWN: 1, Effect.SAME: 0}
