"""Bills: dated as can be, and each settled once."""

from app.ledger.proof.checks.check import Check

# A till's clock may go ten minutes before the centre's, and no region lets a bill lie further back
# than a year; what is left after a part return has the original's day. Nothing was settled before
# 2024. "Ahead" is ahead of both clocks, ours and the database's.
_DATES = """
select format('settlement %s', s.id),
    'settled between its request and its outcome, not ahead of now',
    format('settled at %s, asked for at %s, decided at %s', s.settled_at, r.received_at,
        o.decided_at)
from settlement s left join request r on r.id = s.request_id
left join outcome o on o.request_id = s.request_id
where s.id > $1 and s.id <= $2 and (s.settled_at
        > greatest($3::timestamptz, now()) + interval '10 minutes'
    or s.settled_at < '2024-01-01Z' or s.settled_at > o.decided_at + interval '10 minutes'
    or s.settled_at < r.received_at - interval '10 minutes')
union all
select format('settlement %s of person %s', s.id, s.person_id),
    format('a bill of the year before %s, not ahead of it', s.settled_at),
    format('a bill of %s; fund %s, own %s, aid %s', s.bill_time, s.fund_pay_fen, s.own_pay_fen,
        s.mulaid_pay_fen)
from settlement s
where s.id > $1 and s.id <= $2 and s.kind = 1 and (
    s.bill_time > s.settled_at + interval '10 minutes'
    or (s.bill_time at time zone 'Asia/Shanghai')::date
        < coalesce(s.counted_on, (s.settled_at at time zone 'Asia/Shanghai')::date) - 367)
"""
_TRANSFERS = """
select format('transfer %s of settlement %s', t.id, t.settlement_id),
    'made at the moment of its settlement, not ahead of now', format('made at %s', t.created_at)
from transfer t left join settlement s on s.id = t.settlement_id
where t.id > $1 and t.id <= $2 and (t.created_at
        > greatest($3::timestamptz, now()) + interval '10 minutes'
    or t.created_at < '2024-01-01Z'
    or t.created_at > s.settled_at + interval '10 minutes'
    or t.created_at < s.settled_at - interval '10 minutes')
"""
# One scan may pay several bills; their lines have numbers of their own.
_TWICE = """
with one as (
    select s.id, s.person_id, s.credential_id, s.fixmedins_code, s.medfee_sumamt_fen, s.request_id,
        count(*) over (partition by s.person_id, s.credential_id, s.fixmedins_code,
            s.medfee_sumamt_fen) as alike
    from settlement s
    where s.person_id > $1 and s.person_id <= $2 and s.kind = 1 and s.credential_id is not null
        and not exists (select from settlement c where c.cancels_id = s.id)
        -- where the region lets it pass, the till was warned and the row says so
        and not s.trace @? '$.reasons[*] ? (@.code == "SETTLED_TWICE")'
), alike as materialized (
    -- sorted, never compared pair by pair: one scan may have paid for a day's queue
    select one.*, first_value(one.id) over same as first_id,
        first_value(one.request_id) over same as first_request_id
    from one join settlement s using (id) where one.alike > 1
    window same as (partition by one.person_id, one.credential_id, one.fixmedins_code,
        one.medfee_sumamt_fen, s.lines order by one.id)
)
select format('settlement %s and settlement %s', b.first_id, b.id),
    format('one settlement of a bill of person %s at %s, total %s fen, code %s', b.person_id,
        b.fixmedins_code, b.medfee_sumamt_fen, b.credential_id),
    format('the same bill settled under msgid %s and msgid %s', ra.msgid, rb.msgid)
from alike b left join request ra on ra.id = b.first_request_id
left join request rb on rb.id = b.request_id
where b.first_id < b.id
"""

CHECKS = (
    Check("dates", "结算和账单的日期不在将来，也不早于规定", "settlement", _DATES),
    Check("transfer-dates", "记账时间即结算时间", "transfer", _TRANSFERS),
    Check("twice", "同一张单子只结算一次", "person", _TWICE),
)
