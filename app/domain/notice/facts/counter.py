"""What clerks did for people at the counter. Whom else it concerns is told by what it changed, as
if it had been done on a phone; a yes that was given there is an act of its own."""

from __future__ import annotations

from app.domain.notice.values import Telling
from app.store.feed import Batch, Source, unseen
from app.words import COUNTER_ACTS

NAME = "notice-counter"
SOURCE = Source(
    (
        f"""
select id, person_id, kind, form_no, at from counter_act
where {unseen(NAME)}
    and kind not in ('propose', 'propose_pay_out', 'propose_merge', 'decline', 'event_close',
        'forget')
order by id limit $3
""",  # noqa: S608
    ),
    remembered=True,
)


async def tellings(batch: Batch) -> list[Telling]:
    """The person is told what was done in the own name, on which form."""
    return [
        Telling(
            row["person_id"],
            "counter_done",
            row["id"],
            row["at"],
            {
                "what": COUNTER_ACTS[row["kind"]].zh,
                "what_en": COUNTER_ACTS[row["kind"]].en,
                "form": row["form_no"],
            },
        )
        for row in batch.rows
    ]
