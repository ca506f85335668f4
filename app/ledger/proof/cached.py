"""Cached balances against the ledger. A cached one may lag behind for a moment, never be wrong."""

from __future__ import annotations

import asyncio

from app.kit.log import logger
from app.ledger.balances import Balance, Balances
from app.ledger.proof.findings import Report
from app.store.cache import CacheError
from app.store.late.reading import Reader

CACHED = "cached"
_PATIENCE_S = 2.0
log = logger(__name__)

# What the account held after the transfer of that version, and where it stands now.
_TRUTH = """
select n.id, a.version, a.balance_fen, case when n.version = a.version then a.balance_fen
    when n.version = 0 then 0 else coalesce(
        (select debit_after_fen from transfer t
            where t.debit_account = n.id and t.debit_version = n.version),
        (select credit_after_fen from transfer t
            where t.credit_account = n.id and t.credit_version = n.version),
        (select fen from month_base b
            where b.account_id = n.id and b.version = n.version)) end as then_fen
from unnest($1::bigint[], $2::bigint[]) as n (id, version)
left join account a on a.id = n.id
"""


async def check_cached(reader: Reader, balances: Balances, report: Report) -> None:
    """Compares every cached balance; those that are behind get a moment to catch up."""
    behind: dict[int, int] = {}
    try:
        async for portion in balances.cached():
            report.looked(CACHED, len(portion))
            behind |= await _compare(reader, dict(portion), report)
        if behind:
            await asyncio.sleep(_PATIENCE_S)
            async for portion in balances.cached():
                for account, balance in portion:
                    if account in behind and balance.version < behind[account]:
                        report.add(
                            CACHED,
                            f"cached balance of account {account}",
                            f"version {behind[account]}",
                            f"version {balance.version}, as of {balance.as_of}",
                        )
    except CacheError as error:
        log.warning("cached_balances_unchecked", error=type(error).__name__)
        report.figures["cached_balances"] = "Redis is away"


async def _compare(reader: Reader, cached: dict[int, Balance], report: Report) -> dict[int, int]:
    """Reports wrong ones; gives those that are behind, with the version they should have."""
    rows = await reader.rows(_TRUTH, list(cached), [b.version for b in cached.values()])
    behind: dict[int, int] = {}
    for row in rows:
        name, held = f"cached balance of account {row['id']}", cached[row["id"]]
        if row["version"] is None:
            report.add(CACHED, name, "nothing: there is no such account", held.balance_fen)
        elif held.version > row["version"]:
            report.add(
                CACHED, name, f"version {row['version']} at the most", f"version {held.version}"
            )
        elif held.balance_fen != row["then_fen"]:
            report.add(
                CACHED,
                name,
                f"{row['then_fen']} fen at version {held.version}",
                f"{held.balance_fen} fen",
            )
        elif held.version < row["version"]:
            behind[row["id"]] = row["version"]
    return behind
