"""Fills an empty database with a ledger of any size, consistent to the last fen, for measurements:
`python deploy/make_ledger.py SETTLEMENTS [--people N] [--days D]` (2 transfers a settlement).

Everything is made by the database itself, in order of time. Person 2k is the beneficiary of person
2k+1. In each round every beneficiary settles (own account, then the donor's) and every donor
settles (pooled fund, then own account); at the end every twentieth donor cancels his last
settlement. So an account's version and balance after any transfer are formulas. Nobody is real.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.kit.ids import first_id_at
from app.settings import settings
from app.store.database import Connection, Database
from app.store.embedded import locate

_OPENING, _OWN, _AID, _FUND = 100_000_000, 1000, 500, 300
_SHOPS, _PER_STATEMENT = 100, 200_000
_PERSON, _ACCOUNT, _GRANT = 10**12, 2 * 10**12, 3 * 10**12
_FLOW = 4 * 10**12  # contributions, pooled fund, then the shops


@dataclass(frozen=True)
class Plan:
    """What to make: ``people`` is even; ids and moments are ``step_ms`` apart from ``begin``."""

    people: int
    rounds: int
    begin: datetime
    step_ms: int

    @property
    def settlements(self) -> int:
        return self.people * self.rounds

    @property
    def cancels(self) -> int:
        return (self.people // 2 + 19) // 20


def plan_for(settlements: int, people: int, days: float, end: datetime) -> Plan:
    """A plan of at least so many settlements (whole rounds) over so many days up to ``end``."""
    people = max(2, people // 2 * 2)
    rounds = max(1, -(-settlements // people))
    total = people * rounds + people
    step = max(1, int(days * 86_400_000 / total))
    return Plan(people, rounds, end - timedelta(milliseconds=step * total), step)


async def fill(database: Database, plan: Plan) -> None:
    """Makes it all; the database should hold no such ledger yet."""
    async with database.connection() as connection:
        await _people(connection, plan)
        await _accounts(connection, plan)
    await asyncio.gather(
        _in_steps(database, plan, _TRANSFERS), _in_steps(database, plan, _SETTLEMENTS),
        _in_steps(database, plan, _REQUESTS), _in_steps(database, plan, _OUTCOMES),
    )  # fmt: skip
    async with database.connection() as connection:
        for sql in _CANCELS:
            await connection.execute(_with_ids(sql, plan), timeout=3600)
        await connection.execute("analyze", timeout=3600)


def _with_ids(sql: str, plan: Plan) -> str:
    """Fills in the plan: ``{id}`` is the first id of a settlement's moment (8 are its own)."""
    base = first_id_at(plan.begin)
    begin = f"timestamptz '{plan.begin.isoformat()}'"
    values = {
        "id": f"({base} + (q * {plan.step_ms} << 22))", "people": plan.people,
        "moment": f"({begin} + q * {plan.step_ms} * interval '1 millisecond')",
        "rounds": plan.rounds, "person": _PERSON, "account": _ACCOUNT, "grant": _GRANT,
        "flow": _FLOW, "shops": _SHOPS, "opening": _OPENING, "own": _OWN, "aid": _AID,
        "fund": _FUND, "settlements": plan.settlements, "begin": begin, "base": base,
    }  # fmt: skip
    for name, value in values.items():
        sql = sql.replace("{" + name + "}", str(value))
    return sql


async def _in_steps(database: Database, plan: Plan, sql: str) -> None:
    text = _with_ids(sql, plan)
    async with database.connection() as connection:
        await connection.execute("set synchronous_commit = off")
        for first in range(0, plan.settlements, _PER_STATEMENT):
            last = min(first + _PER_STATEMENT, plan.settlements) - 1
            await connection.execute(text, first, last, timeout=3600)


async def _people(connection: Connection, plan: Plan) -> None:
    for sql in _PEOPLE:
        await connection.execute(_with_ids(sql, plan), timeout=3600)


async def _accounts(connection: Connection, plan: Plan) -> None:
    for sql in _OPENINGS:
        await connection.execute(_with_ids(sql, plan), timeout=3600)


