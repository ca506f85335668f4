"""A person's wallet as the person sees it: what is there, what waits, what went."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.registry.service import People
from app.domain.wallet import repository
from app.domain.wallet.book import payee, sender
from app.domain.wallet.parties import Known, Parties, Tie
from app.domain.wallet.rules.place import choice_problem, place_of_use
from app.domain.wallet.rules.sending import (
    Standing,
    available_fen,
    place_problem,
    standing_problem,
)
from app.domain.wallet.standing import standing_of
from app.domain.wallet.values import Offer, Sent, Source, State, Wallet
from app.kit.clock import Clock, local_date
from app.kit.reasons import NOT_FOUND, Because, Refusal
from app.kit.value import value
from app.ledger.balances import Balances
from app.ledger.kinds import AccountKind
from app.ledger.repository import at_counter
from app.regions.loader import Rulebook
from app.regions.rules import WalletRules
from app.regions.text.places import provinces
from app.store.database import Database


@value
class Ward:
    """A relative for whom somebody may open a wallet and accept."""

    person_id: int
    binding_id: int
    name: str
    place: str
    opened: bool
    cannot_open: Because | None


@value
class Overview:
    """Attributes:
    wallet: None: it has not been opened; cannot_open: why it can't be.
    place: of use, six digits; home: that of the insurance; places: which others may be chosen, none
    where it is fixed. cannot_send: why nothing can be sent just now.
    available_fen: by source what could be sent; a source that isn't offered is None.
    waiting: what I have sent and nobody has accepted; offers: what I, or those I act for, may
    accept. known: whom I may send to without typing name and number.
    """

    wallet: Wallet | None
    cannot_open: Because | None
    rules: WalletRules
    place: str
    home: str
    places: list[str]
    standing: Standing
    cannot_send: Because | None
    available_fen: dict[Source, int | None]
    waiting: list[Sent]
    offers: list[Offer]
    wards: list[Ward]
    known: list[Known]


class Looking:
    """Reads both sides' halves, each by itself."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        people: People,
        rulebook: Rulebook,
        balances: Balances,
        parties: Parties,
    ) -> None:
        self._database = database
        self._clock = clock
        self._people = people
        self._rulebook = rulebook
        self._balances = balances
        self._parties = parties

    async def overview(self, person_id: int) -> Overview:
        """All of a person's wallet at a glance."""
        now = self._clock.now()
        me = await self._people.get(person_id)
        rules = self._rulebook.at(me.insuplc_admdvs, local_date(now)).rules
        wards = await self._wards(person_id)
        opened = await repository.opened(self._database, [person_id])
        held = {a.kind: a.balance_fen for a in await self._balances.of_person(person_id)}
        async with self._database.connection() as connection:
            standing = await standing_of(connection, me, held, now)
        everybody = [person_id, *(ward.person_id for ward in wards)]
        return Overview(
            wallet=opened.get(person_id),
            cannot_open=place_problem(rules.wallet, me.insuplc_admdvs),
            rules=rules.wallet,
            place=place_of_use(rules.wallet, me.insuplc_admdvs, opened.get(person_id)),
            home=place_of_use(rules.wallet, me.insuplc_admdvs),
            places=self._choices(rules.wallet, me.insuplc_admdvs),
            standing=standing,
            cannot_send=standing_problem(rules, standing, self._people.masked_name(me), now),
            available_fen={source: available_fen(rules, standing, source) for source in Source},
            waiting=await sender.pending_of(self._database, person_id),
            offers=await payee.waiting(self._database, everybody, now),
            wards=wards,
            known=await self._parties.known(person_id),
        )

    async def offered(self, person_id: int) -> list[Offer]:
        """What was sent to a person, who hasn't decided on it."""
        return await payee.waiting(self._database, [person_id], self._clock.now())

    async def place_of_use(self, person_id: int, tie: Tie | None = None) -> str:
        """The area in which a person's wallet pays, or that of who may be sent money by a tie; six
        digits.

        Raises:
            Refusal: NOT_FOUND.
        """
        whose = await self._people.get(person_id)
        if tie is not None:
            payee = (await self._parties.payee(whose, tie)).person
            if payee is None:
                raise Refusal(NOT_FOUND)
            whose = payee
        today = local_date(self._clock.now())
        rules = self._rulebook.at(whose.insuplc_admdvs, today).rules.wallet
        opened = await repository.opened(self._database, [whose.id])
        return place_of_use(rules, whose.insuplc_admdvs, opened.get(whose.id))

    def _choices(self, rules: WalletRules, home: str) -> list[str]:
        if choice_problem(rules, home):
            return []
        today = local_date(self._clock.now())
        return [one for one in provinces() if self._rulebook.at(one, today).rules.wallet.live]

    async def history(self, person_id: int, before: int, limit: int) -> list[Sent | Offer]:
        """What a person has sent, was sent and has given back, newest first; each side's halves
        are read by themselves."""
        sent = await sender.of_person(self._database, person_id, before, limit)
        offers = await payee.of_person(self._database, person_id, before, limit)
        both: list[Sent | Offer] = [*sent, *offers]
        return sorted(both, key=lambda one: -one.id)[:limit]

    async def returnable_fen(self, person_id: int, offers: Sequence[Offer]) -> dict[int, int]:
        """What of each of a person's accepted transfers could be given back now."""
        mine = [
            one
            for one in offers
            if (one.person_id, one.state, one.returns_id) == (person_id, State.ACCEPTED, None)
        ]
        if not mine:
            return {}
        given = await sender.all_given_back_fen(self._database, [one.id for one in mine])
        balances = await self._balances.of_person(person_id)
        there = sum(a.balance_fen for a in balances if a.kind is AccountKind.WALLET)
        return {one.id: min(one.amount_fen - given.get(one.id, 0), there) for one in mine}

    async def at_counter(self, person_id: int, found: Sequence[Sent | Offer]) -> set[int]:
        """Which of these have come back to a closed account of the person's."""
        return await at_counter(self._database, person_id, [one.id for one in found])

    async def _wards(self, person_id: int) -> list[Ward]:
        acting = await self._parties.acting_for(person_id)
        people = await self._people.by_ids(acting)
        opened = await repository.opened(self._database, list(acting))
        today = local_date(self._clock.now())
        return [
            Ward(
                person.id,
                acting[person.id],
                self._people.masked_name(person),
                place_of_use(
                    rules := self._rulebook.at(person.insuplc_admdvs, today).rules.wallet,
                    person.insuplc_admdvs,
                    opened.get(person.id),
                ),
                person.id in opened,
                place_problem(rules, person.insuplc_admdvs),
            )
            for person in people.values()
        ]
