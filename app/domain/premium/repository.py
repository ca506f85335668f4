"""Premium orders and what is known of benefit years, in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

import orjson

from app.domain.premium.models import About, Order, State
from app.domain.premium.rules.paying import HeldCap
from app.kit.ids import first_id_at
from app.regions.rules import Sex
from app.store.database import Connection, Record

_SEXES: dict[str, Sex] = {"1": "male", "2": "female"}
_COLUMNS = (
    "id", "person_id", "year", "bought_years", "price_fen", "amount_fen", "asked_by", "payer_id",
    "place", "state", "charge_on", "covers_from", "reason", "params", "tax_ref", "created_at",
    "submitted_at", "paid_at", "booked_at", "ended_at", "short_since", "void_asked",
    "refund_asked_at",
)  # fmt: skip
_ORDER = f"select {', '.join(_COLUMNS)} from premium_order "  # noqa: S608
_FRESH = (
    "id", "person_id", "year", "bought_years", "price_fen", "amount_fen", "asked_by", "payer_id",
    "place", "state", "charge_on", "covers_from", "created_at", "short_since",
)  # fmt: skip
# In the same order by everybody: who inserts the same year waits for whoever was first.
_INSERT = f"""
insert into premium_order ({", ".join(_FRESH)}, caps)
select o.id, o.person_id, o.year, o.bought::smallint[], {", ".join(_FRESH[4:])}, caps::jsonb
from unnest($1::bigint[], $2::bigint[], $3::smallint[], $4::text[], $5::bigint[], $6::bigint[],
    $7::bigint[], $8::bigint[], $9::varchar[], $10::smallint[], $11::date[], $12::date[],
    $13::timestamptz[], $14::timestamptz[], $15::text[])
    as o (id, person_id, year, bought, {", ".join(_FRESH[4:])}, caps)
order by person_id, year
on conflict (person_id, year) where state not in (6, 8) do nothing
"""  # noqa: S608
_LOCKED = _ORDER + "where id = any($1::bigint[]) order by id for update"
_BY_ID = _ORDER + "where id = $1"
_IN_STATE = _ORDER + "where state = $1 and id > $2 order by id limit $3"
_UNSENT = _ORDER + (
    "where state in (3, 7) and (sent_at is null or sent_at < $1) and id > $2 order by id limit $3"
)
_SENT = """
update premium_order o set sent_at = $5
from unnest($1::bigint[], $2::smallint[], $3::boolean[], $4::timestamptz[])
    as n (id, state, void_asked, refund_asked_at)
where o.id = n.id and o.state = n.state and o.void_asked = n.void_asked
    and o.refund_asked_at is not distinct from n.refund_asked_at
"""
# Those of the person's own, those the person ordered, and those that the person's money pays.
_OF_PERSON = f"""
{_ORDER} where id in (
    select id from premium_order where person_id = any(rows_of($1))
    union select id from premium_order where asked_by = any(rows_of($1))
    union select order_id from hold where person_id = any(rows_of($1)) and purpose = 2
) order by id desc limit $2
"""  # noqa: S608
# What a person's money pays, or is to pay, and the tax office hasn't decided.
_PAID_BY = f"""
{_ORDER} where state in (1, 2, 3) and id in (
    select order_id from hold where person_id = $1 and purpose = 2
    union select id from premium_order where payer_id = $1 and state = 1
) order by id
"""  # noqa: S608
# What two rows of one person have that is not over.
_OF_BOTH = _ORDER + (
    "where person_id = any($1::bigint[]) and state not in (6, 8) order by id for update"
)
_YEARS = "select year from enrolment where person_id = $1 and order_id is null"
_SILENT = _ORDER + ("where state = 3 and not void_asked and submitted_at < $1 order by id limit $2")
# Since when an order is in its state; a reserved one is so nearly since it was ordered.
_SINCE = (
    "case state when 3 then submitted_at when 4 then paid_at when 5 then booked_at "
    "when 7 then refund_asked_at when 1 then created_at when 2 then created_at else ended_at end"
)
_STANDING = f"""
select place, state, count(*)::int as count, sum(amount_fen)::bigint as fen,
    count(short_since) filter (where state = 1)::int as short,
    min(coalesce({_SINCE}, created_at)) as oldest
