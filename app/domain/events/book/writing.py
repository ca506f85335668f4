"""Events and what they do, into the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from app.domain.aid.rules.ending import CAUSES
from app.domain.events.values import Effect, Event
from app.domain.registry.imports.insurance import Registered
from app.kit.ids import IdMaker
from app.store.database import Connection

_EVENTS = """
insert into life_event (id, sender, event_id, person_id, other_id, kind, at, psn_insu_stas,
    insutype, insuplc_admdvs, psn_type, received_at)
select *, $12 from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[],
    $6::text[], $7::timestamptz[], $8::text[], $9::text[], $10::text[], $11::text[])
on conflict (sender, event_id) do nothing returning id
"""
_BASE = """
insert into life_event_base (person_id, psn_insu_stas, insutype, insuplc_admdvs, psn_type)
select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])
on conflict (person_id) do nothing
"""
_REGISTER = """
update person p set psn_insu_stas = n.status, insutype = n.plan, insuplc_admdvs = n.place,
    psn_type = n.type, updated_at = $6
from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])
    as n (person_id, status, plan, place, type) where p.id = n.person_id
"""
_EFFECTS = """
insert into life_event_effect (id, life_event_id, person_id, kind, ref_id, made_at)
select *, $6 from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[])
"""
_STAND = """
update aid_grant set ended_at = null, end_reason = null
where id = any($1::bigint[]) and ended_by is null and end_reason = any($2::text[])
"""
_REASON = """
update aid_grant g set end_reason = n.reason
from unnest($1::bigint[], $2::text[]) as n (id, reason)
where g.id = n.id and g.ended_by is null and g.end_reason = any($3::text[])
"""
_FREE = """
update aid_grant g set freed_at = n.at
from unnest($1::bigint[], $2::timestamptz[]) as n (id, at) where g.id = n.id
"""
_END_BINDINGS = """
update family_binding set state = 'ended', ended_at = $2
where id = any($1::bigint[]) and ended_at is null
"""


async def add(connection: Connection, events: Sequence[Event], now: datetime) -> set[int]:
    """Stores events; gives the ids of those that are new."""
    rows = [
        (
            e.id,
            e.sender,
            e.event_id,
            e.person_id,
            e.other_id,
            e.kind.value,
            e.at,
            e.said.psn_insu_stas,
            e.said.insutype,
            e.said.insuplc_admdvs,
            e.said.psn_type,
        )
        for e in events
    ]
    found = await connection.fetch(
        _EVENTS, *(list(column) for column in zip(*rows, strict=True)), now
    )
    return {row["id"] for row in found}


async def add_details(connection: Connection, event_id: int, sealed: bytes) -> None:
    await connection.execute(
        "insert into life_event_details (life_event_id, details_sealed) values ($1, $2)",
        event_id,
        sealed,
    )


async def keep_base(connection: Connection, known: Mapping[int, Registered]) -> None:
    """Keeps what was known of people before their first event."""
    await connection.execute(_BASE, *_columns(known))


async def register(connection: Connection, said: Mapping[int, Registered], now: datetime) -> None:
    """Enters in the registry what events say."""
    await connection.execute(_REGISTER, *_columns(said), now)


def _columns(said: Mapping[int, Registered]) -> tuple[list[object], ...]:
    rows = list(said.values())
    return (
        list(said),
        [row.psn_insu_stas for row in rows],
        [row.insutype for row in rows],
        [row.insuplc_admdvs for row in rows],
        [row.psn_type for row in rows],
    )


async def tell(
    connection: Connection, effects: Sequence[Effect], ids: IdMaker, now: datetime
) -> None:
    """Notes what was done, in the order of the ids."""
    await connection.execute(
        _EFFECTS,
        [ids.next() for _ in effects],
        [one.event_id for one in effects],
        [one.person_id for one in effects],
        [one.kind.value for one in effects],
        [one.ref_id for one in effects],
        now,
    )


async def let_stand(connection: Connection, grant_ids: Collection[int]) -> None:
    """Grants that an event has ended stand again."""
    await connection.execute(_STAND, list(grant_ids), list(CAUSES))


async def give_reasons(connection: Connection, reasons: Mapping[int, str]) -> None:
    """Grants that an event has ended have ended for another reason."""
    await connection.execute(_REASON, list(reasons), list(reasons.values()), list(CAUSES))


async def free(connection: Connection, freed: Mapping[int, datetime | None]) -> None:
    """Since when grants may be ended whatever their days."""
    await connection.execute(_FREE, list(freed), list(freed.values()))


async def end_bindings(there: Connection, binding_ids: Collection[int], now: datetime) -> None:
    await there.execute(_END_BINDINGS, list(binding_ids), now)
