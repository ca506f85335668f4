"""A made ledger as SQL: who has what, and settlements in order of time, each figure a formula.

In each round everybody settles once, in order of number: the own account pays, then the donor, the
pooled fund pays for those who are alone, and who has no account pays a part in cash. At the end one
person of each block cancels the last settlement. So an account's version and balance after any
transfer follow from round and role alone, and any part of it can be made on its own.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.bench.made.town import (
    ACCOUNT,
    FLOW,
    FLOW_FUND,
    FLOW_SHOP,
    GRANT,
    PERSON,
    PLACES,
    RELATIVE_FEN,
    RICH_FEN,
    ROLES,
    Role,
    Town,
    town_of,
)
from app.kit.ids import first_id_at

_OWN, _AID, _FUND, _CASH = 1000, 500, 300, 700
_CANCELS = 29
"""The role that cancels."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to make; ids and moments are ``step_ms`` apart from ``begin``."""

    town: Town
    rounds: int
    begin: datetime
    step_ms: int

    @property
    def settlements(self) -> int:
        return self.town.people * self.rounds

    @property
    def cancels(self) -> int:
        return self.town.blocks if self.rounds else 0


def plan_for(settlements: int, people: int, days: float, end: datetime) -> Plan:
    """A plan of about so many settlements (whole rounds) over so many days up to ``end``."""
    town = town_of(people)
    rounds = -(-settlements // town.people)
    total = town.people * (rounds + 1)
    step = max(1, int(days * 86_400_000 / total))
    return Plan(town, rounds, end - timedelta(milliseconds=step * total), step)


def _relatives(role: Role) -> list[int]:
    return [other.k for other in ROLES if other.donor == role.k]


def _touches(role: Role) -> tuple[int, int]:
    """How often a round touches a role's account, and what it takes from it."""
    count = len(_relatives(role))
    return int(role.has_account) + count, _OWN * role.has_account + _AID * count


def _line(total: int) -> str:
    return json.dumps(
        [
            {
                "sn": "1",
                "code": "XQ99DEM001A001010100001",
                "name": "阿莫西林胶囊 0.25g×24粒",
                "fen": total,
                "cnt": "1",
                "pric": f"{total / 100:.2f}",
                "limit": None,
                "prop": "0",
                "lv": "01",
                "own": 0,
                "over": 0,
                "pre": 0,
                "scope": total,
                "known": True,
                "rx": False,
                "lt": "101",
                "lic": "演示准字00001",
            }
        ],
        ensure_ascii=False,
    )


def _role_row(role: Role) -> str:
    own, aid = _OWN * role.has_account, _AID * (role.donor is not None)
    fund, cash = _FUND * role.alone, _CASH * (not role.has_account)
    touches, spent = _touches(role)
    donor = role.donor if role.donor is not None else role.k
    donor_touches, donor_spent = _touches(ROLES[donor])
    place = 1 + _relatives(ROLES[donor]).index(role.k) + 1 if role.donor is not None else 0
    kept = RELATIVE_FEN if role.donor is not None else (RICH_FEN, 0)
    cancels = int(role.k == _CANCELS)
    return (
        f"({role.k}, {role.donor if role.donor is not None else 'null::int'}, "
        f"{role.has_account}, {own}, {aid}, {fund}, {cash}, {touches}, {spent}, {donor_touches}, "
        f"{donor_spent}, {place}, {kept[0]}::bigint, {kept[1]}::bigint, "
        f"{RICH_FEN}::bigint, {cancels}, '{_line(own + aid + fund + cash)}'::jsonb)"
    )


_ROLE = (
    "(values " + ", ".join(_role_row(role) for role in ROLES) + ") as role (k, donor, has_account, "
    "own, aid, fund, cash, touches, spent, donor_touches, donor_spent, aid_at, kept, carried, "
    "donor_kept, cancels, lines)"
)
"""The roles as a table. ``kept``, ``carried``: what they hold at the end."""


def with_plan(sql: str, plan: Plan) -> str:
    """Fills in the plan. ``{id}`` is the first id of settlement q's moment (8 are its own)."""
    base = first_id_at(plan.begin)
    begin = f"timestamptz '{plan.begin.isoformat()}'"
    places = len(PLACES)
    values = {
        "role": _ROLE,
        "id": f"({base} + ((q * {plan.step_ms}) << 22))",
        "moment": f"({begin} + q * {plan.step_ms} * interval '1 millisecond')",
        "place": "((array['" + "','".join(PLACES) + f"'])[1 + b % {places}])",
        "shop": f"((b / {places} + r * 31 + k * 17) % {plan.town.shops // places} * {places} "
        f"+ b % {places})",
        "base": base,
        "begin": begin,
        "people": plan.town.people,
        "blocks": plan.town.blocks,
        "shops": plan.town.shops,
        "rounds": plan.rounds,
        "places": places,
        "settlements": plan.settlements,
        "step": plan.step_ms,
        "person": PERSON,
        "account": ACCOUNT,
        "grant": GRANT,
        "flow": FLOW,
        "fund_flow": FLOW + FLOW_FUND,
        "shop_flow": FLOW + FLOW_SHOP,
        "own": _OWN,
        "cancel_role": _CANCELS,
    }
    for name, value in values.items():
        sql = sql.replace("{" + name + "}", str(value))
    return sql


FLOWS = (
    "insert into account (id, kind, flow_code) select {flow} + b, 13, left({place}, 4) "
    "from generate_series(0, least({places}, {blocks}) - 1) as b",
    "insert into account (id, kind, flow_code) select {fund_flow} + b, 11, left({place}, 4) "
    "from generate_series(0, least({places}, {blocks}) - 1) as b",
    "insert into account (id, kind, flow_code) select {shop_flow} + n, 12, "
    "'PB' || lpad(n::text, 10, '0') from generate_series(0, {shops} - 1) as n",
)
# n is the person, b the block, k the role, part 0 this year's account and 1 the carried-over one.
_OWNERS = """
from generate_series($1::bigint, $2::bigint) as n
cross join lateral (select n / {blocks} as at, n % {blocks} as b) as i
join {role} on k = at and has_account cross join generate_series(0, 1) as part
"""
ACCOUNTS = (
    """
insert into account (id, kind, person_id, balance_fen, version, opened_at)
select {account} + 2 * n + part, 1 + part, {person} + n,
    case part when 0 then kept + {own} * cancels * least({rounds}, 1) else carried end,
    case part when 0 then 1 + {rounds} * touches + cancels * least({rounds}, 1)
        else (carried > 0)::int end,
    {begin} - interval '1 second'
"""
    + _OWNERS
)
OPENINGS = (
    """
insert into transfer (id, kind, debit_account, credit_account, amount_fen, credit_version,
    credit_after_fen, created_at)
select {base} - 1 - 2 * {people} + 2 * n + part, 1, {flow} + b % {places},
    {account} + 2 * n + part, fen, 1, fen, {begin} - interval '1 second'
"""
    + _OWNERS
    + """
cross join lateral (select case part when 0 then kept + {rounds} * spent else carried end as fen)
    as f
where fen > 0
"""
)
GRANTS = """
insert into aid_grant (id, donor_id, beneficiary_id, relation, starts_on, cap_month_fen, created_at,
    confirmed_at)
select {grant} + n, {person} + donor * {blocks} + b, {person} + n, 'father', ({begin})::date - 2,
    case b % 5 when 0 then 100000000 end, {begin}, {begin}
from generate_series($1::bigint, $2::bigint) as n
cross join lateral (select n / {blocks} as at, n % {blocks} as b) as i
join {role} on k = at and donor is not null
"""
FAMILY = """
insert into family_binding (id, shower_id, holder_id, relation, state, consent, created_at,
    confirmed_at)
select {grant} + n, {person} + n, {person} + n + {blocks}, 'father', 'active', 'code', {begin},
    {begin}
from generate_series(30 * {blocks}, 31 * {blocks} - 1) as n
"""
# q counts settlements in order of time: n = q % people is the person, r = q / people the round.
_OF_Q = """
from generate_series($1::bigint, $2::bigint) as q
cross join lateral (select q % {people} as n, q / {people} as r) as i
cross join lateral (select n / {blocks} as at, n % {blocks} as b) as j
join {role} on k = at
"""
TRANSFERS = (
    """
insert into transfer (id, kind, settlement_id, grant_id, debit_account, credit_account, amount_fen,
    debit_version, debit_after_fen, created_at)
select {id} + 2 + leg, 2, {id} + 1, case leg when 1 then {grant} + n end,
    case leg when 0 then {account} + 2 * n when 1 then {account} + 2 * (donor * {blocks} + b)
        else {fund_flow} + b % {places} end,
    {shop_flow} + {shop}, fen,
    case leg when 0 then 2 + r * touches when 1 then 1 + r * donor_touches + aid_at end,
    case leg when 0 then kept + ({rounds} - r) * spent - own
        when 1 then donor_kept + ({rounds} - r) * donor_spent - {own} - aid * (aid_at - 1) end,
    {moment}
"""
    + _OF_Q
    + "cross join lateral (values (0, own), (1, aid), (2, fund)) as l (leg, fen) where fen > 0"
)
SETTLEMENT_COLUMNS = """
insert into settlement (id, kind, cancels_id, request_id, fixmedins_code, mdtrtarea_admvs,
    person_id, mdtrt_id, insutype, psn_type, insuplc_admdvs, med_type, bill_time, settled_at,
    medfee_sumamt_fen, fulamt_ownpay_fen, overlmt_selfpay_fen, preselfpay_fen, inscp_scp_fen,
    act_pay_dedc_fen, hifp_pay_fen, pool_prop, fund_pay_fen, psn_part_fen, own_pay_fen,
    wallet_pay_fen, mulaid_pay_fen, cash_pay_fen, balance_after_fen, lines, trace, rules)
"""
SETTLEMENTS = (
    SETTLEMENT_COLUMNS
    + """
select {id} + 1, 1, null, {id}, 'PB' || lpad({shop}::text, 10, '0'), {place}, {person} + n, {id},
    case when has_account then '310' else '390' end, '11', {place}, '41', {moment}, {moment},
    own + aid + fund + cash, 0, 0, 0, own + aid + fund + cash, 0, fund, 0.5, fund,
    own + aid + cash, own, 0, aid, cash, kept + carried + ({rounds} - r) * spent - own, lines,
    ('{"level": "basic", "steps": [], "reasons": [], "legs": [' || concat_ws(', ',
        case when own > 0 then '{"person": "' || {person} + n || '", "grant": null, "fen": '
            || own || '}' end,
        case when aid > 0 then '{"person": "' || {person} + donor * {blocks} + b || '", "grant": "'
            || {grant} + n || '", "fen": ' || aid || '}' end) || ']}')::jsonb,
    'made by bench fill'
"""
    + _OF_Q
)
REQUESTS = (
    """
insert into request (id, fixmedins_code, msgid, infno, lane, body_hash, body, received_at)
select {id}, 'PB' || lpad({shop}::text, 10, '0'), 'M' || q, '2102', 0, sha256(int8send(q)),
    ('{"psn_no": "1399' || lpad(n::text, 12, '0') || '", "person": ' || {person} + n
        || ', "insutype": "310", "med_type": "41", "acct": true, "invono": "", "credential": null, '
        '"begntime": "2026-01-01T08:00:00+08:00", "total": ' || own + aid + fund + cash
        || ', "lines": [["1", "XQ99DEM001A001010100001", ' || own + aid + fund + cash
        || ', "1", "1", false]]}')::jsonb, {moment}
"""
    + _OF_Q
)
OUTCOMES = """
insert into outcome (request_id, state, settlement_id, decided_at)
select {id}, 1, {id} + 1, {moment} from generate_series($1::bigint, $2::bigint) as q
"""
# s: the settlement that is cancelled; q: the cancel's own place in time, after everything else.
_CANCELLED = """
from generate_series({settlements}::bigint, {settlements} + {blocks} - 1) as q
join settlement s on s.id = {base} + (((({rounds} - 1) * {people} + {cancel_role} * {blocks}
    + q - {settlements}) * {step}) << 22) + 1
"""
CANCELS = (
    """
insert into request (id, fixmedins_code, msgid, infno, lane, body_hash, body, received_at)
select {id}, s.fixmedins_code, 'M' || q, '2103', 0, sha256(int8send(q)), '{}', {moment}
"""
    + _CANCELLED,
    SETTLEMENT_COLUMNS
    + """
select {id} + 1, 2, s.id, {id}, s.fixmedins_code, s.mdtrtarea_admvs, s.person_id, s.mdtrt_id,
    s.insutype, s.psn_type, s.insuplc_admdvs, s.med_type, s.bill_time, {moment},
    -s.medfee_sumamt_fen, 0, 0, 0, -s.inscp_scp_fen, 0, -s.hifp_pay_fen, s.pool_prop,
    -s.fund_pay_fen, -s.psn_part_fen, -s.own_pay_fen, 0, 0, -s.cash_pay_fen, 0, '[]',
    '{"legs": [], "steps": [], "level": "basic", "reasons": []}', s.rules
"""
    + _CANCELLED,
    """
insert into transfer (id, kind, settlement_id, reverses_id, debit_account, credit_account,
    amount_fen, credit_version, credit_after_fen, created_at)
select {id} + 2 + leg, 3, {id} + 1, t.id, t.credit_account, t.debit_account, t.amount_fen,
    t.debit_version + 1, t.debit_after_fen + t.amount_fen, {moment}
"""
    + _CANCELLED
    + "cross join (values (0), (2)) as l (leg) join transfer t on t.id = s.id + 1 + leg",
    "insert into outcome (request_id, state, settlement_id, decided_at)\n"
    "select {id}, 1, {id} + 1, {moment}" + _CANCELLED,
)
