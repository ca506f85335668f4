"""Reads past settlements and what was known at their time: a fixed number of queries a chunk."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from app.domain.aid.rules.standing import BINDS
from app.domain.settlement.facts.usage import COUNTED_ON, first_enjoyed, first_use
from app.domain.whatif.model import Span
from app.kit.clock import midnight
from app.kit.ids import first_id_at
from app.ledger.away.since import check_since
from app.regions.periods import COLUMNS
from app.store.database import Connection, Record
from app.store.late.reading import Reader

# Whether a row stands at the end of the span: nothing undid it, or what did was undone itself.
_STANDS = """
case when not exists (select 1 from settlement c where c.cancels_id = s.id and c.id <= {last})
    then true
    else (with recursive chain as (
            select c.id, 1 as place from settlement c where c.cancels_id = s.id and c.id <= {last}
            union all
            select c.id, chain.place + 1 from chain
            join settlement c on c.cancels_id = chain.id and c.id <= {last}
        ) select max(place) % 2 = 0 from chain)
end
"""
_EVENTS = f"""
select s.*, r.infno, (r.body ->> 'acct')::boolean as acct, r.body ->> 'terminal' as terminal,
    c.id as undone_by,
    {_STANDS.format(last="$2")} as stands
from settlement s
left join request r on r.id = s.request_id
left join settlement c on c.cancels_id = s.id and c.id <= $2
where s.id between $1 and $2
order by s.id limit $3
"""  # noqa: S608
_PEOPLE_IN = f"""
select count(distinct s.person_id) from settlement s
where s.id between $1 and $2 and s.kind = 1 and {_STANDS.format(last="$3")}
"""  # noqa: S608
_GRANTS = f"""
select id, donor_id, beneficiary_id, starts_on, ends_on, rank, purposes, {", ".join(COLUMNS)},
    confirmed_at, agreed_at, declined_at, frozen_at, ended_at, once, paused_at, paused_until
from aid_grant
"""  # noqa: S608
_LIVE = (
    f"{_GRANTS} where beneficiary_id = any($1::bigint[]) and {BINDS.format(grant='aid_grant')} "
    "order by id"
)
# One pass at the start: ended grants have no index by beneficiary, and need none otherwise.
_ENDED = (
    _GRANTS + "where (ended_at >= $1 or declined_at >= $1) and confirmed_at is not null order by id"
)
_PEOPLE = """
select id, psn_no, insutype, psn_type, insuplc_admdvs, psn_insu_stas, suspended, psn_name_sealed,
    updated_at, merged_into, array(select m.id from person m where m.merged_into = person.id)
        as merged,
    array(select m.psn_no from person m where m.merged_into = person.id) as merged_numbers, (
        select w.chosen_place from wallet w where w.person_id = person.id
            and left(w.chosen_for, 4) = left(person.insuplc_admdvs, 4)
    ) as wallet_place
from person where id = any($1::bigint[])
"""
_ACCOUNTS = """
select id, person_id, kind, closed_at from account
where person_id = any($1::bigint[]) and kind in (1, 2, 3, 5)
"""
# The chain of an account gives its balance at every moment: ids grow with time, and so do the
# places in the chain. Each probe walks the index back from the newest place to the one wanted.
_BALANCES = """
select w.bill, w.account, coalesce(last.after_fen, (
    select b.fen from month_base b where b.account_id = w.account and b.version > 0), 0)
    as balance_fen
from unnest($1::bigint[], $2::bigint[]) as w (bill, account)
left join lateral (
    select * from (
        (select debit_version as place, debit_after_fen as after_fen from transfer
         where debit_account = w.account and debit_version is not null and id < w.bill
         order by debit_version desc limit 1)
        union all
        (select credit_version, credit_after_fen from transfer
         where credit_account = w.account and credit_version is not null and id < w.bill
         order by credit_version desc limit 1)
    ) both_sides order by place desc limit 1
) last on true
"""
_USES = f"""
select g.donor_id, g.beneficiary_id, t.amount_fen, t.id, b.id as back_id,
    case when s.id is null then (t.created_at at time zone 'Asia/Shanghai')::date
        else {COUNTED_ON.format(row="s")} end as day
