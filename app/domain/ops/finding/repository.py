"""Bills and messages, found by the indices that are there and by ids, which grow with time.

Each statement reads a bounded part by an index, in its order, and only then looks what of it fits:
so the rarest amount costs no more than the commonest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.ops.finding.values import (
    PAGE,
    READ_MAX,
    TRACES_MAX,
    WantedBills,
    WantedMessages,
)
from app.kit.clock import midnight
from app.kit.ids import first_id_at, moment_of
from app.store.database import Connection, Record

_BILL = """
id, kind, request_id, fixmedins_code, person_id, insuplc_admdvs, settled_at, medfee_sumamt_fen,
fund_pay_fen, own_pay_fen, wallet_pay_fen, mulaid_pay_fen, cash_pay_fen
"""
_FITTING = f"""
select p.*, exists (select from settlement c where c.cancels_id = p.id) as undone from part p
where ($4::bigint is null or $4 in (abs(p.medfee_sumamt_fen), abs(p.fund_pay_fen),
        abs(p.own_pay_fen), abs(p.wallet_pay_fen), abs(p.mulaid_pay_fen), abs(p.cash_pay_fen)))
    and ($5 = '' or right(p.id::text, length($5)) = $5)
    and ($6 = '' or left(p.insuplc_admdvs, 4) = left($6, 4))
order by p.id desc limit {PAGE + 1}
"""  # noqa: S608
OF_SHOP = f"""
with part as materialized (select {_BILL} from settlement
    where fixmedins_code = $1 and id >= $2 and id < $3 order by id desc limit {READ_MAX})
{_FITTING}
"""  # noqa: S608 (numbers and columns of this house)
OF_PEOPLE = f"""
with part as materialized (select {_BILL} from settlement
    where person_id = any(array(select unnest(rows_of(p)) from unnest($1::bigint[]) as p))
        and id >= $2 and id < $3 order by id desc limit {READ_MAX})
{_FITTING}
"""  # noqa: S608
BY_NUMBER = f"""
select {_BILL}, exists (select from settlement c where c.cancels_id = s.id) as undone
from settlement s where id = $1
"""  # noqa: S608
HOW_FAR = """
select id from settlement where fixmedins_code = $1 and id >= $2 and id < $3
order by id desc offset $4 limit 1
"""
MESSAGES = f"""
with part as materialized (
    select id, fixmedins_code, msgid, infno, body, body_hash is null as tombstone, received_at
    from request where id >= $1 and id < $2 order by id desc limit {READ_MAX}
), ended as (
    select p.*, coalesce(o.state, 0) as state, coalesce(o.reason, '') as reason, o.settlement_id
    from part p left join outcome o
        on o.request_id = p.id and o.request_id >= (select min(id) from part) and o.request_id < $2
)
select * from ended
where ($3::smallint is null or state = $3) and ($4 = '' or reason = $4)
    and ($5 = '' or fixmedins_code = $5)
order by id desc limit {PAGE + 1}
"""  # noqa: S608
MESSAGES_HOW_FAR = """
select id from request where id >= $1 and id < $2 order by id desc offset $3 limit 1
"""
UNPAID = f"""
with part as materialized (
    select id, request_id, fixmedins_code, insuplc_admdvs, trace -> 'reasons' as reasons
    from settlement
    where id >= $1 and id < $2 and kind = 1 order by id desc limit {TRACES_MAX}
), fitting as materialized (
    select id, request_id from part
    where exists (select from jsonb_array_elements(reasons) as e (one) where one ->> 'code' = $3)
        and ($4 = '' or left(insuplc_admdvs, 4) = $4) and ($5 = '' or fixmedins_code = $5)
    order by id desc limit {PAGE + 1}
)
select f.id, r.fixmedins_code, r.msgid, r.infno, r.body, false as tombstone, r.received_at,
    1 as state, $3 as reason, f.id as settlement_id
from fitting f join request r on r.id = f.request_id order by f.id desc
"""  # noqa: S608
UNPAID_HOW_FAR = """
select id from settlement where id >= $1 and id < $2 and kind = 1 order by id desc offset $3 limit 1
"""
_ID_MAX = 2**63 - 1
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a page, before which id the next one begins, and up to when was looked, if not to
    the end."""

    rows: list[Record]
    more: int | None = None
    looked_to: datetime | None = None


async def of_shop(connection: Connection, wanted: WantedBills) -> Page:
    """A page of an institution's bills."""
    code = wanted.fixmedins_code
    begin, end = _ids(wanted)
    rows = await connection.fetch(OF_SHOP, code, begin, end, *_fitting(wanted))
    return await _page(connection, rows, HOW_FAR, code, begin, end, READ_MAX - 1)


async def of_people(connection: Connection, people: Sequence[int], wanted: WantedBills) -> Page:
    """A page of people's bills. Nobody has so many that not all are looked at."""
    begin, end = _ids(wanted)
    rows = await connection.fetch(OF_PEOPLE, list(people), begin, end, *_fitting(wanted))
    return Page(rows[:PAGE], rows[PAGE - 1]["id"] if len(rows) > PAGE else None)


async def by_number(connection: Connection, number: int) -> Page:
    """The one bill of a number, if there is one."""
    return Page(await connection.fetch(BY_NUMBER, number))


async def messages(connection: Connection, wanted: WantedMessages) -> Page:
    """A page of messages of a stretch of time."""
    begin, end = _id_at(wanted.since), _id_at(wanted.until)
    if wanted.before is not None:
        end = min(end, wanted.before)
    if wanted.unpaid:
        return await _unpaid(connection, begin, end, wanted)
    rows = await connection.fetch(
        MESSAGES, begin, end, wanted.state, wanted.reason, wanted.fixmedins_code
    )
    return await _page(connection, rows, MESSAGES_HOW_FAR, begin, end, READ_MAX - 1)


async def _unpaid(connection: Connection, begin: int, end: int, wanted: WantedMessages) -> Page:
    rows = await connection.fetch(
        UNPAID, begin, end, wanted.unpaid, wanted.pool, wanted.fixmedins_code
    )
    return await _page(connection, rows, UNPAID_HOW_FAR, begin, end, TRACES_MAX - 1)


async def _page(
    connection: Connection, rows: list[Record], how_far: str, *looked_at: object
) -> Page:
    """The rows as a page: what follows begins after its last one, or, where fewer were found,
    after the last row that was looked at."""
    if len(rows) > PAGE:
        return Page(rows[:PAGE], rows[PAGE - 1]["id"])
    reached = await connection.fetchval(how_far, *looked_at)
    return Page(rows, reached, None if reached is None else moment_of(reached))


def _ids(wanted: WantedBills) -> tuple[int, int]:
    """The stretch of ids that is looked through."""
    begin, end = 0, _ID_MAX
    if wanted.days is not None:
        first, last = wanted.days
        begin, end = _id_at(midnight(first)), _id_at(midnight(last) + _DAY)
    return begin, end if wanted.before is None else min(end, wanted.before)


def _id_at(moment: datetime) -> int:
    return min(_ID_MAX, first_id_at(moment))


def _fitting(wanted: WantedBills) -> tuple[int | None, str, str]:
    return wanted.amount_fen, wanted.ending, wanted.clr_optins
