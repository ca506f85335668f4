"""The account's year in the database: runs over regions' people, and rows of credits.

Whoever writes here has ``ledger.year.take_turn``'s turn.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from app.domain.year.values import (
    CLOSE_COLUMNS,
    CREDIT_COLUMNS,
    MERGE_COLUMNS,
    PAY_OUT_COLUMNS,
    Close,
    Credit,
    Holder,
    Merge,
    PayOut,
    Run,
    RunKind,
)
from app.ledger.kinds import AccountKind, CreditKind, CreditState, PayOutReason
from app.store.database import Connection, Database, Record

_RUN = "id, kind, region, period, done_to, people, rows, amount_fen, begun_at, moved_at, ended_at"
# One that has ended begins anew: whoever was left out is looked for again.
_BEGIN = f"""
insert into account_run as r (id, kind, region, period, begun_at, moved_at)
values ($1, $2, $3, $4, $5, $5)
on conflict (kind, region, period) do update set moved_at = $5,
    done_to = case when r.ended_at is null then r.done_to else 0 end,
    people = case when r.ended_at is null then r.people else 0 end, ended_at = null
returning {_RUN}
"""  # noqa: S608
_AT = "select done_to from account_run where id = $1 and ended_at is null"
_MOVE = """
update account_run set done_to = $2, people = people + $3, rows = rows + $4,
    amount_fen = amount_fen + $5, moved_at = $6
where id = $1
"""
_END = "update account_run set ended_at = $2, moved_at = $2 where id = $1"
_RUNS = f"select {_RUN} from account_run order by moved_at desc, id desc limit $1"  # noqa: S608
_ONE_RUN = f"select {_RUN} from account_run where id = $1"  # noqa: S608
_COUNT = "select count(*) from person where insuplc_admdvs like $1 || '%' and insutype = '310'"
_HOLDERS = """
select p.id as person_id, p.psn_type, p.psn_insu_stas, p.insuplc_admdvs as place
from person p
where p.id > $1 and p.insutype = '310' and p.insuplc_admdvs like $2 || '%'
    and exists (select from account a
        where a.person_id = p.id and a.kind = 1 and a.closed_at is null)
order by p.id limit $3
"""
_BASES = """
select n.person_id, n.period, b.base_fen
from unnest($1::bigint[], $2::date[]) as n (person_id, period)
cross join lateral (
    select base_fen from account_base b where b.person_id = n.person_id and b.since <= n.period
    order by b.since desc limit 1) as b
