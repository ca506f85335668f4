"""What life events did to people. That a grant or a binding ended is told by the grant or the
binding itself, whoever has ended it; what is a clerk's is in the counter's list."""

from __future__ import annotations

from app.domain.events.kinds import EffectKind
from app.domain.events.kinds import Kind as Event
from app.domain.notice.rules.events import Did, told
from app.domain.notice.values import Telling
from app.store.database import Connection
from app.store.feed import Batch, Source, unseen

NAME = "notice-events"
_TOLD = (
    EffectKind.NOTED,
    EffectKind.GRANT_STANDS,
    EffectKind.GRANT_FREED,
    EffectKind.BINDING_TO_CONFIRM,
    EffectKind.ACCOUNT_MOVED,
    EffectKind.PREMIUM_OPEN,
)
_KINDS = ", ".join(f"'{kind.value}'" for kind in _TOLD)
# before: the same was said of the same moment by another sender.
SOURCE = Source(
    (
        f"""
select f.id, f.person_id, f.kind, f.ref_id, f.made_at, f.life_event_id, e.kind as event,
    exists (select from life_event b where b.person_id = e.person_id and b.kind = e.kind
        and b.at = e.at and b.id < e.id) as before
from life_event_effect f join life_event e on e.id = f.life_event_id
where {unseen(NAME, "f.id")} and f.kind in ({_KINDS}) order by f.id limit $3
""",  # noqa: S608
    ),
    remembered=True,
)
_RECORDS = {
    "grant": """
select id, donor_id as one_id, beneficiary_id as other_id, ended_at is null as stands, null as year
from aid_grant where id = any($1::bigint[])""",
    "order": """
select id, person_id as one_id, null::bigint as other_id, state in (1, 2, 3, 4) as stands, year
from premium_order where id = any($1::bigint[])""",
}
_TIES = """
select id, shower_id as one_id, holder_id as other_id,
    state = 'active' and consent = 'commitment' as stands, null as year
from family_binding where id = any($1::bigint[])
"""
_OF = {
    EffectKind.GRANT_STANDS: "grant",
    EffectKind.GRANT_FREED: "grant",
    EffectKind.BINDING_TO_CONFIRM: "binding",
    EffectKind.PREMIUM_OPEN: "order",
}


async def tellings(batch: Batch, there: Connection) -> list[Telling]:
    """What effects mean for those whom they concern."""
    moved = {
        (row["life_event_id"], row["person_id"])
        for row in batch.rows
        if row["kind"] == EffectKind.ACCOUNT_MOVED
    }
    effects = [
        Did(
            id=row["id"],
            person_id=row["person_id"],
            kind=EffectKind(row["kind"]),
            event=Event(row["event"]),
            ref_id=row["ref_id"],
            again=row["before"],
            moved=(row["life_event_id"], row["person_id"]) in moved,
            at=row["made_at"],
        )
        for row in batch.rows
    ]
    records: dict[tuple[str, int], dict[str, object]] = {}
    for matter, statement in _RECORDS.items():
        ids = [one.ref_id for one in effects if _OF.get(one.kind) == matter]
        for row in await batch.connection.fetch(statement, ids) if ids else ():
            records[matter, row["id"]] = dict(row)
    ties = [one.ref_id for one in effects if _OF.get(one.kind) == "binding"]
    for row in await there.fetch(_TIES, ties) if ties else ():
        records["binding", row["id"]] = dict(row)
    return [
        telling
        for one in effects
        for telling in told(one, records.get((_OF.get(one.kind, ""), one.ref_id or 0)))
    ]
