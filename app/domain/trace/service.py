"""A person asks about a box: whether it was sold, and to the one who asks. To whom else is never
told, nor where."""

from __future__ import annotations

from datetime import datetime

from app.domain.trace import repository
from app.domain.trace.rules import before, is_code, seen
from app.domain.trace.words import Said, Seen
from app.kit.reasons import INVALID_INPUT, Refusal
from app.kit.value import value
from app.kit.words.normal import capital_form
from app.store.database import Database


@value
class Medicine:
    """A box as one person may know of it. ``sold_at``, ``settlement_id``: of the own purchase,
    also where there are others."""

    code: str
    state: Seen
    said: Said
    sold_at: datetime | None = None
    settlement_id: int | None = None


class Medicines:
    """What phones ask of boxes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, person_id: int, written: str) -> Medicine:
        """What a person may know of a box.

        Raises:
            Refusal: INVALID_INPUT, when that is no trace code.
        """
        code = capital_form(written)
        if not is_code(code):
            raise Refusal(
                INVALID_INPUT,
                detail="这不是药品追溯码，请扫药盒上标有“药品追溯码”的码。",
                detail_en="this is no trace code; scan the one on the box",
            )
        sales = await repository.buyers(self._database, code)
        state = seen(sales, person_id)
        own = [sale for sale in sales if sale.person_id == person_id]
        said: Said = "before" if state == "more" and before(sales, person_id) else state
        if not own:
            return Medicine(code, state, said)
        return Medicine(code, state, said, own[-1].sold_at, own[-1].settlement_id)
