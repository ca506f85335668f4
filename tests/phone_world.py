"""The phones' door in this process, over real HTTP, with a clock that tests set and the outside
played by ``app.outside.played``. Import the fixtures ``world`` and ``migrated`` from a conftest."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from pydantic import SecretStr

from app.api.application import SERVICES, make_app
from app.api.http.serving.connections import Runner
from app.compose import Services
from app.kit import ids
from app.kit.clock import SHANGHAI, SettableClock
from app.outside.played.keys import APP_SECRET, APPID, IDENTITY_KEY, TAX_KEY
from app.outside.played.server import Outside
from app.settings import Settings
from tests.people_factory import add_person, made_up_certno
from tests.servers import migrate

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=SHANGHAI)
API = "/api/v1"
_count = itertools.count(1)
Told = TypeVar("Told")


@dataclass
class Someone:
    """A made-up insured person."""

    id: int
    name: str
    certno: str
    gend: str
    brdy: date


@dataclass
class Answer:
    """What came back."""

    status: int
    body: dict[str, Any]

    @property
    def data(self) -> Any:
        return self.body["data"]

    @property
    def reason(self) -> str:
        return str(self.body["reason"])


class DoorServer(TestServer):
    """A server of this process whose connections are looked after as the real ones are."""

    async def _make_runner(self, **more: Any) -> Runner:
        return Runner(self.app, **more | {"handler_cancellation": False})


class World:
    """Everything a test of the phones' door needs."""

    def __init__(
        self,
        client: TestClient[web.Request, web.Application],
        clock: SettableClock,
        outside: Outside,
        outside_url: str,
    ) -> None:
        self.client = client
        self.clock = clock
        self.outside = outside
        self.outside_url = outside_url
        self.run = secrets.token_hex(4)

    @property
    def services(self) -> Services:
        assert self.client.app is not None
        return self.client.app[SERVICES]

    async def call(
        self, method: str, path: str, body: object = None, token: str | None = None, **more: Any
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if "data" not in more:
            more["json"] = body
        response = await self.client.request(
            method, API + path, headers=headers | more.pop("headers", {}), **more
        )
        answer = Answer(response.status, await response.json())
        if answer.status >= 400:
            assert answer.body["message"]
            assert answer.body["next_step"]
        return answer

    def code(self, who: str = "someone") -> str:
        """A new login code; the same ``who`` is the same WeChat user within one test."""
        return f"demo-{who}{self.run}-{next(_count)}"

    async def log_in(self, who: str = "someone") -> str:
        """Logs in and gives the token."""
        answer = await self.call("POST", "/login", {"code": self.code(who)})
        assert answer.status == 200, answer.body
        return str(answer.data["token"])

    async def add(
        self, name: str, brdy: date = date(1980, 5, 17), gend: str = "1", **more: Any
    ) -> Someone:
        """A new insured person."""
        certno = made_up_certno(brdy, gend)
        person_id = await add_person(
            self.services.database,
            self.services.people.cipher,
            name=name,
            certno=certno,
            gend=gend,
            brdy=brdy,
            **more,
        )
        return Someone(person_id, name, certno, gend, brdy)

    async def identify(self, token: str, someone: Someone, **proof: str) -> Answer:
        """The real-name check, by default with a card that passes."""
        card = {"method": "card", "card_no": secrets.token_hex(8), "password": "123456"}
        return await self.call(
            "POST", "/identity", claim(someone) | {"proof": proof or card}, token
        )

    async def member(
        self, name: str, brdy: date = date(1980, 5, 17), gend: str = "1", **more: Any
    ) -> tuple[str, Someone]:
        """A new insured person with a login of the person's own: the token and the person."""
        someone = await self.add(name, brdy, gend, **more)
        token = await self.log_in(f"m{someone.id}x")
        answer = await self.identify(token, someone)
        assert answer.status == 200, answer.body
        return token, someone


def claim(someone: Someone) -> dict[str, Any]:
    """Who a person is, as phones send it."""
    return {"psn_name": someone.name, "psn_cert_type": "01", "certno": someone.certno}


def at(year: int, month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment in China."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def ids_follow(clock: SettableClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids grow with this clock instead of the machine's: what is asked for by day is found in a
    year to come, too."""
    monkeypatch.setattr(ids, "_CLOCK", clock)


@pytest.fixture(scope="session")
async def migrated(database_url: str) -> str:
    """The session's database with the newest schema."""
    await migrate(database_url)
    return database_url


@pytest.fixture
def config() -> dict[str, Any]:
    """Settings a test module may replace."""
    return {}


@asynccontextmanager
async def make_world(
    database_url: str, redis_url: str, home: Path, config: dict[str, Any]
) -> AsyncIterator[World]:
    """A world over running servers."""
    outside = Outside(slow_s=1.0)
    server = TestServer(outside.application())
    await server.start_server()
    url = str(server.make_url("/"))
    values: dict[str, Any] = {
        "database_url": database_url,
        "redis_url": redis_url,
        "home": home,
        "data_key": SecretStr("11" * 16),
        "index_key": SecretStr("22" * 16),
        "wechat_base_url": url,
        "wechat_appid": APPID,
        "wechat_secret": SecretStr(APP_SECRET),
        "identity_base_url": url,
        "identity_key": SecretStr(IDENTITY_KEY),
        "tax_base_url": url,
        "tax_key": SecretStr(TAX_KEY),
        "outside_timeout_s": 5.0,
        "phone_limits_times": 1000,
    }
    clock = SettableClock(NOON)
    client = TestClient(DoorServer(make_app(Settings(**values | config), clock)))
    await client.start_server()
    try:
        yield World(client, clock, outside, url)
    finally:
        await client.close()
        await server.close()


@pytest.fixture
async def world(
    migrated: str, redis_url: str, tmp_path: Path, config: dict[str, Any]
) -> AsyncIterator[World]:
    """A world of its own for one test, on the session's servers."""
    async with make_world(migrated, redis_url, tmp_path, config) as made:
        yield made


async def together(*calls: Awaitable[Told]) -> list[Told]:
    """All calls at once."""
    return list(await asyncio.gather(*calls))
