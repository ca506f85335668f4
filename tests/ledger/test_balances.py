"""Law 7: a cached balance is for showing, is never newer than the books, and never goes back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.kit.clock import SettableClock, iso
from app.ledger.balances import TTL_S, Balance, Balances
from app.ledger.kinds import AccountKind
from app.ledger.models import Account
from app.ledger.proof.cached import check_cached
from app.ledger.proof.findings import Report
from app.ledger.relocation import relocate
from app.ledger.repository import accounts_of
from app.store.cache import Cache, CacheError
from app.store.database import DATABASE_AWAY, Database
from app.store.urls.postgres import credentials
from tests.crash.fleet import until
from tests.ledger.conftest import Books
from tests.ledger.ground import NOW, Ground

APP = Path(__file__).parents[2] / "app"
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
    for key in (f"qinji:balance:{purse.id}", f"qinji:open_accounts:{purse.person_id}"):
        assert TTL_S - 60 < await cache.redis.ttl(key) <= TTL_S


async def move(ground: Ground, person_id: int) -> list[Account]:
    """To another province: the old account's successor."""
    async with ground.database.transaction() as connection:
        await relocate(connection, [person_id], ground.database.ids, NOW)
        found = await accounts_of(connection, [person_id], lock=False)
    return [account for account in found if not account.closed]


async def test_who_moves_sees_the_new_accounts_at_once(
    ground: Ground, balances: Balances, clock: SettableClock
) -> None:
    person = await ground.person()
    for fen, kind in ((1200, AccountKind.CURRENT), (0, AccountKind.CARRIED)):
        await ground.account(fen, person=person, kind=kind)
    for _ in range(3):
        await balances.of_person(person)
        opened = await move(ground, person)
        await balances.renew([person])
        found = await balances.of_person(person)
        assert found == [shown(a) for a in sorted(opened, key=lambda a: a.kind)]
        assert sum(balance.balance_fen for balance in found) == 1200
        report = Report(NOW)
        await check_cached(ground.database, balances, report)
        assert report.findings == [], "the old accounts' figures were dropped, too"


async def test_who_read_before_a_move_and_keeps_it_after_it_puts_nothing_old_back(
    ground: Ground, balances: Balances, monkeypatch: pytest.MonkeyPatch
) -> None:
    purse = await ground.account(1200)
    owner = purse.person_id
    store = balances.store

    async def slowly(accounts: Iterable[Account], moment: datetime) -> None:
        """Between his reading and his storing the owner moves."""
        monkeypatch.undo()
        await move(ground, owner)
        await balances.renew([owner])
        await store(accounts, moment)

    monkeypatch.setattr(balances, "store", slowly)
    assert await balances.of_person(owner) == [shown(purse)]
    [found] = await balances.of_person(owner)
    assert (found.balance_fen, found.version) == (1200, 1)
    async with ground.database.connection() as connection:
        [old] = [a for a in await accounts_of(connection, [owner], lock=False) if a.closed]
    kept = [one async for portion in balances.cached() for one in portion]
    assert dict(kept)[old.id].version == old.version


async def test_without_redis_a_change_is_none_the_less_done(
    ground: Ground, clock: SettableClock
) -> None:
    away = await Cache.open("redis://127.0.0.1:1/0")
    purse = await ground.account(700)
    await Balances(ground.database, away, clock).renew([purse.person_id])
    await away.close()


async def test_what_a_full_redis_did_not_take_is_dropped_as_soon_as_it_does(
    ground: Ground, balances: Balances, cache: Cache
) -> None:
    """It still tells what it holds, and nobody may come who renews anything else."""
    purse = await ground.account(1200)
    owner = purse.person_id
    assert await balances.of_person(owner) == [shown(purse)]
    await cache.redis.config_set("maxmemory", "1")
    try:
        await _spend(ground, purse, 300)
        await balances.renew([owner])
        assert await balances.of_person(owner) == [shown(purse)], "nothing can be changed there"
    finally:
        await cache.redis.config_set("maxmemory", "0")
    await _shows(balances, owner, 900)
    await balances.close()


async def test_who_was_killed_before_dropping_it_is_caught_up_with(
    ground: Ground, balances: Balances, cache: Cache
) -> None:
    """His commit stands; that a balance and a new account are cached otherwise is found."""
    purse, other = await ground.account(1200), await ground.account(500)
    owner = purse.person_id
    for person in (owner, other.person_id):
        await balances.of_person(person)
    await _spend(ground, purse, 300)
    await ground.account(80, person=other.person_id, kind=AccountKind.CARRIED)
    assert (await balances.of_person(owner))[0].balance_fen == 1200
    assert len(await balances.of_person(other.person_id)) == 1
    assert await balances.catch_up() == 2
    assert (await balances.of_person(owner))[0].balance_fen == 900
    assert len(await balances.of_person(other.person_id)) == 2
    assert await balances.catch_up() == 0
    await balances.close()


