"""Questions to donors in the database, and the requests that wait for the answers.

A request that waits for a donor stands in the queue below zero (lane ``-1 - n``), where no worker
claims it; it goes back to its lane when nobody is asked any more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from app.domain.aid.rules.giving import Answer
from app.domain.settlement.model import Result
from app.kit.ids import IdMaker
from app.store.database import Connection, Database, Record

SAID = {1: "yes", 2: "no", 3: "silent"}
YES, NO, SILENT = 1, 2, 3
_PARK = "insert into waiting (request_id, lane, asked) select r, -1 - l, true from "
_PARK += "unnest($1::bigint[], $2::smallint[]) as n (r, l)"
_ASK = """
insert into question (id, request_id, grant_id, donor_id, amount_fen, asked_at, until_at)
select i, r, g, d, f, $6, u from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[],
    $5::bigint[], $7::timestamptz[]) as n (i, r, g, d, f, u)
"""
_OPEN = """
select q.id, q.grant_id, q.amount_fen, q.asked_at, q.until_at, r.fixmedins_code
from question q join request r on r.id = q.request_id
join aid_grant g on g.id = q.grant_id and g.ended_at is null
where q.donor_id = $1 and q.answer is null and q.until_at > $2
    and exists (select from waiting w where w.request_id = q.request_id and w.lane < 0)
order by q.until_at, q.id
"""
# Of those whose time is over, or whose donors have all answered, nobody answers any more.
_FREE = """
with free as (
    select w.request_id from waiting w where w.lane < 0 and not exists (
        select from question q
        where q.request_id = w.request_id and q.answer is null and q.until_at > $1)
    for update skip locked
), silent as (
    update question set answer = 3, answered_at = $1
    where answer is null and request_id in (select request_id from free)
)
update waiting w set lane = -1 - lane from free where w.request_id = free.request_id
returning w.lane
"""
_BACK = """
update waiting set lane = -1 - lane where request_id = $1 and not exists (
    select from question where request_id = $1 and answer is null)
returning lane
"""


async def park(
    connection: Connection, asking: Sequence[Result], moment: datetime, ids: IdMaker
) -> None:
    """Puts requests that a batch has claimed back into the queue, to wait for donors, and asks
    these."""
    if not asking:
        return
    requests = [result.request for result in asking]
    await connection.execute(_PARK, [r.id for r in requests], [r.lane for r in requests])
    asked = [(result, one) for result in asking for one in result.questions]
    await connection.execute(
        _ASK,
        [ids.next() for _ in asked],
        [result.request.id for result, _ in asked],
        [one.grant_id for _, one in asked],
        [one.donor_id for _, one in asked],
        [one.amount_fen for _, one in asked],
        moment,
        [result.until for result, _ in asked],
    )


async def answers(
    connection: Connection, request_ids: Collection[int]
) -> dict[int, dict[int, Answer]]:
    """What was answered, by request and grant."""
    rows = await connection.fetch(
        "select request_id, grant_id, answer, amount_fen from question"
        " where request_id = any($1::bigint[]) and answer is not null",
        list(request_ids),
    )
    found: dict[int, dict[int, Answer]] = {}
    for row in rows:
        answer = _answer(row["answer"], row["amount_fen"])
        found.setdefault(row["request_id"], {})[row["grant_id"]] = answer
    return found


def _answer(said: int, amount_fen: int) -> Answer:
    if said == YES:
        return Answer("yes", amount_fen)
    return Answer("no" if said == NO else "silent", 0)


async def open_of(database: Database, donor_id: int, moment: datetime) -> list[Record]:
    """What a donor is asked just now, the most urgent first."""
    return await database.rows(_OPEN, donor_id, moment)


async def question(connection: Connection, question_id: int, donor_id: int) -> Record | None:
    """A question of a donor's."""
    return await connection.fetchrow(
        "select * from question where id = $1 and donor_id = $2", question_id, donor_id
    )


async def hold(connection: Connection, request_id: int) -> bool:
    """Keeps a request where it waits for its donors until the transaction ends; False: it waits
    for nobody any more."""
    return bool(
        await connection.fetchval(
            "select true from waiting where request_id = $1 and lane < 0 for update", request_id
        )
    )


async def answer(connection: Connection, question_id: int, said: int, moment: datetime) -> bool:
    """Notes an answer that comes in time, the first one; whether it was."""
    return bool(
        await connection.fetchval(
            "update question set answer = $2, answered_at = $3"
            " where id = $1 and answer is null and until_at > $3 returning true",
            question_id,
            said,
            moment,
        )
    )


async def back_to_lane(connection: Connection, request_id: int) -> int | None:
    """Lets a request be decided when nobody is asked of it any more; gives its lane then."""
    lane: int | None = await connection.fetchval(_BACK, request_id)
    return lane


async def free(connection: Connection, moment: datetime) -> set[int]:
    """Lets all be decided whose donors have answered or had their time; gives their lanes."""
    return {row["lane"] for row in await connection.fetch(_FREE, moment)}
