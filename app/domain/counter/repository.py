"""The counter in the database: what was done, what waits for a second yes, and the tasks. No
statement joins these with operators, who may lie elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.counter.values import Clerk, Doing, Kind, Paper, Proposal
from app.domain.staff import said
from app.domain.staff.values import Operator
from app.kit.sm import Cipher
from app.store.database import Connection, Database, Record
from app.store.sealed.columns import ACT_REASON

_TASKS = """
select t.id, t.kind, t.settlement_id, t.order_id, t.amount_fen, t.created_at, s.fixmedins_code,
    p.psn_no, t.person_id, p.insuplc_admdvs as place
from counter_task t left join settlement s on s.id = t.settlement_id
join person p on p.id = t.person_id
"""
_OPEN = f"""
{_TASKS}
where t.done_at is null and p.insuplc_admdvs like $2 || '%' order by t.created_at, t.id limit $1
"""
_ONE = f"""
{_TASKS}
where t.done_at is null and t.id = $1 for update of t
"""
_OF_PERSON = f"""
{_TASKS}
where t.done_at is null and t.person_id = $1 order by t.created_at, t.id
"""
_WRITE = """
with line as (
    insert into counter_act (id, person_id, other_id, clerk_id, clerk, place, kind, ref, form_no,
        reason, second_id, second, at, request_id)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) returning id
)
insert into counter_act_reason (act_id, reason_sealed) select id, $15::bytea from line
"""
_ACTS = """
select a.id, a.id as act_id, a.person_id, a.other_id, a.clerk_id, a.clerk, a.place, a.kind, a.ref,
    a.form_no, a.reason, r.reason_sealed, a.second_id, a.second, a.at
from counter_act a left join counter_act_reason r on r.act_id = a.id
"""
_PROPOSAL = """
select id, kind, person_id, ref, clerk_id, place, made_at, expires_at, pay_reason
from counter_proposal
"""


async def open_tasks(database: Database, limit: int, area: str = "") -> list[Record]:
    """Open tasks of people insured in an area, the oldest first."""
    return await database.rows(_OPEN, limit, area)


async def open_tasks_of(database: Database, person_id: int) -> list[Record]:
    """A person's open tasks, the oldest first."""
    return await database.rows(_OF_PERSON, person_id)


async def lock_task(connection: Connection, task_id: int) -> Record | None:
    """An open task, which nobody else closes meanwhile."""
    return await connection.fetchrow(_ONE, task_id)


async def close_task(
    connection: Connection, task_id: int, by: str, note_sealed: bytes, now: datetime
) -> bool:
    """Closes an open task; False when there is none of that id."""
    done = await connection.fetchval(
        "update counter_task set done_at = $2, done_by = $3, note_sealed = $4 "
        "where id = $1 and done_at is null returning id",
        task_id,
        now,
        by,
        note_sealed,
    )
    return done is not None


async def write(
    connection: Connection,
    cipher: Cipher,
    doing: Doing,
    person_id: int,
    kind: Kind,
    paper: Paper,
    clerk: Clerk,
    now: datetime,
    *,
    proposer: Operator | None = None,
) -> None:
    """Writes what was done; ``proposer``: whose it is where the clerk has only agreed to it."""
    reason, sealed = said.sealed(cipher, doing.id, paper.reason, ACT_REASON)
    first, second = (proposer, clerk.operator) if proposer else (clerk.operator, None)
    await connection.execute(
        _WRITE,
        doing.id,
        person_id,
        doing.other_id,
        first.id,
        first.name,
        clerk.place,
        kind,
        doing.ref,
        paper.form_no,
        reason,
        second.id if second else None,
        second.name if second else None,
        now,
        clerk.visitor.request_id,
        sealed,
    )


async def acts_before(
    database: Database, before: int, limit: int, area: str, clerk_id: int | None
) -> list[Record]:
    """What was done in an area, by a clerk or by all, the newest first, below an id."""
    where = (
        "where a.id < $1 and a.place like $3 || '%' and ($4::bigint is null or a.clerk_id = $4"
        " or a.second_id = $4) order by a.id desc limit $2"
    )
    return await database.rows(_ACTS + where, before, limit, area, clerk_id)


async def acts_of(database: Database, person_id: int, limit: int) -> list[Record]:
    """What was done for a person, the newest first."""
    where = "where a.person_id = any(rows_of($1)) order by a.id desc limit $2"
    return await database.rows(_ACTS + where, person_id, limit)


async def act(database: Database, act_id: int) -> Record | None:
    """One act."""
    return await database.row(f"{_ACTS} where a.id = $1", act_id)


async def add_proposal(connection: Connection, proposal: Proposal) -> bool:
    """Puts something before a second one; False: it waits already."""
    await connection.execute(
        "update counter_proposal set state = 4, decided_at = expires_at"
        " where kind = $1 and ref = $2 and state = 1 and expires_at <= $3",
        proposal.kind,
        proposal.ref,
        proposal.made_at,
    )
    made = await connection.fetchval(
        "insert into counter_proposal (id, kind, person_id, ref, clerk_id, place, made_at,"
        " expires_at, state, pay_reason) values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9)"
        " on conflict (kind, ref) where state = 1 do nothing returning id",
        proposal.id,
        proposal.kind,
        proposal.person_id,
        proposal.ref,
        proposal.clerk_id,
        proposal.place,
        proposal.made_at,
        proposal.expires_at,
        proposal.pay_reason,
    )
    return made is not None


async def waiting_proposals(database: Database, area: str, now: datetime) -> list[Proposal]:
    """What waits for a second one in an area, the oldest first."""
    where = "where state = 1 and expires_at > $1 and place like $2 || '%' order by id limit 500"
    rows = await database.rows(_PROPOSAL + where, now, area)
    return [Proposal(**dict(row.items())) for row in rows]


async def lock_proposal(connection: Connection, id_: int, now: datetime) -> Proposal | None:
    """What waits, kept from others till the transaction ends; None: it waits no more."""
    row = await connection.fetchrow(
        f"{_PROPOSAL} where id = $1 and state = 1 and expires_at > $2 for update", id_, now
    )
    return None if row is None else Proposal(**dict(row.items()))


async def decide(
    connection: Connection, proposal_id: int, *, agreed: bool, by: int, now: datetime
) -> None:
    """A second one's yes or no."""
    await connection.execute(
        "update counter_proposal set state = $2, decided_by = $3, decided_at = $4 where id = $1",
        proposal_id,
        2 if agreed else 3,
        by,
        now,
    )


async def done_on_form(
    connection: Connection, form_no: str, kind: Kind, person_id: int, other_ids: Sequence[int]
) -> bool:
    """Whether this was done for these two on that form already."""
    return bool(
        await connection.fetchval(
            "select exists (select from counter_act where form_no = $1 and kind = $2"
            " and person_id = $3 and other_id = any($4::bigint[]))",
            form_no,
            kind,
            person_id,
            list(other_ids),
        )
    )