from aid_grant g
join transfer t on t.grant_id = g.id and t.id between $2 and $3 and t.kind in (2, 5, 7)
left join settlement s on s.id = t.settlement_id
left join lateral (
    select case when r.kind = 8 then f.id else r.id end as id
    from transfer r left join transfer f on f.reverses_id = r.id where r.reverses_id = t.id
) as b on true
where g.donor_id = any($1::bigint[])
order by t.id
"""  # noqa: S608
_HISTORY = f"""
select s.person_id, s.id, {COUNTED_ON.format(row="s")} as day, s.trace ->> 'level' as level,
    s.act_pay_dedc_fen, s.fund_pay_fen, c.id as cancel_id
from settlement s left join settlement c on c.cancels_id = s.id
where s.person_id = any($1::bigint[]) and s.id between $2 and $3 and s.kind in (1, 4)
    and (s.act_pay_dedc_fen > 0 or s.fund_pay_fen > 0)
order by s.id
"""  # noqa: S608
_FILINGS = """
select person_id, area, starts_on, ends_on, created_at from filing
where person_id = any($1::bigint[])
"""
_BINDINGS = """
select holder_id, confirmed_at, ended_at from family_binding
where holder_id = any($1::bigint[]) and confirmed_at is not null
"""
_SHOPS = """
select fixmedins_code, outpatient_pooling, cross_region, wallet_at, updated_at from institution
where fixmedins_code = any($1::varchar[])
"""


async def span(connection: Connection, since: date, until: date | None) -> Span:
    """The settlements made from the day ``since`` to the end of ``until`` (days in China).

    Raises:
        Refusal: MONTH_AWAY.
    """
    check_since(await connection.fetchval("select away_until()"), midnight(since))
    before = first_id_at(midnight(until + timedelta(days=1))) if until else 2**63 - 1
    row = await connection.fetchrow(
        "select (select min(id) from settlement where id >= $1) as first, "
        "(select max(id) from settlement where id < $2) as last",
        first_id_at(midnight(since)),
        before,
    )
    if row["first"] is None or row["last"] is None:
        return Span(1, 0)
    return Span(row["first"], row["last"])


async def people_in(connection: Connection, part: Span, last_id: int) -> int:
    """How many people have bills up to ``last_id`` that stand at the end of the span."""
    return int(await connection.fetchval(_PEOPLE_IN, part.first, last_id, part.last))


async def events(connection: Connection, part: Span, limit: int) -> Sequence[Record]:
    """Settlements, cancels and reversals in order."""
    return list(await connection.fetch(_EVENTS, part.first, part.last, limit))


async def live_grants(connection: Connection, people: Collection[int]) -> Sequence[Record]:
    return list(await connection.fetch(_LIVE, list(people)))


async def ended_grants(connection: Connection, since: datetime) -> Sequence[Record]:
    return list(await connection.fetch(_ENDED, since))


async def people(connection: Connection, ids: Collection[int]) -> Sequence[Record]:
    return list(await connection.fetch(_PEOPLE, list(ids)))


async def accounts(connection: Connection, people: Collection[int]) -> Sequence[Record]:
    return list(await connection.fetch(_ACCOUNTS, list(people)))


async def balances(
    connection: Connection, wanted: Collection[tuple[int, int]]
) -> dict[tuple[int, int], int]:
    """What accounts held just before settlements: (settlement, account) → fen."""
    rows = await connection.fetch(_BALANCES, [b for b, _ in wanted], [a for _, a in wanted])
    return {(row["bill"], row["account"]): row["balance_fen"] for row in rows}


async def uses(
    connection: Connection, donors: Collection[int], since: date, last: int
) -> Sequence[Record]:
    """What donors paid that may count since a day, given-back sums with what gave them back."""
    return list(await connection.fetch(_USES, list(donors), first_use(since), last))


async def history(
    connection: Connection, people: Collection[int], since: date, last: int
) -> Sequence[Record]:
    """What of deductible and fund people used from the year of ``since`` on."""
    return list(await connection.fetch(_HISTORY, list(people), first_enjoyed(since), last))


async def filings(connection: Connection, people: Collection[int]) -> Sequence[Record]:
    return list(await connection.fetch(_FILINGS, list(people)))


async def bindings(shared: Reader, people: Collection[int]) -> Sequence[Record]:
    return await shared.rows(_BINDINGS, list(people))


async def shops(connection: Connection, codes: Collection[str]) -> Sequence[Record]:
    return list(await connection.fetch(_SHOPS, list(codes)))
