"""异地就医备案: filing for treatment at another place (SOURCES F5.3)."""

from __future__ import annotations

from datetime import date, timedelta

from app.domain.filing.models import Filing
from app.kit.clock import Clock, local_date
from app.kit.reasons import INVALID_INPUT, NOT_FOUND, Refusal
from app.store.database import Database

_FILINGS_MAX = 10
_YEAR = timedelta(days=366)


class Filings:
    """The filing room's service."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def of_person(self, person_id: int) -> list[Filing]:
        """A person's filings, oldest first."""
        return await Filing.filter(person_id=person_id).order_by("id")

    async def file(
        self, person_id: int, area: str, kind: str, starts_on: date | None, ends_on: date | None
    ) -> Filing:
        """Files for an area (leading digits of places), from today if no day is given.

        Raises:
            Refusal: INVALID_INPUT.
        """
        now = self._clock.now()
        begins = starts_on or local_date(now)
        if abs(begins - local_date(now)) > _YEAR:
            raise Refusal(
                INVALID_INPUT,
                detail="starts_on 距今天超过一年",
                detail_en="starts_on is more than a year from today",
            )
        if kind == "temporary" and ends_on is None:
            raise Refusal(
                INVALID_INPUT,
                detail="ends_on 临时备案须有结束日期",
                detail_en="ends_on is missing: a temporary filing has a last day",
            )
        if ends_on is not None and ends_on < begins:
            raise Refusal(
                INVALID_INPUT,
                detail="ends_on 早于开始日期",
                detail_en="ends_on lies before the first day",
            )
        if await Filing.filter(person_id=person_id).count() >= _FILINGS_MAX:
            raise Refusal(
                INVALID_INPUT,
                detail=f"备案最多{_FILINGS_MAX}条",
                detail_en=f"there can be at most {_FILINGS_MAX} filings",
            )
        return await Filing.create(
            id=self._database.ids.next(),
            person_id=person_id,
            area=area,
            kind=kind,
            starts_on=begins,
            ends_on=ends_on,
            created_at=now,
        )

    async def take_back(self, person_id: int, filing_id: int) -> None:
        """Takes a filing back.

        Raises:
            Refusal: NOT_FOUND.
        """
        if not await Filing.filter(id=filing_id, person_id=person_id).delete():
            raise Refusal(NOT_FOUND)
