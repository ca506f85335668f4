"""A country of two cells, 广东 and 浙江 and all the rest, as operators set it up: a file, commands
and processes of each. Phones and tills call whichever they like."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import aiohttp
import asyncpg
from aiohttp.test_utils import TestServer

from app.clients.till.client import Answer as TillAnswer
from app.clients.till.client import Item, Operator, Sale, TillClient
from app.clients.till.sale import sale_input
from app.domain.registry.imports.rows import INSTITUTIONS, PEOPLE
from app.kit.clock import SystemClock
from app.local.demo import FOLDER
from app.outside.played.keys import APP_SECRET, APPID, IDENTITY_KEY
from app.outside.played.server import Outside
from app.store.urls.postgres import credentials
from app.store.where import Endpoints
from tests import commands
from tests.crash.fleet import Fleet, own_database, until
from tests.crash.purses import Ahead
from tests.people_factory import made_up_certno
from tests.phone_world import Answer
from tests.servers import as_owner

ITEM = Item("XQ99DEM001A001010100001", Decimal(1), Decimal("30.00"))
SETTLED = "select count(*) from settlement s join person p on p.id = s.person_id where psn_no = $1"
"""How many bills somebody has in a cell."""
_NOON = 12
"""When money may go between provinces."""
_count = itertools.count(1)


@dataclass(frozen=True)
class Citizen:
    """Somebody insured, who has a phone."""

    psn_no: str
    name: str
    certno: str
    gend: str
    brdy: date
    insutype: str
    place: str
    yuan: int | None

    @property
    def row(self) -> str:
        account = ("1", f"{self.yuan}.00", "0.00") if self.yuan is not None else ("0", "", "")
        given = (self.psn_no, self.name, "01", self.certno, self.gend, str(self.brdy))
        kind = "11" if self.insutype == "310" else "16"
        return ",".join((*given, self.insutype, kind, "1", self.place, *account))

    @property
    def claim(self) -> dict[str, str]:
        """As a phone names somebody."""
        return {"psn_name": self.name, "psn_cert_type": "01", "certno": self.certno}


@dataclass
class Reply(Answer):
    """What a phone was told; its data only where that was no refusal."""

    @property
    def data(self) -> Any:
        assert self.status < 300, self.body
        return self.body["data"]


@dataclass
class Cell:
    """One cell: its processes, its database, its settings."""

    name: str
    fleet: Fleet
    env: Mapping[str, str]

    @property
    def url(self) -> str:
        return self.fleet.url

    async def qinji(self, *words: str) -> str:
        """Runs a command in this cell, which must succeed; what it said."""
        code, out, err = await commands.qinji(self.env, *words)
        assert code == 0, out + err
        return out + err

    async def rows(self, sql: str, *values: object) -> list[Any]:
        connection = await asyncpg.connect(**credentials(self.fleet.settings.database_url))
        try:
            found: list[Any] = await connection.fetch(sql, *values)
            return found
        finally:
            await connection.close()

    async def value(self, sql: str, *values: object) -> Any:
        [[value]] = await self.rows(sql, *values)
        return value


@dataclass
class Country:
    """Both, and what lies outside."""

    north: Cell
    south: Cell
    outside: Outside
    clock: Ahead
    secret: str
    folder: Path
    http: aiohttp.ClientSession
    _sales: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def cells(self) -> tuple[Cell, Cell]:
        return self.north, self.south

    async def add(self, cell: Cell, *people: Citizen) -> None:
        """Imports people, as an operator does."""
        path = self.folder / f"people{next(_count)}.csv"
        rows = [",".join(PEOPLE), *(one.row for one in people), ""]
        path.write_text("\n".join(rows), encoding="utf-8")
        assert f"{len(people)} loaded" in await cell.qinji("import", "people", str(path))

    async def call(
        self,
        at: Cell,
        method: str,
        path: str,
        body: object = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One call of a phone at a cell's address."""
        sent = {**({"Authorization": f"Bearer {token}"} if token else {}), **(headers or {})}
        url = f"{at.url}/api/v1{path}"
        async with self.http.request(method, url, json=body, headers=sent) as answer:
            return Reply(answer.status, await answer.json())

    async def log_in(self, at: Cell, who: str) -> str:
        """A log-in of a WeChat user: its token."""
        code = f"demo-{who}-{next(_count)}"
        return str((await self.call(at, "POST", "/login", {"code": code})).data["token"])

    async def identify(self, at: Cell, token: str, citizen: Citizen) -> Reply:
        """The real-name check, with a card that passes."""
        proof = {"method": "card", "card_no": secrets.token_hex(8), "password": "123456"}
        return await self.call(at, "POST", "/identity", citizen.claim | {"proof": proof}, token)

    async def phone(self, at: Cell, citizen: Citizen) -> str:
        """The token of somebody who has passed the check."""
        token = await self.log_in(at, citizen.psn_no)
        answer = await self.identify(at, token, citizen)
        assert answer.status == 200, answer.body
        return token

    async def joins(self, cell: Cell, citizen: Citizen, at: Cell | None = None) -> str:
        """Somebody is loaded into a cell and passes the check, at an app of it or of another: the
        token."""
        await self.add(cell, citizen)
        return await self.phone(at or cell, citizen)

    async def ask_to_show(self, at: Cell, token: str, holder: Citizen, relation: str) -> str:
        """Somebody asks to show a relative's code: the tie's id."""
        body = holder.claim | {"relation": relation}
        asked = await self.call(at, "POST", "/family", body, token)
        assert asked.status == 201, asked.body
        return str(asked.data["id"])

    def till(self, at: Cell) -> TillClient:
        """A till of the pharmacy in 石家庄, which sends to a cell's address."""
        name = "演示安康大药房"
        return TillClient(
            at.url,
            SHOP,
            name,
            "130100",
            "key-1",
            self.secret,
            "hmac-sm3",
            operator=Operator(opter="T01"),
            msgids=_MsgIds(),
            retry_waits_s=(0.1, 0.3),
        )

    async def scan(self, at: Cell, till: TillClient, token: str, holder: str = "me") -> str:
        """A code shown on a phone and read by a till that knows nothing of whose it is: ecToken."""
        asked = {"holder": holder, "business_type": "02121"}
        shown = await self.call(at, "POST", "/credentials", asked, token)
        read = await till.decode(shown.data["code"], "02121")
        assert read.ok, read.err_msg
        return str(read.output["ecToken"])

    async def sell(self, till: TillClient, citizen: Citizen, token: str, msgid: str) -> TillAnswer:
        """One box for somebody who was read; the same msgid is the same message."""
        sale = Sale(citizen.psn_no, token, citizen.insutype, citizen.place, (ITEM,))
        given = self._sales.setdefault(msgid, sale_input(sale, SystemClock().now()))
        return await till.call("2102", given, msgid, citizen.place, wait=8)


