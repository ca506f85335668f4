"""The phones' sessions, which lead to a login."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.kit.batcher import Batcher
from app.kit.clock import Clock
from app.store.cache import Cache
from app.store.sessions import SessionStore

_PACE_S = 0.002
_SLIDES = 100
"""A session's life is begun anew once a hundredth of it has gone, not on every call."""


class Sessions:
    """Who is logged in, for ``ttl_s`` seconds after the last call.

    A session leads to a login only; which person that is, the database says at each call, so a
    later binding or takeover acts at once.
    """

    def __init__(self, cache: Cache, clock: Clock, ttl_s: int) -> None:
        self._clock = clock
        self._ttl = timedelta(seconds=ttl_s)
        self._store = SessionStore(cache, "session:", self._ttl)
        self._held: Batcher[str, dict[str, Any] | None] = Batcher(cache.get_all, pace_s=_PACE_S)

    async def close(self) -> None:
        """Waits for the look-ups that are under way."""
        await self._held.close()

    async def begin(self, login_id: int) -> tuple[str, datetime]:
        """A new session: its token, told once, and when it ends if it is not used."""
        now = self._clock.now()
        return await self._store.begin(_entry(login_id, now)), now + self._ttl

    async def find(self, authorization: str | None) -> int | None:
        """The login of a live session, which lives on; None for anything else."""
        key = self._store.key_in(authorization)
        entry = await self._held.put(key) if key else None
        if key is None or entry is None:
            return None
        now = self._clock.now()
        unused = now - datetime.fromisoformat(entry["used_at"])
        if unused >= self._ttl:
            await self._store.end(key)
            return None
        login_id = int(entry["login_id"])
        if unused >= self._ttl / _SLIDES:
            await self._store.renew(key, _entry(login_id, now))
        return login_id

    async def end(self, authorization: str | None) -> None:
        """Ends a session; one that is not there is fine."""
        await self._store.end(self._store.key_in(authorization))


def _entry(login_id: int, now: datetime) -> dict[str, Any]:
    return {"login_id": str(login_id), "used_at": now.isoformat()}
