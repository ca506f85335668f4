"""Requests: each waits or ended in exactly one state, and outcome and settlement agree."""

from app.ledger.proof.checks.check import Check

_ENDS = """
select format('request %s', r.id), 'an outcome, or a place in the queue, not both',
    case when w.request_id is null then 'neither' else 'both' end
from request r left join waiting w on w.request_id = r.id
left join outcome o on o.request_id = r.id
where r.id > $1 and r.id <= $2 and (w.request_id is null) = (o.request_id is null)
union all
select format('outcome of request %s', o.request_id), 'a request', 'none'
from outcome o left join request r on r.id = o.request_id
where o.request_id > $1 and o.request_id <= $2 and r.id is null
union all
select format('waiting request %s', w.request_id), 'a request in its lane', 'none'
from waiting w left join request r on r.id = w.request_id and r.lane in (w.lane, -1 - w.lane)
where w.request_id > $1 and w.request_id <= $2 and r.id is null
"""
_STATES = """
select format('request %s', r.id), case
        when r.body_hash is null then 'void: its reversal came first'
        when o.state = 1 then 'done: no reason, and a settlement where money was asked for'
        when o.state = 3 then 'void: no settlement; reversed, or voided by the centre'
        else 'refused or set aside: a reason and no settlement' end,
    format('%s state %s, settlement %s, reason %s', r.infno, o.state, o.settlement_id, o.reason)
from request r join outcome o on o.request_id = r.id
where r.id > $1 and r.id <= $2 and case
    when r.body_hash is null then o.state <> 3 or o.settlement_id is not null
    when o.state = 1 then o.reason is not null or (o.settlement_id is null
        and r.infno in ('2102', '2102A', '2103', '2103A', '2207', '2207A', '2208'))
    when o.state = 3 then o.settlement_id is not null or o.reason <> 'VOIDED_TOO_LATE'
    else o.settlement_id is not null or o.reason is null end
"""
_AGREE = """
select format('outcome of request %s', o.request_id), format('settlement %s', o.settlement_id),
    'no such settlement of this request'
from outcome o left join settlement s on s.id = o.settlement_id and s.request_id = o.request_id
where o.request_id > $1 and o.request_id <= $2 and o.settlement_id is not null and s.id is null
"""
# The first half of a part return (a cancel), and of its reversal (the rest given back), stands
# behind the second, which the outcome names.
_SETTLED = """
select format('settlement %s', s.id),
    format('an outcome of request %s that names it', s.request_id),
    case when o.request_id is null then 'none'
        else format('state %s, settlement %s', o.state, o.settlement_id) end
from settlement s left join outcome o on o.request_id = s.request_id
where s.id > $1 and s.id <= $2 and o.settlement_id is distinct from s.id and not exists (
    select from settlement other where other.id = o.settlement_id
        and other.request_id = s.request_id and (s.kind, other.kind) in ((2, 1), (3, 4)))
"""
_ASKED = """
select format('settlement %s', s.id),
    format('request %s at %s: person %s, total %s', s.request_id, r.fixmedins_code,
        r.body ->> 'person', r.body ->> 'total'),
    format('kind %s at %s: person %s, total %s', s.kind, s.fixmedins_code, s.person_id,
        s.medfee_sumamt_fen)
from settlement s left join request r on r.id = s.request_id
where s.id > $1 and s.id <= $2 and (r.id is null or s.fixmedins_code <> r.fixmedins_code
    or (s.kind = 1 and (s.person_id <> (r.body ->> 'person')::bigint
        or s.medfee_sumamt_fen <> (r.body ->> 'total')::bigint)))
"""

CHECKS = (
    Check("requests", "每个受理请求恰有一个结局或在等待", "request", _ENDS),
    Check("states", "结局与其内容相符", "request", _STATES),
    Check("outcome-settlement", "结局所指结算存在", "request", _AGREE),
    Check("settlement-outcome", "每个结算有其结局", "settlement", _SETTLED),
    Check("asked", "结算即请求所求", "settlement", _ASKED),
)
