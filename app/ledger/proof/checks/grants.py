"""Who may pay and be paid for: the patient's own code, the donor's own grant, within its caps."""

from app.ledger.proof.checks.check import Check

# Whoever they were written as: of a person whose row was merged all rows are one.
_PAYERS = """
select format('transfer %s of settlement %s', t.id, s.id),
    case when t.grant_id is null then format('paid by patient %s', s.person_id)
        else format('paid by donor %s of grant %s for beneficiary %s', g.donor_id, t.grant_id,
            g.beneficiary_id) end,
    format('paid by person %s for patient %s', d.person_id, s.person_id)
from transfer t join settlement s on s.id = t.settlement_id
join account d on d.id = t.debit_account left join aid_grant g on g.id = t.grant_id
where t.settlement_id > $1 and t.settlement_id <= $2 and t.kind in (2, 5)
    and d.person_id is not null
    and case when t.grant_id is null then d.person_id <> s.person_id
            and row_that_stays(d.person_id) <> row_that_stays(s.person_id)
        else g.donor_id is distinct from d.person_id
                and row_that_stays(g.donor_id) is distinct from row_that_stays(d.person_id)
            or g.beneficiary_id is distinct from s.person_id
                and row_that_stays(g.beneficiary_id) is distinct from row_that_stays(s.person_id)
        end
"""
# A batch takes its moment before it commits, a freeze before it waits for the account's lock: the
# two moments may cross by as long as a transaction may live. What is settled again after a partial
# refund keeps its donors whatever became of their grants.
_IN_FORCE = """
select format('transfer %s of grant %s', t.id, g.id),
    format('a payment while the grant stood: from %s, confirmed %s, frozen %s, paused %s, ended %s',
        g.starts_on, g.confirmed_at, g.frozen_at, g.paused_at, least(g.ended_at, g.declined_at)),
    format('paid %s', t.created_at)
from transfer t join settlement s on s.id = t.settlement_id join aid_grant g on g.id = t.grant_id
where t.settlement_id > $1 and t.settlement_id <= $2 and t.kind = 2
    and not exists (select from settlement c where c.request_id = s.request_id and c.kind = 2)
    and (
    (t.created_at at time zone 'Asia/Shanghai')::date < g.starts_on
    or g.confirmed_at is null or g.confirmed_at > t.created_at + interval '2 minutes'
    or g.frozen_at < t.created_at - interval '2 minutes'
    or g.paused_at < t.created_at - interval '2 minutes'
        and (t.created_at at time zone 'Asia/Shanghai')::date < g.paused_until
    or least(g.ended_at, g.declined_at) < t.created_at - interval '2 minutes')
"""
# A cap may be changed at any time and only the present one is stored in the grant; what stood when
# it was paid is told by the settlement's own steps.
_CAPS = """
with cap as (
    select s.id, (ltrim(step -> 3 ->> 'name', '@'))::bigint as person,
        min(replace(step -> 3 ->> 'amount', ',', '')::numeric * 100) as fen
    from settlement s cross join lateral jsonb_array_elements(s.trace -> 'steps') as step
    where s.id > $1 and s.id <= $2 and s.kind = 1 and s.mulaid_pay_fen > 0
        and step ->> 0 = 'cap' and step -> 3 ->> 'name' ~ '^@[0-9]+$'
    group by 1, 2
)
select format('settlement %s donor %s', c.id, c.person), format('at most %s fen', c.fen),
    format('%s', p.fen)
from cap c cross join lateral (
    select sum(t.amount_fen) as fen
    from transfer t join account d on d.id = t.debit_account
    where t.settlement_id = c.id and d.person_id = c.person and t.kind = 2
        and t.grant_id is not null
) as p where p.fen > c.fen
"""
# Who was asked first pays what was agreed to, and nothing without a yes.
_ASKED = """
select format('settlement %s grant %s', s.id, q.grant_id),
    case when q.answer = 1 then format('at most %s fen, as agreed', q.amount_fen)
        else 'nothing: it was not agreed to' end,
    format('%s', sum(t.amount_fen))
from settlement s join question q on q.request_id = s.request_id
join transfer t on t.settlement_id = s.id and t.grant_id = q.grant_id
where s.id > $1 and s.id <= $2 and s.kind = 1
group by s.id, q.grant_id, q.answer, q.amount_fen
having q.answer is distinct from 1 or sum(t.amount_fen) > q.amount_fen
"""
# What counts under a cap counts here: paid (2, 5) or held for a premium (7), and not given back. A
# bill may be paid by a donor's two accounts; a premium has no settlement, each hold its own order.
_STANDS = """(
    select r.id from transfer r where r.reverses_id = {row}.id and (r.kind <> 8
        or (select b.id from transfer b where b.reverses_id = r.id) is not null)) is null"""
