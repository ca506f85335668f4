"""Between runs: gives relatives back what their own accounts paid, so that every run finds the same
balances. A transfer like any contribution, so the books stay right."""

from __future__ import annotations

from app.bench.made.town import (
    ACCOUNT,
    FLOW,
    OWN_AND_AID,
    PERSON,
    PLACES,
    RELATIVE_FEN,
    Town,
)
from app.kit.clock import SystemClock
from app.kit.ids import first_id_at
from app.store.cache import Cache
from app.store.database import Database

_ALL = """
select id from account
where (person_id - $1) / $2 = any($3::bigint[]) and balance_fen < (array[$4, $5]::bigint[])[kind]
"""
_SINCE = """
select distinct debit_account as id from transfer
where id > $4 and kind = 2 and grant_id is null and debit_version is not null
    and (debit_account - $1) / 2 / $2 = any($3::bigint[])
"""
_TOP_UP = """
with short as (
    select a.id, a.version, w.fen, w.fen - a.balance_fen as lacks, a.person_id - $3 as number,
        row_number() over (order by a.id) as at
    from account a join (values (1, $4::bigint), (2, $5::bigint)) as w (kind, fen) using (kind)
    where a.id = any($1::bigint[]) and a.balance_fen < w.fen
), booked as (
    insert into transfer (id, kind, debit_account, credit_account, amount_fen, credit_version,
        credit_after_fen, created_at)
    select $2 + at, 1, $6 + number % $7 % $8, id, lacks, version + 1, fen, $9 from short
)
update account set balance_fen = short.fen, version = account.version + 1
from short where account.id = short.id
"""
_LONG_S = 600


class TopUp:
    """Fills up again whoever has paid since the last time; the first time, whoever lacks money."""

    def __init__(self, database: Database, town: Town) -> None:
        self._database = database
        self._town = town
        self._since: int | None = None

    async def run(self, *, vacuum: bool = True) -> int:
        """Gives how many accounts were filled up. Nobody else may be at work. Not ``vacuum``: the
        tables are left as autovacuum keeps them."""
        now = SystemClock().now()
        moment = first_id_at(now)
        roles, blocks = list(OWN_AND_AID), self._town.blocks
        async with self._database.connection() as connection:
            if self._since is None:
                rows = await connection.fetch(
                    _ALL, PERSON, blocks, roles, *RELATIVE_FEN, timeout=_LONG_S
                )
            else:
                rows = await connection.fetch(
                    _SINCE, ACCOUNT, blocks, roles, self._since, timeout=_LONG_S
                )
            await connection.execute(
                _TOP_UP,
                [row["id"] for row in rows],
                moment,
                PERSON,
                *RELATIVE_FEN,
                FLOW,
                blocks,
                len(PLACES),
                now,
                timeout=_LONG_S,
            )
            if vacuum:
                await connection.execute("vacuum (analyze) account, waiting", timeout=_LONG_S)
        self._since = moment
        return len(rows)


async def forget_balances(redis_url: str) -> None:
    """Drops the cached balances: the peer and the top-up move money without telling the cache."""
    cache = await Cache.open(redis_url)
    try:
        async for key in cache.redis.scan_iter("qinji:balance:*", count=1000):
            await cache.redis.unlink(key)
    finally:
        await cache.close()
