"""A town with a counter: clerks of several regions, an approver, an auditor, and people without a
phone. Every test has a database of its own: what was done is counted."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from app.domain.staff import passwords
from app.domain.staff.values import SERVING, Role
from app.ledger.kinds import AccountKind
from tests.own_database import migrated, template
from tests.phone_world import Answer, Someone, claim, config
from tests.till_world import Town, open_account, town

__all__ = ["config", "migrated", "template", "town"]
COUNTER = "/counter/api"
_forms = itertools.count(1)


def paper(reason: str = "本人到窗口，证件齐全") -> dict[str, str]:
    """A form of its own."""
    return {"form_no": f"JB-2026-{next(_forms):04d}", "reason": reason}


@dataclass
class Counter:
    """The counter's door."""

    town: Town

    async def call(
        self, method: str, path: str, body: object = None, token: str | None = None, **more: Any
    ) -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if "data" not in more:
            more["json"] = body
        response = await self.town.world.client.request(
            method, COUNTER + path, headers=headers | more.pop("headers", {}), **more
        )
        answer = Answer(response.status, await response.json())
        if answer.status >= 400:
            assert answer.body["message"] and answer.body["next_step"]
        return answer

    async def staff(self, role: Role, place: str = "130100") -> tuple[str, str]:
        """Somebody new who works here: name and password."""
        name, password = f"{role}-{secrets.token_hex(4)}", secrets.token_hex(8)
        where = place if role in SERVING else None
        assert await self.town.services.operators.add(name, role, password, where)
        return name, password

    async def sign_in(self, role: Role = "clerk", place: str = "130100") -> str:
        """The token of somebody new."""
        name, password = await self.staff(role, place)
        answer = await self.call("POST", "/sign-in", {"name": name, "password": password})
        assert answer.status == 200, answer.body
        return str(answer.data["token"])

    async def person(
        self,
        name: str,
        brdy: date = date(1950, 3, 7),
        gend: str = "1",
        *,
        current_fen: int | None = None,
        **more: Any,
    ) -> Someone:
        """Somebody without a phone; with an account when a balance is given."""
        someone = await self.town.world.add(name, brdy, gend, **more)
        if current_fen is not None:
            place = more.get("place", "130100")
            kind = AccountKind.CURRENT
            await open_account(self.town.services, someone.id, kind, current_fen, place)
        return someone

    async def look(self, someone: Someone, token: str) -> Answer:
        return await self.call("POST", "/persons", claim(someone), token)

    async def state(self, someone: Someone, token: str) -> Any:
        """The person's page, looked up anew."""
        answer = await self.look(someone, token)
        assert answer.status == 200, answer.body
        return answer.data

    async def act(
        self, someone: Someone, path: str, token: str, body: dict[str, Any] | None = None
    ) -> Answer:
        """Looks the person up and does something."""
        looked = await self.look(someone, token)
        assert looked.status == 200, looked.body
        return await self.call(
            "POST", f"/persons/{someone.id}{path}", paper() | (body or {}), token
        )

    async def done(self) -> list[Any]:
        """All that was done, the oldest first."""
        return await self.town.rows("select * from counter_act order by id")


@pytest.fixture
async def counter(town: Town, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """Its passwords are hashed quickly."""
    monkeypatch.setattr(passwords, "_N", 2**6)
    monkeypatch.setattr(passwords, "NOBODY", replace(passwords.NOBODY, n=2**6))
    await town.services.cache.redis.flushdb()
    return Counter(town)
