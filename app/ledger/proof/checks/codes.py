"""Trace codes: a box is sold once, and what settlements say of their boxes is what is kept."""

from app.ledger.proof.checks.check import Check

# Which of two was first is told by neither's number: either may carry the alert of the other.
_TWICE = """
select format('trace code %s of settlement %s', b.code, b.settlement_id), 'one sale that stands',
    format('sold by settlement %s too', a.settlement_id)
from trace_sale b join trace_sale a on a.code = b.code and a.freed_by is null
    and (a.settlement_id, a.feedetl_sn) < (b.settlement_id, b.feedetl_sn)
    and not (a.split and b.split and a.fixmedins_code = b.fixmedins_code)
where b.settlement_id > $1 and b.settlement_id <= $2 and b.freed_by is null
    and (a.fixmedins_code = b.fixmedins_code or not exists (select from trace_alert t
        where t.code = b.code and t.settlement_id in (a.settlement_id, b.settlement_id)))
"""
_KEPT = """
with told as (
    select s.id, l ->> 'sn' as sn, c ->> 0 as code, (c ->> 1)::boolean as split,
        (select u.id from settlement u where u.cancels_id = s.id) as undone
    from settlement s cross join lateral jsonb_array_elements(s.lines) as l
    cross join lateral jsonb_array_elements(l -> 'trac') as c
    where s.id > $1 and s.id <= $2 and s.kind in (1, 4)
), kept as (
    select * from trace_sale where settlement_id > $1 and settlement_id <= $2
)
select format('trace code %s of settlement %s', coalesce(t.code, k.code),
        coalesce(t.id, k.settlement_id)),
    case when t.id is null then 'no such code in its lines' else format('line %s, split %s, '
        'freed by %s', t.sn, t.split, coalesce(t.undone::text, 'nobody')) end,
    case when k.code is null then 'nothing is kept' else format('line %s, split %s, freed by %s',
        k.feedetl_sn, k.split, coalesce(k.freed_by::text, 'nobody')) end
from told t full join kept k on k.settlement_id = t.id and k.feedetl_sn = t.sn and k.code = t.code
where (t.id, t.split, t.undone) is distinct from (k.settlement_id, k.split, k.freed_by)
"""

CHECKS = (
    Check("codes", "一个追溯码只卖一次", "settlement", _TWICE),
    Check("codes-kept", "结算中的追溯码与销售记录一致", "settlement", _KEPT),
)
