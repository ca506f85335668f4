"""A town for tests of bills: people with money, pharmacies with tills, phones, and a drainer of
this process in the worker's place. Import the fixture ``town`` and phone_world's in a conftest."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from app.clients.till.answer import Answer as Told
from app.clients.till.answer import read_answer
from app.clients.till.client import CALL_PATH, SCHEMES, Item, Sale, TillClient
from app.clients.till.journal import Counter
from app.clients.till.signing import SM2
from app.compose import Services
from app.domain.events.registering import registry_events
from app.domain.registry.imports.book import lists as import_lists
from app.domain.registry.imports.book.items import write_items
from app.domain.registry.imports.importer import import_people
from app.domain.registry.imports.rows import PEOPLE, InstitutionRow, ItemRow
from app.domain.registry.service import People
from app.kit.clock import SettableClock
from app.kit.sm2.keys import private_key
from app.ledger.kinds import AccountKind, TransferKind
from app.ledger.repository import flow_accounts
from tests.phone_world import Answer, Someone, World, claim, make_world
from tests.two_databases import where

BASIC, SHARED, SELF_PAID, CAPPED = (f"T{level}A001A0101010001" for level in "1234")
_ITEMS = [
    ItemRow(BASIC, "甲类药", "101", "01", Decimal(0), None, ""),
    ItemRow(SHARED, "乙类药", "101", "02", Decimal("0.10"), None, ""),
    ItemRow(SELF_PAID, "自费品", "101", "03", Decimal(1), None, ""),
    ItemRow(CAPPED, "限价药", "101", "01", Decimal(0), Decimal("8.00"), ""),
]
_numbers = itertools.count(1)


AT_THE_DESK = {
    "orgId": "P1",
    "operatorId": "T01",
    "operatorName": "收银员",
    "officeId": "01",
    "officeName": "收银台",
}
"""What 6101 wants to know beside the code and its purpose."""
LOCK_WAITS = """
select count(*) from pg_stat_activity
where wait_event_type = 'Lock' and datname = current_database()
"""
"""How many wait just now for what somebody else has locked."""


@dataclass(frozen=True)
class Shop:
    """An institution with its key."""

    code: str
    name: str
    admdvs: str
    scheme: str
    key_id: str
    secret: str = field(repr=False)


@dataclass
class Member(Someone):
    """An insured person with a phone."""

    token: str = ""
    psn_no: str = ""
    place: str = "130100"
    insutype: str = "310"


class Town:
    """A world with pharmacies, money and a drainer."""

    def __init__(self, world: World, stack: AsyncExitStack) -> None:
        self.world = world
        self._stack = stack
        self._drainer: asyncio.Task[None] | None = None
        self._msgids = Counter()
        self.shop: Shop
        self.till: TillClient

    @property
    def services(self) -> Services:
        return self.world.services

    @property
    def clock(self) -> SettableClock:
        return self.world.clock

    @property
    def url(self) -> str:
        return str(self.world.client.make_url("/"))

    async def rows(self, sql: str, *values: object) -> list[Any]:
        return await where(self.services, sql).rows(sql, *values)

    async def value(self, sql: str, *values: object) -> Any:
        return await where(self.services, sql).value(sql, *values)

    async def member(
        self,
        name: str,
        brdy: date = date(1980, 5, 17),
        gend: str = "1",
        *,
        current_fen: int | None = None,
        carried_fen: int | None = None,
        wallet_fen: int | None = None,
        **more: Any,
    ) -> Member:
        """A person with a phone; with an account when a balance is given."""
        token, someone = await self.world.member(name, brdy, gend, **more)
        sql = "select psn_no, insuplc_admdvs, insutype from person where id = $1"
        psn_no, place, insutype = (await self.rows(sql, someone.id))[0]
        accounts = (
            (AccountKind.CURRENT, current_fen),
            (AccountKind.CARRIED, carried_fen),
            (AccountKind.WALLET, wallet_fen),
        )
        for kind, fen in accounts:
            if fen is not None:
                await open_account(self.services, someone.id, kind, fen, place)
        return Member(**vars(someone), token=token, psn_no=psn_no, place=place, insutype=insutype)

    async def register(self, *people: Member, **changed: str) -> None:
        """A file of the registry says something new of people."""
        services = self.services
        lines = [",".join(PEOPLE)]
        for person in people:
            [row] = await self.rows("select * from person where id = $1", person.id)
            values = dict(row) | {"psn_name": person.name, "certno": person.certno}
            values |= {"has_account": "0", "balance_current": "0", "balance_carried": "0"}
            values |= changed
            lines.append(",".join(str(values[column]) for column in PEOPLE))
        path = services.settings.home / f"people-{next(_numbers)}.csv"
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
        report = await import_people(
            services.database,
            services.people.cipher,
            self.clock,
            path,
            on_change=registry_events(services.database, services.shared, services.rulebook),
            renew=services.balances.renew,
        )
        assert report.refused == 0

    async def new_shop(
        self, scheme: str = "hmac-sm3", name: str = "安康药房", place: str = "130100"
    ) -> Shop:
        number = f"{secrets.randbelow(10**11):011d}"
        secret = sm2_secret() if scheme == SM2 else secrets.token_hex(16)
        shop = Shop(f"P{number}", name, place, scheme, f"key-{number}", secret)
        await add_shop(self.services, shop)
        return shop

    async def new_till(self, shop: Shop, **more: Any) -> TillClient:
        values: dict[str, Any] = {"clock": self.clock, "retry_waits_s": (), "msgids": self._msgids}
        till = TillClient(
            self.url,
            shop.code,
            shop.name,
            shop.admdvs,
            shop.key_id,
            shop.secret,
            shop.scheme,
            **values | more,
        )
        return await self._stack.enter_async_context(till)

    async def try_grant(
        self, donor: Member, beneficiary: Someone, relation: str = "son", **more: Any
    ) -> Answer:
        body = claim(beneficiary) | {"relation": relation} | more
        return await self.world.call("POST", "/aid", body, donor.token)

    async def grant(
        self, donor: Member, beneficiary: Someone, relation: str = "son", **more: Any
    ) -> str:
        """Lets the donor pay for the beneficiary, who is ``relation`` to the donor and agrees."""
        answer = await self.try_grant(donor, beneficiary, relation, **more)
        assert answer.status == 201, answer.body
        grant = str(answer.data["id"])
        if isinstance(beneficiary, Member):
            told = await self.agree(beneficiary, grant)
            assert told.status == 200, told.body
        return grant

    async def agree(self, beneficiary: Member, grant: str) -> Answer:
        """The beneficiary's own yes; who was last on the phone long ago logs in first."""
        path = f"/aid/{grant}/confirm"
        told = await self.world.call("POST", path, None, beneficiary.token)
        if told.status == 401:
            beneficiary.token = await self.world.log_in(f"m{beneficiary.id}x")
            told = await self.world.call("POST", path, None, beneficiary.token)
        return told

    async def show(self, shower: Member, holder: str = "me") -> Any:
        """A code on a phone."""
        answer = await self.world.call("POST", "/credentials", {"holder": holder}, shower.token)
        assert answer.status == 201, answer.body
        return answer.data

    async def scan(
        self,
        shower: Member,
        till: TillClient | None = None,
        holder: str = "me",
        business_type: str = "02121",
    ) -> str:
        """Shows a code and decodes it: the ecToken."""
        shown = (await self.show(shower, holder))["code"]
        decoded = await (till or self.till).decode(shown, business_type)
        assert decoded.ok, decoded.err_msg
        return str(decoded.output["ecToken"])

    async def sale(
        self, patient: Member, yuan: str, code: str = BASIC, till: TillClient | None = None
    ) -> Sale:
        """One item for the patient, whose code is shown and scanned for it."""
        item = Item(code, Decimal(1), Decimal(yuan))
        return self.sale_of(patient, await self.scan(patient, till), [item])

    def sale_of(self, patient: Member, token: str, items: Sequence[Item], **more: Any) -> Sale:
        return Sale(patient.psn_no, token, patient.insutype, patient.place, items, **more)

    async def post(
        self,
        body: bytes,
        headers: dict[str, str] | None = None,
        *,
        shop: Shop | None = None,
        wait: int | None = None,
    ) -> tuple[int, str]:
        """Any bytes to the tills' door, signed by a shop unless headers are given: status, text."""
        by = shop or self.shop
        if headers is None:
            now = int(self.clock.now().timestamp())
            headers = SCHEMES[by.scheme](by.key_id, by.secret, body, now)
        if wait is not None:
            headers = headers | {"Prefer": f"wait={wait}"}
        response = await self.world.client.post(CALL_PATH, data=body, headers=headers)
        return response.status, await response.text()

    async def ask(self, body: bytes, **more: Any) -> Told:
        """As ``post``; the answer read."""
        status, text = await self.post(body, **more)
        # What is no 200 has an envelope, too: a till reads it as unknown, a test reads it.
        return read_answer("", 200 if status == 504 else status, text.encode())

    async def drain(self) -> None:
        """Settles everything that waits."""
        for lane in await self.services.settlements.sweep():
            await self.services.settlements.drain.lane(lane)

    async def until(self, sql: str) -> None:
        """Waits for a figure above zero."""
        for _ in range(2000):
            if await self.value(sql):
                return
            await asyncio.sleep(0.01)
        raise AssertionError(sql)

    @asynccontextmanager
    async def drainer_away(self) -> AsyncIterator[None]:
        """Nothing is settled meanwhile but by ``drain``."""
        await self.stop_drainer()
        try:
            yield
        finally:
            self.start_drainer()

    def start_drainer(self) -> None:
        self._drainer = asyncio.create_task(self._drain_for_ever())

    async def stop_drainer(self) -> None:
        if self._drainer is not None:
            self._drainer.cancel()
            with suppress(asyncio.CancelledError):
                await self._drainer
            self._drainer = None

    async def _drain_for_ever(self) -> None:
        while True:
            await self.drain()
            await asyncio.sleep(0.01)

    async def balance(self, person: Someone) -> int:
        """What a person's own account holds, in the database."""
        sql = "select coalesce(sum(balance_fen), 0)::bigint from account where person_id = $1"
        return int(await self.value(sql, person.id))


