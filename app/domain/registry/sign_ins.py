"""Operators signed in at an institution's tills: a number for the day."""

from __future__ import annotations

from datetime import datetime

from app.domain.registry import repository
from app.kit.clock import Clock
from app.kit.value import value
from app.store.database import Database


@value
class SignIn:
    """A sign-in that has begun."""

    sign_no: str
    signed_in_at: datetime


class SignIns:
    """Begins and ends sign-ins."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def begin(self, fixmedins_code: str, opter_no: str) -> SignIn:
        """A sign-in of an operator, from now on."""
        made = SignIn(f"{self._database.ids.next():020d}", self._clock.now())
        async with self._database.transaction() as connection:
            await repository.sign_in(
                connection, made.sign_no, fixmedins_code, opter_no, made.signed_in_at
            )
        return made

    async def end(self, fixmedins_code: str, sign_no: str) -> datetime | None:
        """Ends a live sign-in of this institution; when that was, or None: there is no such."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            done = await repository.sign_out(connection, sign_no, fixmedins_code, now)
        return now if done else None

    async def lives(self, fixmedins_code: str, sign_no: str) -> bool:
        """Whether this institution has such a sign-in that hasn't ended."""
        return await repository.signed_in(self._database, sign_no, fixmedins_code)