SHOP, TIF_SHOP = "P13010200001", "P13060200002"


class _MsgIds:
    def next(self, fixmedins_code: str, now: object) -> str:
        return f"{fixmedins_code}{next(_count):018d}"


def citizen(
    name: str, place: str, born: date = date(1980, 5, 17), gend: str = "1", yuan: int | None = 500
) -> Citizen:
    """Somebody new; ``yuan`` None: insured as a resident."""
    insutype = "390" if yuan is None else "310"
    psn_no = f"{place}{next(_count):010d}"
    return Citizen(psn_no, name, made_up_certno(born, gend), gend, born, insutype, place, yuan)


@asynccontextmanager
async def country_at(folder: Path, found: Endpoints, workers: int = 1) -> AsyncIterator[Country]:
    """Two cells that run, with a pharmacy and its catalogue in both, and nobody insured yet."""
    async with AsyncExitStack() as stack:
        outside, secret = Outside(), secrets.token_hex(20)
        server = TestServer(outside.application())
        await server.start_server()
        stack.push_async_callback(server.close)
        http = await stack.enter_async_context(aiohttp.ClientSession())
        clock = Ahead(folder / "clock")
        clock.tomorrow(_NOON)
        stack.enter_context(clock.taken())
        url = str(server.make_url("")).rstrip("/")
        cells = await _cells(folder, found, url, clock, workers)
        country = Country(cells[0], cells[1], outside, clock, secret, folder, http)
        shops = [
            (
                SHOP,
                "演示安康大药房",
                "2",
                "11",
                "130100",
                "hmac-sm3",
                "key-1",
                secret,
                "0",
                "1",
                "0",
            ),
            (TIF_SHOP, "演示惠民药店", "2", "11", "130600", "tif", "key-2", secret, "0", "1", "1"),
        ]
        institutions = folder / "institutions.csv"
        lines = [",".join((*INSTITUTIONS, "tif_allowed")), *map(",".join, shops), ""]
        institutions.write_text("\n".join(lines), encoding="utf-8")
        for cell in cells:
            await cell.qinji("import", "institutions", str(institutions))
            await cell.qinji("import", "catalogue", str(FOLDER / "catalogue.csv"))
        try:
            for cell in cells:
                stack.callback(cell.fleet.stop)
                await cell.fleet.start()
            yield country
        except BaseException:
            for cell in cells:
                print(cell.name, cell.fleet.tails())
            raise


