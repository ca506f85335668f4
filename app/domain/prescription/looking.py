"""What a patient sees of prescriptions, and the code that a phone shows of one. Who asks for whom
may do so is for the door to know."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from app.domain.prescription import repository
from app.domain.prescription.book.dispensing import filled
from app.domain.prescription.rules import check_open
from app.domain.prescription.service import listed
from app.domain.prescription.values import Listed, Prescribed
from app.kit.clock import Clock
from app.kit.reasons import NOT_FOUND, Refusal
from app.kit.sm import Cipher, sm3
from app.kit.value import value
from app.store.database import Database

_SEEN_FOR = timedelta(days=366)
"""So long after its end one stays in the list."""
_SEEN_MAX = 200
SHOWN_FOR = timedelta(minutes=5)


@value
class Seen:
    """A prescription on a phone."""

    person_id: int
    row: Listed
    counted: Prescribed


@value
class Shown:
    """A code for one prescription."""

    code: str
    ends_at: datetime


class PrescriptionsSeen:
    """What phones ask of prescriptions."""

    def __init__(self, database: Database, clock: Clock, cipher: Cipher) -> None:
        self._database = database
        self._clock = clock
        self._cipher = cipher

    async def of(self, people: Collection[int]) -> list[Seen]:
        """The prescriptions of people, the newest first."""
        since = self._clock.now() - _SEEN_FOR
        async with self._database.transaction() as connection:
            rows = await repository.of_people(connection, people, since, _SEEN_MAX)
            counted = await filled(connection, rows)
        return [
            Seen(row["person_id"], listed(self._cipher, row, one), one)
            for row, one in zip(rows, counted, strict=True)
        ]

    async def show(self, prescription_id: int, people: Collection[int], shower_id: int) -> Shown:
        """A code that lets one pharmacy fetch a prescription of these people, once.

        Raises:
            Refusal: NOT_FOUND, RX_WITHDRAWN, RX_USED_UP, RX_EXPIRED.
        """
        now, code = self._clock.now(), f"RX{secrets.token_hex(19).upper()}"
        async with self._database.transaction() as connection:
            row = await repository.by_id(connection, prescription_id)
            if row is None or row["person_id"] not in people or row["issued_at"] is None:
                raise Refusal(NOT_FOUND)
            [counted] = await filled(connection, [row])
            check_open(counted, now)
            until, digest = now + SHOWN_FOR, sm3(code.encode())
            await repository.show_code(connection, digest, row["id"], shower_id, until, now)
        return Shown(code, until)