"""
_CREDIT = ", ".join(CREDIT_COLUMNS)
_CREDIT_NOW = ", ".join(
    "coalesce(p.merged_into, p.id)" if name == "person_id" else f"c.{name}"
    for name in CREDIT_COLUMNS
)
# What waits, what was passed over, what is owed; and of the months in question what was credited.
_OPEN = f"""
with open as (
    select {_CREDIT} from account_credit where person_id = any($1::bigint[]) and state in (1, 3)
), months as (
    select person_id, period from open union select unnest($1::bigint[]), $2::date
)
select {_CREDIT} from open
union
select {_CREDIT_NOW}
from person p join account_credit c on c.person_id = p.id and c.owed_fen > 0
where p.id = any(array(select unnest(rows_of(one)) from unnest($1::bigint[]) as one))
union
select {", ".join(f"c.{name}" for name in CREDIT_COLUMNS)} from months m
join account_credit c on c.person_id = m.person_id and c.kind in (1, 2) and c.period = m.period
"""  # noqa: S608
_TYPES = (
    "bigint", "bigint", "smallint", "date", "smallint", "bigint", "bigint", "varchar", "boolean",
    "bigint", "bigint", "bigint", "bigint", "bigint", "varchar", "timestamptz", "timestamptz",
)  # fmt: skip
_ARRAYS = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(_TYPES, 1))
_CHANGED = (
    "state", "base_fen", "place", "retired", "gross_fen", "withheld_fen", "set_off_fen",
    "amount_fen", "owed_fen", "booked_at",
)  # fmt: skip
_PUT = f"""
insert into account_credit ({_CREDIT}) select * from unnest({_ARRAYS})
on conflict (id) do update set {", ".join(f"{name} = excluded.{name}" for name in _CHANGED)}
"""  # noqa: S608
_OF_PERSON = f"""
select {_CREDIT} from account_credit
where person_id = any(rows_of($1)) order by period desc, kind, id limit $2
"""  # noqa: S608

_CLOSE = ", ".join(CLOSE_COLUMNS)
_CLOSE_TYPES = (
    "bigint", "bigint", "date", "date", "varchar", "bigint", "bigint", "bigint", "bigint",
    "bigint", "bigint", "bigint", "bigint", "bigint", "timestamptz",
)  # fmt: skip
_CLOSE_ARRAYS = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(_CLOSE_TYPES, 1))
_ADD_CLOSES = f"""
insert into account_close ({_CLOSE}) select * from unnest({_CLOSE_ARRAYS})
"""  # noqa: S608
_CLOSED = """
select person_id from account_close where person_id = any($1::bigint[]) and ended_on >= $2
"""
_CLOSES_OF = f"""
select {_CLOSE} from account_close
where person_id = any(rows_of($1)) order by ended_on desc limit $2
"""  # noqa: S608
_ENDED = """
select region from account_run where kind = $1 and period = $2 and ended_at is not null
"""
_PROVINCES = """
select distinct left(insuplc_admdvs, 2) as region from person where insutype = '310' order by 1
"""

_PAY_OUT = ", ".join(PAY_OUT_COLUMNS)
_ADD_PAY_OUT = f"""
insert into account_pay_out ({_PAY_OUT})
values ({", ".join(f"${number}" for number in range(1, len(PAY_OUT_COLUMNS) + 1))})
"""  # noqa: S608
_PAID_OUT = f"select {_PAY_OUT} from account_pay_out where person_id = $1"  # noqa: S608
_MERGE = ", ".join(MERGE_COLUMNS)
_ADD_MERGE = f"""
insert into account_merge ({_MERGE})
values ({", ".join(f"${number}" for number in range(1, len(MERGE_COLUMNS) + 1))})
"""  # noqa: S608
_MERGED = f"select {_MERGE} from account_merge where person_id = $1"  # noqa: S608
_OPEN_ACCOUNTS = """
insert into account (id, kind, person_id, balance_fen, version, opened_at)
select i, k, $1, 0, 0, $4 from unnest($2::bigint[], $3::smallint[]) as n (i, k)
"""
_BALANCES = "select kind, balance_fen from account where person_id = $1 and closed_at is null"
_LOCK_PERSON = """
select id as person_id, psn_type, psn_insu_stas, insuplc_admdvs as place
from person where id = $1 for no key update
"""
_OWED_BY = f"""
select {_CREDIT} from account_credit where person_id = $1 and owed_fen > 0 order by booked_at, id
"""  # noqa: S608
_WAITING = """
select count(*) from account_credit where person_id = any(rows_of($1)) and state in (1, 3)
"""
_CLOSE_ACCOUNTS = "update account set closed_at = $2 where id = any($1::bigint[])"


async def begin(
    connection: Connection, run_id: int, kind: RunKind, region: str, period: date, now: datetime
) -> Run:
    """Begins a run or goes on with one; one that has ended begins anew."""
    return _run(await connection.fetchrow(_BEGIN, run_id, int(kind), region, period, now))


async def at(connection: Connection, run_id: int) -> int | None:
    """After which person a run goes on; None: it has ended."""
    found: int | None = await connection.fetchval(_AT, run_id)
    return found


async def move(
    connection: Connection,
    run_id: int,
    done_to: int,
    people: int,
    rows: int,
    amount_fen: int,
    now: datetime,
) -> None:
    """Writes down how far a run has come, in the transaction that has brought it there."""
    await connection.execute(_MOVE, run_id, done_to, people, rows, amount_fen, now)


async def end(connection: Connection, run_id: int, now: datetime) -> None:
    await connection.execute(_END, run_id, now)


async def runs(database: Database, limit: int) -> list[Run]:
    """Runs, the one that moved last first."""
    return [_run(row) for row in await database.rows(_RUNS, limit)]


async def run(database: Database, run_id: int) -> Run:
    return _run(await database.row(_ONE_RUN, run_id))


async def employees(database: Database, region: str) -> int:
    """How many people of the employee plan a region has (for a progress bar)."""
    return int(await database.value(_COUNT, region))


async def holders(connection: Connection, region: str, after: int, limit: int) -> list[Holder]:
    """The next people of a region who have a personal account."""
    rows = await connection.fetch(_HOLDERS, after, region, limit)
    return [Holder(**dict(row)) for row in rows]


async def bases(
    connection: Connection, months: Collection[tuple[int, date]]
) -> dict[tuple[int, date], int]:
    """From which base people's credits of months are reckoned; who has none is left out."""
    people, periods = [person for person, _ in months], [period for _, period in months]
    rows = await connection.fetch(_BASES, people, periods)
    return {(row["person_id"], row["period"]): row["base_fen"] for row in rows}