async def _cells(
    folder: Path, found: Endpoints, outside: str, clock: Ahead, workers: int
) -> list[Cell]:
    north, south, shared = [await own_database(found) for _ in range(3)]
    redis = (found.redis_url, found.redis_url.replace("db=0", "db=15"))
    ports: list[int] = []
    file = folder / "cells.toml"
    file.write_text(_text(shared, (north, south), redis, (1, 2)), encoding="utf-8")
    cells: list[Cell] = []
    for name, home in (("north", north), ("south", south)):
        own = folder / name
        own.mkdir()
        env = {
            "QINJI_CELLS": str(file),
            "QINJI_CELL": name,
            "QINJI_CLOCK": str(clock.file),
            "QINJI_LANES": "1",
            "QINJI_WECHAT_BASE_URL": outside,
            "QINJI_WECHAT_APPID": APPID,
            "QINJI_WECHAT_SECRET": APP_SECRET,
            "QINJI_IDENTITY_BASE_URL": outside,
            "QINJI_IDENTITY_KEY": IDENTITY_KEY,
            "QINJI_OWNER_DATABASE_URL": as_owner(home.database_url),
            "QINJI_OWNER_SHARED_DATABASE_URL": as_owner(shared.database_url),
        }
        at = Endpoints(home.database_url, redis[len(cells)])
        fleet = Fleet(own, None, at, workers, env)
        ports.append(fleet.port)
        told = {key: value for key, value in fleet.env.items() if key[:6] == "QINJI_"}
        cells.append(Cell(name, fleet, told))
    file.write_text(_text(shared, (north, south), redis, ports), encoding="utf-8")
    return cells


def _text(
    shared: Endpoints,
    homes: tuple[Endpoints, Endpoints],
    redis: tuple[str, str],
    ports: Sequence[int],
) -> str:
    lines = [
        f'shared_database_url = "{shared.database_url}"',
        f'shared_redis_url = "{redis[0]}"',
    ]
    named = zip(("north", "south"), ('["*"]', '["44", "33"]'), homes, redis, ports, strict=True)
    for name, provinces, home, cache, port in named:
        lines += [
            f"[cells.{name}]",
            f"provinces = {provinces}",
            f'database_url = "{home.database_url}"',
            f'redis_url = "{cache}"',
            f'address = "http://127.0.0.1:{port}"',
        ]
    return "\n".join([*lines, ""])


async def begin(cell: Cell, name: str) -> None:
    """Starts a program of a cell that has ended, and waits for an app to answer."""
    cell.fleet.begin(name)
    if name == "app":
        await until(cell.fleet.ready, "the app answers")
