"""Sessions in Redis: an opaque random token for the phone, only its SM3 hash for us."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from typing import Any

from app.kit.batcher import Batcher
from app.kit.clock import Clock
from app.kit.sm import sm3
from app.store.cache import Cache

_HEADER = re.compile(r"bearer +([A-Za-z0-9_-]{43})", re.ASCII | re.IGNORECASE)
_PACE_S = 0.002
_SLIDES = 100
"""A session's life is begun anew once a hundredth of it has gone, not on every call."""


class Sessions:
    """Who is logged in, for ``ttl_s`` seconds after the last call.

    A session leads to a login only; which person that is, the database says at each call, so a
    later binding or takeover acts at once.
    """

    def __init__(self, cache: Cache, clock: Clock, ttl_s: int) -> None:
        self._cache = cache
        self._clock = clock
        self._ttl = timedelta(seconds=ttl_s)
        self._held: Batcher[str, dict[str, Any] | None] = Batcher(cache.get_all, pace_s=_PACE_S)

    async def close(self) -> None:
        """Waits for the look-ups that are under way."""
        await self._held.close()

    async def begin(self, login_id: int) -> tuple[str, datetime]:
        """A new session: its token, told once, and when it ends if it is not used."""
        token = secrets.token_urlsafe(32)
        now = self._clock.now()
        await self._cache.set(_key(token), _entry(login_id, now), self._ttl.total_seconds())
        return token, now + self._ttl

    async def find(self, authorization: str | None) -> int | None:
        """The login of a live session, which lives on; None for anything else."""
        token = token_in(authorization)
        if token is None:
            return None
        key = _key(token)
        entry = await self._held.put(key)
        if entry is None:
            return None
        now = self._clock.now()
        unused = now - datetime.fromisoformat(entry["used_at"])
        if unused >= self._ttl:
            await self._cache.delete(key)
            return None
        login_id = int(entry["login_id"])
        if unused >= self._ttl / _SLIDES:
            await self._cache.set_present(key, _entry(login_id, now), self._ttl.total_seconds())
        return login_id

    async def end(self, authorization: str | None) -> None:
        """Ends a session; one that is not there is fine."""
        token = token_in(authorization)
        if token is not None:
            await self._cache.delete(_key(token))


def token_in(authorization: str | None) -> str | None:
    """The token in an ``Authorization`` header, or None if there is none of the right form."""
    found = _HEADER.fullmatch(authorization.strip()) if authorization else None
    return found.group(1) if found else None


def _key(token: str) -> str:
    return f"session:{sm3(token.encode()).hex()}"


def _entry(login_id: int, now: datetime) -> dict[str, Any]:
    return {"login_id": str(login_id), "used_at": now.isoformat()}
