"""Somebody's identity was bound to another WeChat user than before."""

from __future__ import annotations

from app.domain.notice.values import Telling
from app.store.feed import Batch, Source, unseen

NAME = "notice-logins"
SOURCE = Source(
    (
        f"""
select c.id, c.person_id, c.checked_at, e.login_id as former from identity_check c
cross join lateral (
    select b.login_id from identity_check b
    where b.person_id = c.person_id and b.passed and b.id < c.id order by b.id desc limit 1
) as e
where {unseen(NAME, "c.id")} and c.passed and c.person_id is not null
    and e.login_id <> c.login_id
order by c.id limit $3
""",  # noqa: S608
    ),
    remembered=True,
)


async def tellings(batch: Batch) -> list[Telling]:
    """Outside the one who had it before is told; who has it now knows."""
    return [
        Telling(
            row["person_id"],
            "login_elsewhere",
            row["id"],
            row["checked_at"],
            {"login": str(row["former"])},
            row["former"],
        )
        for row in batch.rows
    ]
