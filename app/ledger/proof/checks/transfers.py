"""Transfers: two sides that exist, a cause, and a place in the chain for the side that keeps a
balance. With these every transfer takes as much as it gives, so the ledger sums to zero."""

from app.ledger.proof.checks.check import Check

_SIDES = """
select format('transfer %s', t.id), 'both accounts exist',
    concat_ws(', ',
        case when d.id is null then format('no account %s to debit', t.debit_account) end,
        case when c.id is null then format('no account %s to credit', t.credit_account) end)
from transfer t left join account d on d.id = t.debit_account
left join account c on c.id = t.credit_account
where t.id > $1 and t.id <= $2 and (d.id is null or c.id is null)
union all
select format('transfer %s', t.id), 'a positive amount between two accounts',
    format('amount_fen %s from %s to %s', t.amount_fen, t.debit_account, t.credit_account)
from transfer t
where t.id > $1 and t.id <= $2 and (t.amount_fen <= 0 or t.debit_account = t.credit_account)
"""
_PLACES = """
select format('transfer %s', t.id),
    'a version and a balance on the sides that keep one, only there',
    format('debit version %s after %s, credit version %s after %s', t.debit_version,
        t.debit_after_fen, t.credit_version, t.credit_after_fen)
from transfer t join account d on d.id = t.debit_account join account c on c.id = t.credit_account
where t.id > $1 and t.id <= $2 and ((d.person_id is null) <> (t.debit_version is null)
    or (t.debit_version is null) <> (t.debit_after_fen is null)
    or (c.person_id is null) <> (t.credit_version is null)
    or (t.credit_version is null) <> (t.credit_after_fen is null))
"""
_CAUSES = """
select format('transfer %s', t.id),
    case when t.settlement_id is null then format('a settlement for kind %s', t.kind)
        else format('settlement %s', t.settlement_id) end,
    case when t.settlement_id is null then 'none' else 'no such settlement' end
from transfer t left join settlement s on s.id = t.settlement_id
where t.id > $1 and t.id <= $2
    and (t.kind between 2 and 5 and s.id is null or t.settlement_id is not null and s.id is null)
union all
select format('transfer %s', t.id), format('kind %s of settlement %s', s.kind + 1, s.id),
    format('kind %s', t.kind)
from transfer t join settlement s on s.id = t.settlement_id
where t.id > $1 and t.id <= $2 and t.kind between 2 and 5
    and t.kind <> s.kind + 1
"""

CHECKS = (
    Check("sides", "每笔记账的借贷两方存在（全账平衡）", "transfer", _SIDES),
    Check("places", "有余额的一方有链上位置", "transfer", _PLACES),
    Check("causes", "每笔记账有其结算", "transfer", _CAUSES),
)
