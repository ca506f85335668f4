"""Family bindings in the database."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.domain.family.models import FamilyBinding
from app.domain.family.rules import Bond
from app.store.database import Connection

_COLUMNS = (
    "id, shower_id, holder_id, relation, state, consent, proof_kind, proof_digest,"
    " commitment_digest, created_at, confirmed_at, asked_index, asked_name,"
    " proof_ref"
)

# Whatever else ended since stays ended.
_MERGED = """
select distinct f.ref_id from life_event_effect f join life_event e on e.id = f.life_event_id
join family_binding b on b.id = f.ref_id and b.confirmed_at is not null and b.ended_by is null
    and b.declined_at is null
where e.kind = 'merged' and e.person_id = $1 and f.kind = 'binding_ended'
"""
_CARRY = """
insert into family_binding (id, shower_id, holder_id, relation, state, consent, proof_kind,
    proof_digest, commitment_digest, created_at, confirmed_at, proof_ref)
select $2, $3, $4, relation, 'active', consent, proof_kind, proof_digest, commitment_digest,
    created_at, $5, proof_ref
from family_binding where id = $1
"""


async def by_id(binding_id: int) -> FamilyBinding | None:
    return await FamilyBinding.get_or_none(id=binding_id)


async def of_person(person_id: int) -> list[FamilyBinding]:
    """All bindings of a person, from both sides, that have not been ended; oldest first."""
    shown = await FamilyBinding.filter(shower_id=person_id, ended_at=None)
    showing = await FamilyBinding.filter(holder_id=person_id, ended_at=None, declined_at=None)
    return sorted([*shown, *showing], key=lambda binding: binding.id)


async def end_lapsed(connection: Connection, person_ids: list[int], before: datetime) -> None:
    """Ends the requests of people, from both sides, that waited since before a moment."""
    await connection.execute(
        "update family_binding set state = 'ended', ended_at = $3"
        " where state = 'pending' and created_at < $2"
        " and (shower_id = any($1::bigint[]) or holder_id = any($1::bigint[]))",
        person_ids,
        before,
        before,
    )


async def bonds(connection: Connection, person_ids: list[int]) -> list[Bond]:
    """Every binding not ended that touches one of these people."""
    rows = await connection.fetch(
        "select b.id, b.shower_id, b.holder_id, b.relation, b.state, p.gend, b.declined_at,"
        " array_remove(array[coalesce(b.asked_index, h.certno_index)], null) as asked"
        " from family_binding b join person p on p.id = b.shower_id"
        " left join person h on h.id = b.holder_id"
        " where b.ended_at is null"
        " and (b.shower_id = any($1::bigint[]) or b.holder_id = any($1::bigint[]))",
        person_ids,
    )
    return [Bond(*row.values()) for row in rows]


async def made_since(connection: Connection, holder_id: int, since: datetime) -> int:
    """How often a person was bound by anybody since a moment, ended ones counted; what was only
    asked for counts for nothing."""
    count: int = await connection.fetchval(
        "select count(*) from family_binding where holder_id = $1 and confirmed_at >= $2",
        holder_id,
        since,
    )
    return count


async def add(connection: Connection, values: dict[str, Any]) -> None:
    """Adds a binding; ``values`` by column."""
    marks = ", ".join(f"${number}" for number in range(1, 15))
    names = _COLUMNS.split(", ")
    await connection.execute(
        f"insert into family_binding ({_COLUMNS}) values ({marks})",  # noqa: S608
        *(values.get(name) for name in names),
    )


async def confirm(connection: Connection, binding_id: int, consent: str, now: datetime) -> None:
    """Makes a binding active by its holder's consent."""
    await connection.execute(
        "update family_binding set state = 'active', consent = $2, confirmed_at = $3"
        " where id = $1 and ended_at is null",
        binding_id,
        consent,
        now,
    )


async def decline(connection: Connection, binding_id: int, now: datetime) -> None:
    """The holder's no to what waits. To the shower, who isn't told, it waits until it lapses."""
    await connection.execute(
        "update family_binding set declined_at = $2"
        " where id = $1 and state = 'pending' and declined_at is null",
        binding_id,
        now,
    )


async def end(connection: Connection, binding_id: int, by: int, now: datetime) -> None:
    """Ends a binding that has not been ended; one that waits is its shower's to take back."""
    await connection.execute(
        "update family_binding set state = 'ended', ended_at = $3, ended_by = $2"
        " where id = $1 and ended_at is null and (state = 'active' or shower_id = $2)",
        binding_id,
        by,
        now,
    )


async def ended_by_merge(connection: Connection, person_id: int) -> list[FamilyBinding]:
    """Active bindings of a person, from both sides, that ended when the row was merged."""
    rows = await connection.fetch(_MERGED, person_id)
    return await FamilyBinding.filter(id__in=[row["ref_id"] for row in rows]).order_by("id")


async def carry(
    connection: Connection, binding_id: int, new_id: int, sides: tuple[int, int], now: datetime
) -> None:
    """A binding again as it was, between others."""
    await connection.execute(_CARRY, binding_id, new_id, *sides, now)
