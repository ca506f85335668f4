"""Sessions in Redis: an opaque random token for the bearer, only its SM3 hash for us."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from typing import Any

from app.kit.sm import sm3
from app.store.cache import Cache

_HEADER = re.compile(r"bearer +([A-Za-z0-9_-]{43})", re.ASCII | re.IGNORECASE)


class SessionStore:
    """JSON objects under keys made of tokens; each is forgotten ``life`` after it was put.

    What an object holds, and when a session ends before that, its owner says.
    """

    def __init__(self, cache: Cache, prefix: str, life: timedelta) -> None:
        self._cache = cache
        self._prefix = prefix
        self._life_s = life.total_seconds()

    async def begin(self, entry: dict[str, Any]) -> str:
        """A new session: its token, told once."""
        token = secrets.token_urlsafe(32)
        await self._cache.set(self._key(token), entry, self._life_s)
        return token

    def key_in(self, authorization: str | None) -> str | None:
        """The key of the session that an ``Authorization`` header names, whether or not it lives;
        None: the header names none."""
        token = token_in(authorization)
        return None if token is None else self._key(token)

    async def find(self, key: str) -> dict[str, Any] | None:
        """What is kept of a session; None: it is not there."""
        return await self._cache.get(key)

    async def renew(self, key: str, entry: dict[str, Any]) -> None:
        """Puts a session's object anew, for another life; one that was ended stays so."""
        await self._cache.set_present(key, entry, self._life_s)

    async def end(self, key: str | None) -> None:
        """Ends a session; one that is not there is fine."""
        if key is not None:
            await self._cache.delete(key)

    def _key(self, token: str) -> str:
        return f"{self._prefix}{sm3(token.encode()).hex()}"


def token_in(authorization: str | None) -> str | None:
    """The token in an ``Authorization`` header, or None if there is none of the right form."""
    found = _HEADER.fullmatch(authorization.strip()) if authorization else None
    return found.group(1) if found else None
