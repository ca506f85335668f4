"""What every act at the counter goes through: the person's document was looked up by this very
clerk, the person is the clerk's to serve, and who did what for whom, on which paper and why, is
written in the transaction in which it is done (law 12)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.domain.counter import errors, repository
from app.domain.counter.rules import LOOKED_FOR, area, serves
from app.domain.counter.values import Act, Clerk, Doing, Kind, Paper
from app.domain.registry import repository as registry
from app.domain.registry.models import Person
from app.domain.registry.service import People
from app.domain.staff import said
from app.domain.staff.service import Operators
from app.domain.staff.values import UNSAID, Look
from app.kit.clock import Clock
from app.kit.reasons import NOT_FOUND, Refusal
from app.regions.text.places import place_name
from app.store.database import Connection, Database, Record
from app.store.sealed.columns import ACT_REASON

_LOOKED_AT = "counter"
_SHOWN = 20


class Desk:
    """Looks people up, and lets clerks act for them."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        people: People,
        operators: Operators,
    ) -> None:
        self._database = database
        self._clock = clock
        self._people = people
        self._operators = operators

    async def look(self, clerk: Clerk, name: str, cert_type: str, certno: str) -> Person:
        """The person of a document; that this clerk has looked is written, also in vain.

        Raises:
            Refusal: PERSON_UNKNOWN, COUNTER_OTHER_REGION.
        """
        person = await self.find(clerk, name, cert_type, certno)
        await self.check_region(clerk, person, "POST /persons")
        return person

    async def find(self, clerk: Clerk, name: str, cert_type: str, certno: str) -> Person:
        """The same of whom else an act concerns, wherever insured.

        Raises:
            Refusal: PERSON_UNKNOWN.
        """
        try:
            person = await self._people.identify(name, cert_type, certno)
        except Refusal:
            await self._note(clerk, Look("person", _LOOKED_AT, False, None, UNSAID))
            raise
        await self._note(clerk, Look("person", _LOOKED_AT, True, person.id, UNSAID))
        return person

    async def served(self, clerk: Clerk, person_id: int, asked: str = "") -> Person:
        """A person whom this clerk has looked up today, and serves.

        Raises:
            Refusal: COUNTER_LOOK_FIRST, COUNTER_OTHER_REGION.
        """
        since = self._clock.now() - LOOKED_FOR
        if not await self._operators.has_looked(clerk.operator, person_id, since):
            raise Refusal(errors.COUNTER_LOOK_FIRST)
        person = await self._people.get(person_id)
        if person.merged_into is not None:  # looked up before: the document leads to the other row
            raise Refusal(errors.COUNTER_LOOK_FIRST)
        await self.check_region(clerk, person, asked)
        return person

    async def check_region(self, clerk: Clerk, person: Person, asked: str) -> None:
        """Refuses who is insured elsewhere; that it was tried is written.

        Raises:
            Refusal: COUNTER_OTHER_REGION.
        """
        if serves(clerk.place, person.insuplc_admdvs):
            return
        await self._note(clerk, Look("refused", asked or "counter", True, person.id, UNSAID))
        place = person.insuplc_admdvs
        raise Refusal(errors.COUNTER_OTHER_REGION, place=place_name(place), place_en=place)

    @asynccontextmanager
    async def act(
        self, clerk: Clerk, person_id: int, kind: Kind, paper: Paper
    ) -> AsyncIterator[Doing]:
        """What is done inside is one transaction with the line that says so; a refusal inside
        leaves nothing of either.

        Raises:
            Refusal: COUNTER_LOOK_FIRST, COUNTER_OTHER_REGION.
        """
        await self.served(clerk, person_id, f"counter {kind}")
        doing = Doing(self._database.ids.next())
        async with self._database.whole() as connection:
            yield doing
            await self.write(connection, clerk, doing, person_id, kind, paper)
            if doing.others_yes is not None and doing.other_id is not None:
                yes = Doing(self._database.ids.next(), doing.ref, person_id)
                await self.write(connection, clerk, yes, doing.other_id, doing.others_yes, paper)

    async def open_code(self, clerk: Clerk, person_id: int) -> None:
        """Opens the 医保码 of a person whose document the clerk has seen; showing it reads what is
        committed.

        Raises:
            Refusal: COUNTER_LOOK_FIRST, COUNTER_OTHER_REGION.
        """
        await self.served(clerk, person_id, "counter code")
        async with self._database.transaction() as connection:
            await registry.activate(connection, person_id, self._clock.now())

    async def write(
        self,
        connection: Connection,
        clerk: Clerk,
        doing: Doing,
        person_id: int,
        kind: Kind,
        paper: Paper,
    ) -> None:
        """Writes an act of a clerk's own."""
        cipher, now = self._people.cipher, self._clock.now()
        await repository.write(connection, cipher, doing, person_id, kind, paper, clerk, now)

    async def acts_of(self, person_id: int) -> list[Act]:
        """What was done for a person, the newest first."""
        rows = await repository.acts_of(self._database, person_id, _SHOWN)
        return [self.act_of(row) for row in rows]

    async def acts(self, reader: Clerk, before: int, limit: int) -> list[Act]:
        """What was done, the newest first, below an id: a clerk's own, an approver's region, to an
        auditor all; that an auditor has read is in the audit."""
        operator = reader.operator
        place = area(operator.place) if operator.place else ""
        only = operator.id if operator.role == "clerk" else None
        rows = await repository.acts_before(self._database, before, limit, place, only)
        if operator.role == "auditor":
            lines = f" {rows[0]['id']}-{rows[-1]['id']}" if rows else ""
            look = Look("acts", f"counter/acts{lines}", bool(rows), None, UNSAID)
            await self._note(reader, look)
        return [self.act_of(row) for row in rows]

    async def act_for(self, reader: Clerk, act_id: int) -> Act:
        """One act, to whoever may read it.

        Raises:
            Refusal: NOT_FOUND.
        """
        operator = reader.operator
        row = await repository.act(self._database, act_id)
        own = row is not None and operator.id in (row["clerk_id"], row["second_id"])
        if row is None or not (own or operator.role != "clerk"):
            raise Refusal(NOT_FOUND)
        if operator.place and not serves(operator.place, row["place"]):
            raise Refusal(NOT_FOUND)
        if operator.role == "auditor":
            look = Look("acts", f"counter/acts {act_id}", True, row["person_id"], UNSAID)
            await self._note(reader, look)
        return self.act_of(row)

    async def one(self, act_id: int) -> Act | None:
        """An act, as it is printed."""
        row = await repository.act(self._database, act_id)
        return None if row is None else self.act_of(row)

    def act_of(self, row: Record) -> Act:
        """An act as it is read."""
        return Act(
            row["id"],
            row["person_id"],
            row["other_id"],
            row["clerk"],
            row["place"],
            row["kind"],
            row["ref"],
            row["form_no"],
            said.opened(self._people.cipher, row, ACT_REASON),
            row["second"],
            row["at"],
        )

    async def _note(self, clerk: Clerk, look: Look) -> None:
        await self._operators.note_look(clerk.operator, look, clerk.visitor)
