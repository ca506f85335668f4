"""Premium orders and what is known of benefit years, in the database."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from app.domain.premium.models import Born, Known, Order, State
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
_INSERT = f"""
insert into premium_order ({", ".join(_COLUMNS)})
values ({", ".join(f"${n}" for n in range(1, len(_COLUMNS) + 1))})
on conflict (person_id, year) where state not in (6, 8) do nothing returning id
"""  # noqa: S608
_LOCKED = _ORDER + "where id = any($1::bigint[]) order by id for update"
_BY_ID = _ORDER + "where id = $1"
_IN_STATE = _ORDER + "where state = $1 and id > $2 order by id limit $3"
_UNSENT = _ORDER + (
    "where state in (3, 7) and (sent_at is null or sent_at < $1) and id > $2 order by id limit $3"
)
# Those of the person's own, those the person ordered, and those that the person's money pays.
_OF_PERSON = f"""
{_ORDER} where id in (
    select id from premium_order where person_id = $1
    union select id from premium_order where asked_by = $1
    union select order_id from hold where person_id = $1 and purpose = 2
) order by id desc limit $2
"""  # noqa: S608
# What a person's money pays, or is to pay, and the tax office hasn't decided.
_PAID_BY = f"""
{_ORDER} where state in (1, 2, 3) and id in (
    select order_id from hold where person_id = $1 and purpose = 2
    union select id from premium_order where payer_id = $1 and state = 1
) order by id
"""  # noqa: S608
_LIVE = _ORDER + "where person_id = $1 and year = $2 and state not in (6, 8)"
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
_KNOWN = """
select coalesce((select identity from resident where person_id = $1), 'none') as identity,
    (select array_agg(year order by year) from enrolment where person_id = $1) as years,
    (select array_agg(channel order by year) from enrolment where person_id = $1) as channels
"""
_ENROL = """
insert into enrolment (person_id, year, channel, order_id, noted_at)
select $1, unnest($2::smallint[]), 'aid', $3, $4 on conflict (person_id, year) do nothing
"""


async def insert(connection: Connection, order: Order) -> bool:
    """Stores an order; False when one for the same person and year stands already."""
    values = [getattr(order, name) for name in _COLUMNS]
    values[_COLUMNS.index("state")] = int(order.state)
    values[_COLUMNS.index("bought_years")] = list(order.bought_years)
    return await connection.fetchval(_INSERT, *values) is not None


async def get(connection: Connection, order_id: int) -> Order | None:
    row = await connection.fetchrow(_BY_ID, order_id)
    return None if row is None else _order(row)


async def locked(connection: Connection, order_ids: Collection[int]) -> list[Order]:
    """Orders, locked in ascending order of id until the transaction ends."""
    return [_order(row) for row in await connection.fetch(_LOCKED, sorted(order_ids))]


async def live(connection: Connection, person_id: int, year: int) -> Order | None:
    """The order of a person's year that has not come to nothing."""
    row = await connection.fetchrow(_LIVE, person_id, year)
    return None if row is None else _order(row)


async def of_person(connection: Connection, person_id: int, limit: int) -> list[Order]:
    """Orders that a person has to do with, the newest first."""
    return [_order(row) for row in await connection.fetch(_OF_PERSON, person_id, limit)]


async def open_paid_by(connection: Connection, person_id: int) -> list[Order]:
    """Orders that a person's money pays, or is to pay, as long as that may be taken back."""
    return [_order(row) for row in await connection.fetch(_PAID_BY, person_id)]


async def in_state(connection: Connection, state: State, after: int, limit: int) -> list[Order]:
    """Orders in a state, by id."""
    return [_order(row) for row in await connection.fetch(_IN_STATE, int(state), after, limit)]


async def unsent(connection: Connection, before: datetime, after: int, limit: int) -> list[Order]:
    """What the tax office has not taken yet, payments and refunds, or said nothing of since."""
    return [_order(row) for row in await connection.fetch(_UNSENT, before, after, limit)]


async def born(connection: Connection, person_id: int) -> Born:
    """When a person was born, and as what."""
    row = await connection.fetchrow("select brdy, gend from person where id = $1", person_id)
    assert row is not None, "whose premium it is is a person"
    return Born(row["brdy"], _SEXES.get(row["gend"], ""))


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


async def known(connection: Connection, person_id: int) -> Known:
    """What is known of a person's benefit years."""
    row = await connection.fetchrow(_KNOWN, person_id)
    assert row is not None, "the query gives one row"
    channels = zip(row["years"] or (), row["channels"] or (), strict=True)
    return Known(row["identity"], dict(channels))


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


async def sent(connection: Connection, order_ids: Collection[int], now: datetime) -> None:
    """The tax office has taken these."""
    await connection.execute(
        "update premium_order set sent_at = $2 where id = any($1::bigint[])", list(order_ids), now
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
        told = [[str(cap.donor_id), cap.key, cap.amount_fen, cap.all_of_donor] for cap in caps]
        await connection.execute("update premium_order set caps = $2 where id = $1", order_id, told)


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
    connection: Connection, order: Order, ref: str | None, covers_from: date, now: datetime
) -> None:
    """The tax office has confirmed; the years are known to be paid."""
    await connection.execute(
        "update premium_order set state = 4, paid_at = $2, tax_ref = coalesce($3, tax_ref), "
        "covers_from = $4 where id = $1",
        order.id,
        now,
        ref,
        covers_from,
    )
    years = [order.year, *order.bought_years]
    await connection.execute(_ENROL, order.person_id, years, order.id, now)


async def book(connection: Connection, order_id: int, now: datetime) -> None:
    await connection.execute(
        "update premium_order set state = 5, booked_at = $2 where id = $1", order_id, now
    )


async def note_booked(connection: Connection, order_id: int, now: datetime) -> None:
    """It was booked while a refund is asked for."""
    await connection.execute("update premium_order set booked_at = $2 where id = $1", order_id, now)


async def release(
    connection: Connection, order_id: int, reason: str, params: dict[str, str], now: datetime
) -> None:
    """An order has come to nothing."""
    await connection.execute(
        "update premium_order set state = 6, reason = $2, params = $3, ended_at = $4 where id = $1",
        order_id,
        reason,
        params,
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


async def keep(connection: Connection, order: Order, reason: str, params: dict[str, str]) -> None:
    """A refund is not made: the order is where it was before."""
    await connection.execute(
        "update premium_order set state = $2, reason = $3, params = $4 where id = $1",
        order.id,
        int(State.BOOKED if order.booked_at else State.PAID),
        reason,
        params,
    )


async def refund(connection: Connection, order: Order, now: datetime) -> None:
    """The money is back; the years are not paid any more."""
    await connection.execute(
        "update premium_order set state = 8, ended_at = $2 where id = $1", order.id, now
    )
    await connection.execute("delete from enrolment where order_id = $1", order.id)


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
