"""Law 7: a cached balance is for showing, is never newer than the books, and never goes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.kit.clock import SettableClock, iso
from app.ledger.balances import TTL_S, Balance, Balances
from app.ledger.kinds import AccountKind
from app.ledger.models import Account
from app.store.cache import Cache, CacheError
from tests.ledger.ground import NOW, Ground

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOW)


@pytest.fixture
def balances(ground: Ground, cache: Cache, clock: SettableClock) -> Balances:
    return Balances(ground.database, cache, clock)


def shown(account: Account, as_of: str = iso(NOW)) -> Balance:
    return Balance(account.kind, account.balance_fen, account.version, as_of)


async def forget_in_the_books(ground: Ground, account: Account) -> None:
    """Whatever is shown of it from now on was cached."""
    await ground.database.value("update account set closed_at = now() where id = $1", account.id)


async def test_all_accounts_are_read_and_then_kept(
    ground: Ground, balances: Balances, clock: SettableClock
) -> None:
    person = await ground.person()
    carried = await ground.account(500, person=person, kind=AccountKind.CARRIED)
    current = await ground.account(1200, person=person)
    expected = [shown(current), shown(carried)]
    assert await balances.of_person(person) == expected
    clock.set(LATER)
    await forget_in_the_books(ground, current)
    assert await balances.of_person(person) == expected, "as of the moment when it was read"


async def test_a_newer_state_replaces_an_older_one(ground: Ground, balances: Balances) -> None:
    purse = await ground.account(1200)
    await balances.of_person(purse.person_id)
    newer = replace(purse, balance_fen=900, version=purse.version + 1)
    await balances.store([newer], LATER)
    assert await balances.of_person(purse.person_id) == [shown(newer, iso(LATER))]


@pytest.mark.parametrize("older", [0, 1])
async def test_an_older_state_that_comes_late_changes_nothing(
    ground: Ground, balances: Balances, older: int
) -> None:
    """Nor does the same version again: it would only be a later moment's name for it."""
    purse = replace(await ground.account(1200), version=5)
    await balances.of_person(purse.person_id)
    await balances.store([purse], NOW)
    late = replace(purse, balance_fen=1, version=5 - older)
    await balances.store([late], LATER)
    assert await balances.of_person(purse.person_id) == [shown(purse)]


async def test_each_of_many_is_judged_by_itself(ground: Ground, balances: Balances) -> None:
    one, other = await ground.account(100), await ground.account(200)
    for purse in (one, other):
        await balances.of_person(purse.person_id)
    newer, late = replace(one, balance_fen=90, version=2), replace(other, balance_fen=1, version=0)
    await balances.store([late, newer], LATER)
    assert await balances.of_person(one.person_id) == [shown(newer, iso(LATER))]
    assert await balances.of_person(other.person_id) == [shown(other)]


async def test_who_has_no_account_yet_sees_the_first_one_at_once(
    ground: Ground, balances: Balances
) -> None:
    person = await ground.person()
    assert await balances.of_person(person) == []
    purse = await ground.account(700, person=person)
    assert await balances.of_person(person) == [shown(purse)]


async def test_a_closed_account_is_not_shown(ground: Ground, balances: Balances) -> None:
    purse = await ground.account(700)
    await forget_in_the_books(ground, purse)
    assert await balances.of_person(purse.person_id) == []


async def test_when_one_of_them_is_no_longer_cached_all_are_read_again(
    ground: Ground, balances: Balances, cache: Cache, clock: SettableClock
) -> None:
    person = await ground.person()
    current = await ground.account(1200, person=person)
    carried = await ground.account(500, person=person, kind=AccountKind.CARRIED)
    await balances.of_person(person)
    await cache.delete(f"qinji:balance:{carried.id}")
    clock.set(LATER)
    found = await balances.of_person(person)
    assert found == [shown(current, iso(LATER)), shown(carried, iso(LATER))]


async def test_without_redis_the_books_are_read(ground: Ground, clock: SettableClock) -> None:
    away = await Cache.open("redis://127.0.0.1:1/0")
    balances = Balances(ground.database, away, clock)
    purse = await ground.account(700)
    assert await balances.of_person(purse.person_id) == [shown(purse)]
    with pytest.raises(CacheError):
        await balances.store([purse], NOW)
    await away.close()


async def test_what_is_kept_is_kept_for_an_hour(
    ground: Ground, balances: Balances, cache: Cache
) -> None:
    purse = await ground.account(700)
    await balances.of_person(purse.person_id)
    for key in (f"qinji:balance:{purse.id}", f"qinji:accounts:{purse.person_id}"):
        assert TTL_S - 60 < await cache.redis.ttl(key) <= TTL_S


async def test_all_that_is_cached_can_be_looked_through(
    ground: Ground, balances: Balances, cache: Cache
) -> None:
    purses = [await ground.account(100 * n) for n in range(1, 4)]
    await balances.store(purses, NOW)
    await cache.set_newer_all([("qinji:balance:none", 1, {})], 60)
    found = [one async for portion in balances.cached() for one in portion]
    assert dict(found) == {purse.id: shown(purse) for purse in purses}
