"""Cached balances: for showing, never for deciding (law 7)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Iterator
from contextlib import suppress
from contextvars import Context
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from app.kit.clock import Clock, iso
from app.kit.log import logger
from app.kit.tasks import end_task
from app.kit.value import value
from app.ledger.kinds import AccountKind
from app.ledger.models import Account
from app.ledger.repository import accounts_of, all_rows_of
from app.store.cache import Cache, CacheError
from app.store.database import DATABASE_AWAY, Database

TTL_S = 3600
"""How long a balance is kept, in seconds."""
_LATE_S = 300
"""How long somebody who read before a change may take to put what he read into the cache."""
_OWED_MAX = 50_000
_AGAIN_S = 1.0
_BEHIND = """
select distinct a.person_id from unnest($1::bigint[], $2::bigint[]) as n (id, version)
join account a on a.id = n.id and a.version > n.version where a.person_id is not null
"""
_LISTS_BEHIND = """
select n.id as person_id from unnest($1::bigint[], $2::bigint[]) as n (id, version)
where n.version < (select count(*) + count(closed_at) from account where person_id = n.id)
"""

Renew = Callable[[Collection[int]], Awaitable[None]]
"""``Balances.renew``: every writer but a settlement, which has its accounts at hand, calls it after
its commit with the people whose accounts it opened, closed or moved money of."""
log = logger(__name__)


@value
class Balance:
    """What an account held at a moment."""

    kind: AccountKind
    balance_fen: int
    version: int
    as_of: str


class Balances:
    """Balances from Redis, read through from the database when they are not there."""

    def __init__(self, database: Database, cache: Cache, clock: Clock) -> None:
        self._database = database
        self._cache = cache
        self._clock = clock
        self._owed = set[int]()
        self._paying: asyncio.Task[None] | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._doubt = asyncio.Event()

    def start(self) -> None:
        """Makes good in the background what one who was killed between his commit and dropping what
        was cached could not; and again each time that we were not told whether a commit stands."""
        self._database.in_doubt(self._doubt.set)
        self._catching_up = asyncio.create_task(self._keep_caught_up())

    async def close(self) -> None:
        """Ends what goes on in the background; who is owed then is caught up with at a start."""
        await end_task(self._catching_up)
        await end_task(self._paying)

    async def of_person(self, person_id: int) -> list[Balance]:
        """A person's accounts, each with the moment it was true. Empty: no account."""
        try:
            held = await self._cache.get_versioned(_list_key(person_id))
            if held is not None:
                found = [await self._cache.get_versioned(_key(i)) for i in held["ids"]]
                if all(item is not None for item in found):
                    return [_balance(item) for item in found if item is not None]
        except CacheError as error:
            log.warning("balance_cache_away", error=type(error).__name__)
        return await self._read_through(person_id)

    async def store(self, accounts: Iterable[Account], moment: datetime) -> None:
        """Caches balances after a commit, each only if it is newer than what is there."""
        await self._cache.set_newer_all(newer(accounts, moment), TTL_S)

    async def renew(self, person_ids: Collection[int]) -> None:
        """Drops what is cached of people's accounts, after a commit that changed them.

        What is true now is put in its place for as long as somebody who read before the commit may
        still be about to put the old there.
        """
        if self._database.put_off(lambda: self.renew(person_ids)):
            return
        wanted, self._owed = self._owed | set(person_ids), set()
        if not wanted:
            return
        try:
            moment = self._clock.now()
            async with self._database.connection() as connection:
                everybody = await all_rows_of(connection, wanted)
                accounts = await accounts_of(connection, everybody, lock=False)
            await self._cache.set_newer_all([*newer(accounts, moment), *_lists(accounts)], _LATE_S)
        except CacheError as error:
            log.warning("balances_not_renewed", people=len(wanted), error=type(error).__name__)
            self.owe(wanted)
        except BaseException:
            self.owe(wanted)
            raise

    def owe(self, person_ids: Collection[int]) -> None:
        """Remembers whose balances could not be dropped, and tries again until it is done.

        Of more than can be read again at once nobody is remembered: what is cached ends by itself.
        """
        self._owed |= set(person_ids)
        if len(self._owed) > _OWED_MAX:
            self._owed.clear()
        if self._owed and (self._paying is None or self._paying.done()):
            # In a context of its own: it outlives the call that could not drop them.
            self._paying = asyncio.create_task(self._until_paid(), context=Context())

    async def _until_paid(self) -> None:
        """A Redis that took nothing may still be read, and nobody else may come who renews."""
        while self._owed:
            await asyncio.sleep(_AGAIN_S)
            with suppress(*DATABASE_AWAY):
                await self.renew(())

    async def _keep_caught_up(self) -> None:
        while True:
            self._doubt.clear()
            try:
                await self.catch_up()
                await self._doubt.wait()
            except (CacheError, *DATABASE_AWAY) as error:
                log.warning("balances_not_caught_up", error=type(error).__name__)
            await asyncio.sleep(_AGAIN_S)

    async def catch_up(self) -> int:
        """Renews all that is cached and behind the books; of how many people.

        Raises:
            CacheError: Redis is away.
        """
        behind = 0
        for prefix, query in ((_key(""), _BEHIND), (_list_key(""), _LISTS_BEHIND)):
            async for portion in self._cache.versioned(prefix):
                held = [(int(key), version) for key, version, _ in portion if key.isdigit()]
                ids, versions = [one for one, _ in held], [version for _, version in held]
                rows = await self._database.rows(query, ids, versions)
                await self.renew({row["person_id"] for row in rows})
                behind += len(rows)
        return behind

    async def cached(self) -> AsyncIterator[list[tuple[int, Balance]]]:
        """All cached balances by account, in portions.

        Raises:
            CacheError: Redis is away.
        """
        async for portion in self._cache.versioned(_key("")):
            yield [(int(key), _balance(value)) for key, _, value in portion if key.isdigit()]

    async def _read_through(self, person_id: int) -> list[Balance]:
        moment = self._clock.now()
        async with self._database.connection() as connection:
            accounts = await accounts_of(connection, [person_id], lock=False)
        shown = sorted((a for a in accounts if not a.closed), key=attrgetter("kind"))
        try:
            await self.store(shown, moment)
            if shown:  # who has none may get one at any moment, and would not see it
                await self._cache.set_newer_all(_lists(accounts), TTL_S)
        except CacheError as error:
            log.warning("balance_cache_away", error=type(error).__name__)
        return [_balance(_value(account, moment)) for account in shown]


