"""Somebody's accounts are paid out and closed: at death, emigration, or where a transfer can't
carry them (SOURCES F9.5). What is held is ended first; then, in one step, interest is paid, what is
owed is taken, the rest is paid out, the accounts are closed, and every tie that could move their
money ends.

What comes back to them later finds no account and lies in suspense, with a task for the counter.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from app.domain.aid import repository as aid
from app.domain.aid.rules.ending import BENEFICIARY_PAID_OUT, DONOR_PAID_OUT
from app.domain.premium.service import Premiums
from app.domain.wallet.service import Wallets
from app.domain.year import repository
from app.domain.year.closing import Closing
from app.domain.year.errors import NotNow
from app.domain.year.facts.sums import last_closes
from app.domain.year.rules.calendar import month_of, year_begins
from app.domain.year.rules.credits import take
from app.domain.year.values import Credit, Holder, PayOut
from app.kit.clock import Clock, local_date
from app.kit.money import yuan_text
from app.ledger.balances import Balances
from app.ledger.holds import pending_of
from app.ledger.kinds import AccountKind, PayOutReason, TransferKind
from app.ledger.models import Account
from app.ledger.repository import accounts_of, flow_accounts
from app.ledger.year import Move, book, take_turn
from app.regions.loader import Rulebook
from app.store.database import Connection, Database

_TRIES = 5


class Again(Exception):
    """Something came between: look again."""


class PayingOut:
    """Pays accounts out."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        rulebook: Rulebook,
        balances: Balances,
        closing: Closing,
        wallets: Wallets,
        premiums: Premiums,
    ) -> None:
        self._database = database
        self._clock = clock
        self._rulebook = rulebook
        self._balances = balances
        self._closing = closing
        self._wallets = wallets
        self._premiums = premiums

    async def pay_out(self, person_id: int, reason: PayOutReason) -> PayOut:
        """Pays a person's accounts out and closes them, once: of what was paid out before it is
        told how.

        Raises:
            NotNow: there is no account; or money is held for what only the tax office can end,
                which was asked to.
        """
        for _ in range(_TRIES):
            await self.prepare(person_id)
            try:
                paid, donors = await self._once(person_id, reason)
            except Again:
                continue
            await self._balances.renew({person_id, *donors})
            return paid
        await self.refuse_held(person_id)
        raise NotNow("账户正在变动，请重试 the account is being used, try again")

    async def prepare(self, person_id: int) -> None:
        """Ends what holds a person's money, or asks who alone can end it."""
        await self._wallets.sweep.end_of(person_id)
        await self._premiums.end_of(person_id)

    async def refuse_held(self, person_id: int) -> None:
        """Says what is in the way.

        Raises:
            NotNow: money is held.
        """
        async with self._database.connection() as connection:
            held = sum(hold.amount_fen for hold in await pending_of(connection, person_id))
        if held:
            yuan = yuan_text(held)
            raise NotNow(
                f"有 {yuan} 元冻结中、等待税务部门答复，请稍后重试 {yuan} yuan are held until the "
                "tax office, which was asked to forget it, answers: try again then"
            )

    async def _once(self, person_id: int, reason: PayOutReason) -> tuple[PayOut, set[int]]:
        ids = self._database.ids
        async with self._database.transaction() as connection:
            await take_turn(connection)
            now = self._clock.now()
            holder = await repository.lock_person(connection, person_id)
            if before := await repository.paid_out(connection, person_id):
                return before, set()
            flows = await self.flows(connection, holder)
            await self.end_wallet(connection, person_id, now)
            donors = await self.end_grants(connection, person_id, now)
            if await self.is_awaited(connection, person_id):
                raise Again
            if not await own_accounts(connection, person_id):
                raise NotNow("没有账户 there is no account")
            await self.pay_interest(connection, holder, now)
            accounts = await own_accounts(connection, person_id)
            pay_out_id = ids.next()
            taken, owed = await self.take_owed(connection, accounts, flows, now)
            paid = [
                Move(pay_out_id, TransferKind.PAY_OUT, account, flows[1], account.balance_fen)
                for account in accounts.values()
                if account.balance_fen
            ]
            await book(connection, paid, now, ids)
            await repository.close_accounts(connection, [a.id for a in accounts.values()], now)
            row = PayOut(
                id=pay_out_id,
                person_id=person_id,
                reason=reason,
                place=holder.place,
                amount_fen=sum(move.amount_fen for move in paid),
                wallet_fen=sum(move.amount_fen for move in paid if is_wallet(move.debit)),
                owed_fen=owed - taken,
                grants=len(donors),
                made_at=now,
            )
            await repository.add_pay_out(connection, row)
        return row, set(donors.values())

    async def is_awaited(self, connection: Connection, person_id: int) -> bool:
        """Whether money is held, or is to be charged; the accounts are locked."""
        return bool(await pending_of(connection, person_id)) or await self._premiums.any_of(
            connection, person_id
        )

    async def flows(self, connection: Connection, holder: Holder) -> tuple[int, int]:
        """Where contributions come from, and where what is paid out goes."""
        pool = holder.place[:4]
        keys = [(AccountKind.CONTRIBUTIONS, pool), (AccountKind.PAID_OUT, pool)]
        found = await flow_accounts(connection, keys, self._database.ids)
        return found[keys[0]], found[keys[1]]

    async def end_wallet(self, connection: Connection, person_id: int, now: datetime) -> None:
        """Ends the wallet; before accounts are locked."""
        await self._wallets.end(connection, person_id, now)

    async def end_grants(
        self,
        connection: Connection,
        person_id: int,
        now: datetime,
        *,
        also: Collection[int] = (),
    ) -> dict[int, int]:
        """Locks the accounts of all who pay by a person's grants, as a settlement does, and those
        of others, and ends the grants: gives their donors (law 6: none commits against a grant that
        this ends)."""
        seen = await aid.to_end_with(connection, person_id)
        payers = {donor for donor, _ in seen.values()}
        await aid.lock_accounts(connection, {person_id, *payers, *also})
        grants = await aid.to_end_with(connection, person_id)  # as they are under the locks
        if not grants.keys() <= seen.keys():
            raise Again
        ended = [
            (grant, DONOR_PAID_OUT if donor == person_id else BENEFICIARY_PAID_OUT)
            for grant, (donor, _) in grants.items()
        ]
        await aid.end_all(connection, ended, now)
        return {grant: donor for grant, (donor, _) in grants.items()}

    async def pay_interest(self, connection: Connection, holder: Holder, now: datetime) -> None:
        """Interest of the year before, if that is not closed yet, and to the end of last month. A
        wallet alone earns none."""
        if AccountKind.CURRENT not in await own_accounts(connection, holder.person_id):
            return
        last = (await last_closes(connection, [holder.person_id])).get(holder.person_id)
        for day in self._closed_on(holder, local_date(now)):
            if last is None or last < day:
                await self._closing.close(connection, [holder], day, now, carry=False)

    def _closed_on(self, holder: Holder, today: date) -> Iterator[date]:
        day = month_of(today) - timedelta(days=1)
        rules = self._rulebook.at(holder.place, day).rules.account
        yield year_begins(day, rules.year_begins_in) - timedelta(days=1)
        yield day

    async def take_owed(
        self,
        connection: Connection,
        accounts: dict[AccountKind, Account],
        flows: tuple[int, int],
        now: datetime,
    ) -> tuple[int, int]:
        """Takes what is owed as far as there is money: how much, and of how much."""
        current = accounts.get(AccountKind.CURRENT)
        if current is None:
            return 0, 0
        carried = accounts[AccountKind.CARRIED]
        owed = await repository.owed_by(connection, current.person_id)
        parts = take(
            ((row.id, row.owed_fen) for row in owed), current.balance_fen, carried.balance_fen
        )
        left = {row.id: row.owed_fen for row in owed}
        moves = []
        for part in parts:
            left[part.row_id] -= part.amount_fen
            account = accounts[part.kind]
            moves.append(
                Move(part.row_id, TransferKind.RECOVERY, account, flows[0], part.amount_fen)
            )
        await repository.put(connection, _with_owed(owed, left))
        await book(connection, moves, now, self._database.ids)
        return sum(part.amount_fen for part in parts), sum(row.owed_fen for row in owed)


async def own_accounts(connection: Connection, person_id: int) -> dict[AccountKind, Account]:
    """A person's open accounts, locked."""
    found = await accounts_of(connection, [person_id], lock=True)
    return {account.kind: account for account in found if not account.closed}


def _with_owed(rows: list[Credit], left: dict[int, int]) -> list[Credit]:
    return [replace(row, owed_fen=left[row.id]) for row in rows]


def is_wallet(side: Account | int) -> bool:
    """Whether a side of a move is a wallet."""
    return isinstance(side, Account) and side.kind is AccountKind.WALLET
