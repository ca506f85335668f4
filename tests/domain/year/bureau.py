"""The office that credits accounts: a database of its own, people with accounts, a clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

from app.domain.registry.imports.book.credits import write_bases, write_credits
from app.domain.registry.imports.rows import BaseRow, CreditRow
from app.domain.year import repository
from app.domain.year.closing import Closing
from app.domain.year.crediting import Crediting
from app.domain.year.running import Runner
from app.domain.year.values import Credit, Run
from app.kit.clock import SettableClock
from app.kit.sm import Cipher
from app.ledger.balances import Balances
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.models import Transfer, credit, debit
from app.ledger.proof.findings import Finding
from app.ledger.proof.service import Verification
from app.ledger.repository import accounts_of, flow_accounts, write
from app.regions.loader import Rulebook
from app.store.cache import Cache
from app.store.database import Database
from tests.books import check_books
from tests.people_factory import add_person, made_up_certno
from tests.phone_world import at

BORN = date(1980, 5, 17)
NOVEMBER = date(2026, 11, 1)
EVE = at(2026, 12, 31, 23, 50)
CURRENT, CARRIED = AccountKind.CURRENT, AccountKind.CARRIED


@dataclass
class Bureau:
    """What it works with."""

    database: Database
    clock: SettableClock
    rulebook: Rulebook
    balances: Balances
    crediting: Crediting
    closing: Closing

    async def person(
        self, current_fen: int = 0, carried_fen: int | None = 0, place: str = "130100", **more: str
    ) -> int:
        """Somebody with a personal account that holds so much; None: without that part."""
        cipher = Cipher(b"d" * 16, b"i" * 16)
        person = await add_person(
            self.database,
            cipher,
            name="王芳",
            certno=made_up_certno(BORN, "2"),
            gend="2",
            brdy=BORN,
            place=place,
            **more,  # type: ignore[arg-type]
        )
        for kind, fen in ((CURRENT, current_fen), (CARRIED, carried_fen)):
            if fen is not None:
                await self.open(person, kind)
                await self.pay_in(person, kind, fen)
        return person

    async def open(self, person: int, kind: AccountKind) -> None:
        await self.database.value(
            "insert into account (id, kind, person_id, balance_fen, opened_at)"
            " values ($1, $2, $3, 0, $4)",
            self.database.ids.next(),
            int(kind),
            person,
            self.clock.now(),
        )

    async def pay_in(self, person: int, kind: AccountKind, fen: int) -> None:
        """Money from outside, by the clock; less than nothing: it is gone."""
        if not fen:
            return
        ids, flow = self.database.ids, (AccountKind.CONTRIBUTIONS, "-")
        async with self.database.transaction() as connection:
            source = (await flow_accounts(connection, [flow], ids))[flow]
            [account] = [
                a
                for a in await accounts_of(connection, [person], lock=True)
                if a.kind is kind and not a.closed
            ]
            before, came = account.version, fen > 0
            after = credit(account, fen) if came else debit(account, -fen)
            transfer = Transfer(
                id=ids.next(),
                kind=TransferKind.OPENING,
                settlement_id=None,
                grant_id=None,
                reverses_id=None,
                debit_account=source if came else account.id,
                credit_account=account.id if came else source,
                amount_fen=abs(fen),
                debit_version=None if came else after[0],
                debit_after_fen=None if came else after[1],
                credit_version=after[0] if came else None,
                credit_after_fen=after[1] if came else None,
                created_at=self.clock.now(),
            )
            await write(connection, [transfer], [(account, before)])

    async def base(self, person: int, fen: int, since: date = date(2026, 1, 1)) -> None:
        row = BaseRow(await self._number(person), since, fen)
        async with self.database.transaction() as connection:
            found = await write_bases(connection, [(2, row)], "test", self.clock.now())
        assert not found.refused

    async def line(
        self,
        person: int,
        kind: str,
        period: date = NOVEMBER,
        *,
        base: int | None = None,
        fen: int | None = None,
    ) -> str:
        """A line of the credits file; what became of it."""
        row = CreditRow(await self._number(person), kind, period, base, fen)
        async with self.database.transaction() as connection:
            found = await write_credits(
                connection, [(2, row)], "test", self.database.ids, self.clock.now()
            )
        if found.refused:
            return found.refused[0][2]
        return "loaded" if found.loaded else "changed" if found.changed else "unchanged"

    async def _number(self, person: int) -> str:
        sql = "select psn_no from person where id = $1"
        return str(await self.database.value(sql, person))

    async def credit(self, period: date = NOVEMBER, region: str = "13") -> Run:
        return await self.crediting.run(region, period)

    async def held(self, person: int) -> tuple[int, int]:
        """What this year's and the carried-over part hold."""
        async with self.database.connection() as connection:
            found = await accounts_of(connection, [person], lock=False)
        by_kind = {a.kind: a.balance_fen for a in found if not a.closed}
        return by_kind.get(CURRENT, 0), by_kind.get(CARRIED, 0)

    async def rows(self, person: int) -> list[Credit]:
        return await repository.credits_of(self.database, person, 100)

    async def moves(self, person: int) -> list[tuple[str, int]]:
        """What the account's year has moved, by name and in fen as the owner sees it."""
        rows = await self.database.rows(
            "select t.kind, a.id = t.credit_account as came, t.amount_fen from transfer t"
            " join account a on a.id in (t.debit_account, t.credit_account)"
            " where a.person_id = $1 and t.kind > 12 order by t.id, came",
            person,
        )
        sign = {True: 1, False: -1}
        return [(TransferKind(r["kind"]).name, sign[r["came"]] * r["amount_fen"]) for r in rows]

    async def status(self, person: int, status: str) -> None:
        await self.database.value(
            "update person set psn_insu_stas = $2 where id = $1", person, status
        )

    async def findings(self) -> Sequence[Finding]:
        """What the check of the books finds."""
        checking = Verification(
            self.database, self.database, self.balances, self.clock, self.rulebook
        )
        return (await checking.run()).findings

    async def check(self, *, orderless: bool = False) -> None:
        """All laws of the books. ``orderless``: money was held for premiums that nobody ordered,
        which has to be found, and nothing else."""
        await check_books(self.database)
        found = await self.findings()
        known = [one for one in found if one.found == "no such order"]
        assert len(found) == len(known) and bool(known) is orderless, found


@asynccontextmanager
async def open_bureau(url: str, redis_url: str, portion: int = 3) -> AsyncIterator[Bureau]:
    """One with small portions, so that a few people need several."""
    database, cache = await Database.open(url), await Cache.open(redis_url.replace("db=0", "db=7"))
    await cache.redis.flushdb()
    clock, rulebook = SettableClock(at(2026, 11, 21)), Rulebook.load()
    balances = Balances(database, cache, clock)
    runner = Runner(database, clock, balances, portion)
    crediting = Crediting(database, clock, rulebook, runner)
    closing = Closing(database, clock, rulebook, runner)
    try:
        yield Bureau(database, clock, rulebook, balances, crediting, closing)
    finally:
        await cache.close()
        await database.close()
