"""Family bindings in the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from app.domain.family.rules import Bond
from app.domain.family.values import FamilyBinding
from app.store.cells.shared import Shared
from app.store.database import Connection, Record

_COLUMNS = (
    "id, shower_id, holder_id, relation, state, consent, proof_kind, proof_digest,"
    " commitment_digest, created_at, confirmed_at, asked_index, asked_name,"
    " proof_ref"
)
_READ = """
select id, shower_id, holder_id, relation, state, consent, created_at, confirmed_at, ended_at,
    asked_name, declined_at
from family_binding
"""
_BY_ID = _READ + "where id = $1"
_OF_PERSON = f"""
{_READ} where shower_id = $1 and ended_at is null
union all {_READ}
where holder_id = $1 and ended_at is null and declined_at is null
order by id
"""
_BONDS = """
select id, shower_id, holder_id, relation, state, declined_at, asked_index from family_binding
where ended_at is null and (shower_id = any($1::bigint[]) or holder_id = any($1::bigint[]))
"""
_LOCK_SIDE = "select pg_advisory_xact_lock(hashtextextended('family ' || $1::bigint, 1))"

# What an event of the merge has ended, and nobody besides.
_MERGED = """
select distinct f.ref_id from life_event_effect f join life_event e on e.id = f.life_event_id
where e.kind = 'merged' and e.person_id = $1 and f.kind = 'binding_ended'
"""
_ENDED = f"""
{_READ} where id = any($1::bigint[]) and confirmed_at is not null and ended_by is null
    and declined_at is null
order by id
"""
_CARRIED = """
select exists (select from family_binding where shower_id = $1 and holder_id = $2
    and created_at = $3 and ended_at is null)
"""
_CARRY = """
insert into family_binding (id, shower_id, holder_id, relation, state, consent, proof_kind,
    proof_digest, commitment_digest, created_at, confirmed_at, proof_ref)
select $2, $3, $4, relation, 'active', consent, proof_kind, proof_digest, commitment_digest,
    created_at, $5, proof_ref
from family_binding where id = $1
"""


async def by_id(shared: Shared, binding_id: int) -> FamilyBinding | None:
    row = await shared.row(_BY_ID, binding_id)
    return None if row is None else FamilyBinding(*row.values())


async def of_person(shared: Shared, person_id: int) -> list[FamilyBinding]:
    """All bindings of a person, from both sides, that have not been ended; oldest first."""
    return [FamilyBinding(*row.values()) for row in await shared.rows(_OF_PERSON, person_id)]


async def end_lapsed(there: Connection, person_ids: list[int], before: datetime) -> None:
    """Ends the requests of people, from both sides, that waited since before a moment."""
    await there.execute(
        "update family_binding set state = 'ended', ended_at = $3"
        " where state = 'pending' and created_at < $2"
        " and (shower_id = any($1::bigint[]) or holder_id = any($1::bigint[]))",
        person_ids,
        before,
        before,
    )


async def lock_sides(there: Connection, person_ids: list[int]) -> None:
    """Locks the ties of people, in ascending order, until the transaction ends, for those whose
    rows lie in several cells."""
    for person_id in sorted(set(person_ids)):
        await there.execute(_LOCK_SIDE, person_id)


async def bonds(
    there: Connection,
    known_of: Callable[[Collection[int]], Awaitable[Mapping[int, tuple[str, bytes]]]],
    person_ids: list[int],
) -> list[Bond]:
    """Every binding not ended that touches one of these people. Of whom they bind ``known_of``
    knows more (``People.sides``); it is asked also where they bind nobody, so that asking takes as
    long."""
    rows = await there.fetch(_BONDS, person_ids)
    sides = {side for row in rows for side in (row["shower_id"], row["holder_id"])} - {None}
    known = await known_of(sides)
    return [_bond(row, known) for row in rows]


def _bond(row: Record, known: Mapping[int, tuple[str, bytes]]) -> Bond:
    """``known``: by id the sex, and the index of the number."""
    holder, asked = row["holder_id"], row["asked_index"]
    index = known[holder][1] if asked is None and holder is not None else asked
    return Bond(
        row["id"],
        row["shower_id"],
        holder,
        row["relation"],
        row["state"],
        known[row["shower_id"]][0],
        row["declined_at"],
        () if index is None else (index,),
    )


async def made_since(there: Connection, holder_id: int, since: datetime) -> int:
    """How often a person was bound by anybody since a moment, ended ones counted; what was only
    asked for counts for nothing."""
    count: int = await there.fetchval(
        "select count(*) from family_binding where holder_id = $1 and confirmed_at >= $2",
        holder_id,
        since,
    )
    return count


async def add(there: Connection, values: dict[str, Any]) -> None:
    """Adds a binding; ``values`` by column."""
    marks = ", ".join(f"${number}" for number in range(1, 15))
    names = _COLUMNS.split(", ")
    await there.execute(
        f"insert into family_binding ({_COLUMNS}) values ({marks})",  # noqa: S608
        *(values.get(name) for name in names),
    )


async def confirm(there: Connection, binding_id: int, consent: str, now: datetime) -> None:
    """Makes a binding active by its holder's consent."""
    await there.execute(
        "update family_binding set state = 'active', consent = $2, confirmed_at = $3"
        " where id = $1 and ended_at is null",
        binding_id,
        consent,
        now,
    )


async def decline(there: Connection, binding_id: int, now: datetime) -> None:
    """The holder's no to what waits. To the shower, who isn't told, it waits until it lapses."""
    await there.execute(
        "update family_binding set declined_at = $2"
        " where id = $1 and state = 'pending' and declined_at is null",
        binding_id,
        now,
    )


async def end(there: Connection, binding_id: int, by: int, now: datetime) -> None:
    """Ends a binding that has not been ended; one that waits is its shower's to take back."""
    await there.execute(
        "update family_binding set state = 'ended', ended_at = $3, ended_by = $2"
        " where id = $1 and ended_at is null and (state = 'active' or shower_id = $2)",
        binding_id,
        by,
        now,
    )


async def ended_by_merge(
    there: Connection, connection: Connection, person_id: int
) -> list[FamilyBinding]:
    """Bindings of a person, from both sides, that were active until the row was merged; which they
    are ``connection`` knows."""
    ids = [row["ref_id"] for row in await connection.fetch(_MERGED, person_id)]
    rows = await there.fetch(_ENDED, ids) if ids else []
    return [FamilyBinding(*row.values()) for row in rows]


async def is_carried(there: Connection, one: FamilyBinding, sides: tuple[int, int]) -> bool:
    """Whether a binding stands between others as it was: by when it was made, which is copied."""
    return bool(await there.fetchval(_CARRIED, *sides, one.created_at))


async def carry(
    there: Connection, binding_id: int, new_id: int, sides: tuple[int, int], now: datetime
) -> None:
    """A binding again as it was, between others."""
    await there.execute(_CARRY, binding_id, new_id, *sides, now)
