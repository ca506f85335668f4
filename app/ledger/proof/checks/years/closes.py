"""Closed years: once a person and time, moved as told, with the interest of the region's rates."""

from __future__ import annotations

from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from app.ledger.proof.checks.check import Check, Found
from app.regions.loader import Rulebook
from app.store.database import Record

# Kinds of transfers: 14 interest, 15 carried over.
_SUMS = """
select format('close %s of person %s', c.id, c.person_id),
    format('%s fen of interest, %s carried over', c.interest_fen, c.moved_fen),
    format('%s fen of interest, %s carried over', m.interest, m.moved)
from account_close c cross join lateral (
    select coalesce(sum(t.amount_fen) filter (where t.kind = 14), 0) as interest,
        coalesce(sum(t.amount_fen) filter (where t.kind = 15), 0) as moved
    from account_posting p
    left join transfer t on t.id = p.transfer_id
    where p.row_id = c.id
) as m
where c.id > $1 and c.id <= $2 and (m.interest <> c.interest_fen or m.moved <> c.moved_fen)
union all
select format('close %s of person %s', c.id, c.person_id),
    format('the days from %s to %s once', c.begun_on, c.ended_on),
    format('also by close %s, from %s to %s', o.id, o.begun_on, o.ended_on)
from account_close c join account_close o on o.person_id = c.person_id and o.id <> c.id
    and o.begun_on <= c.ended_on and o.ended_on >= c.begun_on
where c.id > $1 and c.id <= $2
"""
_RULES = """
select c.id, c.person_id, c.begun_on, c.ended_on, c.place, c.current_product, c.carried_product,
    c.owed_product, c.interest_fen
from account_close c where c.id > $1 and c.id <= $2
"""


def _lawful(row: Record, rulebook: Rulebook) -> Found | None:
    """By the rules of the year's last day, where the person was insured when it was closed."""
    what = f"close {row['id']} of person {row['person_id']}"
    rules = rulebook.at(row["place"], row["ended_on"]).rules.account
    current, carried = row["current_product"] - row["owed_product"], row["carried_product"]
    if current < 0 and rules.nets_current:
        carried += current
    right = sum(
        int((max(0, product) * rate / 12).quantize(Decimal(1), rounding=ROUND_HALF_UP))
        for product, rate in ((current, rules.current_rate), (carried, rules.carried_rate))
    )
    if right != row["interest_fen"]:
        return what, f"{right} fen of interest", f"{row['interest_fen']} fen"
    if row["ended_on"] - row["begun_on"] > timedelta(days=366):
        return what, "a year", f"from {row['begun_on']} to {row['ended_on']}"
    return None


CHECKS = (
    Check("close-sums", "年度结转和利息等于其记账，一年一次", "account_close", _SUMS),
    Check("close-rules", "利息合乎当年利率", "account_close", _RULES, _lawful),
)
