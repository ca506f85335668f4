"""Carries on what was left half-way, and ends what nobody has accepted in time."""

from __future__ import annotations

from app.domain.wallet.book import payee, sender
from app.domain.wallet.halves import Halves
from app.domain.wallet.values import State
from app.kit.clock import Clock
from app.store.database import Database

_PORTION = 200


class Sweep:
    """The worker's part. Each of its steps may be done again, by several workers at once."""

    def __init__(self, database: Database, clock: Clock, halves: Halves) -> None:
        self._database = database
        self._clock = clock
        self._halves = halves

    async def run(self) -> int:
        """One round; gives how many transfers were carried on. What hinders one step doesn't keep
        the others from being done."""
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
        while sent := await sender.undelivered(self._database, _PORTION):
            await self._halves.deliver([one for one in sent if one.returns_id is None])
            for one in sent:
                if one.returns_id is not None:
                    await self._halves.bring_back(one)
                    await self._halves.follow({one.id: State.ACCEPTED})
            done += len(sent)
        return done

    async def _tell(self) -> int:
        """What the payee's side has decided and the sender's has not followed."""
        done = 0
        while decided := await payee.untold(self._database, self._clock.now(), _PORTION):
            await self._halves.follow(decided)
            await payee.told(self._database, decided, self._clock.now())
            done += len(decided)
        return done

    async def _expire(self) -> int:
        """What nobody has accepted in time."""
        done = 0
        while sent := await sender.due(self._database, self._clock.now(), _PORTION):
            decided = await self._halves.expire(sent)
            await self._halves.follow(decided)
            await payee.told(self._database, decided, self._clock.now())
            done += len(sent)
        return done

    async def end_of(self, person_id: int) -> None:
        """Ends what a person has sent and nobody has accepted, and carries on what the person gives
        back, so that nothing of the person's is held here any more."""
        sent = await sender.pending_of(self._database, person_id)
        decided = await self._halves.expire([one for one in sent if one.returns_id is None])
        await self._halves.follow(decided)
        await payee.told(self._database, decided, self._clock.now())
        for one in sent:
            if one.returns_id is not None:
                await self._halves.bring_back(one)
                await self._halves.follow({one.id: State.ACCEPTED})
