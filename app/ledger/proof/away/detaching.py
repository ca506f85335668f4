"""Brings a month's bills away: what they moved lies in an archive from then on.

What stays of a month, in a small part of its own in the place of the whole one: what belongs to no
bill (holds and their ends, wallet, premiums, credits and closes, which later rows refer to for
years); what mutual aid paid, which grants count and both sides read; what an account moved whose
year was never closed, or its interest would be reckoned without it; and rows that stand, by clocks
that differ, after younger ones in an account's chain or in a bill.

All that takes long is made ready beside the books. The change itself is names, in one transaction:
whoever is killed before it leaves only what the next one throws away.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from app.kit.clock import local_date
from app.kit.ids import moment_of
from app.ledger.proof.away.months import PORTION, Archived, AwayError, Digest, Month, Say, alone
from app.ledger.proof.seals import TRANSFER_TEXT
from app.store.database import Connection
from app.store.months.owner import soon

_AFTERWARDS = 3_600_000 << 22
"""An hour of ids, as far as clocks may differ."""
_BEFORE = """
select m.part, exists (select from month_away a where a.part = m.part) as away
from public.months_of('transfer') m where not m.rest and m.ends < $1 order by m.ends
"""
_IS_AWAY = "select exists (select from month_away where part = $1)"
_GOES = "select public.month_after($1::timestamptz, 12)"
_WAITS = "select min(request_id) from waiting where request_id < $1"
_BASE = """
create table away.base as
with link as materialized (
    select debit_account as account, debit_version as version, debit_after_fen as fen, id
    from public.{part} where debit_version is not null
    union all
    select credit_account, credit_version, credit_after_fen, id
    from public.{part} where credit_version is not null
), across as (
    select account, min(version) as version from (
        select debit_account as account, debit_version as version from public.transfer
        where id >= {ends} and id < {hour} and debit_version is not null
        union all
        select credit_account, credit_version from public.transfer
        where id >= {ends} and id < {hour} and credit_version is not null) as younger
    group by account
), top as (
    select l.account, least(max(l.version), min(x.version) - 1) as version
    from link l left join across x using (account) group by l.account
)
select account as account_id, l.version, l.fen, x.hash
from top join link l using (account, version) join public.seal x on x.id = l.id
"""
_KEPT = """
insert into away.kept_{part}
select t.* from public.{part} t
left join away.base d on d.account_id = t.debit_account
left join away.base c on c.account_id = t.credit_account
where t.settlement_id is null or t.kind not between 2 and 5 or t.settlement_id >= {ends}
    or t.debit_version > coalesce(d.version, 0) or t.credit_version > coalesce(c.version, 0)
    or t.grant_id is not null
    or exists (select from public.account a where a.id in (t.debit_account, t.credit_account)
        and a.kind in (1, 2) and a.closed_at is null and not exists (
            select from public.account_close y
            where y.person_id = a.person_id and y.ended_on >= '{last}'))
"""
FLOWS = """
select account, sum(fen)::bigint as fen from (
    select debit_account as account, id, -amount_fen as fen from {whole}
    where debit_version is null
    union all
    select credit_account, id, amount_fen from {whole} where credit_version is null) as f
where not exists (select from {kept} k where k.id = f.id) group by account
"""
"""SQL: what the rows of a month that are not kept added up to on accounts without a balance."""
_TO_BASE = (
    """
insert into month_base as b (account_id, version, fen, hash)
select account_id, version, fen, hash from away.base
on conflict (account_id) do update
set version = excluded.version, fen = excluded.fen, hash = excluded.hash
""",
    """
