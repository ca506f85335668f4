"""What is known of people, read for the rules: their events, and the row that the registry has."""

from __future__ import annotations

from collections.abc import Collection

from app.domain.events.kinds import Kind
from app.domain.events.values import Event, History, Said
from app.domain.registry.imports.insurance import Registered
from app.store.database import Connection, Record

_EVENTS = """
select e.* from (
    select id from life_event where person_id = any($1::bigint[])
    union select id from life_event where other_id = any($1::bigint[])
) one join life_event e using (id)
"""
_ROWS = """
select id as person_id, psn_insu_stas, insutype, insuplc_admdvs, psn_type
from person where id = any($1::bigint[])
"""
_BASES = """
select person_id, psn_insu_stas, insutype, insuplc_admdvs, psn_type
from life_event_base where person_id = any($1::bigint[])
"""


async def histories(connection: Connection, person_ids: Collection[int]) -> dict[int, History]:
    """Of each person all events, in order, and what was known before them."""
    wanted = list(set(person_ids))
    known = {row["person_id"]: row for row in await connection.fetch(_ROWS, wanted)}
    known |= {row["person_id"]: row for row in await connection.fetch(_BASES, wanted)}
    events: dict[int | None, list[Event]] = {person: [] for person in known}
    for row in await connection.fetch(_EVENTS, wanted):
        event = event_of(row)
        for person in (event.person_id, event.other_id):
            if person in events:
                events[person].append(event)
    return {
        person: History(
            registered_of(row),
            tuple(sorted(events[person], key=lambda event: event.key)),
        )
        for person, row in known.items()
    }


async def rows_of(connection: Connection, person_ids: Collection[int]) -> dict[int, Registered]:
    """What the registry's rows of people say now."""
    rows = await connection.fetch(_ROWS, list(set(person_ids)))
    return {row["person_id"]: registered_of(row) for row in rows}


async def ids_of(connection: Connection, psn_nos: Collection[str]) -> dict[str, int]:
    """People by their national number."""
    rows = await connection.fetch(
        "select psn_no, id from person where psn_no = any($1::text[])", list(set(psn_nos))
    )
    return {row["psn_no"]: row["id"] for row in rows}


async def find(connection: Connection, sender: str, event_id: str) -> Event | None:
    """An event that came in before."""
    row = await connection.fetchrow(
        "select * from life_event where sender = $1 and event_id = $2", sender, event_id
    )
    return None if row is None else event_of(row)


async def details(connection: Connection, event_id: int) -> bytes | None:
    """What else an event said, sealed."""
    found: bytes | None = await connection.fetchval(
        "select details_sealed from life_event_details where life_event_id = $1", event_id
    )
    return found


def registered_of(row: Record) -> Registered:
    return Registered(row["psn_insu_stas"], row["insutype"], row["insuplc_admdvs"], row["psn_type"])


def event_of(row: Record) -> Event:
    return Event(
        id=row["id"],
        sender=row["sender"],
        event_id=row["event_id"],
        person_id=row["person_id"],
        other_id=row["other_id"],
        kind=Kind(row["kind"]),
        at=row["at"],
        said=Said(row["psn_insu_stas"], row["insutype"], row["insuplc_admdvs"], row["psn_type"]),
    )
