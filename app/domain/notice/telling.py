"""Goes over what has happened and puts it into inboxes: each event once, whatever is killed
meanwhile, since the inbox takes it in the transaction in which the reader moves on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from app.domain.notice import repository
from app.domain.notice.facts import bills, codes, counter, happenings, logins
from app.domain.notice.kinds import KINDS, TOPICS
from app.domain.notice.values import Telling, Wishes
from app.kit.clock import Clock, local_date
from app.kit.log import logger
from app.kit.value import value
from app.store.cache import CacheError
from app.store.database import Database
from app.store.feed import Batch, Feed, Source
from app.store.news import News

_AT_ONCE = 500
EXPIRING_DAYS = 7
"""So many days ahead both sides are told that a grant ends."""
log = logger(__name__)


@value
class Reader:
    """One source of notices. ``behind``: how much later than the feed is it is read."""

    name: str
    source: Source
    tellings: Callable[[Batch], Awaitable[list[Telling]]]
    behind: timedelta = timedelta()


READERS = (
    Reader(happenings.NAME, happenings.SOURCE, happenings.tellings),
    Reader(bills.NAME, bills.SOURCE, bills.tellings),
    Reader(codes.SHOWN, codes.SHOWN_SOURCE, codes.shown),
    Reader(codes.READ, codes.READ_SOURCE, codes.read, codes.READ_BEHIND),
    Reader(logins.NAME, logins.SOURCE, logins.tellings),
    Reader(counter.NAME, counter.SOURCE, counter.tellings),
)


def topic(person_id: int) -> str:
    """Under which news is told that somebody's inbox has changed."""
    return f"notices:{person_id}"


class Teller:
    """Reads all sources of notices."""

    def __init__(
        self, database: Database, news: News, clock: Clock, readers: Sequence[Reader] = READERS
    ) -> None:
        self._database = database
        self._news = news
        self._clock = clock
        self._feeds = [(one, Feed(database, one.name, one.source)) for one in readers]

    async def run(self, *, now: datetime | None = None, gently: bool = False) -> int:
        """Tells all that is half a minute old; gives how many rows were read.

        ``gently``: in a process that has something better to do.
        """
        today = self._clock.now()
        await happenings.note_expiring(self._database, local_date(today), today, EXPIRING_DAYS)
        now = now or today
        rows = 0
        for reader, feed in self._feeds:
            told = set[int]()

            async def handle(batch: Batch, reader: Reader = reader, told: set[int] = told) -> None:
                told |= await self._put(batch, await reader.tellings(batch))

            run = feed.run_gently if gently else feed.run
            rows += (await run(handle, now - reader.behind, at_once=_AT_ONCE)).rows
            await self._tell_open_pages(told)
        return rows

    async def _put(self, batch: Batch, tellings: list[Telling]) -> set[int]:
        """Puts tellings into inboxes as people wish it; gives whose have changed."""
        if not tellings:
            return set()
        people = {one.person_id for one in tellings}
        wishes = await repository.wishes(batch.connection, people)
        wanted = [one for one in tellings if _wanted(one, wishes.get(one.person_id))]
        now, ids = self._clock.now(), self._database.ids
        fresh = await repository.put(batch.connection, wanted, now, ids)
        return {telling.person_id for _, telling in fresh}

    async def _tell_open_pages(self, people: set[int]) -> None:
        if not people:
            return
        try:
            await self._news.publish({topic(person): "" for person in people})
        except (CacheError, OSError) as error:  # an open page looks by itself from time to time
            log.warning("news_lost", error=type(error).__name__, size=len(people))


def _wanted(telling: Telling, wishes: Wishes | None) -> bool:
    about = KINDS[telling.kind].topic
    return wishes is None or TOPICS[about].fixed or about not in wishes.off_inbox