async def open_credits(
    connection: Connection, person_ids: Collection[int], period: date
) -> list[Credit]:
    """People's rows that are open or owed, and those of the months in question."""
    return [_credit(row) for row in await connection.fetch(_OPEN, list(person_ids), period)]


async def put(connection: Connection, credits: Sequence[Credit]) -> None:
    """Writes rows, new ones and those that were changed."""
    columns = [[getattr(one, name) for one in credits] for name in CREDIT_COLUMNS]
    await connection.execute(_PUT, *columns)


async def credits_of(database: Database, person_id: int, limit: int) -> list[Credit]:
    """A person's rows, the newest month first."""
    return [_credit(row) for row in await database.rows(_OF_PERSON, person_id, limit)]


async def add_closes(connection: Connection, closes: Sequence[Close]) -> None:
    """Writes years that are over."""
    columns = [[getattr(one, name) for one in closes] for name in CLOSE_COLUMNS]
    await connection.execute(_ADD_CLOSES, *columns)


async def closed(connection: Connection, person_ids: Collection[int], ended_on: date) -> set[int]:
    """Whose year that ended on a day, or a later one, is closed."""
    rows = await connection.fetch(_CLOSED, list(person_ids), ended_on)
    return {row["person_id"] for row in rows}


async def closes_of(database: Database, person_id: int, limit: int) -> list[Close]:
    """A person's years that are over, the last one first."""
    return [Close(**dict(row)) for row in await database.rows(_CLOSES_OF, person_id, limit)]


async def lock_person(connection: Connection, person_id: int) -> Holder:
    """A person, locked until the transaction ends: nobody opens anything for the person."""
    return Holder(**dict(await connection.fetchrow(_LOCK_PERSON, person_id)))


async def paid_out(connection: Connection, person_id: int) -> PayOut | None:
    """How a person's accounts were paid out; None: they were not."""
    row = await connection.fetchrow(_PAID_OUT, person_id)
    return None if row is None else PayOut(**dict(row) | {"reason": PayOutReason(row["reason"])})


async def add_pay_out(connection: Connection, paid: PayOut) -> None:
    values = [getattr(paid, name) for name in PAY_OUT_COLUMNS]
    await connection.execute(_ADD_PAY_OUT, *values)


async def merged(connection: Connection, person_id: int) -> Merge | None:
    """How a row's accounts went to the one that stays; None: they did not."""
    row = await connection.fetchrow(_MERGED, person_id)
    return None if row is None else Merge(**dict(row))


async def add_merge(connection: Connection, merge: Merge) -> None:
    values = [getattr(merge, name) for name in MERGE_COLUMNS]
    await connection.execute(_ADD_MERGE, *values)


async def open_balances(connection: Connection, person_id: int) -> dict[AccountKind, int]:
    """What a person's open accounts hold, by kind."""
    rows = await connection.fetch(_BALANCES, person_id)
    return {AccountKind(row["kind"]): row["balance_fen"] for row in rows}


async def open_accounts(
    connection: Connection,
    person_id: int,
    accounts: Sequence[tuple[int, AccountKind]],
    now: datetime,
) -> None:
    """Opens accounts, empty."""
    ids, kinds = [one for one, _ in accounts], [int(kind) for _, kind in accounts]
    await connection.execute(_OPEN_ACCOUNTS, person_id, ids, kinds, now)


async def owed_by(connection: Connection, person_id: int) -> list[Credit]:
    """What a person owes, the oldest first."""
    return [_credit(row) for row in await connection.fetch(_OWED_BY, person_id)]


async def waiting(database: Database, person_id: int) -> int:
    """How many of a person's rows are not booked."""
    return int(await database.value(_WAITING, person_id))


async def close_accounts(
    connection: Connection, account_ids: Collection[int], now: datetime
) -> None:
    await connection.execute(_CLOSE_ACCOUNTS, list(account_ids), now)


async def ended_regions(database: Database, kind: RunKind, period: date) -> set[str]:
    """The regions of which a run has come to its end."""
    return {row["region"] for row in await database.rows(_ENDED, int(kind), period)}


async def provinces(database: Database) -> list[str]:
    """The first two digits of all places where employees are insured."""
    return [row["region"] for row in await database.rows(_PROVINCES)]


def _run(row: Record) -> Run:
    return Run(**dict(row) | {"kind": RunKind(row["kind"])})


def _credit(row: Record) -> Credit:
    return Credit(
        **dict(row) | {"kind": CreditKind(row["kind"]), "state": CreditState(row["state"])}
    )
