"""One settlement's whole story, told to an auditor who says why; that is written down first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.domain.ops.stories import repository
from app.domain.ops.stories.repository import Rows
from app.domain.registry.models import Person
from app.domain.registry.naming import filled, tokens_in, with_names
from app.domain.registry.service import People
from app.domain.staff.errors import OPS_STORY_UNKNOWN
from app.domain.staff.service import Operators
from app.domain.staff.values import Look, Operator, Visitor
from app.kit.reasons import Because, Refusal
from app.kit.sm import SealError
from app.kit.words.masking import mask_number
from app.store.database import Database, Record

_ID_MAX = 2**63 - 1
_HIDDEN = "***"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which story: a settlement's id, or an institution's msgid."""

    setl_id: int | None
    fixmedins_code: str
    msgid: str

    @property
    def target(self) -> str:
        """As the audit names it."""
        if self.setl_id is not None:
            return f"setl_id {self.setl_id}"
        return f"msgid {self.fixmedins_code} {self.msgid}"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person as the night shift may see them."""

    name: str
    psn_no: str
    insutype: str
    place: str


@dataclass(frozen=True, slots=True)
class Story:
    """The rows, and the people in them, masked."""

    rows: Rows
    people: dict[int, Somebody]
    institution: str

    def name(self, person_id: int | None) -> str:
        found = self.people.get(person_id) if person_id is not None else None
        return found.name if found else _HIDDEN

    def fill(self, text: str) -> str:
        """A text with masked names in the place of people's tokens."""
        return filled([text], self._names())[0]

    def because(self, because: Because) -> Because:
        """A reason with masked names in it."""
        return with_names([because], self._names())[0]

    def _names(self) -> dict[int, str]:
        return {person_id: somebody.name for person_id, somebody in self.people.items()}


class Stories:
    """Tells stories."""

    def __init__(self, database: Database, people: People, operators: Operators) -> None:
        self._database = database
        self._people = people
        self._operators = operators

    async def tell(self, wanted: Wanted, reason: str, operator: Operator, by: Visitor) -> Story:
        """The story. That it was asked for is committed before anything of it is given away.

        Raises:
            Refusal: OPS_STORY_UNKNOWN; that look is in the audit too.
        """
        async with self._database.connection() as connection:
            request_id = None
            if wanted.setl_id is None:
                request_id = await repository.request_of_message(
                    connection, wanted.fixmedins_code, wanted.msgid
                )
            rows = Rows()
            if request_id is not None or (wanted.setl_id or 0) > 0:
                rows = await repository.gather(connection, wanted.setl_id, request_id)
        person_id = await self._whose(rows)
        look = Look("story", wanted.target, bool(rows.requests), person_id, reason)
        await self._operators.note_look(operator, look, by)
        if not rows.requests:
            raise Refusal(OPS_STORY_UNKNOWN)
        code = rows.requests[0]["fixmedins_code"]
        names = await self._people.institution_names([code])
        return Story(rows, await self._masked(_person_ids(rows)), names.get(code, code))

    async def seals(self, ids: Sequence[int]) -> list[Record]:
        """The seals of a story's rows, for who has it open: they tell nothing of anybody."""
        async with self._database.connection() as connection:
            return await repository.seals(connection, ids)

    async def _whose(self, rows: Rows) -> int | None:
        if rows.person_id is not None or not rows.requests:
            return rows.person_id
        person = await self._people.by_psn_no(rows.requests[0]["psn_no"] or "")
        return None if person is None else person.id

    async def _masked(self, person_ids: Iterable[int]) -> dict[int, Somebody]:
        people = await self._people.by_ids(person_ids)
        return {person_id: self._somebody(person) for person_id, person in people.items()}

    def _somebody(self, person: Person) -> Somebody:
        try:
            name = self._people.masked_name(person)
        except SealError:  # sealed under another key: not a reason to hide the rest
            name = _HIDDEN
        number = mask_number(person.psn_no)
        return Somebody(name, number, person.insutype, person.insuplc_admdvs)


def _person_ids(rows: Rows) -> set[int]:
    """Everybody in a story: patient, donors, owners of accounts, and whom reasons name."""
    found = {row["person_id"] for row in (*rows.settlements, *rows.accounts.values())}
    found |= {rows.person_id}
    texts = [str(row["trace"]) for row in rows.settlements]
    texts += [str(row["detail"]) for row in rows.requests]
    for row in rows.settlements:
        found |= {int(leg["person"]) for leg in row["trace"].get("legs", [])}
    found |= tokens_in(texts)
    return {one for one in found if one is not None and 0 < one <= _ID_MAX}
