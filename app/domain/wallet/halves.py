"""The two halves of a transfer, step by step (law 16).

Every step is one transaction of one side, and doing it again changes nothing: whoever dies between
two of them, the next sweep goes on. The payee's half decides once, under its row's lock; the
sender's follows. An offer whose time was over before it came is written down as expired at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.domain.registry.models import Person
from app.domain.registry.service import People
from app.domain.wallet.book import payee, sender
from app.domain.wallet.errors import NOT_OPENED
from app.domain.wallet.rules.sending import refilled
from app.domain.wallet.values import Offer, Sent, State
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.ledger.balances import Balances
from app.ledger.holds import (
    SUSPENSE_CODE,
    TASKS,
    Ending,
    HoldPurpose,
    HoldState,
    end,
    of_orders,
)
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import Account, CounterTask, Transfer, credit, flow
from app.ledger.repository import accounts_of, all_rows_of, flow_accounts, make_tasks, write
from app.store.database import Connection, Database

_HOLD_ENDS = {
    State.ACCEPTED: HoldState.POSTED,
    State.REFUSED: HoldState.VOIDED,
    State.EXPIRED: HoldState.EXPIRED,
}


def clearing(own: str, other: str) -> tuple[AccountKind, str]:
    """The account through which money passes to and from another province."""
    return AccountKind.CLEARING, f"{own}-{other}"


class Halves:
    """The steps of one cell's side: what its people send, and what is sent to them."""

    def __init__(
        self, database: Database, clock: Clock, people: People, balances: Balances
    ) -> None:
        self.database = database
        self._clock = clock
        self._people = people
        self._balances = balances

    # The payee's side

    async def offer(self, sent: Collection[Sent]) -> None:
        """Offers what has been sent to people of this side."""
        made = await self._offers(sent, State.PENDING)
        if made:
            async with self.database.transaction() as connection:
                await payee.put(connection, made)

    async def expire(self, sent: Collection[Sent]) -> dict[int, State]:
        """Ends what nobody of this side has accepted in time; gives what has come of each."""
        now = self._clock.now()
        offers = await self._offers(sent, State.EXPIRED)
        decided = {one.id: State.EXPIRED for one in sent if one.other_id is None}
        if offers:
            async with self.database.transaction() as connection:
                await payee.put(connection, offers)
                ids = [offer.id for offer in offers]
                await payee.lock(connection, ids)
                await payee.expire(connection, ids, now)
                decided |= {one.id: one.state for one in await payee.lock(connection, ids)}
        return decided

    async def refuse_all(self, connection: Connection, person_id: int, now: datetime) -> int:
        """Refuses what still waits for a person, who can accept nothing any more; gives how much
        that was. Their rows are locked first, before anybody's accounts."""
        waiting = await payee.lock_waiting(connection, person_id)
        for offer in waiting:
            refused = decided(offer, State.REFUSED, None, None, now)
            await payee.decide(connection, refused)
        return len(waiting)

    async def accept(self, connection: Connection, decided: Offer, now: datetime) -> None:
        """Writes the acceptance of an offer that is locked, and its posting.

        Raises:
            Refusal: NOT_OPENED.
        """
        flows = await self._flows_of(connection, decided)
        accounts = await accounts_of(connection, [decided.person_id], lock=True)
        wallet = next((a for a in accounts if a.kind is AccountKind.WALLET and not a.closed), None)
        if wallet is None:
            raise Refusal(NOT_OPENED)
        await payee.decide(connection, decided)
        await self._post(connection, decided, [(wallet, decided.amount_fen)], flows, now)

    async def bring_back(self, sent: Sent) -> None:
        """Gives back what the other side returns: into the accounts that it had come from, or into
        their successors; once."""
        now = self._clock.now()
        [offer] = await self._offers([sent], State.ACCEPTED)
        assert sent.returns_id is not None
        async with self.database.transaction() as connection:
            await sender.lock(connection, [sent.returns_id])
            if await payee.put(connection, [offer]):
                holds = await of_orders(connection, HoldPurpose.WALLET, [sent.returns_id])
                taken = [(hold.account_id, hold.amount_fen) for hold in holds]
                flows = await self._flows_of(connection, offer)
                before = await payee.came_back_fen(connection, sent.returns_id, sent.id)
                parts = refilled(taken, before, sent.amount_fen)
                owners = await all_rows_of(connection, [offer.person_id])
                accounts = {a.id: a for a in await accounts_of(connection, owners, lock=True)}
                homes = [(_home(accounts[account], accounts), fen) for account, fen in parts]
                await self._post(connection, offer, homes, flows, now)
        await self._balances.renew([offer.person_id])

    async def _flows_of(self, connection: Connection, offer: Offer) -> tuple[int, int]:
        """The clearing account that an offer's money comes from, and suspense. Nobody's accounts
        are locked yet: who opens one must not wait for somebody who waits for it."""
        keys = [
            clearing(offer.province, offer.other_province),
            (AccountKind.SUSPENSE, SUSPENSE_CODE),
        ]
        found = await flow_accounts(connection, keys, self.database.ids)
        return found[keys[0]], found[keys[1]]

    async def _post(
        self,
        connection: Connection,
        offer: Offer,
        parts: Sequence[tuple[Account | None, int]],
        flows: tuple[int, int],
        now: datetime,
    ) -> None:
        """Takes money from the other province into accounts; without one, into suspense, for the
        counter."""
        ids, (clears, suspense) = self.database.ids, flows
        before = {home.id: (home, home.version) for home, _ in parts if home is not None}
        kind = TransferKind.WALLET_IN
        transfers = [
            _into(ids.next(), clears, home, fen, now)
            if home is not None
            else flow(ids.next(), kind, clears, suspense, fen, settlement_id=None, at=now)
            for home, fen in parts
        ]
        await write(connection, transfers, list(before.values()))
        await payee.posted(connection, offer.id, [transfer.id for transfer in transfers])
        wallet = TASKS[HoldPurpose.WALLET]
        tasks = [
            CounterTask(offer.person_id, one.id, one.amount_fen, order_id=offer.id, kind=wallet)
            for one in transfers
            if one.credit_account == suspense
        ]
        await make_tasks(connection, tasks, now, ids)

    async def _offers(self, sent: Collection[Sent], state: State) -> list[Offer]:
        """The payee's halves of what has been sent to somebody."""
        wanted = [(one, one.other_id) for one in sent if one.other_id is not None]
        senders = await self._people.by_ids({one.person_id for one, _ in wanted})
        now = self._clock.now()
        return [
            self._offer(one, other_id, senders[one.person_id], state, now)
            for one, other_id in wanted
        ]

    def _offer(
        self, sent: Sent, other_id: int, person: Person, state: State, now: datetime
    ) -> Offer:
        decided = None if state is State.PENDING else now
        return Offer(
            id=sent.id,
            person_id=other_id,
            returns_id=sent.returns_id,
            amount_fen=sent.amount_fen,
            province=sent.other_province,
            other_id=sent.person_id,
            other_province=sent.province,
            other_name=self._people.masked_name(person),
            other_gend=person.gend,
            relation=sent.relation,
            tied=sent.tied,
            made_at=sent.made_at,
            expires_at=sent.expires_at,
            state=state,
            decided_at=decided,
            follow_from=decided,
        )

    async def told(self, ids: Collection[int]) -> None:
        """The sender's side knows what was decided of these."""
        await payee.told(self.database, ids, self._clock.now())

    # The sender's side

    async def delivered(self, sent: Collection[Sent]) -> None:
        """The payee's side has been told of these."""
        await sender.delivered(self.database, [one.id for one in sent], self._clock.now())

    async def follow(self, decided: Mapping[int, State]) -> None:
        """Does on the sender's side what the payee's has decided."""
        if not decided:
            return
        ids, now = self.database.ids, self._clock.now()
        async with self.database.transaction() as connection:
            locked = await sender.lock(connection, list(decided))
            waiting = [one for one in locked if one.state is State.PENDING]
            to = await self._flows(connection, waiting, decided)
            holds = await of_orders(connection, HoldPurpose.WALLET, [one.id for one in waiting])
            of_order = defaultdict(list)
            for hold in holds:
                of_order[hold.order_id].append(hold)
            endings = [
                Ending(hold.id, _HOLD_ENDS[decided[one.id]], to.get(one.id))
                for one in waiting
                for hold in of_order[one.id]
            ]
            if endings:
                await end(connection, endings, now, ids)
            await sender.end(connection, {one.id: decided[one.id] for one in waiting}, now)
        await self._balances.renew({one.person_id for one in waiting})

    async def _flows(
        self, connection: Connection, waiting: Sequence[Sent], decided: Mapping[int, State]
    ) -> dict[int, int]:
        """The clearing accounts that what was accepted is posted to, by transfer."""
        keys = {
            one.id: clearing(one.province, one.other_province)
            for one in waiting
            if decided[one.id] is State.ACCEPTED
        }
        wanted = sorted(set(keys.values()))
        found = await flow_accounts(connection, wanted, self.database.ids) if wanted else {}
        return {wallet_id: found[key] for wallet_id, key in keys.items()}


