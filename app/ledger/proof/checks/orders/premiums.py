"""Premiums: each order's money once, whole, from whom it may come, and to the tax office; and none
that waits for longer than the rules let it."""

from __future__ import annotations

from datetime import timedelta

from app.kit.clock import local_date
from app.ledger.proof.checks.check import Check, Found
from app.regions.loader import Rulebook
from app.store.database import Record

# Kinds of transfers: 8 posted, 9 voided, 12 given back by the tax office. Of accounts: 16 a tax
# office. States: 1 planned, 2 reserved, 3 submitted, 4 paid, 5 booked, 6 released, 7 a refund is
# asked for, 8 refunded.
_MONEY = """
select format('premium %s of person %s', o.id, o.person_id),
    format('%s fen %s', case when o.state = 1 then 0 else o.amount_fen end, case
        when o.state = 1 then 'held' when o.state in (2, 3) then 'held'
        when o.state in (4, 5, 7) then 'paid to the tax office'
        when o.state = 6 then 'held and given back, or never held'
        else 'paid to the tax office and back again' end),
    format('state %s: %s fen held in all, %s of them so, %s by others than resident and donors',
        o.state, m.all_fen, m.right_fen, m.strange)
from premium_order o cross join lateral (
    select count(h.id) as holds, coalesce(sum(h.amount_fen), 0) as all_fen,
        coalesce(sum(h.amount_fen) filter (where case
            when o.state in (2, 3) then e.id is null
            when o.state in (4, 5, 7) then e.kind = 8 and c.kind = 16 and r.id is null
            when o.state = 6 then e.kind = 9
            when o.state = 8 then e.kind = 8 and c.kind = 16 and r.kind = 12 end), 0) as right_fen,
        count(*) filter (where h.id is not null and case when h.grant_id is null
            then h.person_id <> o.person_id
                and row_that_stays(h.person_id) <> row_that_stays(o.person_id)
            else g.donor_id is distinct from h.person_id
                or g.beneficiary_id is distinct from o.person_id
                    and row_that_stays(g.beneficiary_id)
                        is distinct from row_that_stays(o.person_id) end) as strange
    from hold h
    left join aid_grant g on g.id = h.grant_id left join transfer e on e.reverses_id = h.id
    left join account c on c.id = e.credit_account left join transfer r on r.reverses_id = e.id
    where h.purpose = 2 and h.order_id = o.id
) as m
where o.id > $1 and o.id <= $2 and (m.right_fen <> m.all_fen or m.strange > 0 or m.all_fen <> case
    when o.state = 1 or o.state = 6 and m.holds = 0 then 0 else o.amount_fen end)
"""
_MOVES = """
select format('transfer %s', t.id), 'a hold of a premium, posted to the tax office',
    format('kind %s, ends %s', t.kind, t.reverses_id)
from transfer t join account a on a.id = t.credit_account and a.kind = 16
left join hold h on h.id = t.reverses_id
where t.id > $1 and t.id <= $2 and (t.kind <> 8 or h.purpose is distinct from 2)
union all
select format('transfer %s', t.id), 'back from the tax office by a refund',
    format('kind %s', t.kind)
from transfer t left join account a on a.id = t.debit_account
where t.id > $1 and t.id <= $2 and (t.kind = 12) <> (a.kind is not distinct from 16)
union all
select format('hold %s', h.id), format('a premium %s', h.order_id), 'no such order'
from hold h left join premium_order o on o.id = h.order_id
where h.id > $1 and h.id <= $2 and h.purpose = 2 and o.id is null
"""
_OPEN = """
select o.id, o.person_id, o.place, o.state, o.charge_on, o.submitted_at, $3::timestamptz as now,
    (select min(h.made_at) from hold h where h.purpose = 2 and h.order_id = o.id) as held_at
from premium_order o
where o.id > $1 and o.id <= $2 and o.state in (1, 2, 3) and not o.void_asked
"""
_SLACK = timedelta(hours=1)


def _late(row: Record, rulebook: Rulebook) -> Found | None:
    what, now = f"premium {row['id']} of person {row['person_id']}", row["now"]
    if row["state"] == 1:
        if row["charge_on"] >= local_date(now - timedelta(days=1)):
            return None
        return what, f"charged or put off on {row['charge_on']}", "waits still"
    if row["state"] == 2:
        if row["held_at"] is None or row["held_at"] >= now - _SLACK:
            return None
        return what, f"given to the tax office after {row['held_at']}", "held still"
    days = rulebook.at(row["place"], local_date(now)).rules.premium.confirm_days
    if row["submitted_at"] + timedelta(days=days) >= now - _SLACK:
        return None
    since = f"submitted {row['submitted_at']}"
    return what, f"decided within {days} days, or asked to be forgotten", since


CHECKS = (
    Check("premiums", "每笔代缴的钱恰好一次：冻结、缴出或退回", "premium_order", _MONEY),
    Check("premium-moves", "税务账户的每笔记账属于一笔代缴", "transfer", _MOVES),
    Check("premium-late", "代缴没有超期未办", "premium_order", _OPEN, _late),
)
