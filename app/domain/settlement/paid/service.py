"""A shop says how what a bill leaves to pay was paid at its counter."""

from __future__ import annotations

from app.domain.settlement.model import SentBy
from app.domain.settlement.paid import repository
from app.domain.settlement.rules.errors import MESSAGE_UNKNOWN
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.store.database import Database
from app.words import PayWay


class PaidWays:
    """The service of ways of paying."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def note(self, fixmedins_code: str, msgid: str, way: PayWay, by: SentBy) -> None:
        """How the cash of an own message's bill was paid or given back; said again it holds anew.

        Raises:
            Refusal: MESSAGE_UNKNOWN, also for what isn't decided, was refused, or is another's.
        """
        found = await repository.message(self._database, fixmedins_code, msgid)
        if found is None:
            raise Refusal(MESSAGE_UNKNOWN)
        await repository.note(self._database, found, way, by, self._clock.now())
