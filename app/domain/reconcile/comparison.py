"""3202: an institution's rows against the centre's, in one set-based statement."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import dataclass

from app.domain.reconcile.archive import FileRow, rows_of
from app.domain.reconcile.memos import RESULT_COLUMNS, memo_of, note_line, result_line
from app.domain.reconcile.scope import CLEARING, IN_SCOPE, REFUND, Figures, Scope
from app.domain.reconcile.totals import Switches
from app.store.database import Connection, Record

_BATCH = 2000
RESULTS_MAX = 300_000
_MAKE = """
create temporary table told (line int not null, setl_id varchar(30) not null,
    number bigint, mdtrt_id varchar(30) not null, psn_no varchar(30) not null,
    medfee bigint not null, fund bigint not null, acct bigint not null, refund boolean not null
) on commit drop
"""
_TOLD = ("line", "setl_id", "number", "mdtrt_id", "psn_no", "medfee", "fund", "acct", "refund")
_DIFFERENCES = f"""
with switch as (
    select * from unnest($8::varchar[], $9::date[], $10::boolean[], $11::boolean[])
        as n (place, day, in_fund, in_account)
), mine as (
    select s.id, s.mdtrt_id::text as mdtrt_id, p.psn_no, r.msgid, s.kind, {REFUND} as refund,
        s.medfee_sumamt_fen as medfee, s.own_pay_fen + s.wallet_pay_fen + s.mulaid_pay_fen as acct,
        s.fund_pay_fen + case when w.in_fund then s.own_pay_fen + s.wallet_pay_fen
            + case when w.in_account then s.mulaid_pay_fen else 0 end else 0 end as fund,
        (select c.kind from settlement c where c.cancels_id = s.id) as undone_by
    from settlement s
    join request r on r.id = s.request_id
    join person p on p.id = s.person_id
    left join switch w on w.place = s.insuplc_admdvs
        and w.day = (s.bill_time at time zone 'Asia/Shanghai')::date
    where {IN_SCOPE}
), theirs as (
    select *, case when nth = 1 then number end as key from (
        select *, row_number() over (partition by coalesce(number::text, setl_id) order by line)
            as nth from told) n
)
select m.id, m.msgid, m.kind, m.undone_by,
    m.mdtrt_id, m.psn_no, m.medfee, m.fund, m.acct, m.refund,
    t.line, t.setl_id as t_setl_id, t.nth, t.mdtrt_id as t_mdtrt_id, t.psn_no as t_psn_no,
    t.medfee as t_medfee, t.fund as t_fund, t.acct as t_acct, t.refund as t_refund,
    s.settled_at as other_at, s.insutype as other_insutype, {CLEARING} as other_clr_type,
    left(s.insuplc_admdvs, 4) as other_agency
from mine m
full join theirs t on t.key = m.id
left join settlement s on m.id is null and s.id = t.number and s.fixmedins_code = $1
where m.id is null or t.setl_id is null or (m.medfee, m.fund, m.acct, m.refund, m.psn_no,
    m.mdtrt_id) is distinct from (t.medfee, t.fund, t.acct, t.refund, t.psn_no, t.mdtrt_id)
order by m.id nulls last, t.line
"""  # noqa: S608 (constants of this house)


@dataclass(slots=True)
class Compared:
    """The zip with the differing rows, and how many there are."""

    content: bytes
    rows: int


async def take_in(connection: Connection, content: bytes) -> Figures:
    """Puts an uploaded file's rows into a table of this transaction; gives their totals.

    Raises:
        Refusal: FILE_INVALID.
    """
    await connection.execute(_MAKE)
    total, batch = Figures(), []
    for row in rows_of(content):
        total += Figures(1, row.medfee_fen, row.fund_fen, row.acct_fen)
        batch.append(_record(row))
        if len(batch) == _BATCH:
            await _copy(connection, batch)
            batch = []
    await _copy(connection, batch)
    await connection.execute("analyze told")
    return total


async def differences(
    connection: Connection, scope: Scope, switches: Switches
) -> AsyncIterator[Record]:
    """Every row that differs, as the database streams them."""
    values = (switches.places, switches.days, switches.account_in_fund, switches.mulaid_in_account)
    async for row in connection.cursor(_DIFFERENCES, *scope.values(), *values, prefetch=_BATCH):
        yield row


async def result_file(
    connection: Connection, scope: Scope, switches: Switches, filename: str, last: str
) -> Compared:
    """The answer's zip. ``last``: a row for what stands in no row, or empty."""
    target, count = io.BytesIO(), 0
    with (
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(filename, "w") as text,
    ):
        text.write(("\t".join(RESULT_COLUMNS) + "\n").encode())
        async for row in differences(connection, scope, switches):
            if count == RESULTS_MAX:
                last = note_line("差异过多，请缩短日期范围后再对")
                break
            verdict, memo = memo_of(row, scope)
            text.write((result_line(row, verdict, memo) + "\n").encode())
            count += 1
            if count % _BATCH == 0:
                await asyncio.sleep(0)
        if last:
            text.write((last + "\n").encode())
            count += 1
    return Compared(target.getvalue(), count)


def _record(row: FileRow) -> tuple[object, ...]:
    digits = row.setl_id.isascii() and row.setl_id.isdigit()
    number = int(row.setl_id) if digits else None
    if number is not None and number >= 2**63:
        number = None
    return (row.line, row.setl_id, number, row.mdtrt_id, row.psn_no, row.medfee_fen, row.fund_fen,
            row.acct_fen, row.refund)  # fmt: skip


async def _copy(connection: Connection, batch: list[tuple[object, ...]]) -> None:
    if batch:
        await connection.copy_records_to_table("told", records=batch, columns=_TOLD)
    await asyncio.sleep(0)
