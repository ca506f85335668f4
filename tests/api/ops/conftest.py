"""A town with operators. Every test has a database of its own: figures count what is there."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from typing import Any

import pytest

from app.domain.staff import passwords
from app.domain.staff.values import Role
from tests.own_database import migrated, template
from tests.phone_world import Answer, config
from tests.till_world import Town, town

__all__ = ["config", "migrated", "template", "town"]
OPS = "/ops/api"


@dataclass
class NightShift:
    """The night shift's door."""

    town: Town

    async def call(
        self, method: str, path: str, body: object = None, token: str | None = None, **more: Any
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if "data" not in more:
            more["json"] = body
        response = await self.town.world.client.request(
            method, OPS + path, headers=headers | more.pop("headers", {}), **more
        )
        answer = Answer(response.status, await response.json())
        if answer.status >= 400:
            assert answer.body["message"] and answer.body["next_step"]
        return answer

    async def operator(self, role: Role) -> tuple[str, str]:
        """A new operator: name and password."""
        name, password = f"{role}-{secrets.token_hex(4)}", secrets.token_hex(8)
        assert await self.town.services.operators.add(name, role, password)
        return name, password

    async def try_sign_in(self, name: str, password: str, **more: Any) -> Answer:
        return await self.call("POST", "/sign-in", {"name": name, "password": password}, **more)

    async def sign_in(self, role: Role = "auditor") -> str:
        """The token of a new operator."""
        answer = await self.try_sign_in(*await self.operator(role))
        assert answer.status == 200, answer.body
        return str(answer.data["token"])

    async def figures(self, token: str, **more: Any) -> Any:
        """The figures of this moment."""
        self.town.services.live.fresh_s = 0
        answer = await self.call("GET", "/figures", token=token, **more)
        assert answer.status == 200, answer.body
        return answer.data

    async def story(self, token: str, why: str = "夜班核查投诉", **which: str) -> Answer:
        return await self.call("POST", "/stories", which | {"reason": why}, token)


@pytest.fixture
async def night(town: Town, monkeypatch: pytest.MonkeyPatch) -> NightShift:
    """Its passwords are hashed quickly."""
    monkeypatch.setattr(passwords, "_N", 2**6)
    monkeypatch.setattr(passwords, "NOBODY", replace(passwords.NOBODY, n=2**6))
    await town.services.cache.redis.flushdb()  # tries and processes of other tests
    return NightShift(town)
