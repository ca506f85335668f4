"""Social-security cards: whose they are, reported lost by phone, found at the counter."""

from __future__ import annotations

from datetime import datetime

from app.domain.card import repository
from app.domain.card.errors import CARD_NOT_VALID
from app.domain.registry.indexes import card_no_aad
from app.kit.clock import Clock
from app.kit.reasons import NOT_FOUND, Refusal
from app.kit.sm import Cipher
from app.kit.value import value
from app.kit.words.masking import mask_number
from app.store.database import Database, Record
from app.words import CardState, CardWord


@value
class Card:
    """A card as its owner sees it: the number masked."""

    id: int
    masked_number: str
    state: CardState
    state_at: datetime


class Cards:
    """Cards of people."""

    def __init__(self, database: Database, clock: Clock, cipher: Cipher) -> None:
        self._database = database
        self._clock = clock
        self._cipher = cipher

    async def of_person(self, person_id: int) -> list[Card]:
        """A person's cards, the newest first."""
        rows = await repository.of_person(self._database, person_id)
        return [self._card(row) for row in reversed(rows)]

    async def report_lost(self, person_id: int, card_id: int, by: CardWord, actor_id: int) -> Card:
        """Stops a card at once: when this has answered, no settlement commits with it (law 6).
        Reporting it again is fine.

        Raises:
            Refusal: NOT_FOUND; CARD_NOT_VALID: it was replaced or cancelled.
        """
        lost = CardState.LOST
        return await self._change(person_id, card_id, CardState.VALID, lost, by, actor_id)

    async def found_again(self, person_id: int, card_id: int, clerk_id: int) -> Card:
        """At the counter, with the person's own papers seen: a lost card is valid again.

        Raises:
            Refusal: NOT_FOUND; CARD_NOT_VALID: it was replaced or cancelled.
        """
        valid, by = CardState.VALID, CardWord.CLERK
        return await self._change(person_id, card_id, CardState.LOST, valid, by, clerk_id)

    async def _change(
        self,
        person_id: int,
        card_id: int,
        before: CardState,
        after: CardState,
        by: CardWord,
        actor_id: int,
    ) -> Card:
        async with self._database.transaction() as connection:
            row = await repository.lock(connection, card_id, person_id)
            if row is None:
                raise Refusal(NOT_FOUND)
            number, now = self._database.ids.next(), self._clock.now()
            changes = row["state"] == before
            # A loss that a file has told is reported, too: no file lifts it then.
            repeats = row["state"] == after == CardState.LOST and row["state_by"] == CardWord.FILE
            if changes or repeats:
                await repository.change(connection, number, card_id, after, by, actor_id, now)
            elif row["state"] != after:
                raise Refusal(CARD_NOT_VALID)
            row = await repository.lock(connection, card_id, person_id)
        return self._card(row)

    def _card(self, row: Record) -> Card:
        number = self._cipher.open(row["card_no_sealed"], card_no_aad(row["id"]))
        return Card(row["id"], mask_number(number), CardState(row["state"]), row["state_at"])