async def open_account(
    services: Services, person_id: int, kind: AccountKind, fen: int, place: str
) -> int:
    """Opens a personal account, its money put there by a transfer, as the import does."""
    ids, now, database = services.database.ids, datetime.now(UTC), services.database
    account, pool = ids.next(), place[:4]
    async with database.transaction() as connection:
        flow = (AccountKind.CONTRIBUTIONS, pool)
        source = (await flow_accounts(connection, [flow], ids))[flow]
        await connection.execute(
            "insert into account (id, kind, person_id, balance_fen, version)"
            " values ($1, $2, $3, $4, $5)",
            account,
            int(kind),
            person_id,
            fen,
            int(fen > 0),
        )
        if fen:
            await connection.execute(
                "insert into transfer (id, kind, debit_account, credit_account, amount_fen,"
                " credit_version, credit_after_fen, created_at) values ($1,$2,$3,$4,$5,1,$5,$6)",
                ids.next(),
                int(TransferKind.OPENING),
                source,
                account,
                fen,
                now,
            )
    return account


def sm2_secret() -> str:
    """A new private key, as a till keeps it."""
    from gmssl_pyx import sm2_key_generate  # noqa: PLC0415 (not on every machine)

    public, private = sm2_key_generate()
    return f"{private.hex()}{public.hex()}"