_BEFORE = f"""
    from transfer u left join hold uh on uh.id = u.id
    where u.grant_id = t.grant_id and u.kind in (2, 5, 7) and u.id < t.id
        and coalesce(u.settlement_id, uh.order_id)
            is distinct from coalesce(t.settlement_id, h.order_id)
        and {_STANDS.format(row="u")}
"""
_ONCE = f"""
select format('transfer %s of grant %s', t.id, g.id), 'the only use of a grant for one bill',
    format('transfer %s stands, too', (select u.id {_BEFORE} limit 1))
from transfer t join aid_grant g on g.id = t.grant_id left join hold h on h.id = t.id
where t.id > $1 and t.id <= $2 and g.once and t.kind in (2, 5, 7) and {_STANDS.format(row="t")}
    and exists (select {_BEFORE})
"""  # noqa: S608
_CODES = """
select format('settlement %s', s.id), format('a code of patient %s used at %s', s.person_id,
        s.fixmedins_code),
    format('code %s of person %s used at %s', s.credential_id, c.holder_id, u.fixmedins_code)
from settlement s left join credential c on c.id = s.credential_id
left join credential_use u on u.credential_id = s.credential_id
where s.id > $1 and s.id <= $2 and s.credential_id is not null
    and (c.holder_id is distinct from s.person_id
            and row_that_stays(c.holder_id) is distinct from row_that_stays(s.person_id)
        or u.fixmedins_code is distinct from s.fixmedins_code)
"""

# The two moments may cross as those of a freeze; a card that was settled again after a part return
# may have been lost since.
_CARDS = """
select format('settlement %s', s.id), format('a valid card of patient %s', s.person_id),
    format('card %s of person %s, %s', s.card_id, c.person_id, coalesce(was.state, 'unknown'))
from settlement s left join card c on c.id = s.card_id
left join lateral (
    select h.state from card_change h where h.card_id = s.card_id
        and h.at < s.settled_at - interval '2 minutes' order by h.at desc, h.id desc limit 1
) as was on true
where s.id > $1 and s.id <= $2 and s.card_id is not null
    and (c.person_id is distinct from s.person_id
            and row_that_stays(c.person_id) is distinct from row_that_stays(s.person_id)
        or s.kind = 1 and coalesce(was.state, 'valid') <> 'valid'
            and not exists (select from settlement p where p.request_id = s.request_id
                and p.kind = 2)
            and not exists (select from card_change n where n.card_id = s.card_id
                and n.at between s.settled_at - interval '2 minutes' and s.settled_at
                and n.state = 'valid'))
"""

CHECKS = (
    Check("payers", "付款人是本人或其授权的共济人", "settlement", _PAYERS),
    Check("grants", "付款时授权有效", "settlement", _IN_FORCE),
    Check("once", "只用一次的共济没有用第二次", "transfer", _ONCE),
    Check("caps", "共济支付未超当时上限", "settlement", _CAPS),
    Check("asked-first", "先征求的共济人同意了才付，且不超过同意的金额", "settlement", _ASKED),
    Check("codes", "所用医保码属于患者本人", "settlement", _CODES),
    Check("cards", "所用社保卡属于患者本人且有效", "settlement", _CARDS),
)