def newer(
    accounts: Iterable[Account], moment: datetime
) -> Iterator[tuple[str, int, dict[str, object]]]:
    """What the cache is to hold of accounts: key, version, value."""
    return ((_key(a.id), a.version, _value(a, moment)) for a in accounts)


def _lists(accounts: Iterable[Account]) -> Iterator[tuple[str, int, dict[str, object]]]:
    """Which accounts each owner has open. Accounts are never opened anew nor taken away, so of two
    such lists the later one counts more that were opened and closed."""
    owner = attrgetter("person_id")
    for person_id, own in groupby(sorted(accounts, key=owner), owner):
        found = list(own)
        ids = [a.id for a in sorted(found, key=attrgetter("kind")) if not a.closed]
        version = len(found) + sum(account.closed for account in found)
        yield _list_key(person_id), version, {"ids": ids}


def _key(account_id: int | str) -> str:
    return f"qinji:balance:{account_id}"


def _list_key(person_id: int | str) -> str:
    return f"qinji:open_accounts:{person_id}"


def _value(account: Account, moment: datetime) -> dict[str, object]:
    return {
        "kind": int(account.kind),
        "fen": account.balance_fen,
        "version": account.version,
        "as_of": iso(moment),
    }


def _balance(value: dict[str, object]) -> Balance:
    return Balance(
        AccountKind(int(str(value["kind"]))),
        int(str(value["fen"])),
        int(str(value["version"])),
        str(value["as_of"]),
    )
