"""Invitations in the database."""

from __future__ import annotations

from datetime import datetime

from app.domain.invitation.values import KINDS, Card
from app.store.cells.shared import Shared
from app.store.database import Record

# The same question again is the same card, for longer.
_MAKE = """
insert into invitation (id, kind, subject_id, issuer_id, asked_id, made_at, expires_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (issuer_id, kind, subject_id) where withdrawn_at is null and answered_at is null
do update set expires_at = excluded.expires_at, asked_id = excluded.asked_id
returning id
"""
_OPEN = """
select id, kind, subject_id, issuer_id, expires_at from invitation
where issuer_id = $1 and expires_at > $2 and withdrawn_at is null and answered_at is null
order by id
"""


async def make(shared: Shared, card: Card, asked_id: int | None, now: datetime) -> int:
    """Writes a card down, or finds the one of before; gives its id."""
    kind = KINDS.index(card.kind) + 1
    values = (card.id, kind, card.subject_id, card.issuer_id, asked_id, now, card.expires_at)
    found: int = await shared.value(_MAKE, *values)
    return found


async def get(shared: Shared, card_id: int) -> Record | None:
    return await shared.row("select * from invitation where id = $1", card_id)


async def open_of(shared: Shared, issuer_id: int, now: datetime) -> list[Card]:
    """What somebody has sent and nobody has answered."""
    rows = await shared.rows(_OPEN, issuer_id, now)
    return [
        Card(
            row["id"],
            KINDS[row["kind"] - 1],
            row["subject_id"],
            row["issuer_id"],
            row["expires_at"],
        )
        for row in rows
    ]


async def withdraw(shared: Shared, card_id: int, issuer_id: int, now: datetime) -> bool:
    """Takes a card back; whether it was there."""
    sql = (
        "update invitation set withdrawn_at = coalesce(withdrawn_at, $3)"
        " where id = $1 and issuer_id = $2 and answered_at is null returning id"
    )
    return await shared.value(sql, card_id, issuer_id, now) is not None


async def answer(shared: Shared, card_id: int, grant_id: int | None, now: datetime) -> bool:
    """Marks a card as answered, once, with the grant that came of it; whether it was open."""
    sql = (
        "update invitation set answered_at = $3, grant_id = $2"
        " where id = $1 and answered_at is null and withdrawn_at is null returning id"
    )
    return await shared.value(sql, card_id, grant_id, now) is not None
