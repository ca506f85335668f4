"""医保钱包: opened, sent from, accepted into, given back from."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from app.domain.aid.service import Aid
from app.domain.family.service import Family
from app.domain.registry.errors import BENEFICIARY_NOT_ENROLLED
from app.domain.registry.models import Person
from app.domain.registry.rules import problem as insurance_problem
from app.domain.registry.service import People
from app.domain.wallet import errors, repository
from app.domain.wallet.book import payee, sender
from app.domain.wallet.halves import Halves, decided
from app.domain.wallet.looking import Looking
from app.domain.wallet.parties import Named, Parties, Payee, Tie
from app.domain.wallet.rules.hours import returned_at
from app.domain.wallet.rules.place import choice_problem, place_of_use
from app.domain.wallet.rules.sending import (
    amount_problem,
    hours_problem,
    place_problem,
    relation_problem,
    standing_problem,
    taken_from,
)
from app.domain.wallet.sides import Sides
from app.domain.wallet.standing import standing_of
from app.domain.wallet.sweeping import Sweep
from app.domain.wallet.values import Offer, Sent, Source, State, Wallet
from app.kit.clock import Clock, local_date
from app.kit.money import yuan_text
from app.kit.reasons import INVALID_INPUT, NOT_FOUND, Because, Refusal
from app.kit.value import value
from app.ledger.balances import Balances
from app.ledger.holds import HoldPurpose, Wanted, place
from app.ledger.kinds import AccountKind
from app.ledger.models import Account
from app.ledger.repository import accounts_of
from app.regions.loader import Rulebook
from app.regions.rules import Rules
from app.regions.text.places import known_place
from app.store.cells.others import CellAway
from app.store.database import Connection, Database


@value
class Request:
    """What somebody wants to send: to whom, how much, out of what. ``mark``: the phone's own name
    for it; the same again is the same transfer."""

    to: Named | Tie
    amount_fen: int
    source: Source
    mark: str


class Wallets:
    """The wallet's service."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        people: People,
        rulebook: Rulebook,
        balances: Balances,
        family: Family,
        aid: Aid,
    ) -> None:
        self._database = database
        self._clock = clock
        self._people = people
        self._rulebook = rulebook
        self._balances = balances
        self._halves = Halves(database, clock, people, balances)
        self._sides = Sides(self._halves, clock, people)
        self.parties = Parties(clock, people, rulebook, family, aid)
        self.looking = Looking(database, clock, people, rulebook, balances, self.parties)
        self.sweep = Sweep(database, clock, self._sides)

    async def open(self, actor_id: int, person_id: int) -> Wallet:
        """Opens a person's wallet, for oneself or for a relative; doing it again is fine.

        Raises:
            Refusal: NOT_FOUND, RELATIVE_ELSEWHERE, PLACE_NOT_LIVE, BENEFICIARY_NOT_ENROLLED,
                MISUSE_SUSPENSION.
        """
        binding = await self.parties.right_to(actor_id, person_id)
        person = await self._people.get(person_id)
        await self._people.expect_here(person)
        now = self._clock.now()
        self._refuse_place(person, now)
        wallet = Wallet(person_id, actor_id, binding, person.insuplc_admdvs, now)
        async with self._database.transaction() as connection:
            account_id = self._database.ids.next()
            fresh = await repository.open_wallet(connection, wallet, account_id)
        await self._balances.renew([person_id])
        found = (await repository.opened(self._database, [person_id])).get(person_id)
        if not fresh and found is None:
            raise Refusal(BENEFICIARY_NOT_ENROLLED, name=self._people.masked_name(person))
        return found or wallet

    async def choose_place(self, person_id: int, chosen: str | None) -> None:
        """Moves the place of use of a person's own wallet, None: back to where the person is
        insured. What is in it stays. Doing it again is fine.

        Raises:
            Refusal: PLACE_FIXED; PLACE_NOT_LIVE: there is no wallet there; NOT_OPENED;
                INVALID_INPUT: there is no such place.
        """
        person = await self._people.get(person_id)
        now = self._clock.now()
        rules, home = self._rules(person, now).wallet, person.insuplc_admdvs
        if chosen is not None:
            _refuse(choice_problem(rules, home))
            if not known_place(chosen):
                detail = {"detail": "没有这个地区", "detail_en": "place is unknown"}
                raise Refusal(INVALID_INPUT, **detail)
            there = self._rulebook.at(chosen, local_date(now)).rules.wallet
            _refuse(place_problem(there, chosen))
            chosen = place_of_use(rules, chosen)
            if chosen == place_of_use(rules, home):
                chosen = None
        if not await repository.choose_place(self._database, person_id, chosen, home, now):
            raise Refusal(errors.NOT_OPENED)

    async def send(self, person_id: int, request: Request) -> Sent:
        """Sets money aside for a relative, who may accept it until the time is over. Sending again
        under the same mark gives what was sent.

        Raises:
            Refusal: what ``rules`` refuses of the sender, PAYEE_IS_SENDER, NOT_NEAR_RELATIVE; of a
                tie NOT_FOUND, and what keeps the other from accepting. Of who is only named by
                name and number nothing is told: it waits, and goes back when the time is over.
        """
        now = self._clock.now()
        me = await self._people.get(person_id)
        rules = self._rules(me, now)
        to = await self.parties.payee(me, request.to)
        _refuse(relation_problem(rules.wallet, to.relation))
        await self._refuse_payee(to, now)
        async with self._database.transaction() as connection:
            accounts = await accounts_of(connection, [person_id], lock=True)
            if again := await sender.by_mark(connection, person_id, request.mark):
                return _same(again, request, to)
            open_accounts = {a.kind: a for a in accounts if not a.closed}
            held = {kind: account.balance_fen for kind, account in open_accounts.items()}
            standing = await standing_of(connection, me, held, now)
            _refuse(standing_problem(rules, standing, self._people.masked_name(me), now))
            _refuse(amount_problem(rules, standing, request.source, request.amount_fen))
            sent = self._sent(me, to, request, returned_at(rules.wallet, now), now)
            await sender.add(connection, sent)
            taken = taken_from(rules, standing, request.source, request.amount_fen)
            parts = [
                Wanted(open_accounts[kind], fen, HoldPurpose.WALLET, sent.id, sent.expires_at)
                for kind, fen in taken
            ]
            await place(connection, parts, now, self._database.ids)
        await self._balances.renew([person_id])
        return sent

    async def end(self, connection: Connection, person_id: int, now: datetime) -> None:
        """Ends a person's wallet in the transaction of whoever pays its account out: nothing can be
        sent to it any more, and what waits is refused. To be called before accounts are locked."""
        await self._halves.refuse_all(connection, person_id, now)
        await repository.close_wallet(connection, person_id)

    async def accept(self, actor_id: int, wallet_id: int) -> Offer:
        """The payee's yes, or that of who acts for the payee: the money is there when this has
        returned. Accepting again is fine.

        Raises:
            Refusal: NOT_FOUND, OFFER_ENDED, NOT_OPENED, PLACE_NOT_LIVE, BENEFICIARY_NOT_ENROLLED,
                MISUSE_SUSPENSION.
        """
        return await self._decide(actor_id, wallet_id, State.ACCEPTED)

    async def refuse(self, actor_id: int, wallet_id: int) -> Offer:
        """The payee's no. Refusing again is fine.

        Raises:
            Refusal: NOT_FOUND, OFFER_ENDED.
        """
        return await self._decide(actor_id, wallet_id, State.REFUSED)

    async def give_back(self, actor_id: int, wallet_id: int, amount_fen: int, mark: str) -> Sent:
        """Gives back what was accepted, as far as it is there: into the accounts that it had come
        from. It needs nobody's yes and counts under no limit.

        Raises:
            Refusal: NOT_FOUND, ONLY_OWNER_RETURNS, OFFER_ENDED, CLOSED_HOURS, RETURN_TOO_MUCH.
        """
        offer = await self._mine(wallet_id)
        binding = await self.parties.right_to_return(actor_id, offer.person_id)
        person = await self._people.get(offer.person_id)
        now = self._clock.now()
        _refuse(hours_problem(self._rules(person, now).wallet, now))
        async with self._database.transaction() as connection:
            [offer] = await payee.lock(connection, [wallet_id])
            accounts = await accounts_of(connection, [person.id], lock=True)
            if again := await sender.by_mark(connection, person.id, mark):
                if (again.returns_id, again.amount_fen) != (wallet_id, amount_fen):
                    raise _other_under_it()
                return again
            wallet = _wallet(accounts)
            sent = self._returned(offer, person, actor_id, binding, amount_fen, mark, now)
            given = await sender.given_back_fen(connection, wallet_id)
            left = min(offer.amount_fen - given, wallet.balance_fen if wallet else 0)
            if amount_fen > left or wallet is None:
                raise Refusal(errors.RETURN_TOO_MUCH, left=yuan_text(left))
            await sender.add(connection, sent)
            held = Wanted(wallet, amount_fen, HoldPurpose.WALLET, sent.id)
            await place(connection, [held], now, self._database.ids)
        with suppress(CellAway):  # the sweep brings it
            await (await self._sides.of(sent.other_id)).bring_back(sent)
            await self._halves.follow({sent.id: State.ACCEPTED})
        return await sender.get(self._database, sent.id) or sent

    async def _decide(self, actor_id: int, wallet_id: int, state: State) -> Offer:
        offer = await self._mine(wallet_id)
        binding = await self.parties.right_to(actor_id, offer.person_id)
        now = self._clock.now()
        if state is State.ACCEPTED:
            self._refuse_place(await self._people.get(offer.person_id), now)
        async with self._database.transaction() as connection:
            [offer] = await payee.lock(connection, [wallet_id])
            if offer.state is state:
                return offer
            now = self._clock.now()  # as it is under the lock
            over = offer.expires_at is not None and offer.expires_at <= now
            if offer.state is not State.PENDING or over:
                ended = State.EXPIRED if offer.state is State.PENDING else offer.state
                how, how_en = errors.ENDED[int(ended)]
                raise Refusal(errors.OFFER_ENDED, how=how, how_en=how_en)
            offer = decided(offer, state, actor_id, binding, now)
            if state is State.ACCEPTED:
                await self._halves.accept(connection, offer, now)
            else:
                await payee.decide(connection, offer)
        await self._balances.renew([offer.person_id])
        if offer.follow_from is not None and offer.follow_from <= now:
            with suppress(CellAway):  # the sweep tells it
                await (await self._sides.of(offer.other_id)).follow({offer.id: state})
                await self._halves.told([offer.id])
        return offer

    async def _mine(self, wallet_id: int) -> Offer:
        offer = await payee.get(self._database, wallet_id)
        if offer is None or offer.returns_id is not None:
            raise Refusal(NOT_FOUND)
        return replace(offer, person_id=(await self._people.known_now(offer.person_id)).id)

    def _rules(self, person: Person, now: datetime) -> Rules:
        return self._rulebook.at(person.insuplc_admdvs, local_date(now)).rules

    def _refuse_place(self, person: Person, now: datetime) -> None:
        _refuse(place_problem(self._rules(person, now).wallet, person.insuplc_admdvs))
        if reason := insurance_problem(person):
            raise Refusal(reason, name=self._people.masked_name(person))

    async def _refuse_payee(self, to: Payee, now: datetime) -> None:
        """Refuses to send what the other can't accept, where the sender may know that."""
        if to.person is None or not to.tied:
            return
        self._refuse_place(to.person, now)
        side = await self._sides.of(to.person.id)
        if not await repository.opened(side.database, [to.person.id]):
            raise Refusal(errors.PAYEE_NOT_OPENED, name=to.name)

    def _sent(
        self, me: Person, to: Payee, request: Request, expires_at: datetime, now: datetime
    ) -> Sent:
        there = "" if to.person is None else to.person.insuplc_admdvs[:2]
        return Sent(
            id=self._database.ids.next(),
            person_id=me.id,
            made_by=me.id,
            binding_id=None,
            mark=request.mark,
            returns_id=None,
            source=request.source,
            amount_fen=request.amount_fen,
            province=me.insuplc_admdvs[:2],
            other_id=None if to.person is None else to.person.id,
            other_province=there,
            other_name=to.name,
            tied=to.tied,
            relation=to.relation,
            day=local_date(now),
            made_at=now,
            expires_at=expires_at,
        )

    def _returned(
        self,
        offer: Offer,
        person: Person,
        actor_id: int,
        binding: int | None,
        amount_fen: int,
        mark: str,
        now: datetime,
    ) -> Sent:
        if offer.state is not State.ACCEPTED:
            how, how_en = errors.ENDED.get(int(offer.state), errors.NOT_YET)
            raise Refusal(errors.OFFER_ENDED, how=how, how_en=how_en)
        return Sent(
            id=self._database.ids.next(),
            person_id=person.id,
            made_by=actor_id,
            binding_id=binding,
            mark=mark,
            returns_id=offer.id,
            source=Source.WALLET,
            amount_fen=amount_fen,
            province=offer.province,
            other_id=offer.other_id,
            other_province=offer.other_province,
            other_name=offer.other_name,
            tied=True,
            relation=offer.relation,
            day=local_date(now),
            made_at=now,
            expires_at=None,
        )


def _wallet(accounts: list[Account]) -> Account | None:
    return next((a for a in accounts if a.kind is AccountKind.WALLET and not a.closed), None)


def _same(again: Sent, request: Request, to: Payee) -> Sent:
    """What was sent under a mark before; another transfer under it is refused."""
    other_id = None if to.person is None else to.person.id
    asked = (request.amount_fen, request.source, other_id, to.name, to.relation)
    before = (again.amount_fen, again.source, again.other_id, again.other_name, again.relation)
    if asked != before:
        raise _other_under_it()
    return again


def _other_under_it() -> Refusal:
    return Refusal(
        INVALID_INPUT,
        detail="这个编号已用于另一笔转账",
        detail_en="mark was used for another transfer",
    )


def _refuse(problem: Because | None) -> None:
    if problem is not None:
        raise Refusal(problem.reason, **problem.params)
