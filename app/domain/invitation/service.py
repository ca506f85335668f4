"""Questions that travel as cards: made by whoever asks, opened by the one person who is asked."""

from __future__ import annotations

from contextlib import suppress

from app.domain.aid.rules.standing import is_over
from app.domain.aid.service import Aid
from app.domain.family.relatives import Relative
from app.domain.family.service import Family
from app.domain.invitation import errors, repository
from app.domain.invitation.token import card_of, token_of
from app.domain.invitation.values import LASTS, Asked, Card, Kind, Sent
from app.domain.registry.service import People
from app.kit.clock import Clock, local_date
from app.kit.reasons import NOT_FOUND, Refusal
from app.store.cells.shared import Shared

CARD_REASONS = (
    errors.INVITATION_UNKNOWN, errors.INVITATION_OWN, errors.INVITATION_FOR_OTHER,
    errors.INVITATION_WITHDRAWN, errors.INVITATION_ANSWERED, errors.INVITATION_EXPIRED,
)  # fmt: skip
"""Why a card doesn't open."""


class Invitations:
    """What doors ask of invitation cards."""

    def __init__(
        self, shared: Shared, clock: Clock, people: People, family: Family, aid: Aid
    ) -> None:
        self._shared = shared
        self._clock = clock
        self._people = people
        self._family = family
        self._aid = aid

    async def send(self, person_id: int, kind: Kind, subject_id: int) -> Sent:
        """A card for a question that this person may ask; the same question again is the same card.

        Whether whoever is asked exists is not told: a card of a request to nobody can be opened by
        nobody.

        Raises:
            Refusal: NOT_FOUND: no such question of this person's waits for an answer.
        """
        now = self._clock.now()
        asked_id = await self._whom(person_id, kind, subject_id)
        card = Card(self._shared.ids.next(), kind, subject_id, person_id, now + LASTS)
        known = await repository.make(self._shared, card, asked_id, now)
        card = Card(known, kind, subject_id, person_id, card.expires_at)
        return Sent(card, token_of(self._people.cipher, card))

    async def open(self, person_id: int, token: str) -> Asked:
        """What a card asks this person.

        Raises:
            Refusal: INVITATION_UNKNOWN, INVITATION_OWN, INVITATION_FOR_OTHER,
                INVITATION_WITHDRAWN, INVITATION_ANSWERED, INVITATION_EXPIRED.
        """
        card = card_of(self._people.cipher, token)
        kept = await repository.get(self._shared, card.id) if card else None
        if card is None or kept is None:
            raise Refusal(errors.INVITATION_UNKNOWN)
        if card.issuer_id == person_id:
            raise Refusal(errors.INVITATION_OWN)
        if kept["asked_id"] != person_id:
            raise Refusal(errors.INVITATION_FOR_OTHER)
        if kept["withdrawn_at"] is not None:
            raise Refusal(errors.INVITATION_WITHDRAWN)
        if kept["answered_at"] is not None:
            raise Refusal(errors.INVITATION_ANSWERED)
        if self._clock.now() >= card.expires_at:
            raise Refusal(errors.INVITATION_EXPIRED)
        return await self._question(person_id, card)

    async def decline(self, person_id: int, token: str) -> None:
        """The no to a request to pay. Whoever has asked isn't told, as of a declined binding.

        Raises:
            Refusal: as ``open``; NOT_FOUND: what the card is about is declined where it stands.
        """
        asked = await self.open(person_id, token)
        if asked.card.kind != "pay":
            raise Refusal(NOT_FOUND)
        await repository.answer(self._shared, asked.card.id, None, self._clock.now())

    async def granted(self, card: Card, grant_id: int) -> None:
        """A request to pay was answered by a grant: who asked has said yes with it, unless the
        request was taken back meanwhile. What keeps the two from it is told where the grant waits.
        """
        if await repository.answer(self._shared, card.id, grant_id, self._clock.now()):
            with suppress(Refusal):
                await self._aid.confirm(card.issuer_id, grant_id)

    async def sent(self, person_id: int) -> list[Card]:
        """This person's cards that wait for an answer and can be taken back: requests to pay. All
        others end with their binding or grant."""
        open_ = await repository.open_of(self._shared, person_id, self._clock.now())
        bonds = {one.binding_id: one for one in await self._family.relatives(person_id)}
        return [
            card
            for card in open_
            if card.kind == "pay"
            and (bond := bonds.get(card.subject_id)) is not None
            and not await self._pays(bond.person_id, person_id)
        ]

    async def withdraw(self, person_id: int, card_id: int) -> None:
        """Takes a card back. Twice is fine.

        Raises:
            Refusal: NOT_FOUND.
        """
        if not await repository.withdraw(self._shared, card_id, person_id, self._clock.now()):
            raise Refusal(NOT_FOUND)

    async def _whom(self, person_id: int, kind: Kind, subject_id: int) -> int | None:
        """Whom a question is for; None: for nobody who is there."""
        if kind == "grant":
            for view in await self._aid.of_person(person_id):
                grant = view.grant
                if grant.id == subject_id and view.i_am_donor and not grant.agreed:
                    return grant.beneficiary_id
            raise Refusal(NOT_FOUND)
        bond = await self._bond(person_id, subject_id)
        if kind == "pay":
            if bond.state != "active" or await self._pays(bond.person_id, person_id):
                raise Refusal(NOT_FOUND)
            return bond.person_id
        if bond.direction != "out" or not bond.waits_for_holder:
            raise Refusal(NOT_FOUND)
        return await self._family.other(person_id, subject_id)

    async def _bond(self, person_id: int, binding_id: int) -> Relative:
        for one in await self._family.relatives(person_id):
            if one.binding_id == binding_id:
                return one
        raise Refusal(NOT_FOUND)

    async def _pays(self, donor_id: int | None, person_id: int) -> bool:
        """Whether somebody pays for a person already, or has offered to."""
        today = local_date(self._clock.now())
        return any(
            view.grant.donor_id == donor_id and not is_over(view.grant.standing, today)
            for view in await self._aid.of_person(person_id)
        )

    async def _question(self, me: int, card: Card) -> Asked:
        """What is asked, if it still waits for me."""
        if card.kind == "grant":
            for view in await self._aid.of_person(me):
                if view.grant.id == card.subject_id and not view.grant.agreed and view.other:
                    gend = view.other.gend
                    return Asked(card, view.other_name, view.grant.relation, False, gend)
            raise Refusal(errors.INVITATION_ANSWERED)
        for one in await self._family.relatives(me):
            if one.binding_id != card.subject_id:
                continue
            waits = one.to_confirm
            if card.kind == "pay":
                waits = one.state == "active" and not await self._pays(me, card.issuer_id)
            if waits:
                out = one.direction == "out"
                return Asked(card, one.masked_name, one.relation, out, one.other_gend)
        raise Refusal(errors.INVITATION_ANSWERED)