insert into month_base as b (account_id, fen) select account, fen from away.flow
on conflict (account_id) do update set fen = b.fen + excluded.fen
""",
)
_READ = f"""
select t.id, {TRANSFER_TEXT} as text from {{table}} t where t.id > $1 order by t.id limit $2
"""  # noqa: S608
_STAGED = "drop table if exists away.base, away.flow, away.came"


async def detach(
    connection: Any, month: Month, archived: Archived, say: Say = lambda line: None
) -> tuple[int, int]:
    """Brings a month away; gives how many rows went, and how many were kept. The whole part lies
    beside the books then, out of the reach of who serves, until it is dropped.

    Raises:
        AwayError: it may not go yet, or the archive doesn't hold it.
        StartRefused: the table couldn't be locked even for a moment.
    """
    async with alone(connection):
        await _check_may_go(connection, month)
        say(f"{month.name}: checks the archive 核对归档")
        await archived.check(connection)
        rows = await archived.compare(connection, f"public.{month.part}")
        say(f"{month.name}: {rows} rows; makes ready what stays 准备保留的记账")
        kept = await _make_ready(connection, month)
        values = f"{rows - kept.count}, {kept.count}, '\\x{kept.value().hex()}'"
        noted = (
            "insert into month_away (part, begins, ends, gone, kept, kept_hash, archive)"  # noqa: S608
            f" values ('{month.part}', {month.begins}, {month.ends}, {values},"
            f" '\\x{archived.hash.hex()}')"
        )
        await soon(connection, *_swapped(month), before=(*_TO_BASE, noted))
        await connection.execute(_STAGED)
        await connection.execute("select public.count_months()")
        return rows - kept.count, kept.count


async def _check_may_go(connection: Connection, month: Month) -> None:
    """A month goes a year after its end: so long back a till's bill may be dated, and what is given
    back or asked for is nearly always younger. What still waits goes nowhere."""
    from_then = await connection.fetchval(_GOES, moment_of(month.ends))
    if await connection.fetchval("select public.present()") < from_then:
        raise AwayError(f"{month.name} may go from {local_date(from_then)} on 未满一年不可移出")
    for part in await connection.fetch(_BEFORE, month.ends):
        there = part["part"]
        if part["away"]:
            continue
        if await connection.fetchval(f"select exists (select from public.{there})"):  # noqa: S608
            raise AwayError(f"{there} comes first: the oldest month goes first 请先移出更早的月份")
    if await connection.fetchval(_IS_AWAY, month.part):
        raise AwayError(f"{month.name} is away already 该月已移出")
    if (waits := await connection.fetchval(_WAITS, month.ends)) is not None:
        raise AwayError(f"request {waits} of it, or of before, still waits 仍有请求在等待")


async def _make_ready(connection: Any, month: Month) -> Digest:
    await connection.execute("create schema if not exists away")
    kept = f"away.kept_{month.part}"
    given = {
        "part": month.part,
        "ends": month.ends,
        "hour": month.ends + _AFTERWARDS,
        "last": _last_day(month),
    }
    low = f"id >= {month.begins} and " if month.begins else ""
    for statement in (
        _STAGED,
        f"drop table if exists {kept}",
        _BASE.format(**given),
        "alter table away.base add primary key (account_id)",
        "analyze away.base",
        f"create table {kept} (like public.transfer_rest including all)",
        _KEPT.format(**given),
        f"alter table {kept} add constraint of_its_month check ({low}id < {month.ends})",
        "create table away.flow as" + FLOWS.format(whole=f"public.{month.part}", kept=kept),
    ):
        await connection.execute(statement)
    digest, after = Digest(), -1
    while rows := await connection.fetch(_READ.format(table=kept), after, PORTION):
        for row in rows:
            digest.add(row["text"])
        after = rows[-1]["id"]
    return digest


def _swapped(month: Month) -> tuple[str, ...]:
    """SQL: the whole part goes beside, what was kept comes into its place."""
    part = month.part
    return (
        "lock table public.transfer in access exclusive mode",
        f"alter table public.transfer detach partition public.{part}",
        f"alter table public.{part} set schema away",
        f"alter table away.kept_{part} set schema public",
        f"alter table public.kept_{part} rename to {part}",
        f"select public.like_beside('{part}', 'transfer_rest')",
        f"alter table public.transfer attach partition public.{part} {month.bounds}",
        f"alter table public.{part} drop constraint of_its_month",
    )


def _last_day(month: Month) -> date:
    return local_date(moment_of(month.ends)) - timedelta(days=1)
