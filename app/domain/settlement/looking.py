"""What institutions ask for afterwards: settled lines, purchases, what a person has used."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date, datetime

from app.domain.settlement.facts import cumulated, shop_day, told
from app.domain.settlement.facts.cumulated import Aided
from app.domain.settlement.facts.shop_day import Asked, Noted, Office, ShopSum, Undecided
from app.domain.settlement.model import Settlement
from app.store.late.reading import Reader

_VISITS_MAX = 200


class Looking:
    """Reads what was settled. An institution sees its own; what a person has used elsewhere, only
    while it has seen the person (the door asks)."""

    def __init__(self, late: Reader) -> None:
        self._late = late

    async def of_visit(
        self, fixmedins_code: str, person_id: int, mdtrt_id: int, settlement_id: int | None
    ) -> list[Settlement]:
        """What stands of a visit or purchase here; or the one settlement that is asked for."""
        late = self._late
        return await told.of_visit(late, fixmedins_code, person_id, mdtrt_id, settlement_id)

    async def purchases(
        self,
        fixmedins_code: str,
        person_id: int,
        between: tuple[datetime, datetime],
        med_type: str,
        mdtrt_id: int | None,
    ) -> list[Settlement]:
        """A person's purchases here between two moments."""
        return await told.purchases(
            self._late, fixmedins_code, person_id, between, med_type, mdtrt_id, _VISITS_MAX
        )

    async def noted(self, asked: Asked, before: int | None, limit: int) -> list[Noted]:
        """What an institution's tills did on a day, the newest first, below a number."""
        return await shop_day.noted(self._late, asked, before, limit)

    async def summed(self, asked: Asked) -> list[ShopSum]:
        """The same in sums, by cashier, till and way of paying."""
        return await shop_day.summed(self._late, asked)

    async def offices(self, asked: Asked) -> list[Office]:
        """With whom it is cleared."""
        return await shop_day.offices(self._late, asked)

    async def undecided(self, asked: Asked) -> list[Undecided]:
        """What was sent on that day and isn't decided."""
        return await shop_day.undecided(self._late, asked)

    async def aid_by_month(
        self, person_id: int, months: Sequence[date]
    ) -> tuple[list[Aided], dict[str, int]]:
        """What mutual aid paid for a person, and what the person's account paid for others, in the
        months (their first days) from the first to the last."""
        first, last = months[0], months[-1]
        end = last.replace(day=monthrange(last.year, last.month)[1])
        return (
            await cumulated.aided(self._late, person_id, first, end),
            await cumulated.given(self._late, person_id, first, end),
        )
