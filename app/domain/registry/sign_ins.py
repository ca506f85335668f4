"""Operators signed in at an institution's tills: a number for the day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time

from app.domain.registry import repository
from app.kit.clock import SHANGHAI, Clock, local_date
from app.kit.sm import Cipher
from app.kit.value import value
from app.store.cells.others import Others
from app.store.database import Database


def operator_aad(sign_no: str) -> str:
    """What a signed-in operator's sealed name is bound to."""
    return f"till_sign_in.opter_name:{sign_no}"


@value
class SignIn:
    """A sign-in that has begun."""

    sign_no: str
    signed_in_at: datetime


class SignIns:
    """Begins and ends sign-ins."""

    def __init__(
        self, database: Database, clock: Clock, cipher: Cipher, others: Others | None = None
    ) -> None:
        self._database = database
        self._others = others
        self._clock = clock
        self._cipher = cipher

    async def begin(self, fixmedins_code: str, opter_no: str, opter_name: str) -> SignIn:
        """A sign-in of an operator: the one of today that hasn't ended, at whichever terminal it
        began, or a new one from now on."""
        now = self._clock.now()
        midnight = datetime.combine(local_date(now), time(), SHANGHAI)
        made = SignIn(f"{self._database.ids.next():020d}", now)
        async with self._database.transaction() as connection:
            found = await repository.sign_in_of_day(connection, fixmedins_code, opter_no, midnight)
            if found is not None:
                sign_no: str = found["sign_no"]
                if self._named(sign_no, found["opter_name_sealed"]) != opter_name:
                    await repository.rename_operator(
                        connection, sign_no, self._sealed(sign_no, opter_name)
                    )
                return SignIn(sign_no, found["signed_in_at"])
            await repository.sign_in(
                connection,
                made.sign_no,
                fixmedins_code,
                opter_no,
                made.signed_in_at,
                self._sealed(made.sign_no, opter_name),
            )
        return made

    async def end(self, fixmedins_code: str, sign_no: str) -> datetime | None:
        """Ends a live sign-in of this institution; when that was, or None: there is no such."""
        now = self._clock.now()
        async with self._database.transaction() as connection:
            done = await repository.sign_out(connection, sign_no, fixmedins_code, now)
        return now if done else None

    async def lives(self, fixmedins_code: str, sign_no: str) -> bool:
        """Whether this institution has such a sign-in that hasn't ended: here, or in the cell where
        its tills are.

        Raises:
            CellAway: not here, and a cell doesn't answer.
        """
        if await repository.signed_in(self._database, sign_no, fixmedins_code):
            return True
        if self._others is None:
            return False

        async def look(database: Database) -> bool | None:
            return await repository.signed_in(database, sign_no, fixmedins_code) or None

        return await self._others.first(look) is not None

    async def names(self, fixmedins_code: str, sign_nos: Collection[str]) -> dict[str, str]:
        """What operators are called, by their sign-ins at this institution, ended ones too; those
        of before names were kept are left out."""
        rows = await repository.operators(self._database, fixmedins_code, sign_nos)
        return {
            row["sign_no"]: self._named(row["sign_no"], row["opter_name_sealed"]) for row in rows
        }

    def _sealed(self, sign_no: str, name: str) -> bytes:
        return self._cipher.seal(name, operator_aad(sign_no))

    def _named(self, sign_no: str, sealed: bytes | None) -> str:
        return "" if sealed is None else self._cipher.open(sealed, operator_aad(sign_no))