async def add_shop(
    services: Services,
    shop: Shop,
    at: datetime | None = None,
    former_for: timedelta = import_lists.FORMER_FOR,
) -> None:
    """Registers an institution, or what is new of it."""
    row = InstitutionRow(
        shop.code,
        shop.name,
        "2",
        "11",
        shop.admdvs,
        shop.scheme,
        shop.key_id,
        private_key(shop.secret).point.hex() if shop.scheme == SM2 else shop.secret,
        False,
        True,
        tif_allowed=True if shop.scheme == "tif" else None,
    )
    people: People = services.people
    async with services.database.transaction() as connection:
        await import_lists.write_institutions(
            connection,
            [(1, row)],
            people.cipher,
            services.database.ids,
            at or datetime.now(UTC),
            former_for,
        )


@pytest.fixture
async def town(
    migrated: str, redis_url: str, tmp_path: Path, config: dict[str, Any]
) -> AsyncIterator[Town]:
    """A town of its own for one test, on the session's servers."""
    async with AsyncExitStack() as stack:
        world = await stack.enter_async_context(make_world(migrated, redis_url, tmp_path, config))
        town = Town(world, stack)
        async with town.services.database.transaction() as connection:
            items = list(enumerate(_ITEMS, 1))
            await write_items(connection, items, datetime.now(UTC))
        town.shop = await town.new_shop()
        town.till = await town.new_till(town.shop)
        await town.till.sign_in()
        town.start_drainer()
        try:
            yield town
        finally:
            await town.stop_drainer()
