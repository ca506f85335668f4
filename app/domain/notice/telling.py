"""Goes over what has happened and puts it into inboxes: each event once, whatever is killed
meanwhile, since the inbox takes it in the transaction in which the reader moves on. Where what has
happened lies in another database than the inbox, the inbox takes it first: told again, it is there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from app.domain.notice import repository
from app.domain.notice.book import consents, elsewhere, messages
from app.domain.notice.facts import (
    bills,
    codes,
    counter,
    events,
    happenings,
    logins,
    people,
    prescriptions,
)
from app.domain.notice.kinds import KINDS, TOPICS
from app.domain.notice.rules.guardians import beside
from app.domain.notice.rules.outside import NEWS_FOR, due
from app.domain.notice.values import USUAL, Consent, Message, Telling, Wishes
from app.kit.clock import Clock, age_on, local_date
from app.kit.log import logger
from app.kit.value import value
from app.regions.loader import Rulebook
from app.store.cache import CacheError
from app.store.cells.others import CellAway, Others
from app.store.cells.places import Place
from app.store.cells.shared import Shared, cell_part, shared_part
from app.store.database import Connection, Database
from app.store.feed import Batch, Feed, Source
from app.store.news import News

_AT_ONCE = 500
EXPIRING_DAYS = 7
"""So many days ahead both sides are told that a grant ends."""
log = logger(__name__)


@value
class Reader:
    """One source of notices. ``tellings``: of a batch, with a connection to where ties are;
    ``behind``: how much later than the feed is it is read; ``places``: beside which tables its
    rows are, in each of those databases of their own."""

    name: str
    source: Source
    tellings: Callable[[Batch, Connection], Awaitable[list[Telling]]]
    behind: timedelta = timedelta()
    places: tuple[Place, ...] = (Place.CELL,)


def _alone(
    tellings: Callable[[Batch], Awaitable[list[Telling]]],
) -> Callable[[Batch, Connection], Awaitable[list[Telling]]]:
    """Of a batch that needs no ties."""
    return lambda batch, _: tellings(batch)


_EITHER = (Place.CELL, Place.SHARED)
READERS = (
    Reader(happenings.NAME, happenings.SOURCE, happenings.tellings, places=_EITHER),
    Reader(bills.NAME, bills.SOURCE, _alone(bills.tellings)),
    Reader(codes.SHOWN, codes.SHOWN_SOURCE, _alone(codes.shown)),
    Reader(codes.READ, codes.READ_SOURCE, _alone(codes.read), codes.READ_BEHIND),
    Reader(logins.NAME, logins.SOURCE, _alone(logins.tellings), places=(Place.SHARED,)),
    Reader(counter.NAME, counter.SOURCE, _alone(counter.tellings)),
    Reader(events.NAME, events.SOURCE, events.tellings),
    Reader(prescriptions.NAME, prescriptions.SOURCE, _alone(prescriptions.tellings)),
)


def topic(person_id: int) -> str:
    """Under which news is told that somebody's inbox has changed."""
    return f"notices:{person_id}"


