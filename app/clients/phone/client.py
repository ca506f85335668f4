"""The phone's side of ``/api/v1``: logs in when needed, keeps the token in a private file."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

_TIMEOUT = aiohttp.ClientTimeout(total=40, connect=5)
_LOGIN_ENDED = 401


class PhoneError(Exception):
    """A sentence for the person at the keyboard."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered."""

    status: int
    body: dict[str, Any]

    @property
    def data(self) -> Any:
        """The data of a good answer.

        Raises:
            PhoneError: it was refused; the message and the next step.
        """
        if self.body.get("code") == 0:
            return self.body["data"]
        raise PhoneError(
            f"{self.body.get('reason')} {self.body.get('message')}{self.body.get('next_step', '')}"
        )


class Phone:
    """One person's phone. ``who`` names the WeChat user of the demo, e.g. ``limin``."""

    def __init__(self, base_url: str, who: str, home: Path) -> None:
        self._api = f"{base_url}/api/v1"
        self._who = who
        self._file = home / f"phone-{who}.json"

    async def call(self, method: str, path: str, body: object = None) -> Reply:
        """One call; a login that has ended is renewed once, silently.

        Raises:
            PhoneError: nobody answers.
        """
        async with aiohttp.ClientSession(timeout=_TIMEOUT) as session:
            try:
                token = self._kept() or await self._log_in(session)
                reply = await self._send(session, method, path, body, token)
                if reply.status == _LOGIN_ENDED:
                    token = await self._log_in(session)
                    reply = await self._send(session, method, path, body, token)
            except (aiohttp.ClientError, TimeoutError):
                raise PhoneError(
                    f"nobody answers at {self._api}: start ./deploy/up 连接不上，请先启动"
                ) from None
            return reply

    def keep(self, **values: str) -> None:
        """Remembers something with the token."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        self._file.touch(mode=0o600)
        self._file.write_text(json.dumps(self._all() | values), encoding="utf-8")

    def kept(self, name: str) -> str:
        """What was remembered, or nothing."""
        return str(self._all().get(name, ""))

    def _kept(self) -> str:
        return self.kept("token")

    def _all(self) -> dict[str, str]:
        try:
            found: dict[str, str] = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found

    async def _log_in(self, session: aiohttp.ClientSession) -> str:
        code = f"demo-{self._who}-{secrets.token_hex(4)}"
        reply = await self._send(session, "POST", "/login", {"code": code}, "")
        token = str(reply.data["token"])
        self.keep(token=token)
        return token

    async def _send(
        self, session: aiohttp.ClientSession, method: str, path: str, body: object, token: str
    ) -> Reply:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with session.request(method, self._api + path, json=body, headers=headers) as answer:
            try:
                found = await answer.json(content_type=None)
            except ValueError:
                raise PhoneError(
                    f"{method} {path}: no JSON 回答不是JSON, status {answer.status}"
                ) from None
            return Reply(answer.status, found)
