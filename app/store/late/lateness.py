"""A process's late reads: in which manners, and what they came to."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.kit.clock import Clock
from app.settings import Settings
from app.store.database import Database
from app.store.late.reading import NIGHTLY, OWN, Late, Manner, Place, recent
from app.store.late.standby import Health, Standby


class Lateness:
    """Who reads late, by what it is read for. Without a standby all comes from the primary."""

    def __init__(
        self, database: Database, standby: Standby | None, clock: Clock, late_s: float
    ) -> None:
        self._standby = standby
        self.reads: Counter[Place] = Counter()

        def late(manner: Manner) -> Late:
            return Late(database, standby, clock, manner, self.reads)

        self.own, self.recent, self.nightly = late(OWN), late(recent(late_s)), late(NIGHTLY)

    @property
    def health(self) -> Health | None:
        """Of the standby; None: there is none."""
        return None if self._standby is None else self._standby.health


@asynccontextmanager
async def lateness(
    config: Settings, database: Database, clock: Clock, url: str, application: str
) -> AsyncIterator[Lateness]:
    """Reads from the standby with this URL; an empty one: there is none.

    Raises:
        UrlRefused: the URL can't be understood.
    """
    if not url:
        yield Lateness(database, None, clock, config.standby_late_s)
        return
    standby = await Standby.open(
        url, database, clock, pool_max=config.database_pool_max, application=application
    )
    try:
        yield Lateness(database, standby, clock, config.standby_late_s)
    finally:
        await standby.close()
