"""Social-security cards at the counter: a lost one is stopped, a found one is valid again."""

from __future__ import annotations

from app.domain.card.service import Cards
from app.domain.counter.desk import Desk
from app.domain.counter.values import Clerk, Paper
from app.words import CardWord


class CardsDesk:
    """Stops cards, and lets them go on."""

    def __init__(self, desk: Desk, cards: Cards) -> None:
        self._desk = desk
        self._cards = cards

    async def lost(self, clerk: Clerk, person_id: int, card_id: int, paper: Paper) -> int:
        """Stops a card at once.

        Raises:
            Refusal: as ``Cards.report_lost``.
        """
        async with self._desk.act(clerk, person_id, "card_lost", paper) as doing:
            doing.ref = card_id
            await self._cards.report_lost(person_id, card_id, CardWord.CLERK, clerk.operator.id)
        return doing.id

    async def found(self, clerk: Clerk, person_id: int, card_id: int, paper: Paper) -> int:
        """A lost card was found; its owner is here with the document.

        Raises:
            Refusal: as ``Cards.found_again``.
        """
        async with self._desk.act(clerk, person_id, "card_found", paper) as doing:
            doing.ref = card_id
            await self._cards.found_again(person_id, card_id, clerk.operator.id)
        return doing.id
