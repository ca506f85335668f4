"""What moved on people's accounts in a year, added up for interest and close, set by set.

A part (this year's, the carried-over one) is all accounts that its owner has had of the kind, so a
move to another province changes nothing; what is held counts as the part that it came from. Of an
account's history only what lies after the last close is read.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from app.domain.year.rules.calendar import number_of
from app.kit.clock import midnight
from app.kit.value import value
from app.ledger.kinds import AccountKind
from app.store.database import Connection, Record

# Kinds of transfers: 1 brought in, 7 held, 13 credited: what comes by 1 or 13 to this year's part
# once the year is over is the new year's.
_SUMS = """
with who as (
    select n.*, l.current_account, l.current_version, l.carried_account, l.carried_version
    from unnest($1::bigint[], $2::timestamptz[]) as n (person_id, since)
    left join lateral (
        select * from account_close c where c.person_id = n.person_id order by ended_on desc limit 1
    ) as l on true
), own as (
    select w.person_id, w.since, a.id, a.kind, a.closed_at is null as open, case a.id
        when w.current_account then w.current_version
        when w.carried_account then w.carried_version else 0 end as from_version
    from who w join account a on a.person_id = w.person_id and a.kind in (1, 2, 4)
), link as (
    select o.person_id, o.kind, o.open, l.*, case o.kind when 4 then (
            select f.kind from hold h join account f on f.id = h.account_id
            where h.id = case l.why when 7 then l.id else l.reverses_id end)
        else o.kind end as part
    from own o cross join lateral (
        select id, kind as why, reverses_id, debit_version as version, -amount_fen as fen,
            created_at
        from transfer t
        where t.debit_account = o.id and t.debit_version > o.from_version
            and t.created_at >= o.since
        union all
        select id, kind, reverses_id, credit_version, amount_fen, created_at
        from transfer t
        where t.credit_account = o.id and t.credit_version > o.from_version
            and t.created_at >= o.since
    ) as l
)
select person_id, part, sum(fen)::bigint as moved_fen, coalesce(sum(fen * ($4::int + 1
            - (extract(year from created_at at time zone 'Asia/Shanghai') * 12
                + extract(month from created_at at time zone 'Asia/Shanghai'))::int))
        filter (where created_at < $3), 0)::bigint as product,
    coalesce(sum(fen) filter (where created_at >= $3 and kind = 1 and why in (1, 13) and fen > 0),
        0)::bigint as new_fen,
    min(version) filter (where created_at >= $3 and open and kind = part) as first_new
from link where part in (1, 2) group by person_id, part
"""
_HELD = """
select h.person_id, a.kind as part, sum(h.amount_fen)::bigint as fen
from hold h join account a on a.id = h.account_id
where h.person_id = any($1::bigint[])
    and not exists (select from transfer t where t.reverses_id = h.id)
group by 1, 2
"""
_OWED = """
select person_id, sum(owed_fen * least($3::int, $3::int + $4::int
        - (extract(year from booked_at at time zone 'Asia/Shanghai') * 12
            + extract(month from booked_at at time zone 'Asia/Shanghai'))::int))::bigint as product
from account_credit
where person_id = any($1::bigint[]) and owed_fen > 0 and booked_at < $2
group by person_id
"""
_LAST = """
select person_id, max(ended_on) as ended_on from account_close
where person_id = any($1::bigint[]) group by person_id
"""


@value
class Sums:
    """What moved on one part since the year's first day.

    Attributes:
        moved_fen: in all, until now.
        product: of what moved in the year: fen times the months that ended after it.
        new_fen: what has come since its end for the new year.
        first_new: the first version of the open account that is not the year's.
    """

    moved_fen: int = 0
    product: int = 0
    new_fen: int = 0
    first_new: int | None = None


Part = tuple[int, AccountKind]
"""Whose, and which."""


async def sums(
    connection: Connection, since: Sequence[tuple[int, date]], ended_on: date
) -> dict[Part, Sums]:
    """What moved on people's parts from their first days on; what nothing moved on is left out.
    Their accounts are locked."""
    rows = await connection.fetch(
        _SUMS,
        [person for person, _ in since],
        [midnight(day) for _, day in since],
        _midnight_after(ended_on),
        number_of(ended_on),
    )
    return {_part(row): Sums(*list(row.values())[2:]) for row in rows}


async def held(connection: Connection, person_ids: Sequence[int]) -> dict[Part, int]:
    """What is held of people's parts now."""
    rows = await connection.fetch(_HELD, list(person_ids))
    return {_part(row): row["fen"] for row in rows}


async def owed_products(
    connection: Connection, since: Sequence[tuple[int, date]], ended_on: date
) -> dict[int, int]:
    """What is owed, times the months of the year that ended since it was; who owes nothing is left
    out."""
    found: dict[int, int] = {}
    for first in {day for _, day in since}:
        people = [person for person, day in since if day == first]
        months = number_of(ended_on) - number_of(first) + 1
        # Counted from the month in which it was booked, or from the year's first.
        rows = await connection.fetch(
            _OWED, people, _midnight_after(ended_on), months, number_of(first)
        )
        found |= {row["person_id"]: row["product"] for row in rows}
    return found


async def last_closes(connection: Connection, person_ids: Sequence[int]) -> dict[int, date]:
    """The last day of people's last year that is closed."""
    rows = await connection.fetch(_LAST, list(person_ids))
    return {row["person_id"]: row["ended_on"] for row in rows}


def _midnight_after(day: date) -> datetime:
    return midnight(day + timedelta(days=1))


def _part(row: Record) -> Part:
    return row["person_id"], AccountKind(row["part"])
