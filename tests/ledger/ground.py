"""An empty ledger in a database of its own: people with accounts, and one flow that fills them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from app.kit.sm import Cipher
from app.ledger import repository
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import Account, Transfer, credit, debit
from app.store.database import Connection, Database
from tests.people_factory import add_person, made_up_certno

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
BORN = date(1980, 5, 17)


@dataclass
class Ground:
    """The database, and the flow account that everybody's money comes from."""

    database: Database
    flow: int

    async def person(self) -> int:
        cipher = Cipher(b"d" * 16, b"i" * 16)
        return await add_person(
            self.database,
            cipher,
            name="王芳",
            certno=made_up_certno(BORN, "2"),
            gend="2",
            brdy=BORN,
        )

    async def account(
        self,
        fen: int = 0,
        *,
        person: int | None = None,
        kind: AccountKind = AccountKind.CURRENT,
        number: int | None = None,
    ) -> Account:
        """A new account that holds so much; its owner and its id may be given."""
        owner = person or await self.person()
        account = Account(number or self.database.ids.next(), kind, owner, 0, 0)
        await self.database.value(
            "insert into account (id, kind, person_id, balance_fen) values ($1, $2, $3, 0)",
            account.id,
            int(kind),
            owner,
        )
        if fen:
            async with self.database.transaction() as connection:
                await self.write(connection, [self.paid_in(account, fen)], account)
        return account

    async def write(
        self, connection: Connection, transfers: list[Transfer], *changed: Account
    ) -> None:
        """Writes transfers, each of which changed an account once."""
        touched = [t.debit_account for t in transfers] + [t.credit_account for t in transfers]
        before = [(account, account.version - touched.count(account.id)) for account in changed]
        await repository.write(connection, transfers, before)

    def paid_in(self, account: Account, fen: int) -> Transfer:
        """From the flow to an account."""
        version, after = credit(account, fen)
        return self._transfer(self.flow, account.id, fen, (None, None), (version, after))

    def paid_out(self, account: Account, fen: int, reverses: int | None = None) -> Transfer:
        """From an account to the flow."""
        version, after = debit(account, fen)
        return self._transfer(account.id, self.flow, fen, (version, after), (None, None), reverses)

    def moved(self, giver: Account, taker: Account, fen: int) -> Transfer:
        """From one account to another."""
        return self._transfer(giver.id, taker.id, fen, debit(giver, fen), credit(taker, fen))

    def _transfer(
        self,
        giver: int,
        taker: int,
        fen: int,
        debited: tuple[int | None, int | None],
        credited: tuple[int | None, int | None],
        reverses: int | None = None,
    ) -> Transfer:
        return Transfer(
            id=self.database.ids.next(),
            kind=TransferKind.OPENING,
            settlement_id=None,
            grant_id=None,
            reverses_id=reverses,
            debit_account=giver,
            credit_account=taker,
            amount_fen=fen,
            debit_version=debited[0],
            debit_after_fen=debited[1],
            credit_version=credited[0],
            credit_after_fen=credited[1],
            created_at=NOW,
        )

    async def stored(self, *accounts: Account) -> list[Account]:
        """The same accounts as the database has them, in the same order."""
        async with self.database.connection() as connection:
            owners = [account.person_id for account in accounts]
            found = await repository.accounts_of(connection, owners, lock=False)
        by_id = {account.id: account for account in found}
        return [by_id[account.id] for account in accounts]

    async def total(self) -> int:
        """All that people own, in fen."""
        found: int = await self.database.value(
            "select coalesce(sum(balance_fen), 0)::bigint from account"
        )
        return found

    async def transfers(self) -> int:
        """How many there are."""
        found: int = await self.database.value("select count(*) from transfer")
        return found


@pytest.fixture
async def ground(migrated: str) -> AsyncIterator[Ground]:
    database = await Database.open(migrated)
    async with database.transaction() as connection:
        wanted = (AccountKind.CONTRIBUTIONS, "-")
        flows = await repository.flow_accounts(connection, [wanted], database.ids)
    yield Ground(database, flows[wanted])
    await database.close()
