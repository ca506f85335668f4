"""What the clock brings: a child for whom somebody has signed turns 14, or reaches the age from
which the family account needs its own yes. Whether a code may be shown is asked of the present
anyway; this is for whoever has to be told of the one tap that renews it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from app.domain.events.facts.children import Child, children
from app.domain.events.kinds import Kind
from app.domain.events.service import Events
from app.domain.events.values import Event
from app.kit.clock import Clock, local_date, midnight
from app.regions.loader import Rulebook
from app.store.cells.shared import Shared
from app.store.database import Database

CLOCK = "clock"
"""The sender of what the clock brings."""
FACE_AGE = 14
_LOOKS_BACK = timedelta(days=31)
"""So long this may have stood still and still tells of every birthday."""
_AT_ONCE = 500


class Birthdays:
    """Looks for birthdays that have come."""

    def __init__(
        self,
        database: Database,
        shared: Shared,
        clock: Clock,
        rulebook: Rulebook,
        events: Events,
    ) -> None:
        self._database = database
        self._shared = shared
        self._clock = clock
        self._rulebook = rulebook
        self._events = events

    async def run(self) -> int:
        """Takes in what the last days brought; gives how much of that is new."""
        today, done, after = local_date(self._clock.now()), 0, 0
        while True:
            found, last = await children(self._database, self._shared, after, _AT_ONCE)
            if last is None:
                return done
            done += await self._events.happened(
                [event for child in found for event in self._of(child, today)]
            )
            after = last

    def _of(self, child: Child, today: date) -> Iterator[Event]:
        consents = self._rulebook.at(child.place, today).rules.family.consent_age
        for kind, age in ((Kind.TURNED_14, FACE_AGE), (Kind.TURNED_16, consents)):
            day = birthday(child.brdy, age)
            if today - _LOOKS_BACK < day <= today:
                number = self._database.ids.next()
                name = f"{kind.value}:{child.person_id}"
                yield Event(number, CLOCK, name, child.person_id, None, kind, midnight(day))


def birthday(born: date, age: int) -> date:
    """The day on which somebody is so old; after 29 February the day after."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)
