"""Holds: money goes aside and comes out again once, whole, by one id; what finds no way home waits
at the counter."""

from app.ledger.proof.checks.check import Check

# Kinds of transfers: 7 held; 8 posted, 9 voided, 10 expired. Of accounts: 4 held; 14 suspense.
_MADE = """
select format('hold %s', h.id),
    format('a transfer of kind 7, %s fen from account %s into what is held of person %s',
        h.amount_fen, h.account_id, h.person_id),
    case when t.id is null then 'no such transfer'
        else format('kind %s, %s fen from account %s to account %s', t.kind, t.amount_fen,
            t.debit_account, t.credit_account) end
from hold h left join transfer t on t.id = h.id left join account c on c.id = t.credit_account
left join account d on d.id = t.debit_account
where h.id > $1 and h.id <= $2 and (t.id is null or t.kind <> 7 or t.amount_fen <> h.amount_fen
    or t.debit_account <> h.account_id or c.kind <> 4 or c.person_id is distinct from h.person_id
    or d.person_id is distinct from h.person_id or t.grant_id is distinct from h.grant_id)
union all
select format('transfer %s', t.id), 'a hold with its id', 'none'
from transfer t left join hold h on h.id = t.id
where t.id > $1 and t.id <= $2 and t.kind = 7 and h.id is null
"""
_ENDED = """
select format('transfer %s', t.id),
    case when h.id is null then 'a hold that it ends'
        else format('%s fen out of what is held of person %s, %s', h.amount_fen, h.person_id,
            case when t.kind = 8 then 'to somebody else' else 'back to the owner' end) end,
    format('kind %s, %s fen from account %s to account %s, ends %s', t.kind, t.amount_fen,
        t.debit_account, t.credit_account, t.reverses_id)
from transfer t left join hold h on h.id = t.reverses_id
left join account d on d.id = t.debit_account left join account c on c.id = t.credit_account
where t.id > $1 and t.id <= $2 and (
    t.kind between 8 and 10 and (h.id is null or t.amount_fen <> h.amount_fen or d.kind <> 4
        or d.person_id <> h.person_id or t.grant_id is distinct from h.grant_id
        or case when t.kind = 8 then c.person_id is not distinct from h.person_id or c.kind = 14
            else c.kind <> 14 and c.person_id is distinct from h.person_id
                and row_that_stays(c.person_id) is distinct from row_that_stays(h.person_id) end)
    or t.kind not between 8 and 10 and h.id is not null)
"""
_REFUNDED = """
select format('transfer %s', t.id),
    case when h.id is null then 'the posting of a hold that it gives back'
        else format('%s fen of hold %s from account %s back to person %s', h.amount_fen, h.id,
            p.credit_account, h.person_id) end,
    format('%s fen from account %s to account %s', t.amount_fen, t.debit_account, t.credit_account)
from transfer t left join transfer p on p.id = t.reverses_id and p.kind = 8
left join hold h on h.id = p.reverses_id left join account c on c.id = t.credit_account
where t.id > $1 and t.id <= $2 and t.kind = 12 and (h.id is null
    or t.amount_fen <> h.amount_fen or t.debit_account <> p.credit_account
    or t.grant_id is distinct from h.grant_id
    or c.kind <> 14 and c.person_id is distinct from h.person_id
        and row_that_stays(c.person_id) is distinct from row_that_stays(h.person_id))
"""
_PENDING = """
select format('account %s', a.id), format('%s fen, the holds that are pending', p.fen),
    format('%s fen', a.balance_fen)
from account a cross join lateral (
    select coalesce(sum(h.amount_fen), 0) as fen from hold h
    where h.person_id = a.person_id and not exists (
        select from transfer t where t.reverses_id = h.id)) as p
where a.id > $1 and a.id <= $2 and a.kind = 4 and a.closed_at is null and a.balance_fen <> p.fen
"""
# Whoever's money lies in suspense is paid at the counter, which knows of it by a task.
_SUSPENDED = """
select format('transfer %s', t.id), format('a task of the counter over %s fen', t.amount_fen),
    case when c.id is null then 'none' else format('%s fen', c.amount_fen) end
from account a join transfer t on t.credit_account = a.id
left join counter_task c on c.transfer_id = t.id
where a.kind = 14 and t.id > $1 and t.id <= $2 and c.amount_fen is distinct from t.amount_fen
"""

CHECKS = (
    Check("holds", "每笔冻结即其记账", "transfer", _MADE),
    Check("hold-ends", "每笔冻结只结束一次，原额付出或退回", "transfer", _ENDED),
    Check("hold-refunds", "退款即原冻结的付出", "transfer", _REFUNDED),
    Check("suspended", "待处理的退款都在柜台待办", "transfer", _SUSPENDED),
    Check("held", "冻结账户余额等于未结束的冻结", "account", _PENDING),
)
