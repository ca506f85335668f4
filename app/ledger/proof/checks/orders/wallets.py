"""The wallet: each side's half against that side's own money (law 16). That the two sides agree is
asked by ``clearing.py``."""

from __future__ import annotations

from datetime import time

from app.kit.clock import local
from app.ledger.proof.checks.check import Check, Found
from app.regions.loader import Rulebook
from app.store.database import Record

# Kinds of transfers: 8 posted, 9 voided, 10 expired, 11 came by the wallet. Of accounts: 3 wallet,
# 14 suspense, 15 clearing. States: 1 pending, 2 accepted, 3 refused, 4 expired.
_SENT = """
select format('wallet transfer %s of person %s', w.id, w.person_id),
    format('%s fen %s', w.amount_fen, case w.state when 1 then 'held'
        when 2 then format('posted to clearing %s-%s', w.province, w.other_province)
        else 'held and given back' end),
    format('%s fen held in all, %s of them so', m.all_fen, m.right_fen)
from wallet_sent w cross join lateral (
    select coalesce(sum(h.amount_fen) filter (where case w.state
        when 1 then e.id is null
        when 2 then e.kind = 8 and c.kind = 15
            and c.flow_code = w.province || '-' || w.other_province
        when 3 then e.kind = 9 else e.kind = 10 end), 0) as right_fen,
        coalesce(sum(h.amount_fen), 0) as all_fen,
        coalesce(bool_and(h.person_id = w.person_id), false) as own
    from hold h
    left join transfer e on e.reverses_id = h.id left join account c on c.id = e.credit_account
    where h.purpose = 1 and h.order_id = w.id
) as m
where w.id > $1 and w.id <= $2
    and (m.all_fen <> w.amount_fen or m.right_fen <> w.amount_fen or not m.own)
"""
_OFFERS = """
select format('wallet offer %s to person %s', o.id, o.person_id),
    case o.state when 2 then format('%s fen posted from clearing %s-%s', o.amount_fen, o.province,
        o.other_province) else 'nothing posted' end,
    format('%s fen in %s postings, %s of them to somebody else', m.fen, m.count, m.strange)
from wallet_offer o cross join lateral (
    select coalesce(sum(t.amount_fen), 0) as fen, count(p.transfer_id) as count,
        count(*) filter (where p.transfer_id is not null and (t.kind is distinct from 11
            or d.flow_code is distinct from o.province || '-' || o.other_province
            or c.person_id is distinct from o.person_id and c.kind is distinct from 14
                and row_that_stays(c.person_id) is distinct from row_that_stays(o.person_id)
            or o.returns_id is null and c.kind is distinct from 3)) as strange
    from wallet_posting p
    left join transfer t on t.id = p.transfer_id
    left join account d on d.id = t.debit_account left join account c on c.id = t.credit_account
    where p.wallet_id = o.id
) as m
where o.id > $1 and o.id <= $2 and (m.strange > 0
    or m.fen <> case o.state when 2 then o.amount_fen else 0 end
    or m.count > case when o.state <> 2 then 0 when o.returns_id is null then 1 else m.count end)
"""
_BACK = """
select format('wallet offer %s', w.returns_id),
    'given back as far as it was accepted', format('%s fen given back', sum(w.amount_fen))
from wallet_sent w left join wallet_offer o on o.id = w.returns_id
where w.returns_id > $1 and w.returns_id <= $2
group by w.returns_id, o.id, o.state, o.amount_fen
having o.id is null or o.state <> 2 or sum(w.amount_fen) > o.amount_fen
"""
_MOVES = """
select format('transfer %s', t.id), 'a hold of a wallet transfer, posted to clearing',
    format('kind %s, ends %s', t.kind, t.reverses_id)
from transfer t join account a on a.id = t.credit_account and a.kind = 15
left join hold h on h.id = t.reverses_id
where t.id > $1 and t.id <= $2 and (t.kind <> 8 or h.purpose is distinct from 1)
union all
select format('transfer %s', t.id), 'out of clearing by an accepted wallet transfer, once',
    format('kind %s from account %s, wallet transfer %s', t.kind, t.debit_account, p.wallet_id)
from transfer t left join account a on a.id = t.debit_account
left join wallet_posting p on p.transfer_id = t.id left join wallet_offer o on o.id = p.wallet_id
where t.id > $1 and t.id <= $2 and (t.kind = 11 or a.kind = 15)
    and (t.kind <> 11 or a.kind is distinct from 15 or o.state is distinct from 2)
union all
select format('hold %s', h.id), format('a wallet transfer %s', h.order_id), 'no such transfer'
from hold h left join wallet_sent w on w.id = h.order_id
where h.id > $1 and h.id <= $2 and h.purpose = 1 and w.id is null
"""
_RULES = """
select w.id, w.person_id, w.amount_fen, w.made_at, w.day, w.province, p.insuplc_admdvs as place,
    (select count(*) from wallet_sent o where o.person_id = w.person_id and o.day = w.day
        and o.returns_id is null and o.id <= w.id) as number
from wallet_sent w left join person p on p.id = w.person_id
where w.id > $1 and w.id <= $2 and w.returns_id is null
"""
_LATE = """
select format('wallet transfer %s of person %s', w.id, w.person_id),
    case when w.expires_at is null then format('given back by %s', w.made_at)
        else format('ended by %s', w.expires_at) end, 'waits still'
from wallet_sent w
where w.id > $1 and w.id <= $2 and w.state = 1
    and coalesce(w.expires_at, w.made_at) < $3::timestamptz - interval '10 minutes'
"""


def _lawful(row: Record, rulebook: Rulebook) -> Found | None:
    """By the rules of the day and of the sender's place; who has moved since was judged where the
    province says."""
    there, made = row["place"] or "", local(row["made_at"])
    place = there if there[:2] == row["province"] else f"{row['province']}0000"
    rules = rulebook.at(place, row["day"]).rules.wallet
    what = f"wallet transfer {row['id']} of person {row['person_id']}"
    if made.date() != row["day"]:
        return what, f"counted on {made.date()}", f"counted on {row['day']}"
    if not rules.live:
        return what, f"a wallet at {place}", f"sent on {row['day']}"
    if row["amount_fen"] > rules.single_fen:
        return what, f"at most {rules.single_fen} fen at once", f"{row['amount_fen']} fen"
    if rules.closed(made.hour):
        hours = f"{time(rules.closed_from_hour):%H:%M} to {time(rules.closed_until_hour):%H:%M}"
        return what, f"nothing sent from {hours}", f"sent at {made:%H:%M:%S}"
    if row["number"] > rules.sends_a_day:
        return what, f"at most {rules.sends_a_day} on {row['day']}", f"number {row['number']}"
    return None


CHECKS = (
    Check("wallet-sent", "转出的钱已冻结，或已付出、退回", "wallet_sent", _SENT),
    Check("wallet-offers", "接收的钱记入收款人一次", "wallet_offer", _OFFERS),
    Check("wallet-back", "退回的钱不多于接收的", "wallet_offer", _BACK),
    Check("wallet-moves", "跨省清算账户的每笔记账属于一笔钱包转账", "transfer", _MOVES),
    Check("wallet-rules", "转账合乎当日规定", "wallet_sent", _RULES, _lawful),
    Check("wallet-late", "到期未接收的已退回", "wallet_sent", _LATE),
)
