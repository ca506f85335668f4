"""A binding of 亲情账户."""

from __future__ import annotations

from datetime import datetime

from app.kit.value import value


@value
class FamilyBinding:
    """``shower_id`` may show the code of ``holder_id``. No money, ever.

    ``holder_id``: None where there is nobody of the name and number that the shower has asked for;
    ``asked_name``: what was given, masked; ``declined_at``: when the holder said no. None of it is
    told to the shower.
    """

    id: int
    shower_id: int
    holder_id: int | None
    relation: str
    state: str
    consent: str
    created_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None
    asked_name: str | None
    declined_at: datetime | None
