"""Chains: an account's versions have no gap, and each balance follows from the one before.
Where a month is away they begin with what its base says."""

from app.ledger.proof.checks.check import Check

_CHAINS = """
with base as materialized (
    select account_id as account, version, fen from month_base
    where account_id > $1 and account_id <= $2 and version > 0
), link as (
    select debit_account as account, id, debit_version as version, debit_after_fen as after,
        -amount_fen as fen
    from transfer
    where debit_account > $1 and debit_account <= $2 and debit_version is not null
    union all
    select credit_account, id, credit_version, credit_after_fen, amount_fen
    from transfer
    where credit_account > $1 and credit_account <= $2 and credit_version is not null
), chain as (
    select l.*, lag(l.version, 1, coalesce(b.version, 0)) over w as version_before,
        lag(l.after, 1, coalesce(b.fen, 0)) over w as before
    from link l left join base b using (account)
    where b.version is null or l.version > b.version
    window w as (partition by l.account order by l.version)
)
select format('account %s version %s transfer %s', account, version, id),
    format('version %s', version_before + 1), format('version %s', version)
from chain where version <> version_before + 1
union all
select format('account %s version %s transfer %s', account, version, id),
    format('after_fen %s', before + fen), format('after_fen %s', after)
from chain where version = version_before + 1 and (after <> before + fen or after < 0)
"""

CHECKS = (Check("chain", "账户记账链连续，余额逐笔相符", "account", _CHAINS),)
