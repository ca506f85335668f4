"""The account's year: each of its transfers has its row, and is its owner's."""

from app.ledger.proof.checks.check import Check

# Kinds of transfers: 13 credited, 14 interest, 15 carried over, 16 paid out, 17 taken back,
# 18 merged. Of accounts: 1 this year's part, 2 the carried-over one, 3 wallet, 5 set aside for
# relatives; 13 contributions, 17 paid out.
_MOVES = """
select format('transfer %s', t.id),
    case when t.kind between 13 and 18
        then 'a row of an account''s year, and its owner''s account'
        else 'no row of an account''s year' end,
    format('kind %s, row %s of person %s, account %s of %s to account %s of %s', t.kind, p.row_id,
        coalesce(c.person_id, y.person_id, o.person_id, m.person_id), d.id,
        coalesce(d.person_id::text, d.flow_code), k.id, coalesce(k.person_id::text, k.flow_code))
from transfer t left join account_posting p on p.transfer_id = t.id
left join account_credit c on c.id = p.row_id and c.state = 2 and t.kind in (13, 17)
left join account_close y on y.id = p.row_id and t.kind in (14, 15)
left join account_pay_out o on o.id = p.row_id and t.kind = 16
left join account_merge m on m.id = p.row_id and t.kind = 18
left join account d on d.id = t.debit_account left join account k on k.id = t.credit_account
where t.id > $1 and t.id <= $2 and (
    t.kind between 13 and 18 and (p.row_id is null or t.settlement_id is not null
        or t.reverses_id is not null)
    or t.kind not between 13 and 18 and p.row_id is not null
    or t.kind = 13 and (d.kind is distinct from 13 or k.kind not in (1, 2)
        or k.person_id is distinct from c.person_id)
    or t.kind = 17 and (k.kind is distinct from 13 or d.kind not in (1, 2)
        or d.person_id is distinct from c.person_id
            and d.person_id is distinct from row_that_stays(c.person_id))
    or t.kind = 14 and (d.kind is distinct from 13 or k.kind is distinct from 2
        or k.person_id is distinct from y.person_id)
    or t.kind = 15 and (d.kind is distinct from 1 or k.kind is distinct from 2
        or d.person_id is distinct from y.person_id or k.person_id is distinct from y.person_id)
    or (t.kind = 16) <> coalesce(k.kind = 17, false)
    or t.kind = 16 and (d.kind not in (1, 2, 3, 5) or d.person_id is distinct from o.person_id)
    or t.kind = 18 and (d.kind not in (1, 2, 3, 5) or k.kind is distinct from d.kind
        or d.person_id is distinct from m.person_id or k.person_id is distinct from m.into_id))
"""

CHECKS = (Check("year-moves", "年度记账各有其由，记在本人账户", "transfer", _MOVES),)
