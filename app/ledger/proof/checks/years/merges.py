"""Merges: all that was there went to the row that stays; nothing is left that could move money."""

from app.ledger.proof.checks.check import Check

# Kind of transfers: 18 merged.
_SUMS = """
with money as (
    select o.id, coalesce(sum(t.amount_fen), 0) as fen,
        coalesce(sum(t.amount_fen) filter (where a.kind = 3), 0) as wallet
    from account_merge o left join account_posting p on p.row_id = o.id
    left join transfer t on t.id = p.transfer_id left join account a on a.id = t.debit_account
    where o.id > $1 and o.id <= $2 group by o.id
)
select format('merge %s of person %s', o.id, o.person_id),
    format('%s fen, %s of the wallet', o.amount_fen, o.wallet_fen),
    format('%s fen, %s of the wallet', m.fen, m.wallet)
from account_merge o join money m using (id)
where m.fen <> o.amount_fen or m.wallet <> o.wallet_fen
"""
_ENDED = """
select format('merge %s of person %s', o.id, o.person_id), 'no open account',
    format('account %s, %s fen', a.id, a.balance_fen)
from account_merge o join account a on a.person_id = o.person_id
where o.id > $1 and o.id <= $2 and (a.closed_at is null or a.balance_fen <> 0)
union all
select format('merge %s of person %s', o.id, o.person_id), 'no grant that could pay',
    format('grant %s', g.id)
from account_merge o join aid_grant g on g.donor_id = o.person_id and g.ended_at is null
where o.id > $1 and o.id <= $2
"""

CHECKS = (
    Check("merge-sums", "合并等于其记账", "account_merge", _SUMS),
    Check("merged", "合并后账户注销、共济终止", "account_merge", _ENDED),
)
