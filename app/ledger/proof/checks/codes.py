"""Trace codes: a box is sold once, and what settlements say of their boxes is what is kept.
Prescriptions: what was dispensed is what settlements say, and is counted right."""

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
_DISPENSED = """
with told as (
    select s.id, l ->> 'sn' as sn, l ->> 'rxno' as rxno, l ->> 'code' as item,
        (l ->> 'cnt')::numeric as cnt,
        (select u.id from settlement u where u.cancels_id = s.id) as undone
    from settlement s cross join lateral jsonb_array_elements(s.lines) as l
    where s.id > $1 and s.id <= $2 and s.kind in (1, 4) and l ? 'rxno'
), kept as (
    select s.*, p.hi_rxno from prescription_sale s join prescription p on p.id = s.prescription_id
    where s.settlement_id > $1 and s.settlement_id <= $2
)
select format('line %s of settlement %s', coalesce(t.sn, k.feedetl_sn),
        coalesce(t.id, k.settlement_id)),
    case when t.id is null then 'nothing on a prescription' else format('%s of %s on %s, '
        'freed by %s', t.cnt, t.item, t.rxno, coalesce(t.undone::text, 'nobody')) end,
    case when k.settlement_id is null then 'nothing is kept' else format('%s of %s on %s, '
        'freed by %s', trim_scale(k.cnt), k.med_list_codg, k.hi_rxno,
        coalesce(k.freed_by::text, 'nobody')) end
from told t full join kept k on k.settlement_id = t.id and k.feedetl_sn = t.sn
where (t.rxno, t.item, t.cnt, t.undone)
    is distinct from (k.hi_rxno, k.med_list_codg, k.cnt, k.freed_by)
"""
_COUNTED = """
select format('%s of prescription %s', i.med_list_codg, i.prescription_id),
    coalesce(trim_scale(s.cnt), 0)::text, trim_scale(i.dispensed)::text
from prescription_item i left join lateral (
    select sum(n.cnt) as cnt from prescription_sale n where n.freed_by is null
        and n.prescription_id = i.prescription_id and n.med_list_codg = i.med_list_codg
) as s on true
where i.prescription_id > $1 and i.prescription_id <= $2 and i.dispensed <> coalesce(s.cnt, 0)
"""

CHECKS = (
    Check("codes", "一个追溯码只卖一次", "settlement", _TWICE),
    Check("codes-kept", "结算中的追溯码与销售记录一致", "settlement", _KEPT),
    Check("dispensed", "结算中的处方药品与取药记录一致", "settlement", _DISPENSED),
    Check("prescribed", "处方已取数量等于有效取药记录之和", "prescription", _COUNTED),
)
