"""Undoings of nothing: a reversal is taken also before what it reverses, so whoever has a key could
store any number. Of those that find nothing standing an institution has so many an hour."""

from __future__ import annotations

from app.domain.settlement.intake import repository
from app.domain.settlement.orders import Cancel, Order, PartReturn, Reversal
from app.domain.settlement.rules.errors import EMPTY_UNDOINGS
from app.kit.clock import Clock
from app.kit.log import logger
from app.kit.reasons import Refusal
from app.store.cache import Cache, CacheError
from app.store.database import Database

_HOUR_S = 3600
log = logger(__name__)


class EmptyUndoings:
    """Counts them by institution and hour."""

    def __init__(self, database: Database, cache: Cache, clock: Clock, most: int) -> None:
        self._database = database
        self._cache = cache
        self._clock = clock
        self._most = most

    async def check(self, fixmedins_code: str, msgid: str, order: Order) -> None:
        """Before anything of the message is stored.

        While Redis is away nothing is counted: what undoes a bill is not to be refused for that.

        Raises:
            Refusal: EMPTY_UNDOINGS.
        """
        match order:
            case Reversal(omsgid=omsgid):
                settlement_id = 0
            case Cancel(settlement_id=settlement_id) | PartReturn(settlement_id=settlement_id):
                omsgid = ""
            case _:
                return
        if await repository.undoes_something(
            self._database, fixmedins_code, msgid, omsgid, settlement_id
        ):
            return
        hour = int(self._clock.now().timestamp()) // _HOUR_S
        try:
            sent = await self._cache.count(f"qinji:empty:{fixmedins_code}:{hour}", _HOUR_S)
        except (CacheError, OSError) as error:
            log.warning("not_counted", error=type(error).__name__)
            return
        if sent > self._most:
            raise Refusal(EMPTY_UNDOINGS, limit=self._most)