class Teller:
    """Reads all sources of notices."""

    def __init__(
        self,
        database: Database,
        shared: Shared,
        news: News,
        clock: Clock,
        rulebook: Rulebook,
        readers: Sequence[Reader] = READERS,
        others: Others | None = None,
    ) -> None:
        self._others = others
        self._database = database
        self._shared = shared
        self._news = news
        self._clock = clock
        self._rulebook = rulebook
        self._feeds = [
            (one, place, Feed(self._of(place), one.name, one.source))
            for one in readers
            # Both in one database: it is read once.
            for place in (one.places[:1] if shared is database else one.places)
        ]

    async def run(self, *, now: datetime | None = None, gently: bool = False) -> int:
        """Tells all that is half a minute old; gives how many rows were read.

        ``gently``: in a process that has something better to do.
        """
        today = self._clock.now()
        await happenings.note_expiring(self._database, local_date(today), today, EXPIRING_DAYS)
        now = now or today
        rows = 0
        for reader, place, feed in self._feeds:
            told = set[int]()

            async def handle(
                batch: Batch, reader: Reader = reader, place: Place = place, told: set[int] = told
            ) -> None:
                async with self._both(batch, place) as (connection, there):
                    tellings = await reader.tellings(batch, there)
                    told |= await self._put(connection, there, tellings)

            run = feed.run_gently if gently else feed.run
            rows += (await run(handle, now - reader.behind, at_once=_AT_ONCE)).rows
            await self._tell_open_pages(told)
        if self._others is not None:
            await self._carry(self._others)
        return rows

    async def _carry(self, others: Others) -> None:
        """Puts into the inboxes of other cells what was read here. One that doesn't answer is
        asked again the next time."""
        waiting = await elsewhere.take(self._database, _AT_ONCE)
        persons = {one.person_id for one in waiting.values()}

        async def known_in(database: Database) -> set[int]:
            async with database.connection() as connection:
                return set(await people.of(connection, persons))

        found, all_there = await others.ask_all(known_in) if waiting else ({}, True)
        done = set[int]()
        for name, there in found.items():
            mine = {number: one for number, one in waiting.items() if one.person_id in there}
            if mine:
                with suppress(CellAway):
                    await others.ask(name, partial(self._put_there, list(mine.values())))
                    done |= mine.keys()
        if all_there:  # nobody is told who is nowhere
            known = set[int]().union(*found.values())
            done |= {number for number, one in waiting.items() if one.person_id not in known}
        if done:
            await elsewhere.drop(self._database, done)

    async def _put_there(self, tellings: list[Telling], database: Database) -> None:
        async with database.transaction() as connection, self._shared.connection() as there:
            await self._put(connection, there, tellings)

    def _of(self, place: Place) -> Database:
        return self._shared if place is Place.SHARED else self._database

    @asynccontextmanager
    async def _both(
        self, batch: Batch, place: Place
    ) -> AsyncIterator[tuple[Connection, Connection]]:
        """Connections to where inboxes are and to where the shared tables are: one of them is the
        batch's, which both are where those are in one database."""
        if place is Place.SHARED:
            async with cell_part(self._shared, self._database, batch.connection) as connection:
                yield connection, batch.connection
        else:
            async with shared_part(self._shared, self._database, batch.connection) as there:
                yield batch.connection, there

    async def _put(
        self, connection: Connection, there: Connection, tellings: list[Telling]
    ) -> set[int]:
        """Puts tellings into inboxes as people wish it, and beside them what is to go out; gives
        whose inboxes have changed."""
        if not tellings:
            return set()
        tellings = await self._to_whom(connection, there, tellings)
        if not tellings:
            return set()
        persons = {one.person_id for one in tellings}
        wishes = await repository.wishes(connection, persons)
        wanted = [one for one in tellings if _wanted(one, wishes.get(one.person_id, USUAL))]
        now, ids = self._clock.now(), self._database.ids
        fresh = await repository.put(connection, wanted, now, ids)
        await self._put_outside(connection, there, fresh, wishes, now)
        return {telling.person_id for _, telling in fresh}

    async def _to_whom(
        self, connection: Connection, there: Connection, tellings: list[Telling]
    ) -> list[Telling]:
        """The guardians of a child are told beside the child; nobody is told who is there no
        more. Who isn't of this cell is told later (``_carry``)."""
        today = local_date(self._clock.now())
        known = await people.of(connection, {one.person_id for one in tellings})
        tellings = [_under_one_row(one, known) for one in tellings]
        known |= {row.told: row for row in known.values()}
        children = {
            person
            for person, row in known.items()
            if age_on(row.brdy, today)
            < self._rulebook.at(row.place, today).rules.family.consent_age
        }
        guardians = await people.guardians(there, children) if children else {}
        added = beside(tellings, guardians)
        known |= await people.of(connection, {one.person_id for one in added})
        wanted = [*tellings, *added]
        if self._others is not None:
            strange = [one for one in wanted if one.person_id not in known]
            await elsewhere.park(connection, strange, self._database.ids)
            wanted = [one for one in wanted if one.person_id in known]
        gone = {person for person, row in known.items() if row.gone}
        return [one for one in wanted if one.person_id not in gone]

    async def _put_outside(
        self,
        connection: Connection,
        there: Connection,
        fresh: Sequence[tuple[int, Telling]],
        wishes: Mapping[int, Wishes],
        now: datetime,
    ) -> None:
        """Writes the messages of those who wish it and have agreed to it at WeChat."""
        out = [
            (number, one)
            for number, one in fresh
            if KINDS[one.kind].outside
            and KINDS[one.kind].topic not in wishes.get(one.person_id, USUAL).off_outside
        ]
        if not out:
            return
        own = await consents.logins(there, {one.person_id for _, one in out})
        to = {number: one.login_id or own.get(one.person_id, 0) for number, one in out}
        given = await consents.of(there, set(to.values()))
        agreed = [
            _message(number, one, due(now, wishes.get(one.person_id, USUAL).quiet))
            for number, one in out
            if given.get((to[number], KINDS[one.kind].template), Consent()).stands
        ]
        if agreed:
            await messages.put(connection, agreed)

    async def _tell_open_pages(self, people: set[int]) -> None:
        if not people:
            return
        try:
            await self._news.publish({topic(person) for person in people})
        except (CacheError, OSError) as error:  # an open page looks by itself from time to time
            log.warning("news_lost", error=type(error).__name__, size=len(people))


def _under_one_row(telling: Telling, known: Mapping[int, people.Person]) -> Telling:
    """A telling to the row by which its reader is known now."""
    row = known.get(telling.person_id)
    return telling if row is None else replace(telling, person_id=row.told)


def _wanted(telling: Telling, wishes: Wishes) -> bool:
    about = KINDS[telling.kind].topic
    return TOPICS[about].fixed or about not in wishes.off_inbox


def _message(notice_id: int, telling: Telling, due_at: datetime) -> Message:
    fen = telling.params.get("sum_fen")
    return Message(
        notice_id,
        telling.person_id,
        telling.login_id,
        telling.kind,
        KINDS[telling.kind].template,
        fen if isinstance(fen, int) else None,
        telling.at,
        due_at,
        due_at + NEWS_FOR,
    )
