"""Two rows of one person become one: what the row that goes has on its accounts goes to those of
the row that stays, the ties that ended with it are made anew there, and all else that is the
person's follows (``rules/one_person.py``), in one step and once.

What comes back to a closed account later goes to the one of its kind, else it lies in suspense,
with a task for the counter.
"""

from __future__ import annotations

from datetime import datetime

from app.domain.aid.carrying import GrantsCarried
from app.domain.family.carrying import BindingsCarried
from app.domain.premium.service import Premiums
from app.domain.year import repository
from app.domain.year.book import one_person
from app.domain.year.errors import NotNow, NoWallet
from app.domain.year.paying_out import Again, PayingOut, is_wallet, own_accounts
from app.domain.year.values import Merge, MergePlan
from app.kit.clock import Clock
from app.ledger.balances import Balances
from app.ledger.holds import pending_of
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import Account
from app.ledger.year import Move, book, take_turn
from app.store.cells.shared import Shared, shared_part
from app.store.database import Connection, Database

_TRIES = 5
_PERSONAL = (AccountKind.CURRENT, AccountKind.CARRIED)


class Merging:
    """Merges rows of one person."""

    def __init__(
        self,
        database: Database,
        shared: Shared,
        clock: Clock,
        balances: Balances,
        paying_out: PayingOut,
        premiums: Premiums,
        grants: GrantsCarried,
        bindings: BindingsCarried,
    ) -> None:
        self._database = database
        self._shared = shared
        self._clock = clock
        self._balances = balances
        self._paying_out = paying_out
        self._premiums = premiums
        self._grants = grants
        self._bindings = bindings

    async def plan(self, gone_id: int, stays_id: int) -> MergePlan:
        """What would go where, as it is now."""
        async with self._database.connection() as connection:
            stays_id = await one_person.stays(connection, stays_id)
            accounts = await repository.open_balances(connection, gone_id)
            held = sum(hold.amount_fen for hold in await pending_of(connection, gone_id))
            grants = await self._grants.of(connection, gone_id, stays_id)
            async with shared_part(self._shared, self._database, connection) as there:
                bindings = await self._bindings.of(there, connection, gone_id, stays_id)
        wallet = accounts.pop(AccountKind.WALLET, 0)
        return MergePlan(sum(accounts.values()), wallet, held, len(grants), len(bindings))

    async def prepare(self, gone_id: int, stays_id: int) -> None:
        """Ends what holds the money, or asks who alone can end it; and what is paid twice."""
        await self._paying_out.prepare(gone_id)
        await self._premiums.paid_twice(gone_id, stays_id)

    async def merge(self, gone_id: int, stays_id: int) -> Merge:
        """Merges, once: of what was merged before it is told how, and what has come under its
        number since follows. What stays may have been merged itself: then it goes where that went.

        Raises:
            NotNow: money is held for what only the tax office can end; the row that stays went into
                this one; NoWallet: there is money in a wallet, and the row that stays has none.
        """
        for _ in range(_TRIES):
            async with self._database.connection() as connection:
                stays_id = await one_person.stays(connection, stays_id)
            if stays_id == gone_id:
                raise NotNow("保留的记录已并入这一条 the row that stays was merged into this one")
            await self.prepare(gone_id, stays_id)
            try:
                done, concerned = await self._once(gone_id, stays_id)
            except Again:
                continue
            await self._balances.renew({gone_id, stays_id, *concerned})
            return done
        await self._paying_out.refuse_held(gone_id)
        raise NotNow("账户正在变动，请重试 the account is being used, try again")

    async def _once(self, gone_id: int, stays_id: int) -> tuple[Merge, set[int]]:
        ids, paying_out = self._database.ids, self._paying_out
        async with self._database.transaction() as connection:
            await take_turn(connection)
            now = self._clock.now()
            holders = {
                one: await repository.lock_person(connection, one)
                for one in sorted((gone_id, stays_id))
            }
            if await one_person.stays(connection, stays_id) != stays_id:
                raise Again
            if before := await repository.merged(connection, gone_id):
                # It may have gone on since: to whichever row stays now.
                into = await one_person.stays(connection, gone_id)
                async with shared_part(self._shared, self._database, connection) as there:
                    await one_person.carry(there, connection, gone_id, into, now)
                return before, set()
            holder = holders[gone_id]
            await paying_out.end_wallet(connection, gone_id, now)
            donors = await paying_out.end_grants(connection, gone_id, now, also={stays_id})
            if await paying_out.is_awaited(connection, gone_id):
                raise Again
            flows = await paying_out.flows(connection, holder)
            await paying_out.pay_interest(connection, holder, now)
            accounts = await own_accounts(connection, gone_id)
            taken, owed = await paying_out.take_owed(connection, accounts, flows, now)
            merge_id = ids.next()
            moves = await self._moves(connection, merge_id, accounts, stays_id, now)
            await book(connection, moves, now, ids)
            await repository.close_accounts(connection, [a.id for a in accounts.values()], now)
            grants = await self._grants.carry(connection, gone_id, stays_id, now)
            # Where they are kept apart, ties and log-ins follow first: what breaks off then is
            # merged anew, and they have followed.
            async with shared_part(self._shared, self._database, connection) as there:
                bindings = await self._bindings.carry(there, connection, gone_id, stays_id, now)
                await one_person.carry(there, connection, gone_id, stays_id, now)
            row = Merge(
                id=merge_id,
                person_id=gone_id,
                into_id=stays_id,
                place=holder.place,
                amount_fen=sum(move.amount_fen for move in moves),
                wallet_fen=sum(move.amount_fen for move in moves if is_wallet(move.debit)),
                owed_fen=owed - taken,
                grants=len(grants),
                bindings=bindings,
                made_at=now,
            )
            await repository.add_merge(connection, row)
        return row, {*donors.values(), *grants}

    async def _moves(
        self,
        connection: Connection,
        merge_id: int,
        accounts: dict[AccountKind, Account],
        stays_id: int,
        now: datetime,
    ) -> list[Move]:
        """Each balance to the account of its kind; a personal one, and the one for relatives, is
        opened where there is none."""
        there = await own_accounts(connection, stays_id)
        wanted = set(_PERSONAL) if accounts.keys() & set(_PERSONAL) else set()
        wanted |= accounts.keys() & {AccountKind.FAMILY}
        if lacking := sorted(wanted - there.keys()):
            await repository.open_accounts(
                connection, stays_id, [(self._database.ids.next(), kind) for kind in lacking], now
            )
            there = await own_accounts(connection, stays_id)
        moves = []
        for account in accounts.values():
            if not account.balance_fen:
                continue
            if account.kind not in there:
                raise NoWallet("保留的参保记录没有医保钱包 the row that stays has no wallet")
            fen = account.balance_fen
            moves.append(Move(merge_id, TransferKind.MERGED, account, there[account.kind], fen))
        return moves