def decided(
    offer: Offer, state: State, by: int | None, binding_id: int | None, now: datetime
) -> Offer:
    """An offer as somebody has decided it. To whom the payee has no tie a no is told when the time
    is over, as if there were nobody."""
    late = state is State.REFUSED and not offer.tied and offer.expires_at is not None
    return replace(
        offer,
        state=state,
        decided_at=now,
        decided_by=by,
        binding_id=binding_id,
        follow_from=offer.expires_at if late else now,
    )


def _home(account: Account, accounts: Mapping[int, Account]) -> Account | None:
    """The account itself, or its last successor that is open."""
    seen: Account | None = account
    while seen is not None and seen.closed:
        seen = accounts.get(seen.successor_id) if seen.successor_id else None
    return seen


def _into(
    transfer_id: int, clearing_id: int, home: Account, amount_fen: int, now: datetime
) -> Transfer:
    version, after_fen = credit(home, amount_fen)
    return Transfer(
        id=transfer_id,
        kind=TransferKind.WALLET_IN,
        settlement_id=None,
        grant_id=None,
        reverses_id=None,
        debit_account=clearing_id,
        credit_account=home.id,
        amount_fen=amount_fen,
        debit_version=None,
        debit_after_fen=None,
        credit_version=version,
        credit_after_fen=after_fen,
        created_at=now,
    )
