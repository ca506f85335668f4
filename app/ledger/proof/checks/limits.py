"""Limits over a period: what the pool pays a person, what a person bears before it does, and what
a donor gives, to bills and for premiums. All are counted on the day of settling (law 13), whatever
a row was counted by once; what was given back counts nowhere (law 5).

A limit that has changed since must not accuse: what a settlement's own steps tell of it counts
before what holds now, and what can't be known accuses nobody. What stands again after its cancel
was undone may lawfully pass a limit that others have used up meanwhile, and isn't counted.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from app.ledger.proof.checks.check import Check, Found
from app.regions.loader import Rulebook
from app.regions.periods import COUNTED
from app.regions.rules import BenefitRules
from app.store.database import Record
from app.words import RETIRED

_DAY = "coalesce(s.counted_on, (s.settled_at at time zone 'Asia/Shanghai')::date)"
_BILL_DAY = "(s.bill_time at time zone 'Asia/Shanghai')::date"
_FEN = "replace(step -> 3 ->> '{}', ',', '')::numeric * 100"
_POOL = f"""
with enjoyed as (
    select s.id, s.person_id, {_DAY} as day, {_BILL_DAY} as bill_day, s.insuplc_admdvs as place,
        s.insutype, s.psn_type, coalesce(s.trace ->> 'level', 'basic') as level,
        s.act_pay_dedc_fen as borne, s.fund_pay_fen as fund
    from settlement s
    where s.person_id > $1 and s.person_id <= $2 and s.kind = 1
        and (s.fund_pay_fen > 0 or s.act_pay_dedc_fen > 0)
        and not exists (select from settlement c where c.cancels_id = s.id)
), summed as (
    select *, sum(fund) over (of_year order by id)::bigint as fund_year,
        sum(fund) over (of_month order by id)::bigint as fund_month,
        sum(borne) over (of_year order by id)::bigint as borne_year,
        sum(borne) over (of_level order by id)::bigint as borne_level
    from enjoyed window of_year as (partition by person_id, date_part('year', day)),
        of_month as (partition by person_id, date_trunc('month', day)),
        of_level as (partition by person_id, date_part('year', day), level)
)
select m.*, told.cap as told_cap, told.deductible as told_deductible
from summed m cross join lateral (
    select max({_FEN.format("cap")}) filter (where step ->> 0 = 'benefit_cap')::bigint as cap,
        max({_FEN.format("full")}) filter (where step ->> 0 = 'deductible')::bigint as deductible
    from settlement s cross join lateral jsonb_array_elements(s.trace -> 'steps') as step
    where s.id = m.id and step ->> 0 in ('benefit_cap', 'deductible')) as told
"""  # noqa: S608


def _enjoyed(row: Record, rulebook: Rulebook) -> Found | None:
    return _pool(row, rulebook) or _borne(row, rulebook)


def _pool(row: Record, rulebook: Rulebook) -> Found | None:
    """The pool's limit: what was paid with this settlement, against what held for it."""
    terms = _terms(rulebook, row)
    cap = terms.cap_retired_fen if row["psn_type"].startswith(RETIRED) else terms.cap_active_fen
    paid = row["fund_month"] if terms.cap_per == "month" else row["fund_year"]
    if cap is None or not row["fund"]:
        return None
    cap = max(cap, row["told_cap"] or 0)
    if paid <= cap:
        return None
    period = f"{row['day']:%Y-%m}" if terms.cap_per == "month" else f"{row['day']:%Y}"
    return (
        f"settlement {row['id']} person {row['person_id']}",
        f"the pool pays at the most {cap} fen in {period}",
        f"{paid} fen with this settlement",
    )


def _borne(row: Record, rulebook: Rulebook) -> Found | None:
    """The deductible of a year: nobody bears more than the region's."""
    terms = _terms(rulebook, row)
    if not row["borne"]:
        return None
    name = f"settlement {row['id']} person {row['person_id']}"
    year = f"{row['day']:%Y}"
    full = max(terms.deductible_fen.at(row["level"]), row["told_deductible"] or 0)
    if terms.deductible_per == "year" and row["borne_level"] > full:
        expected = f"a deductible of at the most {full} fen in {year} at level {row['level']}"
        return name, expected, f"{row['borne_level']} fen with this settlement"
    ceiling = terms.deductible_ceiling_fen
    if ceiling is not None and row["borne_year"] > ceiling:
        expected = f"deductibles of at the most {ceiling} fen in {year}"
        return name, expected, f"{row['borne_year']} fen with this settlement"
    return None


def _terms(rulebook: Rulebook, row: Record) -> BenefitRules:
    return _benefit(rulebook, row["place"], row["bill_day"], row["insutype"])


@lru_cache(maxsize=4096)
def _benefit(rulebook: Rulebook, place: str, day: date, insutype: str) -> BenefitRules:
    return rulebook.at(place, day).rules.benefit(insutype)


