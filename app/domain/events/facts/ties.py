"""The ties of people that events may end, read for the rules."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from app.domain.aid.rules.ending import CAUSES
from app.domain.events.kinds import EffectKind
from app.domain.events.values import Binding, Grant
from app.store.database import Connection

# Those that stand, and those that an event has ended and nobody has put away.
_GRANTS = """
select g.id, g.donor_id, g.beneficiary_id, g.relation, g.agreed_at is not null as agreed,
    g.created_at, g.ended_at is null as live, g.end_reason, g.freed_at
from (
    select id from aid_grant where donor_id = any($1::bigint[]) and ended_at is null
    union select id from aid_grant where beneficiary_id = any($1::bigint[]) and ended_at is null
    union select ref_id from life_event_effect where person_id = any($1::bigint[]) and kind = $3
) one join aid_grant g on g.id = one.id
where (g.ends_on is null or g.ends_on >= $2)
    and (g.ended_at is null or g.ended_by is null and g.end_reason = any($4::text[]))
order by g.id
"""
_BINDINGS = """
select b.id, b.shower_id, b.holder_id, b.relation, b.state = 'active' as active,
    b.consent = 'commitment' as by_commitment, b.created_at
from (
    select id from family_binding where shower_id = any($1::bigint[]) and ended_at is null
    union select id from family_binding where holder_id = any($1::bigint[]) and ended_at is null
) one join family_binding b on b.id = one.id order by b.id
"""
_ENDED = """
select id, shower_id, holder_id, relation, true as active, consent = 'commitment' as by_commitment,
    created_at
from family_binding
where (shower_id = any($1::bigint[]) or holder_id = any($1::bigint[])) and state = 'ended'
    and ended_by is null and confirmed_at is not null order by id
"""
_TOLD = """
select ref_id from life_event_effect where person_id = any($1::bigint[]) and kind = $2
"""
_PREMIUMS = """
select id, person_id, asked_by, payer_id from premium_order
where person_id = any($1::bigint[]) and state in (1, 2, 3, 4) order by id
"""
# By how many grants the donor gives, and how many give to the beneficiary, and whether these two
# have another one.
_ROOM = """
select g.id,
    (select count(*) from aid_grant o where o.donor_id = g.donor_id and o.ended_at is null
        and (o.ends_on is null or o.ends_on >= $2)) as given,
    (select count(*) from aid_grant o where o.beneficiary_id = g.beneficiary_id
        and o.ended_at is null and o.agreed_at is not null
        and (o.ends_on is null or o.ends_on >= $2)) as received,
    exists (select from aid_grant o where o.donor_id = g.donor_id
        and o.beneficiary_id = g.beneficiary_id and o.ended_at is null) as again
from aid_grant g where g.id = any($1::bigint[])
"""


async def grants(connection: Connection, person_ids: Collection[int], today: date) -> list[Grant]:
    """Grants of which one of these people is a side and that are not over."""
    rows = await connection.fetch(
        _GRANTS, list(person_ids), today, EffectKind.GRANT_ENDED, list(CAUSES)
    )
    return [Grant(**dict(row), by_event=not row["live"]) for row in rows]


async def bindings(
    there: Connection, connection: Connection, person_ids: Collection[int]
) -> list[Binding]:
    """Bindings of people, from both sides, that have not ended. Where ties are kept apart, also
    those that an event ended which broke off before its own end: it comes again."""
    found = [Binding(**dict(row)) for row in await there.fetch(_BINDINGS, list(person_ids))]
    if there is connection:
        return found
    ended = [Binding(**dict(row)) for row in await there.fetch(_ENDED, list(person_ids))]
    showers = [one.shower_id for one in ended]
    told = await connection.fetch(_TOLD, showers, EffectKind.BINDING_ENDED) if ended else []
    known = {row["ref_id"] for row in told}
    return [*found, *(one for one in ended if one.id not in known)]


async def open_premiums(
    connection: Connection, person_ids: Collection[int]
) -> list[tuple[int, int, set[int]]]:
    """Orders for people that can be taken back, or refunded: id, whose, and who ordered or pays."""
    rows = await connection.fetch(_PREMIUMS, list(person_ids))
    return [
        (row["id"], row["person_id"], {row["asked_by"], row["payer_id"] or row["asked_by"]})
        for row in rows
    ]


async def room_for(
    connection: Connection, grant_ids: Collection[int], today: date
) -> dict[int, tuple[int, int, bool]]:
    """What stands beside grants: how many their donors give, and their beneficiaries receive, and
    whether the same two have another one."""
    rows = await connection.fetch(_ROOM, list(grant_ids), today)
    return {row["id"]: (row["given"], row["received"], row["again"]) for row in rows}
