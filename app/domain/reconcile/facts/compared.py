"""The centre's settlements in a scope: their totals, and row by row against a till's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from app.domain.reconcile.scope import CLEARING, IN_SCOPE, REFUND, Scope
from app.store.database import Connection, Record

_BATCH = 2000
_TOTALS = f"""
select s.insuplc_admdvs as place, (s.bill_time at time zone 'Asia/Shanghai')::date as day,
    count(*) as count, sum(s.medfee_sumamt_fen)::bigint as medfee,
    sum(s.fund_pay_fen)::bigint as fund, sum(s.own_pay_fen + s.wallet_pay_fen)::bigint as own,
    sum(s.mulaid_pay_fen)::bigint as mulaid, sum(s.cash_pay_fen)::bigint as cash
from settlement s where {IN_SCOPE} group by 1, 2 order by 1, 2
"""  # noqa: S608 (constants of this house)
_NAMES = "line setl_id number mdtrt_id psn_no medfee_fen fund_fen acct_fen refund"
_TOLD = _NAMES.split()
# Only what this transaction was told: more is never seen, and by this it is found.
_DONE = "delete from statement_row where run = pg_current_xact_id()"
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
            as nth from statement_row where run = pg_current_xact_id()) n
)
select m.id, m.msgid, m.kind, m.undone_by,
    m.mdtrt_id, m.psn_no, m.medfee, m.fund, m.acct, m.refund,
    t.line, t.setl_id as t_setl_id, t.nth, t.mdtrt_id as t_mdtrt_id, t.psn_no as t_psn_no,
    t.medfee_fen as t_medfee, t.fund_fen as t_fund, t.acct_fen as t_acct, t.refund as t_refund,
    s.settled_at as other_at, s.insutype as other_insutype, {CLEARING} as other_clr_type,
    left(s.insuplc_admdvs, 4) as other_agency
from mine m
full join theirs t on t.key = m.id
left join settlement s on m.id is null and s.id = t.number and s.fixmedins_code = $1
where m.id is null or t.setl_id is null or (m.medfee, m.fund, m.acct, m.refund, m.mdtrt_id)
        is distinct from (t.medfee_fen, t.fund_fen, t.acct_fen, t.refund, t.mdtrt_id)
    or m.psn_no <> t.psn_no and t.psn_no <> all(numbers_of(m.psn_no))
order by m.id nulls last, t.line
"""  # noqa: S608 (constants of this house)


async def totals_of(connection: Connection, scope: Scope) -> Sequence[Record]:
    """Sums by place and day of the bill."""
    rows: Sequence[Record] = await connection.fetch(_TOTALS, *scope.values())
    return rows


async def add_told(connection: Connection, rows: Sequence[tuple[object, ...]]) -> None:
    """Adds rows that a till has told, with the columns of ``_TOLD``."""
    await connection.copy_records_to_table("statement_row", records=rows, columns=_TOLD)


async def forget_told(connection: Connection) -> None:
    """Once they are compared."""
    await connection.execute(_DONE)


async def differing(
    connection: Connection, scope: Scope, switches: Sequence[Sequence[object]]
) -> AsyncIterator[Record]:
    """Every row that differs, as the database streams them.

    ``switches``: places, days, and for each whether accounts stand inside the fund's share and
    mutual aid inside the account's.
    """
    async for row in connection.cursor(_DIFFERENCES, *scope.values(), *switches, prefetch=_BATCH):
        yield row
