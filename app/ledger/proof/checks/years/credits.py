"""Credits: what a row says has come or was taken back, and it is what the region's rules say."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from app.ledger.proof.checks.check import Check, Found
from app.regions.loader import Rulebook
from app.regions.rules import AccountRules
from app.store.database import Record

# Kinds of rows: 1 the month's own, 2 in advance, 3 in addition, 4 taken back. Of transfers: 13
# credited, 17 taken back.
_SUMS = """
select format('credit %s of person %s', c.id, c.person_id),
    format('%s fen credited, %s taken back, %s owed still', greatest(c.amount_fen, 0),
        greatest(-c.amount_fen, 0) - c.owed_fen, c.owed_fen),
    format('%s fen credited, %s taken back', m.came, m.went)
from account_credit c cross join lateral (
    select coalesce(sum(t.amount_fen) filter (where t.kind = 13), 0) as came,
        coalesce(sum(t.amount_fen) filter (where t.kind = 17), 0) as went
    from account_posting p
    left join transfer t on t.id = p.transfer_id
    where p.row_id = c.id
) as m
where c.id > $1 and c.id <= $2 and (m.came <> greatest(c.amount_fen, 0)
    or m.went <> greatest(-c.amount_fen, 0) - c.owed_fen)
"""
_RULES = """
select c.id, c.person_id, c.kind, c.period, c.place, c.retired, c.base_fen, c.given_fen,
    c.gross_fen, c.withheld_fen, c.set_off_fen, coalesce(a.amount_fen, 0) as in_advance_fen
from account_credit c
left join account_credit a on c.kind = 1 and (a.person_id, a.kind, a.period, a.state)
    = (c.person_id, 2, c.period, 2)
where c.id > $1 and c.id <= $2 and c.state = 2
"""


def _lawful(row: Record, rulebook: Rulebook) -> Found | None:
    """By the rules of the month and of the place where the person was insured then."""
    what = f"credit {row['id']} of person {row['person_id']}"
    rules = rulebook.at(row["place"], row["period"]).rules.account
    gross, withheld = _reckoned(row, rules)
    set_off = row["in_advance_fen"]
    if row["kind"] == 2 and row["set_off_fen"]:  # its month was credited before it
        set_off = gross
    right = (gross, withheld, set_off)
    found = (row["gross_fen"], row["withheld_fen"], row["set_off_fen"])
    if right == found:
        return None
    told = "{} fen, {} withheld, {} set off"
    return what, told.format(*right), told.format(*found)


def _reckoned(row: Record, rules: AccountRules) -> tuple[int, int]:
    if row["given_fen"] is not None:
        return row["given_fen"], 0
    if row["retired"] and rules.retired_fen is not None:
        gross = rules.retired_fen
    else:
        share = rules.retired_share if row["retired"] else rules.active_share
        exact = Decimal(row["base_fen"] or 0) * share
        gross = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    withheld = rules.withheld_retired_fen if row["retired"] else rules.withheld_active_fen
    return gross, min(gross, withheld)


CHECKS = (
    Check("credit-sums", "划入和追回等于其记账", "account_credit", _SUMS),
    Check("credit-rules", "划入合乎当月规定", "account_credit", _RULES, _lawful),
)
