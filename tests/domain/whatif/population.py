"""People with money, who share it, and bills of theirs settled by the real drainer."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from app.domain.registry.imports.book import lists as import_lists
from app.domain.registry.imports.book.items import write_items
from app.domain.registry.imports.rows import InstitutionRow, ItemRow
from app.domain.registry.service import People, name_opener
from app.domain.settlement.bill import Bill, Line
from app.domain.settlement.drain import Batch, Drain
from app.domain.settlement.facts.loader import Loader
from app.domain.settlement.intake import repository
from app.domain.settlement.intake.repository import Arrival
from app.domain.settlement.model import Request
from app.domain.settlement.orders import (
    CANCEL,
    RETURN_PART,
    REVERSE,
    SETTLE,
    Cancel,
    Order,
    PartReturn,
    Purchase,
    Reversal,
)
from app.kit.clock import SettableClock
from app.kit.sm import Cipher
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.repository import flow_accounts
from app.regions.loader import Rulebook
from app.store.database import Database
from tests.people_factory import add_person, made_up_certno

BASIC, SHARED, SELF_PAID, MASK = "T-BASIC", "T-SHARED", "T-SELF", "T-MASK"
GOODS = (BASIC, SHARED, SELF_PAID, MASK)
PHARMACY, CLINIC = "P00000000001", "H00000000002"
_ITEMS = [
    ItemRow(BASIC, "甲类药", "101", "01", Decimal(0), None, "国药准字1"),
    ItemRow(SHARED, "乙类药", "101", "02", Decimal("0.10"), Decimal("8.00"), "国药准字2"),
    ItemRow(SELF_PAID, "自费品", "101", "03", Decimal(1), None, "国药准字3"),
    ItemRow(MASK, "口罩", "101", "01", Decimal(0), None, "冀械备4"),
]
_SHOPS = [
    InstitutionRow(
        PHARMACY, "安康药房", "2", "11", "130100", "hmac-sm3", "k1", "s1", False, True, "1"
    ),
    InstitutionRow(CLINIC, "人民医院", "1", "05", "340100", "hmac-sm3", "k2", "s2", True, True),
]


class Population:
    """A small world on one database, with a clock that moves by hand."""

    def __init__(self, database: Database, url: str) -> None:
        self.database = database
        self.url = url
        self.clock = SettableClock(datetime(2026, 11, 2, 4, tzinfo=UTC))
        cipher = Cipher(b"1" * 16, b"2" * 16)
        self.people = People(cipher, database)
        loader = Loader(Rulebook.load(), database.ids, name_opener(cipher))
        self._drain = Drain(database, self.clock, loader, 50, _nobody_is_told)
        self._msgids = itertools.count(1)
        self._psn: dict[int, str] = {}

    async def stock(self) -> None:
        """Goods and institutions."""
        async with self.database.transaction() as connection:
            now = self.clock.now()
            await write_items(connection, list(enumerate(_ITEMS, 1)), now)
            await import_lists.write_institutions(
                connection, list(enumerate(_SHOPS, 1)), self.people.cipher, self.database.ids, now
            )

    async def person(
        self,
        current: int | None = None,
        carried: int | None = None,
        wallet: int | None = None,
        **more: Any,
    ) -> int:
        """An insured person; with an account for each balance that is given."""
        brdy = date(1970, 1, 1)
        found = await add_person(
            self.database,
            self.people.cipher,
            name=more.pop("name", f"人{secrets.token_hex(3)}"),
            certno=made_up_certno(brdy),
            gend="1",
            brdy=brdy,
            **more,
        )
        sql = "update person set updated_at = $2 where id = $1 returning psn_no"
        self._psn[found] = await self.database.value(sql, found, self.clock.now())
        accounts = (
            (AccountKind.CURRENT, current),
            (AccountKind.CARRIED, carried),
            (AccountKind.WALLET, wallet),
        )
        for kind, fen in accounts:
            if fen is not None:
                await self._open(found, kind, fen)
        return found

    async def grant(self, donor: int, beneficiary: int, **more: Any) -> int:
        values = {
            "id": self.database.ids.next(),
            "donor_id": donor,
            "beneficiary_id": beneficiary,
            "relation": "son",
            "starts_on": date(2026, 1, 1),
            "created_at": self.clock.now(),
            "confirmed_at": self.clock.now(),
            **more,
        }
        marks = ", ".join(f"${n}" for n in range(1, len(values) + 1))
        sql = f"insert into aid_grant ({', '.join(values)}) values ({marks}) returning id"
        self.tick()
        return int(await self.database.value(sql, *values.values()))

    async def set_grant(self, grant: int, **columns: Any) -> None:
        sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(columns, 2))
        sql = f"update aid_grant set {sets} where id = $1"
        await self.database.value(sql, grant, *columns.values())
        self.tick()

    def tick(self, seconds: float = 60) -> None:
        self.clock.advance(seconds)

    def bill(
        self,
        patient: int,
        lines: Sequence[tuple[str, int]],
        shop: str = PHARMACY,
        *,
        prescribed: bool = False,
        **more: Any,
    ) -> Request:
        """A bill of (item, fen) lines."""
        bill = Bill(
            person_id=patient,
            insutype="310",
            med_type="41",
            bill_time=self.clock.now(),
            total_fen=sum(fen for _, fen in lines),
            account_used=True,
            lines=tuple(
                Line(str(n), code, fen, Decimal(1), Decimal(fen) / 100, prescribed)
                for n, (code, fen) in enumerate(lines, 1)
            ),
        )
        order = Purchase(self._psn[patient], replace(bill, **more))
        return self._request(SETTLE, order, shop)

    async def cancel(
        self, settlement_id: int, returned: Mapping[str, Decimal] | None = None
    ) -> Request:
        """Cancels the whole, or gives a part back (line number → count)."""
        sql = "select person_id, fixmedins_code, mdtrt_id from settlement where id = $1"
        row = await self.database.row(sql, settlement_id)
        assert row is not None
        psn_no, shop = self._psn[row["person_id"]], row["fixmedins_code"]
        if not returned:
            return self._request(CANCEL, Cancel(psn_no, settlement_id, row["mdtrt_id"]), shop)
        part = PartReturn(psn_no, settlement_id, row["mdtrt_id"], tuple(returned.items()))
        return self._request(RETURN_PART, part, shop)

    def reverse(self, request: Request) -> Request:
        """Undoes a message, whatever it did."""
        order = Reversal(request.order.psn_no, request.msgid, request.infno)
        return self._request(REVERSE, order, request.fixmedins_code)

    async def settle(self, *requests: Request) -> list[int]:
        """Settles these in one batch; the ids of their settlements, 0 for a refusal."""
        arrivals = [Arrival(request, (b"hash",)) for request in requests]
        async with self.database.connection() as connection:
            await repository.accept(connection, arrivals, self.clock.now())
        await self._drain.lane(0)
        self.tick()
        sql = "select coalesce(settlement_id, 0) from outcome where request_id = $1"
        return [int(await self.database.value(sql, request.id)) for request in requests]

    async def settle_asked(self, request: Request, said: int) -> int:
        """Settles a bill of which donors are asked first, who all say the same (1 yes, 2 no, 3
        nothing); the id of its settlement, 0 for a refusal."""
        async with self.database.connection() as connection:
            await repository.accept(connection, [Arrival(request, (b"hash",))], self.clock.now())
        for _ in range(9):
            await self._drain.lane(0)
            sql = "update question set answer = $2, answered_at = asked_at where request_id = $1"
            await self.database.value(f"{sql} and answer is null", request.id, said)
            sql = "update waiting set lane = -1 - lane where request_id = $1 and lane < 0"
            await self.database.value(sql, request.id)
        self.tick()
        sql = "select coalesce(settlement_id, 0) from outcome where request_id = $1"
        return int(await self.database.value(sql, request.id))

    async def pay(self, patient: int, fen: int, code: str = BASIC, **more: Any) -> int:
        """One bill of one line, settled."""
        [found] = await self.settle(self.bill(patient, [(code, fen)], **more))
        assert found
        return found

    async def fingerprint(self) -> dict[str, tuple[int, str]]:
        """Every table: its rows and a hash of all that is in them."""
        tables = await self.database.rows(
            "select tablename from pg_tables where schemaname = 'public' order by tablename"
        )
        found = {}
        for row in tables:
            sql = (
                "select count(*), md5(coalesce(string_agg(md5(t::text), '' order by t::text), ''))"
            )
            table = row["tablename"]
            counted = await self.database.row(f"{sql} from {table} t")
            assert counted is not None
            found[table] = (counted[0], counted[1])
        return found

    def _request(self, infno: str, order: Order, shop: str) -> Request:
        msgid = f"m{next(self._msgids)}"
        return Request(self.database.ids.next(), shop, msgid, infno, 0, order)

    async def _open(self, person: int, kind: AccountKind, fen: int) -> None:
        ids, flow = self.database.ids, (AccountKind.CONTRIBUTIONS, "1301")
        account = ids.next()
        async with self.database.transaction() as connection:
            source = (await flow_accounts(connection, [flow], ids))[flow]
            await connection.execute(
                "insert into account (id, kind, person_id, balance_fen, version)"
                " values ($1, $2, $3, $4, $5)",
                account,
                int(kind),
                person,
                fen,
                int(fen > 0),
            )
            if fen:
                await connection.execute(
                    "insert into transfer (id, kind, debit_account, credit_account, amount_fen,"
                    " credit_version, credit_after_fen, created_at)"
                    " values ($1, $2, $3, $4, $5, 1, $5, $6)",
                    ids.next(),
                    int(TransferKind.OPENING),
                    source,
                    account,
                    fen,
                    self.clock.now(),
                )


async def _nobody_is_told(batch: Batch) -> None:
    pass


def day(moment: datetime) -> date:
    return (moment + timedelta(hours=8)).date()
