"""Brings a month's bills back, from beside or from the archive, and gives up what lies beside.

Only the youngest month that is away comes back: where the accounts' books begin then is told by its
first rows. Made ready beside the books and changed in one transaction, as ``detaching`` does.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from app.ledger.proof.archive.lines import Line
from app.ledger.proof.away.detaching import FLOWS
from app.ledger.proof.away.months import Archived, AwayError, Month, Say, alone, portion
from app.ledger.proof.seals import TRANSFER_FIELDS, fields_of
from app.store.months.owner import at_once, soon

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AWAY = """
select beside, archive, (select max(ends) from month_away) as last from month_away where part = $1
"""
_CAME = "create table away.came (id bigint primary key, debit bytea, credit bytea)"
# The books of an account begin before its first row of the month again.
_BASE_BACK = """
update month_base b set version = n.version, fen = n.fen, hash = n.hash
from (
    select distinct on (account) account, version - 1 as version, fen, hash from (
        select t.debit_account as account, t.debit_version as version,
            t.debit_after_fen + t.amount_fen as fen, c.debit as hash
        from away.{part} t join away.came c using (id) where t.debit_version is not null
        union all
        select t.credit_account, t.credit_version, t.credit_after_fen - t.amount_fen, c.credit
        from away.{part} t join away.came c using (id) where t.credit_version is not null) as l
    order by account, version) as n
where b.account_id = n.account and b.version > n.version
"""


async def attach(
    connection: Any, month: Month, archived: Archived, say: Say = lambda line: None
) -> int:
    """Brings a month back as it was; gives how many rows it has.

    Raises:
        AwayError: it isn't away, a younger one is, or the archive was changed.
        StartRefused: the table couldn't be locked even for a moment.
    """
    async with alone(connection):
        away = await _away(connection, month, archived)
        if away["last"] != month.ends:
            raise AwayError("a younger month is away: that comes back first 请先移回较晚的月份")
        say(f"{month.name}: checks the archive 核对归档")
        await archived.check(connection)
        beside = f"away.{month.part}"
        if not away["beside"]:
            say(f"{month.name}: reads the archive 读入归档")
            await _build(connection, month, archived)
        rows = await archived.compare(connection, beside)
        await _stage(connection, archived)
        low = f"id >= {month.begins} and " if month.begins else ""
        for statement in (
            f"alter table {beside} drop constraint if exists of_its_month",
            f"alter table {beside} add constraint of_its_month check ({low}id < {month.ends})",
        ):
            await connection.execute(statement)
        gone = FLOWS.format(whole=beside, kept=f"public.{month.part}")
        before = (
            _BASE_BACK.format(part=month.part),
            f"update month_base b set fen = b.fen - f.fen from ({gone}) as f"  # noqa: S608
            " where b.account_id = f.account",
            "delete from month_base where version = 0 and fen = 0",
            f"delete from month_away where part = '{month.part}'",  # noqa: S608
        )
        swapped = _swapped(month, made=not away["beside"])
        await soon(connection, *swapped, before=before)
        await connection.execute("drop table away.came")
        await connection.execute("select public.count_months()")
        return rows


async def drop(
    connection: Any, month: Month, archived: Archived, say: Say = lambda line: None
) -> int:
    """Gives up what lies beside the books of a month that is away: the archive has it. Gives how
    many rows it had.

    Raises:
        AwayError: it isn't away, or isn't beside, or the archive doesn't hold it.
    """
    async with alone(connection):
        away = await _away(connection, month, archived)
        if not away["beside"]:
            raise AwayError(f"{month.name} lies in its archive alone already 已只存于归档")
        say(f"{month.name}: checks the archive 核对归档")
        await archived.check(connection)
        rows = await archived.compare(connection, f"away.{month.part}")
        async with at_once(connection):
            await connection.execute(f"drop table away.{month.part}")
            await connection.execute(
                "update month_away set beside = false where part = $1", month.part
            )
        return rows


async def _away(connection: Any, month: Month, archived: Archived) -> Any:
    row = await connection.fetchrow(_AWAY, month.part)
    if row is None:
        raise AwayError(f"{month.name} is not away 该月未移出")
    if row["archive"] != archived.hash:
        raise AwayError(f"this is not the archive that {month.name} was brought to 归档不是当时的")
    return row


async def _build(connection: Any, month: Month, archived: Archived) -> None:
    """The month's table from its archive, all of it or none."""
    async with at_once(connection):
        await connection.execute(f"drop table if exists away.{month.part}")
        await connection.execute(
            f"create table away.{month.part} (like public.transfer_rest including all)"
        )
        lines = archived.transfers()
        while told := await portion(lines):
            await connection.copy_records_to_table(
                month.part,
                schema_name="away",
                columns=TRANSFER_FIELDS,
                records=[_row(line) for line in told],
            )


async def _stage(connection: Any, archived: Archived) -> None:
    await connection.execute("drop table if exists away.came")
    await connection.execute(_CAME)
    lines = archived.transfers()
    while told := await portion(lines):
        await connection.copy_records_to_table(
            "came", schema_name="away", records=[(one.id, one.debit, one.credit) for one in told]
        )
    await connection.execute("analyze away.came")


def _row(line: Line) -> tuple[object, ...]:
    _, fields = fields_of(line.text)
    fields["created_at"] = _EPOCH + timedelta(microseconds=fields["created_at"])
    return tuple(fields[name] for name in TRANSFER_FIELDS)


def _swapped(month: Month, *, made: bool) -> tuple[str, ...]:
    """SQL: what was kept goes, the whole part comes into its place; ``made``: out of the archive,
    so it has no triggers and rights yet."""
    part = month.part
    dressed = (f"select public.like_beside('{part}', 'transfer_rest')",) if made else ()
    return (
        "lock table public.transfer in access exclusive mode",
        f"alter table public.transfer detach partition public.{part}",
        f"drop table public.{part}",
        f"alter table away.{part} set schema public",
        *dressed,
        f"alter table public.transfer attach partition public.{part} {month.bounds}",
        f"alter table public.{part} drop constraint of_its_month",
    )
