"""Life events: what a bureau says happened to people, taken in once and done in one transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from app.domain.card import repository as cards
from app.domain.events.applying import Applying
from app.domain.events.book import writing
from app.domain.events.facts.histories import details as details_of
from app.domain.events.facts.histories import find, histories, ids_of, rows_of
from app.domain.events.kinds import OF_THE_HUMAN, Kind
from app.domain.events.reading import Written
from app.domain.events.values import Event, History
from app.domain.login import repository as log_ins
from app.domain.registry import repository as registry
from app.domain.registry.imports.book.chunk import begin
from app.domain.registry.imports.lines import Bad
from app.domain.registry.indexes import card_no_indexes
from app.domain.registry.repository import stays_of
from app.kit.clock import Clock
from app.kit.log import logger
from app.kit.sm import Cipher
from app.kit.value import value
from app.ledger.balances import Renew
from app.regions.loader import Rulebook
from app.store.cells.shared import Shared, shared_part
from app.store.database import Connection, Database
from app.words import CardState, CardWord

EndLogIns = Callable[[Collection[int]], Awaitable[None]]
"""Ends the sessions of log-ins, by their ids."""
EVERYWHERE = ("00",)
"""The places of who may speak of everybody."""
log = logger(__name__)


class Came(StrEnum):
    """What became of an event that came in."""

    DONE = "done"
    KNOWN = "known"
    REFUSED = "refused"


@value
class Outcome:
    """The same with the column that is wrong, and why, of one that was refused."""

    event_id: str
    came: Came
    column: str = ""
    reason: str = ""


def details_aad(event_id: int) -> str:
    """What an event's sealed details are bound to."""
    return f"life_event.details:{event_id}"


