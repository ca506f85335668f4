"""What the centre has of a day for every institution: figures, and what stands on one side only."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

from app.domain.reconcile.scope import CLEARING, REFUND, day_bounds
from app.store.database import Connection, Record

_LONG_S = 3600.0
_DAY = f"""
with figures as (
    select s.fixmedins_code, s.insutype, {CLEARING} as clr_type, {REFUND} as refund,
        count(*) as count, sum(s.medfee_sumamt_fen)::bigint as medfee_fen,
        sum(s.fund_pay_fen)::bigint as fund_fen,
        sum(s.own_pay_fen)::bigint as own_fen, sum(s.wallet_pay_fen)::bigint as wallet_fen,
        sum(s.mulaid_pay_fen)::bigint as mulaid_fen, sum(s.cash_pay_fen)::bigint as cash_fen
    from settlement s where s.settled_at >= $1 and s.settled_at < $2 group by 1, 2, 3, 4
), lines as (
    select f.fixmedins_code, jsonb_agg(to_jsonb(f) - 'fixmedins_code'
        order by insutype, clr_type, refund) as totals
    from figures f group by 1
), single as (
    select r.fixmedins_code, 'no_outcome' as kind, r.msgid, r.infno, r.received_at as at,
        null::bigint as settlement_id, null::bigint as task_id, null::bigint as amount_fen
    from request r left join outcome o on o.request_id = r.id
    where r.received_at >= $1 and r.received_at < $2 and o.request_id is null
    union all
    select r.fixmedins_code, 'set_aside', r.msgid, r.infno, o.decided_at, null, null, null
    from outcome o join request r on r.id = o.request_id
    where o.state = 4 and o.decided_at >= $1 and o.decided_at < $2
    union all
    select r.fixmedins_code, 'tombstone', r.msgid, r.infno, r.received_at, null, null, null
    from request r where r.body_hash is null and r.received_at >= $1 and r.received_at < $2
    union all
    select s.fixmedins_code, 'refund_at_counter', null, null, t.created_at, s.id, t.id, t.amount_fen
    from counter_task t join settlement s on s.id = t.settlement_id
    where t.created_at >= $1 and t.created_at < $2 and t.done_at is null
), singles as (
    select fixmedins_code, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
        'kind', kind, 'msgid', msgid, 'infno', infno, 'setl_id', settlement_id::text,
        'task_id', task_id::text, 'amount_fen', amount_fen,
        'at', to_char(at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS')))
        order by kind, at, msgid, task_id) as one_sided
    from single group by 1
)
select i.fixmedins_code, i.fixmedins_name, coalesce(l.totals, '[]') as totals,
    coalesce(o.one_sided, '[]') as one_sided
from institution i
left join lines l using (fixmedins_code)
left join singles o using (fixmedins_code)
order by 1
"""  # noqa: S608 (constants of this house)


async def facts_of_day(
    connection: Connection, day: date, at_once: int
) -> AsyncIterator[list[Record]]:
    """Every institution with its totals and one-sided items, so many at once."""
    cursor = await connection.cursor(_DAY, *day_bounds(day), timeout=_LONG_S)
    while rows := await cursor.fetch(at_once, timeout=_LONG_S):
        yield rows