from (
    select o.* from unnest(array[1, 2, 3, 4, 7]::smallint[]) as s (one) cross join lateral (
        select * from premium_order where state = s.one order by id limit $1) as o
    union all
    (select * from premium_order where state in (5, 6, 8) and id >= $2 order by id desc limit $1)
) as found group by place, state
"""  # noqa: S608
_WAITING = f"""
select {", ".join(f"o.{name}" for name in _COLUMNS)}
from unnest(array[1, 2, 3, 7]::smallint[]) as s (one) cross join lateral (
    select * from premium_order where state = s.one order by id limit $1) as o order by o.id
"""  # noqa: S608
_LISTED = _ORDER + (
    "where state = any($1::smallint[]) and place like $2 || '%' "
    "and ($3::bigint is null or person_id = $3) order by id desc limit $4"
)
_READ_TO = "select read_to from tax_results"
_READ_TO_LOCKED = _READ_TO + " for update"
_ABOUT = """
select p.id, p.brdy, p.gend,
    coalesce((select identity from resident where person_id = p.id), 'none') as identity,
    (select array_agg(year order by year, person_id) from enrolment
        where person_id = any(rows_of(p.id))) as years,
    (select array_agg(channel order by year, person_id) from enrolment
        where person_id = any(rows_of(p.id))) as channels,
    (select array_agg(year) from premium_order
        where person_id = any(rows_of(p.id)) and state not in (6, 8)) as under_way
from person p where p.id = any($1::bigint[])
"""
_ENROL = """
insert into enrolment (person_id, year, channel, order_id, noted_at)
select person_id, year, 'aid', order_id, $4
from unnest($1::bigint[], $2::smallint[], $3::bigint[]) as e (person_id, year, order_id)
on conflict (person_id, year) do nothing
"""
_PAY = """
update premium_order o set state = 4, paid_at = $4, tax_ref = coalesce(p.ref, o.tax_ref),
    covers_from = p.covers_from
from unnest($1::bigint[], $2::varchar[], $3::date[]) as p (id, ref, covers_from) where o.id = p.id
"""
_RELEASE = """
update premium_order o set state = 6, reason = r.reason, params = r.params, ended_at = $4
from unnest($1::bigint[], $2::varchar[], $3::jsonb[]) as r (id, reason, params) where o.id = r.id
"""
_KEEP = """
update premium_order o set state = k.state, reason = $4, params = k.params
from unnest($1::bigint[], $2::smallint[], $3::jsonb[]) as k (id, state, params) where o.id = k.id
"""


async def insert(
    connection: Connection, orders: Sequence[Order], caps: Mapping[int, Collection[HeldCap]]
) -> int:
    """Stores orders, with the caps under which their money is held; gives how many. One for whose
    person and year another stands already is left out."""
    columns = [[getattr(order, name) for order in orders] for name in _FRESH]
    columns[_FRESH.index("state")] = [int(order.state) for order in orders]
    columns[_FRESH.index("bought_years")] = [
        f"{{{','.join(map(str, order.bought_years))}}}" for order in orders
    ]
    told = [orjson.dumps(_told(caps.get(order.id, ()))).decode() for order in orders]
    status: str = await connection.execute(_INSERT, *columns, told)
    return int(status.rsplit(maxsplit=1)[-1])


async def get(connection: Connection, order_id: int) -> Order | None:
    row = await connection.fetchrow(_BY_ID, order_id)
    return None if row is None else _order(row)


async def locked(connection: Connection, order_ids: Collection[int]) -> list[Order]:
    """Orders, locked in ascending order of id until the transaction ends."""
    return [_order(row) for row in await connection.fetch(_LOCKED, sorted(order_ids))]


async def of_person(connection: Connection, person_id: int, limit: int) -> list[Order]:
    """Orders that a person has to do with, the newest first."""
    return [_order(row) for row in await connection.fetch(_OF_PERSON, person_id, limit)]


async def open_paid_by(connection: Connection, person_id: int) -> list[Order]:
    """Orders that a person's money pays, or is to pay, as long as that may be taken back."""
    return [_order(row) for row in await connection.fetch(_PAID_BY, person_id)]