class Events:
    """The events room's service."""

    def __init__(
        self,
        database: Database,
        shared: Shared,
        cipher: Cipher,
        clock: Clock,
        rulebook: Rulebook,
        renew: Renew,
        end_log_ins: EndLogIns,
        is_here: Callable[[str], bool] = lambda _: True,
    ) -> None:
        """``is_here``: whether a place is of this cell."""
        self._is_here = is_here
        self._end_log_ins = end_log_ins
        self._database = database
        self._shared = shared
        self._cipher = cipher
        self._clock = clock
        self._renew = renew
        self._applying = Applying(database, shared, rulebook, database.ids)

    async def take(
        self, sender: str, written: Written, places: Collection[str] = EVERYWHERE
    ) -> Outcome:
        """Takes an event in and does what it does, all or nothing. The same again changes nothing.

        ``places``: the beginnings of the places of whose people the sender may speak (law 12).
        """
        moved: set[int] = set()
        gone: list[int] = []
        try:
            async with self._database.transaction() as connection:
                await begin(connection)
                event = await self._event(connection, sender, written, places)
                if await self._known(connection, event, written):
                    return Outcome(written.event_id, Came.KNOWN)
                moved = await self._do(connection, [event], written.details)
                gone = await self._log_ins_of_dead(connection, [event])
        except Bad as bad:
            return Outcome(written.event_id, Came.REFUSED, bad.column, bad.reason)
        await self._renew(moved)
        await self._end_log_ins(gone)
        log.info("life_event", kind=event.kind.value, sender=sender)
        return Outcome(written.event_id, Came.DONE)

    async def happened(self, events: Sequence[Event]) -> int:
        """What the program itself has seen happen; gives how many are new."""
        if not events:
            return 0
        async with self._database.transaction() as connection:
            await begin(connection)
            await registry.lock(connection, [event.person_id for event in events])
            new = [e for e in events if await find(connection, e.sender, e.event_id) is None]
            moved = await self._do(connection, new, None) if new else set()
            gone = await self._log_ins_of_dead(connection, new)
        await self._renew(moved)
        await self._end_log_ins(gone)
        return len(new)

    async def _event(
        self, connection: Connection, sender: str, written: Written, places: Collection[str]
    ) -> Event:
        """The event with the people whom it names, whose rows are locked."""
        place = written.said.insuplc_admdvs
        if place is not None and not self._is_here(place):
            raise Bad("details", "insuplc_admdvs: of another cell")
        named = [one for one in (written.psn_no, written.other) if one is not None]
        ids = await ids_of(connection, named)
        await registry.lock(connection, ids.values())
        if written.psn_no not in ids or not await self._may(
            connection, ids[written.psn_no], places
        ):
            raise Bad("psn_no", "nobody of yours has it")
        if written.other is not None and written.other not in ids:
            raise Bad("details", "other: nobody has it")
        event = Event(
            self._database.ids.next(),
            sender,
            written.event_id,
            ids[written.psn_no],
            None if written.other is None else ids[written.other],
            written.kind,
            written.at,
            written.said,
        )
        event = await _as_known_now(connection, event)
        if event.person_id == event.other_id:
            raise Bad("details", "other: is the same person")
        return event

    async def _may(self, connection: Connection, person_id: int, places: Collection[str]) -> bool:
        """Whether the sender may speak of a person: who is insured in its places, or was, as far as
        events tell."""
        if tuple(places) == EVERYWHERE:
            return True
        history = (await histories(connection, [person_id]))[person_id]
        row = (await rows_of(connection, [person_id]))[person_id]
        known = {row.insuplc_admdvs, *_places(history, person_id)}
        return any(place.startswith(tuple(places)) for place in known)

    async def _known(self, connection: Connection, event: Event, written: Written) -> bool:
        """Whether the same has come in before.

        Raises:
            Bad: under its number something else has.
        """
        before = await find(connection, event.sender, event.event_id)
        if before is None:
            return False
        sealed = await details_of(connection, before.id)
        told = None if sealed is None else self._cipher.open(sealed, details_aad(before.id))
        before = await _as_known_now(connection, before)
        if (replace(event, id=before.id), written.details) != (before, told):
            raise Bad("event_id", "has come in before with something else")
        return True

    async def _do(
        self, connection: Connection, events: Sequence[Event], details: str | None
    ) -> set[int]:
        now: datetime = self._clock.now()
        people = {one for e in events for one in (e.person_id, e.other_id) if one is not None}
        await writing.keep_base(connection, await rows_of(connection, people))
        await writing.add(connection, events, now)
        if details is not None:
            [event] = events
            sealed = self._cipher.seal(details, details_aad(event.id))
            await writing.add_details(connection, event.id, sealed)
            if event.kind is Kind.CARD_LOST:
                await self._stop_card(connection, event, details, now)
        return await self._applying.apply(connection, events, now)

    async def _stop_card(
        self, connection: Connection, event: Event, number: str, now: datetime
    ) -> None:
        """A bureau's word on a card counts as a file's does; what was said of the card later, or
        stands already, stays."""
        indexes = card_no_indexes(self._cipher, number)
        row = await cards.numbered(connection, event.person_id, indexes)
        if row is None or row["state"] != CardState.VALID or row["state_at"] > event.at:
            return
        change = self._database.ids.next()
        lost, word = CardState.LOST, CardWord.FILE
        await cards.change(connection, change, row["id"], lost, word, None, now)

    async def _log_ins_of_dead(self, connection: Connection, events: Sequence[Event]) -> list[int]:
        """Whose log-ins are nobody's from now on: a phone that lies at home must not show codes,
        pay or say yes. The sessions end after the commit; without a person they can do nothing
        before. Where log-ins are elsewhere they are nobody's first: an event that fails then comes
        again."""
        dead = [event.person_id for event in events if event.kind is Kind.DIED]
        if not dead:
            return []
        async with shared_part(self._shared, self._database, connection) as there:
            return await log_ins.unbind_gone(there, dead)


async def _as_known_now(connection: Connection, event: Event) -> Event:
    """What happened to somebody has happened to the person as known now, whichever number says so;
    what happened to an insurance, to that one."""
    if event.kind not in OF_THE_HUMAN:
        return event
    people = [one for one in (event.person_id, event.other_id) if one is not None]
    stays = await stays_of(connection, people)
    if not stays:
        return event
    await registry.lock(connection, stays.values())
    other = event.other_id and stays.get(event.other_id, event.other_id)
    return replace(event, person_id=stays.get(event.person_id, event.person_id), other_id=other)


def _places(history: History, person_id: int) -> set[str]:
    """Where a person was insured, as far as is known."""
    told = {
        e.said.insuplc_admdvs
        for e in history.events
        if e.person_id == person_id and e.said.insuplc_admdvs is not None
    }
    return {history.base.insuplc_admdvs, *told}
