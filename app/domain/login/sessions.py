"""The phones' sessions, which lead to a login."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from app.domain.login.errors import LOGIN_REQUIRED
from app.kit.batcher import Batcher
from app.kit.clock import Clock
from app.kit.reasons import Refusal
from app.kit.tasks import end_task
from app.store.cache import Cache, CacheError
from app.store.news import News
from app.store.sessions import SessionStore, is_listed, session_id

Told = TypeVar("Told")
_PACE_S = 0.002
_LOOK_EVERY_S = 2.0
_SLIDES = 100
"""A session's life is begun anew once a hundredth of it has gone, not on every call."""


@dataclass(frozen=True, slots=True)
class Held:
    """One session of a login: since when, used when (to a hundredth of its life), on what device
    and roughly from where it was begun."""

    key: str = field(repr=False)
    login_id: int
    begun_at: datetime
    used_at: datetime
    device: str = ""
    address: str = ""

    @property
    def id(self) -> int:
        """By what it is shown and ended; it opens nothing."""
        return session_id(self.key)


class Sessions:
    """Who is logged in: for ``ttl_s`` seconds after the last call, ``longest_s`` at the most.

    A session leads to a login only; which person that is, the database says at each call, so a
    later binding or takeover acts at once.
    """

    def __init__(self, cache: Cache, clock: Clock, news: News, ttl_s: int, longest_s: int) -> None:
        self._clock = clock
        self._news = news
        self._ttl = timedelta(seconds=ttl_s)
        self._longest = timedelta(seconds=longest_s)
        self._store = SessionStore(cache, "session:", self._ttl)
        self._held: Batcher[str, dict[str, Any] | None] = Batcher(cache.get_all, pace_s=_PACE_S)

    async def close(self) -> None:
        """Waits for the look-ups that are under way."""
        await self._held.close()

    async def begin(
        self, login_id: int, device: str = "", address: str = ""
    ) -> tuple[str, datetime]:
        """A new session: its token, told once, and when it ends if it is not used."""
        now = self._clock.now()
        held = Held("", login_id, now, now, device, address)
        token = await self._store.begin(str(login_id), _entry(held))
        return token, now + min(self._ttl, self._longest)

    async def find(self, authorization: str | None) -> Held | None:
        """The live session of a header, which lives on; None for anything else."""
        key = self._store.key_in(authorization)
        entry = await self._held.put(key) if key else None
        if key is None or entry is None:
            return None
        now = self._clock.now()
        held = _read(key, entry, now)
        if self._is_over(held, now):
            await self._end([held])
            return None
        if is_listed(entry) and now - held.used_at < self._ttl / _SLIDES:
            return held
        held, left = replace(held, used_at=now), held.begun_at + self._longest - now
        renewed = await self._store.renew(str(held.login_id), key, entry | _entry(held), left)
        return held if renewed else None

    async def of(self, login_id: int) -> list[Held]:
        """The live sessions of a login, the one used last first."""
        now = self._clock.now()
        found = await self._store.of(str(login_id))
        all_held = [_read(key, entry, now) for key, entry in found.items()]
        live = [held for held in all_held if not self._is_over(held, now)]
        return sorted(live, key=lambda held: (held.used_at, held.begun_at, held.id), reverse=True)

    async def end(self, authorization: str | None) -> None:
        """Ends a session; one that is not there is fine."""
        key = self._store.key_in(authorization)
        entry = await self._store.find(key) if key else None
        if key is not None and entry is not None:
            await self._end([_read(key, entry, self._clock.now())])

    async def end_one(self, login_id: int, shown: int) -> bool:
        """Ends the session that a login has under an id; False: it has none."""
        found = [held for held in await self.of(login_id) if held.id == shown]
        await self._end(found)
        return bool(found)

    async def end_others(self, login_id: int, but: str) -> int:
        """Ends all sessions of a login but the one of a key; how many."""
        ended = await self._store.end_others(str(login_id), but)
        await self._tell(ended)
        return len(ended)

    async def end_all(self, login_ids: Collection[int]) -> None:
        """Ends all sessions of log-ins, at once and in every process."""
        for login_id in login_ids:
            await self._tell(await self._store.end_others(str(login_id), None))

    async def while_it_lives(self, key: str, work: Coroutine[Any, Any, Told]) -> Told:
        """What long work comes to; it is broken off when its session is ended, by whatever process.

        Raises:
            Refusal: LOGIN_REQUIRED: it was.
        """
        with self._news.expect(_topic(key)) as woken:
            task = asyncio.ensure_future(work)
            task.add_done_callback(lambda _: woken.set())
            try:
                while True:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(woken.wait(), _LOOK_EVERY_S)
                    if task.done():
                        return task.result()
                    woken.clear()
                    await self._expect(key)
            finally:
                await end_task(task)

    async def _expect(self, key: str) -> None:
        with suppress(CacheError, OSError):  # whoever has come in waits on while Redis is away
            if await self._held.put(key) is None:
                raise Refusal(LOGIN_REQUIRED)

    async def _end(self, found: list[Held]) -> None:
        for held in found:
            await self._store.end(str(held.login_id), [held.key])
        await self._tell([held.key for held in found])

    async def _tell(self, keys: list[str]) -> None:
        if keys:
            await self._news.publish({_topic(key) for key in keys})

    def _is_over(self, held: Held, now: datetime) -> bool:
        return now - held.used_at >= self._ttl or now - held.begun_at >= self._longest


def _topic(key: str) -> str:
    return f"ended:{session_id(key)}"


def _entry(held: Held) -> dict[str, Any]:
    return {
        "login_id": str(held.login_id),
        "begun_at": held.begun_at.isoformat(),
        "used_at": held.used_at.isoformat(),
        "device": held.device,
        "address": held.address,
    }


def _read(key: str, entry: dict[str, Any], now: datetime) -> Held:
    """One of before there were lists has no beginning: it gets one at its first use."""
    begun_at = entry.get("begun_at")
    return Held(
        key,
        int(entry["login_id"]),
        datetime.fromisoformat(begun_at) if begun_at else now,
        datetime.fromisoformat(entry["used_at"]),
        entry.get("device", ""),
        entry.get("address", ""),
    )