async def of_both(connection: Connection, person_ids: Collection[int]) -> list[Order]:
    """What people's rows have ordered that is not over, the oldest first, locked."""
    return [_order(row) for row in await connection.fetch(_OF_BOTH, list(person_ids))]


async def years_paid_elsewhere(connection: Connection, person_id: int) -> set[int]:
    """For which years a person is known to have paid otherwise than through us."""
    return {row["year"] for row in await connection.fetch(_YEARS, person_id)}


async def in_state(connection: Connection, state: State, after: int, limit: int) -> list[Order]:
    """Orders in a state, by id."""
    return [_order(row) for row in await connection.fetch(_IN_STATE, int(state), after, limit)]


async def unsent(connection: Connection, before: datetime, after: int, limit: int) -> list[Order]:
    """What the tax office has not taken yet, payments and refunds, or said nothing of since."""
    return [_order(row) for row in await connection.fetch(_UNSENT, before, after, limit)]


async def standing(
    connection: Connection, most: int | None, since: datetime | None
) -> list[Record]:
    """How many orders of each place are in each state, how much money, since when the oldest; of
    each state ``most`` at the most, of what is over those that were ordered since."""
    first = 0 if since is None else first_id_at(since)
    return list(await connection.fetch(_STANDING, most, first))


async def waiting(connection: Connection, limit: int) -> list[Order]:
    """Orders that wait for something to be done: the oldest of each state."""
    return [_order(row) for row in await connection.fetch(_WAITING, limit)]


async def listed(
    connection: Connection,
    states: Collection[State],
    place: str,
    person_id: int | None,
    limit: int,
) -> list[Order]:
    """Orders in states, of places that begin so, of a person if one is named; newest first."""
    wanted = [int(state) for state in states]
    rows = await connection.fetch(_LISTED, wanted, place, person_id, limit)
    return [_order(row) for row in rows]


async def caps_of(connection: Connection, order_id: int) -> list[HeldCap]:
    """The caps under which an order's money is held."""
    found = await connection.fetchval("select caps from premium_order where id = $1", order_id)
    return [HeldCap(int(donor), key, fen, everything) for donor, key, fen, everything in found]


async def about(connection: Connection, person_ids: Collection[int]) -> dict[int, About]:
    """What is known of people."""
    rows = await connection.fetch(_ABOUT, list(person_ids))
    return {
        row["id"]: About(
            row["brdy"],
            _SEXES.get(row["gend"], ""),
            row["identity"],
            dict(zip(row["years"] or (), row["channels"] or (), strict=True)),
            frozenset(row["under_way"] or ()),
        )
        for row in rows
    }


async def submit(connection: Connection, order_ids: Collection[int], now: datetime) -> None:
    """Reserved orders are about to be sent."""
    await connection.execute(
        "update premium_order set state = 3, submitted_at = $2 "
        "where id = any($1::bigint[]) and state = 2",
        list(order_ids),
        now,
    )


async def people(
    connection: Connection, person_ids: Collection[int]
) -> dict[int, tuple[str, bytes]]:
    """What the tax office knows people by: (psn_no, sealed certificate number)."""
    rows = await connection.fetch(
        "select id, psn_no, certno_sealed from person where id = any($1::bigint[])",
        list(person_ids),
    )
    return {row["id"]: (row["psn_no"], row["certno_sealed"]) for row in rows}


async def sent(connection: Connection, orders: Sequence[Order], now: datetime) -> None:
    """The tax office has taken these. What was asked for meanwhile, to be forgotten or for the
    money back, is still to be told it."""
    await connection.execute(
        _SENT,
        [order.id for order in orders],
        [order.state for order in orders],
        [order.void_asked for order in orders],
        [order.refund_asked_at for order in orders],
        now,
    )


async def reserve(connection: Connection, order_id: int, place: str, covers_from: date) -> None:
    """A planned order's money is held now."""
    await connection.execute(
        "update premium_order set state = 2, place = $2, covers_from = $3, short_since = null "
        "where id = $1 and state = 1",
        order_id,
        place,
        covers_from,
    )


async def keep_caps(connection: Connection, order_id: int, caps: Collection[HeldCap]) -> None:
    """Notes under which caps donors' money is held for an order."""
    if caps:
        told = "update premium_order set caps = $2 where id = $1"
        await connection.execute(told, order_id, _told(caps))


