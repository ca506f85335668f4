"""People of other cells: found there, and remembered where."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import datetime

from app.domain.registry import repository
from app.domain.registry.models import Person
from app.store.cells.others import CellAway, Others
from app.store.database import Database

Look = Callable[[Database], Awaitable[dict[int, Person]]]
_REMEMBERED_MAX = 100_000


class Elsewhere:
    """Asks the other cells. A person is in one of them; which one, nobody keeps: it is asked of
    all, and remembered by the process, as long as the person is found there."""

    def __init__(self, others: Others) -> None:
        self.others = others
        self._cells: OrderedDict[int, str] = OrderedDict()

    async def by_ids(self, person_ids: Collection[int]) -> dict[int, Person]:
        """People of other cells by id; missing ones are left out.

        Raises:
            CellAway: one isn't found, and a cell doesn't answer.
        """
        wanted, found = set(person_ids), dict[int, Person]()
        known: dict[str, list[int]] = defaultdict(list)
        for person_id in wanted & self._cells.keys():
            known[self._cells[person_id]].append(person_id)
        for name, ids in known.items():
            found |= await self.others.ask(name, _of(ids))
        missing = wanted - found.keys()
        if not missing:
            return found
        answers, all_there = await self.others.ask_all(_of(missing))
        for name, people in answers.items():
            for person_id in people:
                self._remember(person_id, name)
            found |= people
        if not all_there and len(found) < len(wanted):
            raise CellAway("a person")
        return found

    async def by_certificate(self, cert_type: str, indexes: Sequence[bytes]) -> Person | None:
        """The person with this certificate in another cell.

        Raises:
            CellAway: nobody is found, and a cell doesn't answer.
        """

        async def look(database: Database) -> Person | None:
            return await repository.found_by_certificate(database, cert_type, indexes)

        found = await self.others.first(look)
        if found is None:
            return None
        name, person = found
        self._remember(person.id, name)
        return person

    async def by_psn_no(self, psn_no: str) -> str | None:
        """The other cell in which somebody has this number.

        Raises:
            CellAway: none is found, and a cell doesn't answer.
        """

        async def look(database: Database) -> bool | None:
            return await repository.is_psn_no(database, psn_no) or None

        found = await self.others.first(look)
        return None if found is None else found[0]

    async def activate(self, person_id: int, now: datetime) -> None:
        """Opens a person's 医保码 where the person is.

        Raises:
            CellAway: that cell doesn't answer.
        """

        async def work(database: Database) -> None:
            async with database.connection() as connection:
                await repository.activate(connection, person_id, now)

        await self.others.ask(self.cell_of(person_id), work)

    def cell_of(self, person_id: int) -> str:
        """In which cell somebody is who was found just now: here, unless remembered elsewhere."""
        return self._cells.get(person_id, self.others.mine)

    def is_here(self, person_id: int) -> None:
        """Somebody was found in this cell."""
        self._cells.pop(person_id, None)

    def _remember(self, person_id: int, name: str) -> None:
        self._cells[person_id] = name
        self._cells.move_to_end(person_id)
        if len(self._cells) > _REMEMBERED_MAX:
            self._cells.popitem(last=False)


def _of(person_ids: Collection[int]) -> Look:
    async def look(database: Database) -> dict[int, Person]:
        return await repository.found_by_ids(database, person_ids)

    return look
