"""From when on the books are here, of an answer of ``away_until()``. Knows no database."""

from __future__ import annotations

from datetime import datetime

from app.kit.clock import SHANGHAI
from app.kit.ids import first_id_at, moment_of
from app.kit.reasons import Refusal
from app.ledger.away.errors import MONTH_AWAY


def check_since(until: int, since: datetime) -> None:
    """Refuses to read what isn't here, rather than tell a part of it for the whole.

    Raises:
        Refusal: MONTH_AWAY.
    """
    if until and first_id_at(since) < until:
        raise Refusal(MONTH_AWAY, begin=months_since(until))


def months_since(until: int) -> str:
    """The first month that is here, as it is told."""
    return f"{moment_of(until).astimezone(SHANGHAI):%Y-%m}"
