"""Operators signed in at an institution's tills: a number for the day."""

from __future__ import annotations

from datetime import datetime, time

from app.domain.registry import repository
from app.kit.clock import SHANGHAI, Clock, local_date
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
        """A sign-in of an operator: the one of today that hasn't ended, at whichever terminal it
        began, or a new one from now on."""
        now = self._clock.now()
        midnight = datetime.combine(local_date(now), time(), SHANGHAI)
        made = SignIn(f"{self._database.ids.next():020d}", now)
        async with self._database.transaction() as connection:
            found = await repository.sign_in_of_day(connection, fixmedins_code, opter_no, midnight)
            if found is not None:
                return SignIn(found["sign_no"], found["signed_in_at"])
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