async def test_who_starts_without_redis_catches_up_when_it_is_there(
    ground: Ground, balances: Balances, monkeypatch: pytest.MonkeyPatch
) -> None:
    purse = await ground.account(1200)
    await balances.of_person(purse.person_id)
    await _spend(ground, purse, 300)
    tried, there = asyncio.Event(), balances.catch_up

    async def away() -> int:
        monkeypatch.setattr(balances, "catch_up", there)
        tried.set()
        raise CacheError

    monkeypatch.setattr(balances, "catch_up", away)
    balances.start()
    await tried.wait()
    await _shows(balances, purse.person_id, 900)
    await balances.close()


async def test_a_commit_that_was_not_answered_is_caught_up_with(
    books: Books, clock: SettableClock, tmp_path: Path
) -> None:
    """It stands, but who made it was not told so, and goes on living."""
    found = await books.database.row(
        "select id, person_id, balance_fen from account"
        " where person_id is not null and kind = 1 and balance_fen > 0 limit 1"
    )
    assert found
    account, owner, fen = found
    async with _unanswered(books.url, tmp_path) as url:
        database = await Database.open(url)
        balances = Balances(database, books.cache, clock)
        balances.start()
        await balances.of_person(owner)
        with pytest.raises(DATABASE_AWAY):
            async with database.batch() as connection:
                await connection.execute(
                    "update account set balance_fen = balance_fen - 1, version = version + 1"
                    " where id = $1",
                    account,
                )
        await _shows(Balances(books.database, books.cache, clock), owner, fen - 1)
        await balances.close()
        await database.close()


@asynccontextmanager
async def _unanswered(url: str, folder: Path) -> AsyncIterator[str]:
    """The URL of a database whose commits are done, and whose connection ends then."""
    behind = str(credentials(url)["host"])
    port = credentials(url)["port"]

    async def pour(near: asyncio.StreamReader, far: asyncio.StreamWriter, last: bytes) -> None:
        while more := await near.read(65_536):
            far.write(more)
            if last in more:
                return

    async def taken(near: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        far, to = await asyncio.open_unix_connection(f"{behind}/.s.PGSQL.{port}")
        answers = asyncio.create_task(pour(far, back, b"never"))
        await pour(near, to, b"COMMIT;")
        answers.cancel()
        await asyncio.wait([answers])
        with suppress(asyncio.IncompleteReadError):  # it has ended without a commit
            await far.readuntil(b"COMMIT")
        back.transport.abort()
        to.close()

    server = await asyncio.start_unix_server(taken, folder / f".s.PGSQL.{port}")
    try:
        yield url.replace(behind, str(folder))
    finally:
        server.close()


async def _shows(balances: Balances, person_id: int, fen: int) -> None:
    async def shown_now() -> bool:
        return (await balances.of_person(person_id))[0].balance_fen == fen

    await until(shown_now, "the balance is shown as it is")


async def _spend(ground: Ground, purse: Account, fen: int) -> None:
    """As somebody does who ends before he has told anybody."""
    await ground.database.value(
        "update account set balance_fen = balance_fen - $2, version = version + 1 where id = $1",
        purse.id,
        fen,
    )


def test_whoever_writes_accounts_is_known_to_tell_it() -> None:
    """A new place that writes accounts has to call ``Balances.renew`` after its commit."""
    writing = re.compile(r"(insert into|update) account\b")
    found = {
        path.relative_to(APP).as_posix()
        for path in APP.rglob("*.py")
        if writing.search(path.read_text(encoding="utf-8"))
    }
    assert {path for path in found if not path.startswith("bench/")} == {
        "ledger/repository.py",  # of a settlement: told with its news (settlement/service.py)
        "ledger/holds.py",  # called by what holds money: it tells
        "domain/wallet/repository.py",  # opens one, empty: the service tells
        "domain/aid/repository.py",  # opens one, empty: what is set aside tells (allotting)
        "ledger/relocation.py",  # called by the import
        "ledger/year.py",  # called by what runs the account's year: it tells
        "domain/year/repository.py",  # closes those that are paid out: who pays them out tells
        "domain/year/book/one_person.py",  # says where it goes on: no balance
        "domain/registry/imports/book/people.py",  # the import: Written.holders
        "domain/registry/imports/book/chunk.py",  # flows, which keep no balance
    }


async def test_all_that_is_cached_can_be_looked_through(
    ground: Ground, balances: Balances, cache: Cache
) -> None:
    purses = [await ground.account(100 * n) for n in range(1, 4)]
    await balances.store(purses, NOW)
    await cache.set_newer_all([("qinji:balance:none", 1, {})], 60)
    found = [one async for portion in balances.cached() for one in portion]
    assert dict(found) == {purse.id: shown(purse) for purse in purses}
