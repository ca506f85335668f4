"""Balances: each is the sum of its transfers and the end of its chain; of what is away its base
says how much that was."""

from app.ledger.proof.checks.check import Check

_BALANCES = """
with base as materialized (
    select account_id as account, version, fen from month_base
    where account_id > $1 and account_id <= $2 and version > 0
), link as (
    select debit_account as account, debit_version as version, -amount_fen as fen, 1 as links
    from transfer
    where debit_account > $1 and debit_account <= $2 and debit_version is not null
    union all
    select credit_account, credit_version, amount_fen, 1
    from transfer
    where credit_account > $1 and credit_account <= $2 and credit_version is not null
), since as (
    select l.account, l.fen, l.links from link l left join base b using (account)
    where b.version is null or l.version > b.version
    union all
    select account, fen, version from base
), total as (
    select account, sum(fen) as fen, sum(links) as links from since group by account
)
select format('account %s', a.id) as row,
    format('balance_fen %s, version %s', coalesce(t.fen, 0), coalesce(t.links, 0)) as expected,
    format('balance_fen %s, version %s', a.balance_fen, a.version) as found
from account a left join total t on t.account = a.id
where a.id > $1 and a.id <= $2 and a.person_id is not null and (
    a.balance_fen is distinct from coalesce(t.fen, 0) or a.version <> coalesce(t.links, 0)
    or a.balance_fen < 0)
"""
_OWNERS = """
select format('account %s', a.id), format('person %s', a.person_id), 'no such person'
from account a left join person p on p.id = a.person_id
where a.id > $1 and a.id <= $2 and a.person_id is not null and p.id is null
"""

CHECKS = (
    Check("balance", "余额等于其全部记账之和", "account", _BALANCES),
    Check("account-owner", "账户属于参保人", "account", _OWNERS),
)