def _told(caps: Collection[HeldCap]) -> list[list[object]]:
    return [[str(cap.donor_id), cap.key, cap.amount_fen, cap.all_of_donor] for cap in caps]


async def postpone(
    connection: Connection, order_id: int, charge_on: date, short_since: datetime | None
) -> None:
    """A planned order waits for another day."""
    await connection.execute(
        "update premium_order set charge_on = $2, short_since = $3 where id = $1 and state = 1",
        order_id,
        charge_on,
        short_since,
    )


async def pay(
    connection: Connection, paid: Sequence[tuple[Order, str | None, date]], now: datetime
) -> None:
    """The tax office has confirmed orders, with its own number and the day from which they cover;
    the years are known to be paid."""
    await connection.execute(
        _PAY, [o.id for o, _, _ in paid], [r for _, r, _ in paid], [d for _, _, d in paid], now
    )
    years = [(o, year) for o, _, _ in paid for year in (o.year, *o.bought_years)]
    await connection.execute(
        _ENROL,
        [order.person_id for order, _ in years],
        [year for _, year in years],
        [order.id for order, _ in years],
        now,
    )


async def book(connection: Connection, order_ids: Collection[int], now: datetime) -> None:
    if order_ids:
        sql = "update premium_order set state = 5, booked_at = $2 where id = any($1::bigint[])"
        await connection.execute(sql, list(order_ids), now)


async def note_booked(connection: Connection, order_ids: Collection[int], now: datetime) -> None:
    """They were booked while a refund is asked for."""
    if order_ids:
        sql = "update premium_order set booked_at = $2 where id = any($1::bigint[])"
        await connection.execute(sql, list(order_ids), now)


async def release(
    connection: Connection, released: Sequence[tuple[int, str, dict[str, str]]], now: datetime
) -> None:
    """Orders have come to nothing: each with the reason and what fills its sentence."""
    if released:
        await connection.execute(
            _RELEASE,
            [number for number, _, _ in released],
            [reason for _, reason, _ in released],
            [params for _, _, params in released],
            now,
        )


async def ask_void(connection: Connection, order_ids: Collection[int]) -> None:
    """The tax office is asked to forget what it has said nothing of."""
    await connection.execute(
        "update premium_order set void_asked = true, sent_at = null "
        "where id = any($1::bigint[]) and state = 3 and not void_asked",
        list(order_ids),
    )


async def silent(connection: Connection, before: datetime, limit: int) -> list[Order]:
    """Orders submitted before then of which nothing was heard, and that aren't to be forgotten."""
    return [_order(row) for row in await connection.fetch(_SILENT, before, limit)]


async def ask_refund(connection: Connection, order_id: int, now: datetime) -> None:
    await connection.execute(
        "update premium_order set state = 7, sent_at = null, reason = null, params = '{}', "
        "refund_asked_at = $2 where id = $1",
        order_id,
        now,
    )


async def keep(
    connection: Connection, kept: Sequence[tuple[Order, dict[str, str]]], reason: str
) -> None:
    """Refunds are not made: the orders are where they were before."""
    if kept:
        await connection.execute(
            _KEEP,
            [order.id for order, _ in kept],
            [int(State.BOOKED if order.booked_at else State.PAID) for order, _ in kept],
            [params for _, params in kept],
            reason,
        )


async def refund(connection: Connection, order_ids: Collection[int], now: datetime) -> None:
    """The money is back; the years are not paid any more."""
    await connection.execute(
        "update premium_order set state = 8, ended_at = $2 where id = any($1::bigint[])",
        list(order_ids),
        now,
    )
    await connection.execute(
        "delete from enrolment where order_id = any($1::bigint[])", list(order_ids)
    )


async def cursor(connection: Connection, *, lock: bool = False) -> str:
    """How far the tax office's results have been read; with ``lock`` nobody else moves it."""
    found: str = await connection.fetchval(_READ_TO_LOCKED if lock else _READ_TO)
    return found


async def move_cursor(connection: Connection, read_to: str) -> None:
    await connection.execute("update tax_results set read_to = $1", read_to)


def _order(row: Record) -> Order:
    values = {name: row[name] for name in _COLUMNS}
    values["state"] = State(row["state"])
    values["bought_years"] = tuple(row["bought_years"])
    return Order(**values)
