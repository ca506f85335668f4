"""A prescription was issued: told to whom it is for."""

from __future__ import annotations

from app.domain.notice.values import Telling
from app.kit.clock import local_date
from app.store.feed import Batch, Source, unseen

NAME = "notice-prescriptions"
SOURCE = Source(
    (
        f"""
select p.issue_id as id, p.person_id, p.fixmedins_code, p.issued_at, p.ends_at from prescription p
where {unseen(NAME, "p.issue_id")} order by p.issue_id limit $3
""",  # noqa: S608
    ),
    remembered=True,
)


async def tellings(batch: Batch) -> list[Telling]:
    """One line each."""
    return [
        Telling(
            row["person_id"],
            "prescription_issued",
            row["id"],
            row["issued_at"],
            {"shop": row["fixmedins_code"], "day": local_date(row["ends_at"]).isoformat()},
        )
        for row in batch.rows
    ]