# A step tells what a cap left. The cap itself is told by a reason where one was given; else, in
# rows of before law 13 (they say nothing of the day they count on), it is at the most what was left
# and all that had been used in the period of the bill's day, by which they were counted.
# A premium (a hold, 7, that is pending or posted, 8) counts as a bill of the day on which it was
# held does; its order keeps the caps themselves.
_USES = f"""
with used as (
    select coalesce(s.id, min(t.id)) as id, h.order_id as premium, g.donor_id as donor,
        g.beneficiary_id as beneficiary, coalesce({_DAY}, min(t.day)) as day,
        coalesce({_BILL_DAY}, min(t.day)) as bill_day,
        s.id is not null and s.counted_on is null as before, sum(t.amount_fen) as fen,
        sum(case when b.id is null or t.kind = 7 and b.kind = 8 and r.id is null
            then t.amount_fen else 0 end) as stands
    from aid_grant g
    cross join lateral (
        select *, (created_at at time zone 'Asia/Shanghai')::date as day
        from transfer where grant_id = g.id and kind in (2, 7) offset 0) as t
    left join settlement s on s.id = t.settlement_id
    left join hold h on h.id = t.id and h.purpose = 2
    left join transfer b on b.reverses_id = t.id left join transfer r on r.reverses_id = b.id
    where g.donor_id > $1 and g.donor_id <= $2 and (s.id is not null or h.id is not null)
    group by s.id, h.order_id, g.donor_id, g.beneficiary_id
), summed as materialized (
    select *, {{sums}} from used
), capped as (
    select m.*, step ->> 1 as key, step ->> 2 as by, {_FEN.format("amount")} as remains, (
            select max(replace(r -> 'params' ->> 'cap', ',', '')::numeric * 100)
            from jsonb_array_elements(s.trace -> 'reasons') as r
            where r -> 'params' ->> 'name' = '@' || m.donor and r ->> 'code' = {{code}}) as told, (
            select source ->> 2 from jsonb_array_elements(s.trace -> 'steps') as source
            where source ->> 0 = 'source' and source -> 3 ->> 'name' = '@' || m.donor limit 1
        ) as source, p.insuplc_admdvs as place
    from summed m join settlement s on s.id = m.id and m.premium is null
    join person p on p.id = m.donor
    cross join lateral jsonb_array_elements(s.trace -> 'steps') as step
    where m.stands > 0 and step ->> 0 = 'cap' and step -> 3 ->> 'name' = '@' || m.donor
), held as (
    select *, {{period}} as period, {{pair}} as pair, {{all}} as all_of_donor,
        coalesce(told, case when before then remains + {{counted}} end)::bigint as cap
    from capped where key in ({{keys}})
)
select 'settlement' as what, id, donor, beneficiary, day, bill_day, place, source, period, cap,
    pair, all_of_donor, null::boolean as together
from held where cap is not null and greatest(pair, all_of_donor) > cap
union all
select 'premium', premium, donor, beneficiary, day, bill_day, null, null, {{period}}, cap,
    coalesce({{pair}}, stands::bigint), coalesce({{all}}, stands::bigint), together
from summed join premium_order o on o.id = premium cross join lateral (
    select one ->> 1 as key, (one ->> 2)::bigint as cap, (one ->> 3)::boolean as together
    from jsonb_array_elements(o.caps) as one where one ->> 0 = donor::text) as told
where stands > 0 and case when {{period}} is null then stands > cap
    when together then {{all}} > cap else {{pair}} > cap end
"""  # noqa: S608


def _uses_sql() -> str:
    """The query, with a column of sums for every period that caps count."""
    sums = []
    for period in COUNTED:
        name = period.name
        law = f"date_trunc('{name}', day)"
        old = f"date_trunc('{name}', bill_day)"
        sums += [
            f"sum(stands) over (partition by donor, beneficiary, {law} order by id)::bigint "
            f"as pair_{name}",
            f"sum(stands) over (partition by donor, {law} order by id)::bigint as all_{name}",
            f"sum(fen) over (partition by donor, {old} order by id) - fen as old_{name}",
        ]

    def by_key(column: str) -> str:
        cases = (f"when '{one.key}' then {column.format(one.name)}" for one in COUNTED)
        return f"case key {' '.join(cases)} end"

    codes = " ".join(f"when '{one.key}' then '{one.reason}'" for one in COUNTED)
    return _USES.format(
        sums=", ".join(sums),
        code=f"case step ->> 1 {codes} end",
        period=by_key("'{}'"),
        pair=by_key("pair_{}"),
        all=by_key("all_{}"),
        counted=by_key("old_{}"),
        keys=", ".join(f"'{one.key}'" for one in COUNTED),
    )


def _uses(row: Record, rulebook: Rulebook) -> Found | None:
    """A donor's cap. All that a donor gave counts together where that is sure to have been so."""
    together = row["together"] if row["what"] == "premium" else _together(row, rulebook)
    given = row["all_of_donor"] if together else row["pair"]
    if given <= row["cap"]:
        return None
    to = "all" if together else f"person {row['beneficiary']}"
    when = f"in the {row['period']} of {row['day']}" if row["period"] else "at once"
    return (
        f"{row['what']} {row['id']} donor {row['donor']}",
        f"at the most {row['cap']} fen to {to} {when}",
        f"{given} fen with this {row['what']}",
    )


def _together(row: Record, rulebook: Rulebook) -> bool:
    in_force = rulebook.at(row["place"], row["bill_day"])
    aid = in_force.rules.aid
    key = "aid.floor_fen" if aid.floor_fen else "aid.fund_source"
    return aid.cap_scope == "donor" and bool(row["source"] == in_force.origin(key))


CHECKS = (
    Check("pool-limits", "统筹限额未超、起付线未多计（按结算日计）", "person", _POOL, _enjoyed),
    Check("aid-limits", "共济支付未超各期限额（按结算日计）", "person", _uses_sql(), _uses),
)
