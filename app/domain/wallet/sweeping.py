"""Carries on what was left half-way, and ends what nobody has accepted in time."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from app.domain.wallet import repository
from app.domain.wallet.book import payee, sender
from app.domain.wallet.halves import Halves
from app.domain.wallet.sides import Sides
from app.domain.wallet.values import BEGINNING, Sent, State
from app.kit.clock import Clock
from app.store.database import Database

_PORTION = 200
_PORTIONS_MAX = 50
"""At the most in one round: what waits for a cell that doesn't answer is passed over, not asked for
to the end."""


_FIRST = BEGINNING, 0
Found = TypeVar("Found")
Mark = TypeVar("Mark")


class Sweep:
    """The worker's part. Each of its steps may be done again, by several workers at once."""

    def __init__(self, database: Database, clock: Clock, sides: Sides) -> None:
        self._database = database
        self._clock = clock
        self._sides = sides

    async def run(self) -> int:
        """One round; gives how many transfers were carried on. What hinders one step doesn't keep
        the others from being done."""
        if not await repository.anything(self._database, self._clock.now()):
            return 0
        done, hindered = 0, None
        for step in (self._deliver, self._tell, self._expire):
            try:
                done += await step()
            except Exception as error:
                hindered = hindered or error
        if hindered is not None:
            raise hindered
        return done

    async def _deliver(self) -> int:
        """What the payee's side has not been told of."""
        done = 0
        read = partial(sender.undelivered, self._database, _PORTION)
        async for sent in _portions(read, 0, lambda one: one.id):
            for there, some in await self._by_payee(sent):
                offered = [one for one in some if one.returns_id is None]
                await there.offer(offered)
                await self._sides.here.delivered(offered)
                await self._return([one for one in some if one.returns_id is not None], there)
                done += len(some)
        return done

    async def _tell(self) -> int:
        """What the payee's side has decided and the sender's has not followed."""
        done = 0
        read = partial(payee.untold, self._database, self._clock.now(), _PORTION)
        async for decided in _portions(read, _FIRST, lambda one: (one.follow_from, one.id)):
            for there, some in await self._sides.by_side(decided, lambda one: one.sender_id):
                await there.follow({one.id: one.state for one in some})
                await self._sides.here.told([one.id for one in some])
                done += len(some)
        return done

    async def _expire(self) -> int:
        """What nobody has accepted in time."""
        done = 0
        read = partial(sender.due, self._database, self._clock.now(), _PORTION)
        async for sent in _portions(read, _FIRST, _due_since):
            for there, some in await self._by_payee(sent):
                await self._end(some, there)
                done += len(some)
        return done

    async def end_of(self, person_id: int) -> None:
        """Ends what a person has sent and nobody has accepted, and carries on what the person gives
        back, so that nothing of the person's is held here any more.

        Raises:
            CellAway: the other side of one of these doesn't answer.
        """
        for one in await sender.pending_of(self._database, person_id):
            there = await self._sides.of(one.other_id)
            if one.returns_id is None:
                await self._end([one], there)
            else:
                await self._return([one], there)

    async def _end(self, sent: list[Sent], there: Halves) -> None:
        decided = await there.expire(sent)
        await self._sides.here.follow(decided)
        await there.told(decided)

    async def _return(self, sent: list[Sent], there: Halves) -> None:
        for one in sent:
            await there.bring_back(one)
            await self._sides.here.follow({one.id: State.ACCEPTED})

    async def _by_payee(self, sent: list[Sent]) -> list[tuple[Halves, list[Sent]]]:
        return await self._sides.by_side(sent, lambda one: one.other_id)


def _due_since(one: Sent) -> tuple[datetime, int]:
    assert one.expires_at is not None, "it is due"
    return one.expires_at, one.id


async def _portions(
    read: Callable[[Mark], Awaitable[list[Found]]], after: Mark, mark: Callable[[Found], Mark]
) -> AsyncIterator[list[Found]]:
    """What is there to be read, in its order: each portion behind the last of the one before."""
    for _ in range(_PORTIONS_MAX):
        found = await read(after)
        if not found:
            return
        after = mark(found[-1])
        yield found
