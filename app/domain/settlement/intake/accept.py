"""Accepting a message: stored and queued before anything else happens."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Sequence

from app.domain.settlement.intake import repository
from app.domain.settlement.intake.repository import Arrival, StoredMessage
from app.domain.settlement.intake.waiting_tills import WaitingTills
from app.domain.settlement.model import UNSAID, MessageKey, Request, SentBy
from app.domain.settlement.orders import Order
from app.domain.settlement.rules.errors import MSGID_REUSED, REVERSED_BEFORE_ARRIVAL
from app.kit.batcher import Batcher
from app.kit.clock import Clock
from app.kit.log import debugging, logger
from app.kit.reasons import Refusal
from app.kit.sm import one_of
from app.store.database import Database
from app.store.queue import Queue

_PACE_S = 0.003
log = logger(__name__)


def lane_of(psn_no: str, lanes: int) -> int:
    """The lane of a person's messages: the same person's always go through the same one."""
    return zlib.crc32(psn_no.encode()) % lanes


class Intake:
    """Takes messages in, in groups; a message counts once however often it comes."""

    def __init__(
        self, database: Database, queue: Queue, clock: Clock, lanes: int, results: WaitingTills
    ) -> None:
        self._database = database
        self._queue = queue
        self._clock = clock
        self.lanes = lanes
        self._results = results
        self._wakes: set[asyncio.Task[None]] = set()
        self._batcher: Batcher[Arrival, int] = Batcher(self._write, pace_s=_PACE_S)
        self._looker: Batcher[MessageKey, bool] = Batcher(self._look, pace_s=_PACE_S)

    async def close(self) -> None:
        await self._looker.close()
        await self._batcher.close()
        await asyncio.gather(*self._wakes)

    async def accept(
        self,
        fixmedins_code: str,
        msgid: str,
        infno: str,
        order: Order,
        hashes: Sequence[bytes],
        by: SentBy = UNSAID,
    ) -> int:
        """Stores a message and queues it; gives its request id. A repeat gives the first one's id,
        whoever sends it. Of the hashes of its content the first is noted; a repeat may lie under
        any.

        ``WaitingTills.get`` is to be called with the id that comes back.

        Raises:
            Refusal: MSGID_REUSED (another message has this msgid), REVERSED_BEFORE_ARRIVAL.
            Overloaded: too many messages wait to be stored.
        """
        lane = lane_of(order.psn_no, self.lanes)
        request = Request(self._database.ids.next(), fixmedins_code, msgid, infno, lane, order)
        self._results.expect(request.id)
        found = None
        try:
            found = await self._batcher.put(Arrival(request, tuple(hashes), by))
        finally:
            if found != request.id:
                self._results.forget(request.id)
        if debugging():  # beside the call's id: from here on the request's leads to the ledger
            log.debug("request_taken", request=str(found))
        return found

    async def seen(
        self, fixmedins_code: str, msgid: str, infno: str, hashes: Sequence[bytes]
    ) -> int | None:
        """The id of this very message if it was accepted before, else None.

        Raises:
            Refusal: as ``accept``.
        """
        async with self._database.lookup() as connection:
            found = await repository.stored_messages(connection, [(fixmedins_code, msgid)])
        known = found.get((fixmedins_code, msgid))
        return None if known is None else _same_message(known, infno, hashes)

    async def is_known(self, key: MessageKey) -> bool:
        """Whether a message lies here under an institution's msgid, whichever it is."""
        return await self._looker.put(key)

    async def _look(self, keys: Sequence[MessageKey]) -> Sequence[bool]:
        async with self._database.lookup() as connection:
            known = await repository.stored_messages(connection, list(set(keys)))
        return [key in known for key in keys]

    async def _write(self, arrivals: Sequence[Arrival]) -> Sequence[int | Exception]:
        async with self._database.lookup() as connection:
            new = await repository.accept(connection, arrivals, self._clock.now())
            old = [a for a in arrivals if a.request.id not in new]
            keys = [(a.request.fixmedins_code, a.request.msgid) for a in old]
            known = await repository.stored_messages(connection, keys) if keys else {}
        lanes = {a.request.lane for a in arrivals if a.request.id in new}
        if lanes:  # the next group need not wait for it
            task = asyncio.create_task(self._queue.wake(lanes))
            self._wakes.add(task)
            task.add_done_callback(self._wakes.discard)
        return [_answer(a, new, known) for a in arrivals]


def _answer(
    arrival: Arrival, new: set[int], known: dict[MessageKey, StoredMessage]
) -> int | Exception:
    request = arrival.request
    if request.id in new:
        return request.id
    try:
        return _same_message(
            known[(request.fixmedins_code, request.msgid)], request.infno, arrival.hashes
        )
    except Refusal as refusal:
        return refusal


def _same_message(known: StoredMessage, infno: str, hashes: Sequence[bytes]) -> int:
    if known.body_hash is None:
        raise Refusal(REVERSED_BEFORE_ARRIVAL)
    if known.infno != infno or not one_of(known.body_hash, hashes):
        raise Refusal(MSGID_REUSED)
    return known.request_id
