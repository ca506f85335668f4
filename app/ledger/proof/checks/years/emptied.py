"""What empties a person's accounts for good, by whatever row: all that was there went where its row
says, and nothing is left that could move money again."""

from app.ledger.proof.checks.check import Check, Over

_SUMS = """
select format('{what} %s of person %s', o.id, o.person_id),
    format('%s fen, %s of the wallet', o.amount_fen, o.wallet_fen),
    format('%s fen, %s of the wallet', m.fen, m.wallet)
from {table} o cross join lateral (
    select coalesce(sum(t.amount_fen), 0) as fen,
        coalesce(sum(t.amount_fen) filter (where a.kind = 3), 0) as wallet
    from account_posting p
    left join transfer t on t.id = p.transfer_id left join account a on a.id = t.debit_account
    where p.row_id = o.id
) as m
where o.id > $1 and o.id <= $2 and (m.fen <> o.amount_fen or m.wallet <> o.wallet_fen)
"""
_ENDED = """
select format('{what} %s of person %s', o.id, o.person_id), 'no open account',
    format('account %s, %s fen', a.id, a.balance_fen)
from {table} o join account a on a.person_id = o.person_id
where o.id > $1 and o.id <= $2 and (a.closed_at is null or a.balance_fen <> 0)
union all
select format('{what} %s of person %s', o.id, o.person_id), 'no grant that could pay',
    format('grant %s', g.id)
from {table} o join aid_grant g on g.donor_id = o.person_id and g.ended_at is null
where o.id > $1 and o.id <= $2
"""


def emptied(
    table: Over, what: str, sums: tuple[str, str], ended: tuple[str, str]
) -> tuple[Check, ...]:
    """The checks of a table whose rows have a person, sums and postings. ``sums``, ``ended``: each
    check's name and what people call it."""
    return tuple(
        Check(name, title, table, sql.format(table=table, what=what))
        for (name, title), sql in ((sums, _SUMS), (ended, _ENDED))
    )
