"""Settlements: the figures add up and are what was transferred; cancels undo exactly. A bill
whose transfers are away is proved by its archive."""

from app.ledger.proof.checks.check import Check

_FIGURES = """
select format('settlement %s', id), 'parts and payers that add up to the total',
    format('total %s, fund %s, person %s, own %s, wallet %s, aid %s, cash %s', medfee_sumamt_fen,
        fund_pay_fen, psn_part_fen, own_pay_fen, wallet_pay_fen, mulaid_pay_fen, cash_pay_fen)
from settlement
where id > $1 and id <= $2 and (
    medfee_sumamt_fen
        <> fulamt_ownpay_fen + overlmt_selfpay_fen + preselfpay_fen + inscp_scp_fen
    or medfee_sumamt_fen <> fund_pay_fen + psn_part_fen
    or psn_part_fen <> own_pay_fen + wallet_pay_fen + mulaid_pay_fen + cash_pay_fen)
"""
_LINES = """
select format('settlement %s', s.id),
    format('total %s, own %s, over %s, first %s, scope %s', t.fen, t.own, t.over, t.pre, t.scope),
    format('total %s, own %s, over %s, first %s, scope %s', s.medfee_sumamt_fen,
        s.fulamt_ownpay_fen, s.overlmt_selfpay_fen, s.preselfpay_fen, s.inscp_scp_fen)
from settlement s cross join lateral (
    select sum((l ->> 'fen')::bigint) as fen, sum((l ->> 'own')::bigint) as own,
        sum((l ->> 'over')::bigint) as over, sum((l ->> 'pre')::bigint) as pre,
        sum((l ->> 'scope')::bigint) as scope
    from jsonb_array_elements(s.lines) as l) as t
where s.id > $1 and s.id <= $2 and s.kind = 1 and s.lines <> '[]' and
    (t.fen, t.own, t.over, t.pre, t.scope) is distinct from (s.medfee_sumamt_fen::numeric,
        s.fulamt_ownpay_fen, s.overlmt_selfpay_fen, s.preselfpay_fen, s.inscp_scp_fen)
"""
# Rows that pay (1 settled, 4 restored); what others give back is compared in "returns".
_TRANSFERS = """
select format('settlement %s', s.id),
    format('transfers of own %s, wallet %s, aid %s, fund %s', s.own_pay_fen, s.wallet_pay_fen,
        s.mulaid_pay_fen, s.fund_pay_fen),
    format('own %s, wallet %s, aid %s, fund %s, other payers %s', m.own, m.wallet, m.aid, m.fund,
        m.strange)
from settlement s cross join lateral (
    select coalesce(sum(t.amount_fen)
            filter (where d.kind in (1, 2) and t.grant_id is null), 0) as own,
        coalesce(sum(t.amount_fen) filter (where d.kind = 3), 0) as wallet,
        coalesce(sum(t.amount_fen)
            filter (where d.kind in (1, 2, 5) and t.grant_id is not null), 0) as aid,
        coalesce(sum(t.amount_fen) filter (where d.kind = 11), 0) as fund,
        count(*) filter (where d.kind not in (1, 2, 3, 5, 11)
            or d.kind = 5 and t.grant_id is null) as strange
    from transfer t join account d on d.id = t.debit_account
    where t.settlement_id = s.id and t.kind in (2, 5)
) as m
where s.id > $1 and s.id <= $2 and s.kind in (1, 4) and s.id >= (select away_until()) and (
    (m.own, m.wallet, m.aid, m.fund)
        <> (s.own_pay_fen, s.wallet_pay_fen, s.mulaid_pay_fen, s.fund_pay_fen)
    or m.strange <> 0)
"""
_PAYEE = """
select format('transfer %s of settlement %s', t.id, s.id),
    format('to institution %s', s.fixmedins_code),
    format('to account %s (kind %s, %s)', c.id, c.kind, c.flow_code)
from transfer t join settlement s on s.id = t.settlement_id
join account c on c.id = t.credit_account
where t.settlement_id > $1 and t.settlement_id <= $2 and t.kind in (2, 5)
    and (c.kind <> 12 or c.flow_code <> s.fixmedins_code)
"""
_LEGS = """
with told as (
    select s.id, (l ->> 'person')::bigint as person, (l ->> 'grant')::bigint as granted,
        sum((l ->> 'fen')::bigint) as fen
    from settlement s cross join lateral jsonb_array_elements(s.trace -> 'legs') as l
    where s.id > $1 and s.id <= $2 and s.kind in (1, 4) and s.id >= (select away_until())
    group by 1, 2, 3
), made as (
    select t.settlement_id as id, d.person_id as person, t.grant_id as granted,
        sum(t.amount_fen) as fen
    from transfer t join account d on d.id = t.debit_account and d.person_id is not null
    where t.settlement_id > $1 and t.settlement_id <= $2 and t.kind in (2, 5)
        and t.settlement_id >= (select away_until())
    group by 1, 2, 3
)
select format('settlement %s person %s grant %s', coalesce(t.id, m.id),
        coalesce(t.person, m.person), coalesce(t.granted, m.granted)),
    format('transfers of %s fen, as told', coalesce(t.fen, 0)), format('%s', coalesce(m.fen, 0))
from told t full join made m on t.id = m.id and t.person = m.person
    and coalesce(t.granted, 0) = coalesce(m.granted, 0)
where t.fen is distinct from m.fen
"""
_CANCELS = """
select format('settlement %s', c.id), format('the negative of settlement %s: total %s, fund %s, '
        'own %s, wallet %s, aid %s, cash %s', c.cancels_id, -s.medfee_sumamt_fen, -s.fund_pay_fen,
        -s.own_pay_fen, -s.wallet_pay_fen, -s.mulaid_pay_fen, -s.cash_pay_fen),
    format('total %s, fund %s, own %s, wallet %s, aid %s, cash %s', c.medfee_sumamt_fen,
        c.fund_pay_fen, c.own_pay_fen, c.wallet_pay_fen, c.mulaid_pay_fen, c.cash_pay_fen)
from settlement c left join settlement s on s.id = c.cancels_id
where c.id > $1 and c.id <= $2 and c.kind <> 1 and (s.id is null
    or (c.kind in (2, 3)) <> (s.kind in (1, 4))
    or (c.person_id, c.fixmedins_code, c.mdtrt_id, c.medfee_sumamt_fen, c.fund_pay_fen,
        c.own_pay_fen, c.wallet_pay_fen, c.mulaid_pay_fen, c.cash_pay_fen)
    is distinct from (s.person_id, s.fixmedins_code, s.mdtrt_id, -s.medfee_sumamt_fen,
        -s.fund_pay_fen, -s.own_pay_fen, -s.wallet_pay_fen, -s.mulaid_pay_fen, -s.cash_pay_fen))
"""
# A part goes back where it came from: the same account, another one of the same person (under
# whatever row) and kind (its successor), or suspense. Taken again (kind 4) it comes from where it
# had gone.
_RETURNS = """
with undone as (
    select c.id as by, c.cancels_id, t.*, b.id as back, b.settlement_id as back_settlement,
        b.amount_fen as back_fen, b.grant_id as back_grant,
        case c.kind when 4 then b.debit_account else b.credit_account end as home,
        case c.kind when 4 then b.credit_account else b.debit_account end as other,
        case c.kind when 4 then t.credit_account else t.debit_account end as owner,
        case c.kind when 4 then t.debit_account else t.credit_account end as payee
    from settlement c join transfer t on t.settlement_id = c.cancels_id
    left join transfer b on b.reverses_id = t.id
    where c.id > $1 and c.id <= $2 and c.kind <> 1 and c.id >= (select away_until())
)
select format('transfer %s of settlement %s', u.id, u.cancels_id),
    format('%s fen undone by settlement %s between accounts %s and %s', u.amount_fen, u.by,
        u.payee, u.owner),
    case when u.back is null then 'nothing' else format('%s fen by transfer %s of settlement %s '
        'between accounts %s and %s', u.back_fen, u.back, u.back_settlement, u.other, u.home) end
from undone u left join account home on home.id = u.home
left join account owner on owner.id = u.owner
where u.back is null or u.back_settlement <> u.by or u.back_fen <> u.amount_fen
    or u.other <> u.payee or u.back_grant is distinct from u.grant_id
    or (u.home <> u.owner and home.kind <> 14
        and (home.person_id is null or home.person_id is distinct from owner.person_id
                and row_that_stays(home.person_id) is distinct from row_that_stays(owner.person_id)
            or home.kind <> owner.kind and owner.kind <> 5))
union all
select format('transfer %s of settlement %s', b.id, c.id),
    format('undoes a transfer of settlement %s', c.cancels_id),
    format('transfer %s of settlement %s', b.reverses_id, t.settlement_id)
from transfer b join settlement c on c.id = b.settlement_id
left join transfer t on t.id = b.reverses_id
where b.settlement_id > $1 and b.settlement_id <= $2 and b.kind between 3 and 5
    and t.settlement_id is distinct from c.cancels_id
    and (t.id is not null or b.reverses_id >= (select away_until()))
"""
# Law 13, and law 5 for what is left after a part return and for what stands again.
_COUNTED = """
with this as (
    select s.id, s.settled_at, s.counted_on, case s.kind when 4 then s.cancels_id else (
            select c.cancels_id from settlement c where c.person_id = s.person_id and c.id < s.id
                and c.request_id = s.request_id and c.kind = 2) end as origin
    from settlement s where s.id > $1 and s.id <= $2 and s.kind in (1, 4)
), right_day as (
    select this.id, coalesce(this.counted_on,
            (this.settled_at at time zone 'Asia/Shanghai')::date) as found,
        coalesce(o.counted_on,
            (coalesce(o.settled_at, this.settled_at) at time zone 'Asia/Shanghai')::date) as day
    from this left join settlement o on o.id = this.origin
)
select format('settlement %s', id), format('counts on %s', day), format('counts on %s', found)
from right_day where found <> day
"""

CHECKS = (
    Check("figures", "结算各项相加相符", "settlement", _FIGURES),
    Check("lines", "明细相加等于结算", "settlement", _LINES),
    Check("settlement-transfers", "结算金额等于其记账", "settlement", _TRANSFERS),
    Check("payee", "款项记入该机构", "settlement", _PAYEE),
    Check("legs", "告知的支付分项即实际记账", "settlement", _LEGS),
    Check(
        "counted", "限额和起付线计入结算当日；部分退货的余单计入原结算当日", "settlement", _COUNTED
    ),
    Check("cancels", "冲正与原结算相反", "settlement", _CANCELS),
    Check("returns", "退款回到原支付账户", "settlement", _RETURNS),
)
