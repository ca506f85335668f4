"""Each side of a transfer in its own cell: the payee's half is written where the payee is, the
sender's where the sender is (law 16)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from typing import TypeVar

from app.domain.registry.service import People
from app.domain.wallet.halves import Halves
from app.kit.clock import Clock
from app.kit.log import logger
from app.kit.reasons import Refusal
from app.ledger.balances import Balances
from app.store.cells.others import CellAway

One = TypeVar("One")
log = logger(__name__)


class Sides:
    """The halves of every cell, ``here`` first; with one cell there is no other."""

    def __init__(self, here: Halves, clock: Clock, people: People) -> None:
        self.here = here
        self._clock = clock
        self._people = people
        self._there: dict[str, Halves] = {}

    async def of(self, person_id: int | None) -> Halves:
        """Where a person's half is written; of nobody it is here.

        Raises:
            CellAway: in a cell that doesn't answer.
        """
        elsewhere = self._people.elsewhere
        if elsewhere is None or person_id is None:
            return self.here
        try:
            cell = await self._people.cell_of(person_id)
        except Refusal:  # whoever has been forgotten was here
            return self.here
        if cell is None or cell == self._people.cell:
            return self.here
        if cell not in self._there:
            others = elsewhere.others
            database, cache = await others.database(cell), await others.cache(cell)
            balances = Balances(database, cache, self._clock)
            self._there[cell] = Halves(database, self._clock, self._people, balances)
        return self._there[cell]

    async def by_side(
        self, found: Collection[One], of: Callable[[One], int | None]
    ) -> list[tuple[Halves, list[One]]]:
        """What was found, by the side of whom each is about; what is of a cell that doesn't answer
        is left out: it comes again."""
        sides: dict[int, tuple[Halves, list[One]]] = {}
        groups: dict[int | None, list[One]] = defaultdict(list)
        for one in found:
            groups[of(one)].append(one)
        for person_id, ones in groups.items():
            try:
                halves = await self.of(person_id)
            except CellAway as error:
                log.warning("wallet_waits", cell=str(error), transfers=len(ones))
                continue
            sides.setdefault(id(halves), (halves, []))[1].extend(ones)
        return list(sides.values())
