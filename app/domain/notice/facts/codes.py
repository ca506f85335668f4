"""Codes shown by others, and codes read without a bill: told to their holder.

Who has a code on the screen shows a new one every minute; that is one showing. A code that was read
is told by its bill; where a while later there is none, by itself.
"""

from __future__ import annotations

from datetime import timedelta

from app.domain.notice.values import Telling
from app.store.feed import Batch, Source, unseen

SHOWN, READ = "notice-codes", "notice-code-reads"
READ_BEHIND = timedelta(minutes=15)
"""So long a code that was read is given for its bill to come."""
_SAME_MS = 5 * 60_000
SHOWN_SOURCE = Source(
    (
        f"""
select c.id, c.holder_id, c.shower_id, c.binding_id, c.issued_at from credential c
where {unseen(SHOWN, "c.id")} and c.shower_id <> c.holder_id and not exists (
    select from credential b where b.holder_id = c.holder_id and b.shower_id = c.shower_id
        and b.id < c.id and b.id > c.id - ({_SAME_MS}::bigint << 22)
) order by c.id limit $3
""",  # noqa: S608
    ),
    remembered=True,
)
READ_SOURCE = Source(
    (
        f"""
select c.id, c.holder_id, u.fixmedins_code, u.decoded_at
from credential c join credential_use u on u.credential_id = c.id
where {unseen(READ, "c.id")}
    and not exists (select from settlement s where s.credential_id = c.id)
order by c.id limit $3
""",  # noqa: S608
    ),
    remembered=True,
)


async def shown(batch: Batch) -> list[Telling]:
    """The first code of each showing."""
    return [
        Telling(
            row["holder_id"],
            "code_shown",
            row["id"],
            row["issued_at"],
            {"name": f"@{row['shower_id']}", "binding": str(row["binding_id"])},
        )
        for row in batch.rows
    ]


async def read(batch: Batch) -> list[Telling]:
    """Codes that were read and have paid nothing since."""
    return [
        Telling(
            row["holder_id"],
            "code_read",
            row["id"],
            row["decoded_at"],
            {"shop": row["fixmedins_code"]},
        )
        for row in batch.rows
    ]
