"""Who is told: whether they are there, how old they are, and who has signed for a child."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from app.domain.notice.rules.guardians import Guardian
from app.kit.value import value
from app.store.database import Connection
from app.words import OVER

_PEOPLE = """
select p.id, s.id as told, s.brdy, s.insuplc_admdvs as place, s.psn_insu_stas
from person p join person s on s.id = coalesce(p.merged_into, p.id) where p.id = any($1::bigint[])
"""
_GUARDIANS = """
select id, shower_id, holder_id from family_binding
where holder_id = any($1::bigint[]) and consent = 'commitment' and state = 'active' order by id
"""


@value
class Person:
    """One of them. ``told``: in whose inbox: of a row that was merged that of the row that stays;
    ``gone``: insured no more for good, who has died or whose row waits to be merged."""

    told: int
    brdy: date
    place: str
    gone: bool


async def of(connection: Connection, person_ids: Collection[int]) -> dict[int, Person]:
    """People by id."""
    rows = await connection.fetch(_PEOPLE, list(person_ids)) if person_ids else ()
    return {
        row["id"]: Person(row["told"], row["brdy"], row["place"], row["psn_insu_stas"] == OVER)
        for row in rows
    }


async def guardians(there: Connection, children: Collection[int]) -> dict[int, list[Guardian]]:
    """Who shows a child's code by an own signature, by child."""
    found: dict[int, list[Guardian]] = defaultdict(list)
    for row in await there.fetch(_GUARDIANS, list(children)):
        found[row["holder_id"]].append(Guardian(row["shower_id"], row["id"]))
    return found
