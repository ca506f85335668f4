"""Finds bills for an auditor who says why (that is written down first), and the messages behind a
figure, which tell nothing of anybody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.ops.finding import repository
from app.domain.ops.finding.repository import Page
from app.domain.ops.finding.values import WantedBills, WantedMessages
from app.domain.registry.models import Institution, Person
from app.domain.registry.service import People
from app.domain.staff.service import Operators
from app.domain.staff.values import Look, Operator, Visitor
from app.kit.sm import SealError
from app.store.database import Database, Record

_WHOLE = 15
"""A number of so many digits is a whole one: those of these years have eighteen."""
_HIDDEN = "***"
_INSTITUTIONS = 20


@dataclass(frozen=True, slots=True)
class Bill:
    """One row of ``settlement``, with the names that may be shown: the patient's, masked."""

    row: Record
    name: str
    institution: str


@dataclass(frozen=True, slots=True)
class FoundBills:
    """A page, the newest first.

    Attributes:
        more: before which id the next page begins; None: there is none.
        looked_to: up to when was looked for this page; None: as far as was wanted.
        people: how many have the name and the last digits; None: nobody was named.
        crowded: too many have the name; a birthday tells them apart.
    """

    bills: list[Bill]
    more: int | None = None
    looked_to: datetime | None = None
    people: int | None = None
    crowded: bool = False


@dataclass(frozen=True, slots=True)
class FoundMessages:
    """A page, the newest first, with the institutions' names; the rest as in ``FoundBills``."""

    rows: list[Record]
    institutions: dict[str, str]
    more: int | None = None
    looked_to: datetime | None = None


class Finding:
    """Finds what has no number at hand."""

    def __init__(self, database: Database, people: People, operators: Operators) -> None:
        self._database = database
        self._people = people
        self._operators = operators

    async def bills(
        self, wanted: WantedBills, reason: str, operator: Operator, by: Visitor
    ) -> FoundBills:
        """A page of bills. That they were looked for is committed before anything is given away,
        under each person who was meant by name."""
        people: list[Person] | None = None
        if wanted.psn_name:
            people = await self._people.named_with_end(
                wanted.psn_name, wanted.certno_last, wanted.born
            )
            if people is None:
                await self._note(wanted, [None], False, reason, operator, by)
                return FoundBills([], crowded=True)
        page = await self._page(wanted, people)
        whose = [person.id for person in people or ()] or _only(page.rows)
        await self._note(wanted, whose, bool(page.rows), reason, operator, by)
        count = None if people is None else len(people)
        return FoundBills(await self._named(page.rows), page.more, page.looked_to, count)

    async def messages(self, wanted: WantedMessages) -> FoundMessages:
        """A page of messages that came in a stretch of time."""
        async with self._database.snapshot() as connection:
            page = await repository.messages(connection, wanted)
        names = await self._people.institution_names(row["fixmedins_code"] for row in page.rows)
        return FoundMessages(page.rows, names, page.more, page.looked_to)

    async def whose(self, setl_id: str) -> int:
        """Whose bill a number is of; 0, which nobody has, when there is none."""
        number = int(setl_id)
        async with self._database.connection() as connection:
            page = await repository.by_number(connection, number if number < 2**63 else 0)
        return int(page.rows[0]["person_id"]) if page.rows else 0

    async def institutions(self, text: str) -> list[Institution]:
        """Institutions by a part of the name or the beginning of the code."""
        return await self._people.find_institutions(text, "", _INSTITUTIONS)

    async def _page(self, wanted: WantedBills, people: Sequence[Person] | None) -> Page:
        async with self._database.snapshot() as connection:
            if people is not None:
                ids = [person.id for person in people]
                return await repository.of_people(connection, ids, wanted)
            if wanted.fixmedins_code:
                return await repository.of_shop(connection, wanted)
            number = int(wanted.ending)
            return await repository.by_number(connection, number) if number < 2**63 else Page([])

    async def _note(
        self,
        wanted: WantedBills,
        whose: Sequence[int | None],
        found: bool,
        reason: str,
        operator: Operator,
        by: Visitor,
    ) -> None:
        for person_id in whose:
            look = Look("bills", wanted.target, found, person_id, reason)
            await self._operators.note_look(operator, look, by)

    async def _named(self, rows: Sequence[Record]) -> list[Bill]:
        shops = await self._people.institution_names(row["fixmedins_code"] for row in rows)
        people = await self._people.by_ids({row["person_id"] for row in rows})
        names = {person_id: self._masked(person) for person_id, person in people.items()}
        return [
            Bill(
                row,
                names.get(row["person_id"], _HIDDEN),
                shops.get(row["fixmedins_code"], row["fixmedins_code"]),
            )
            for row in rows
        ]

    def _masked(self, person: Person) -> str:
        try:
            return self._people.masked_name(person)
        except SealError:  # sealed under another key: not a reason to hide the rest
            return _HIDDEN


def is_whole(number: str) -> bool:
    """Whether these are all digits of a bill's number."""
    return len(number) >= _WHOLE


def _only(rows: Iterable[Record]) -> list[int | None]:
    """Whose bills these are, if they are all of one person; else nobody's in particular."""
    found = {row["person_id"] for row in rows}
    return [found.pop()] if len(found) == 1 else [None]
