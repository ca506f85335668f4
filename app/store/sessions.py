"""Sessions in Redis: an opaque random token for the bearer, only its SM3 hash for us; and a list of
each owner's, so that they can be shown and ended."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Any

from app.kit.sm import sm3
from app.store.cache import Cache, lifetime_ms

_HEADER = re.compile(r"bearer +([A-Za-z0-9_-]{43})", re.ASCII | re.IGNORECASE)
_LISTED = "listed"
"""In an entry that stands in its owner's list; one of before there were lists has none."""


class SessionStore:
    """JSON objects under keys made of tokens; each is forgotten ``life`` after it was put.

    What an object holds, and when a session ends before that, its owner says. The list of an owner
    lives as long as the longest of its sessions; what has ended by itself is dropped from it when
    it is read.
    """

    def __init__(self, cache: Cache, prefix: str, life: timedelta) -> None:
        self._cache = cache
        self._prefix = prefix
        self._lists = prefix.removesuffix(":") + "s:"
        self._life_s = life.total_seconds()

    async def begin(self, owner: str, entry: dict[str, Any]) -> str:
        """A new session: its token, told once."""
        token = secrets.token_urlsafe(32)
        key = self._key(token)
        await self._cache.set(key, entry | {_LISTED: True}, self._life_s)
        await self._list(owner, key)
        return token

    def key_in(self, authorization: str | None) -> str | None:
        """The key of the session that an ``Authorization`` header names, whether or not it lives;
        None: the header names none."""
        token = token_in(authorization)
        return None if token is None else self._key(token)

    async def find(self, key: str) -> dict[str, Any] | None:
        """What is kept of a session; None: it is not there."""
        return await self._cache.get(key)

    async def renew(
        self, owner: str, key: str, entry: dict[str, Any], life: timedelta | None = None
    ) -> bool:
        """Puts a session's object anew, for another life or what is left of it; False: it was
        ended, and stays so."""
        life_s = self._life_s if life is None else min(self._life_s, life.total_seconds())
        if not await self._cache.set_present(key, entry | {_LISTED: True}, life_s):
            return False
        await self._list(owner, key)
        if is_listed(entry) or await self._cache.get(self._unlisted(owner)) is None:
            return True
        await self.end(owner, [key])
        return False

    async def of(self, owner: str) -> dict[str, dict[str, Any]]:
        """What is kept of each session of an owner, by its key."""
        name = self._lists + owner
        members = await self._cache.redis.smembers(name)  # type: ignore[misc]
        keys = [self._prefix + member.decode() for member in members]
        found = await self._cache.get_all(keys) if keys else []
        held = {key: entry for key, entry in zip(keys, found, strict=True) if entry is not None}
        if gone := [self._member(key) for key in keys if key not in held]:
            await self._cache.redis.srem(name, *gone)  # type: ignore[misc]
        return held

    async def end(self, owner: str, keys: Collection[str]) -> None:
        """Ends sessions of an owner; those that are not there are fine."""
        if keys:
            await self._cache.delete(*keys)
            members = [self._member(key) for key in keys]
            await self._cache.redis.srem(self._lists + owner, *members)  # type: ignore[misc]

    async def end_others(self, owner: str, but: str | None) -> list[str]:
        """Ends all sessions of an owner but the one of a key; gives their keys. One that is in no
        list yet, since it was begun before there were any, ends when it is used next."""
        # First the mark: whoever is listed from now on looks at it, who was before is found.
        await self._cache.set(self._unlisted(owner), {"ended": True}, self._life_s)
        ended = [key for key in await self.of(owner) if key != but]
        await self.end(owner, ended)
        return ended

    async def _list(self, owner: str, key: str) -> None:
        name = self._lists + owner
        async with self._cache.redis.pipeline(transaction=True) as pipeline:
            pipeline.sadd(name, self._member(key))
            pipeline.pexpire(name, lifetime_ms(self._life_s))
            await pipeline.execute()

    def _unlisted(self, owner: str) -> str:
        return f"{self._lists}unlisted:{owner}"

    def _member(self, key: str) -> str:
        return key.removeprefix(self._prefix)

    def _key(self, token: str) -> str:
        return f"{self._prefix}{sm3(token.encode()).hex()}"


def is_listed(entry: dict[str, Any]) -> bool:
    """Whether a session stands in its owner's list; if not, it wants to be renewed."""
    return bool(entry.get(_LISTED))


def session_id(key: str) -> int:
    """By what a session is called where it is shown: it opens nothing, and tells nothing of the
    token or the key."""
    return int.from_bytes(sm3(f"shown {key}".encode())[:8], "big") % (2**63 - 1) + 1


def token_in(authorization: str | None) -> str | None:
    """The token in an ``Authorization`` header, or None if there is none of the right form."""
    found = _HEADER.fullmatch(authorization.strip()) if authorization else None
    return found.group(1) if found else None
