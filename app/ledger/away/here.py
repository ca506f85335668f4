"""Asks from when on the books are here."""

from __future__ import annotations

from datetime import datetime

from app.kit.ids import moment_of
from app.ledger.away.since import check_since
from app.store.late.reading import Reader

_UNTIL = "select away_until()"


async def books_begin(reader: Reader) -> datetime | None:
    """The first moment whose bills' transfers are all here; None: all are."""
    until: int = await reader.value(_UNTIL)
    return moment_of(until) if until else None


async def check_here(reader: Reader, since: datetime) -> None:
    """Refuses to read what isn't here.

    Raises:
        Refusal: MONTH_AWAY.
    """
    check_since(await reader.value(_UNTIL), since)
