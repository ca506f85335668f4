"""What has happened to records that change in place, with the records as they are now.

Each matter's records are read by a statement of its own.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from app.domain.notice.rules.happenings import Happening, told
from app.domain.notice.values import Telling
from app.store.database import Connection, Database
from app.store.feed import Batch, table

NAME = "notice-happenings"
SOURCE = table(NAME, "happening")
_TIE = "family"
_RECORDS = {
    "grant": """
select id, donor_id, beneficiary_id, agreed_at is not null as agreed,
    declined_at is not null as declined, ended_at is not null as ended, end_reason, ends_on,
    paused_until
from aid_grant where id = any($1::bigint[])""",
    "wallet": """
select person_id as id, opened_by, chosen_place from wallet where person_id = any($1::bigint[])""",
    "offer": """
select id, person_id, other_name, amount_fen from wallet_offer where id = any($1::bigint[])""",
    "sent": """
select id, person_id, made_by, other_name, amount_fen from wallet_sent
where id = any($1::bigint[])""",
    "question": """
select q.id, q.donor_id, q.grant_id, q.amount_fen, g.beneficiary_id,
    g.agreed_at is not null as agreed, r.fixmedins_code as shop, o.state as outcome
from question q join request r on r.id = q.request_id join aid_grant g on g.id = q.grant_id
left join outcome o on o.request_id = q.request_id where q.id = any($1::bigint[])""",
    "premium": """
select id, person_id, asked_by, payer_id, year from premium_order where id = any($1::bigint[])""",
}
_FAMILY = """
select id, shower_id, holder_id, state, declined_at is not null as declined
from family_binding where id = any($1::bigint[])
"""
_HELD = """
select order_id, person_id, sum(amount_fen)::bigint as fen from hold
where purpose = 2 and order_id = any($1::bigint[]) group by order_id, person_id
"""
# Nothing happens to a grant when its last day comes: a job looks into the calendar.
_EXPIRING = """
insert into happening (matter, record_id, what, on_day, at)
select 'grant', id, case when ends_on < c.today then 'over' else 'expiring' end, ends_on, c.at
from aid_grant cross join (select $1::date as today, $2::int as days, $3::timestamptz as at) as c
where ended_at is null and agreed_at is not null
    and ends_on between $1::date - $2::int and $1::date + $2::int
    and (ends_on < c.today or created_at < c.at - interval '1 day')
on conflict do nothing
"""


async def tellings(batch: Batch, there: Connection) -> list[Telling]:
    """What rows mean for whom. What happened to ties lies beside them."""
    by_matter: dict[str, set[int]] = defaultdict(set)
    for row in batch.rows:
        by_matter[row["matter"]].add(row["record_id"])
    records: dict[tuple[str, int], dict[str, object]] = {}
    for matter, ids in by_matter.items():
        statement = _RECORDS.get(matter)
        for found in await batch.connection.fetch(statement, list(ids)) if statement else ():
            records[(matter, found["id"])] = dict(found)
    ties = by_matter.get(_TIE, set())
    for found in await there.fetch(_FAMILY, list(ties)) if ties else ():
        records[(_TIE, found["id"])] = dict(found)
    held = await _held(batch.connection, by_matter.get("premium", set()))
    made: list[Telling] = []
    for row in batch.rows:
        record = records.get((row["matter"], row["record_id"]))
        if record is not None:
            happening = Happening(
                row["id"],
                row["matter"],
                row["record_id"],
                row["what"],
                row["by_id"],
                row["on_day"],
                row["at"],
            )
            made += told(happening, record, held.get(row["record_id"], {}))
    return made


async def note_expiring(database: Database, today: date, now: datetime, days: int) -> None:
    """Notes the grants whose last day is so near, or was so short a time ago; each day once."""
    async with database.connection() as connection:
        await connection.execute(_EXPIRING, today, days, now)


async def _held(connection: Connection, orders: set[int]) -> dict[int, dict[int, int]]:
    """What each account's owner had set aside for orders of premiums."""
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for row in await connection.fetch(_HELD, list(orders)) if orders else ():
        found[row["order_id"]][row["person_id"]] = row["fen"]
    return found