_PEOPLE = (
    """
insert into person (id, psn_no, psn_name_sealed, psn_name_index, psn_cert_type, certno_sealed,
    certno_index, gend, brdy, insutype, psn_type, psn_insu_stas, insuplc_admdvs)
select {person} + n, 'L' || n, '\\x00', int8send(n), '01', '\\x00', int8send(n), '1', '1980-01-01',
    '310', '11', '1', '130100' from generate_series(0, {people} - 1) as n
""",
    """
insert into institution (fixmedins_code, fixmedins_name, fixmedins_type, hosp_lv, admdvs,
    auth_scheme, key_id, secret_sealed, secret_index, outpatient_pooling, cross_region)
select format('PL%s', lpad(n::text, 10, '0')), 'Shop ' || n, '2', '11', '130100', 'hmac-sm3',
    'made-ledger-' || n, '\\x00', '\\x00', true, false from generate_series(0, {shops} - 1) as n
""",
    """
insert into aid_grant (id, donor_id, beneficiary_id, relation, starts_on, created_at, confirmed_at)
select {grant} + n, {person} + n + 1, {person} + n, 'father', ({begin})::date - 2, {begin}, {begin}
from generate_series(0, {people} - 2, 2) as n
""",
)
# A beneficiary's account is touched once a round, a donor's twice; the last cancel is extra.
_OPENINGS = (
    """
insert into account (id, kind, flow_code) values ({flow}, 13, '1301'), ({flow} + 1, 11, '1301')
on conflict do nothing
""",
    """
insert into account (id, kind, flow_code)
select {flow} + 2 + n, 12, format('PL%s', lpad(n::text, 10, '0'))
from generate_series(0, {shops} - 1) as n
""",
    """
insert into account (id, kind, person_id, balance_fen, version)
select {account} + n, 1, {person} + n, {opening} - {rounds} * case n % 2 when 0 then {own}
        else {own} + {aid} end + case when n % 40 = 1 then {own} else 0 end,
    1 + {rounds} * (1 + n % 2) + case when n % 40 = 1 then 1 else 0 end
from generate_series(0, {people} - 1) as n
""",
    """
insert into transfer (id, kind, debit_account, credit_account, amount_fen, credit_version,
    credit_after_fen, created_at)
select {base} - 1 - {people} + n, 1, {flow}, {account} + n, {opening}, 1, {opening},
    {begin} - interval '1 second'
from generate_series(0, {people} - 1) as n
""",
)
# q counts settlements in order of time: p = q % people is the person, r = q / people the round.
_TRANSFERS = """
insert into transfer (id, kind, settlement_id, grant_id, debit_account, credit_account, amount_fen,
    debit_version, debit_after_fen, created_at)
select {id} + 2 + leg, 2, {id} + 1, case when aid then {grant} + p end,
    case when fund then {flow} + 1 when aid then {account} + p + 1 else {account} + p end,
    {flow} + 2 + p % {shops}, case when fund then {fund} when aid then {aid} else {own} end,
    case when fund then null when aid then 2 * r + 2 when p % 2 = 0 then r + 2 else 2 * r + 3 end,
    case when fund then null when aid then {opening} - r * ({own} + {aid}) - {aid}
        when p % 2 = 0 then {opening} - (r + 1) * {own}
        else {opening} - (r + 1) * ({own} + {aid}) end,
    {moment}
from generate_series($1::bigint, $2::bigint) as q cross join generate_series(0, 1) as leg
cross join lateral (select q % {people} as p, q / {people} as r) as n
cross join lateral (select p % 2 = 0 and leg = 1 as aid, p % 2 = 1 and leg = 0 as fund) as k
"""
_SETTLEMENTS = """
insert into settlement (id, kind, cancels_id, request_id, fixmedins_code, mdtrtarea_admvs,
    person_id, mdtrt_id, insutype, psn_type, insuplc_admdvs, med_type, bill_time, settled_at,
    medfee_sumamt_fen, fulamt_ownpay_fen, overlmt_selfpay_fen, preselfpay_fen, inscp_scp_fen,
    act_pay_dedc_fen, hifp_pay_fen, pool_prop, fund_pay_fen, psn_part_fen, own_pay_fen,
    wallet_pay_fen, mulaid_pay_fen, cash_pay_fen, balance_after_fen, lines, trace, rules)
select {id} + 1, 1, null, {id}, format('PL%s', lpad((p % {shops})::text, 10, '0')), '130100',
    {person} + p, {id}, '310', '11', '130100', '41', {moment}, {moment},
    {own} + aid + fund, 0, 0, 0, {own} + aid + fund, 0, fund, 0.5, fund, {own} + aid, {own}, 0, aid,
    0, 0, jsonb_build_array(jsonb_build_object('sn', '1', 'code', 'XQ99DEM001A001010100001', 'fen',
        {own} + aid + fund, 'own', 0, 'over', 0, 'pre', 0, 'scope', {own} + aid + fund)),
    jsonb_build_object('level', 'basic', 'reasons', '[]'::jsonb, 'steps', '[]'::jsonb, 'legs',
        jsonb_build_array(jsonb_build_object('person', ({person} + p)::text, 'grant', null, 'fen',
            {own})) || case when aid = 0 then '[]' else jsonb_build_array(jsonb_build_object(
            'person', ({person} + p + 1)::text, 'grant', ({grant} + p)::text, 'fen', aid)) end),
    'made-ledger'
from generate_series($1::bigint, $2::bigint) as q
cross join lateral (select q % {people} as p, q / {people} as r) as n
cross join lateral (select case when p % 2 = 0 then {aid} else 0 end as aid,
    case when p % 2 = 1 then {fund} else 0 end as fund) as k
"""
_REQUESTS = """
insert into request (id, fixmedins_code, msgid, infno, lane, body_hash, body, received_at)
select {id}, format('PL%s', lpad((p % {shops})::text, 10, '0')), 'L' || q, '2102', 0,
    int8send(q), jsonb_build_object('psn_no', 'L' || p, 'person', {person} + p, 'total',
        case when p % 2 = 0 then {own} + {aid} else {own} + {fund} end), {moment}
from generate_series($1::bigint, $2::bigint) as q
cross join lateral (select q % {people} as p) as n
"""
_OUTCOMES = """
insert into outcome (request_id, state, settlement_id, decided_at)
select {id}, 1, {id} + 1, {moment} from generate_series($1::bigint, $2::bigint) as q
"""
# o: the settlement that is cancelled; q: the cancel's own place in time, after everything else.
_CANCELLED = """
from generate_series({settlements}::bigint, {settlements} + ({people} / 2 + 19) / 20 - 1) as q
cross join lateral (select ((q - {settlements}) * 40 + 1) as p) as n
"""
_CANCELS = (
    """
insert into request (id, fixmedins_code, msgid, infno, lane, body_hash, body, received_at)
select {id}, s.fixmedins_code, 'L' || q, '2103', 0, int8send(q), '{}', {moment}
"""
    + _CANCELLED
    + "join settlement s on s.id = (select max(id) from settlement where person_id = {person} + p)",
    """
insert into settlement (id, kind, cancels_id, request_id, fixmedins_code, mdtrtarea_admvs,
    person_id, mdtrt_id, insutype, psn_type, insuplc_admdvs, med_type, bill_time, settled_at,
    medfee_sumamt_fen, fulamt_ownpay_fen, overlmt_selfpay_fen, preselfpay_fen, inscp_scp_fen,
    act_pay_dedc_fen, hifp_pay_fen, pool_prop, fund_pay_fen, psn_part_fen, own_pay_fen,
    wallet_pay_fen, mulaid_pay_fen, cash_pay_fen, balance_after_fen, lines, trace, rules)
select {id} + 1, 2, s.id, {id}, s.fixmedins_code, s.mdtrtarea_admvs, s.person_id, s.mdtrt_id,
    s.insutype, s.psn_type, s.insuplc_admdvs, s.med_type, s.bill_time, {moment},
    -s.medfee_sumamt_fen, 0, 0, 0, -s.inscp_scp_fen, 0, -s.hifp_pay_fen, s.pool_prop,
    -s.fund_pay_fen, -s.psn_part_fen, -s.own_pay_fen, 0, 0, 0, 0, '[]',
    '{"legs": [], "steps": [], "level": "basic", "reasons": []}', s.rules
"""
    + _CANCELLED
    + "join settlement s on s.id = (select max(id) from settlement where person_id = {person} + p)",
    """
insert into transfer (id, kind, settlement_id, reverses_id, debit_account, credit_account,
    amount_fen, credit_version, credit_after_fen, created_at)
select {id} + 2 + t.id % 2, 3, {id} + 1, t.id, t.credit_account, t.debit_account, t.amount_fen,
    t.debit_version + 1, t.debit_after_fen + t.amount_fen, {moment}
"""
    + _CANCELLED
    + "join settlement c on c.id = {id} + 1 join transfer t on t.settlement_id = c.cancels_id",
    "insert into outcome (request_id, state, settlement_id, decided_at)\n"
    "select {id}, 1, {id} + 1, {moment}" + _CANCELLED,
)


async def _main(arguments: argparse.Namespace) -> None:
    database = await Database.open(locate(settings()).database_url, application="make-ledger")
    end = datetime.now(UTC) - timedelta(hours=2)
    plan = plan_for(arguments.settlements, arguments.people, arguments.days, end)
    begun = time.monotonic()
    try:
        await fill(database, plan)
    finally:
        await database.close()
    seconds = time.monotonic() - begun
    print(f"{plan.settlements + plan.cancels:,} settlements, {plan.settlements * 2:,}+ transfers, "
          f"{plan.people:,} accounts in {seconds:.0f} s", file=sys.stderr)  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("settlements", type=int)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--days", type=float, default=10)
    asyncio.run(_main(parser.parse_args()))
