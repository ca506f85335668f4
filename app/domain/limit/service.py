"""Limits: how often something may be done. What they are, the doors' tables say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import NoReturn

from app.domain.limit import repository
from app.domain.limit.errors import TOO_OFTEN, WAITS_AT_ONCE
from app.domain.limit.values import By, Limit, Row
from app.kit.clock import Clock
from app.kit.log import logger
from app.kit.reasons import Refusal
from app.kit.sm import Cipher
from app.store.cache import Cache, CacheError
from app.store.database import Database

log = logger(__name__)

Keys = Mapping[By, str]
"""What a call has of each thing that is counted."""


class Limits:
    """Counts calls. ``times``: every limit so many times larger, for measurements."""

    def __init__(
        self, database: Database, cache: Cache, clock: Clock, cipher: Cipher, times: int
    ) -> None:
        self._database = database
        self._cache = cache
        self._clock = clock
        self._cipher = cipher
        self._times = times
        self._waiting: Counter[tuple[str, str]] = Counter()

    async def take(self, call: str, row: Row, keys: Keys) -> list[int]:
        """Counts a call before it is made; gives what ``give_back`` takes. Many at once get no more
        than one after the other.

        Raises:
            Refusal: TOO_OFTEN.
            CacheError: Redis is away, and the call is closed then.
        """
        applies = [one for one in row.limits if all(keys.get(by) for by in one.by)]
        try:
            for limit in applies:
                if limit.where == "rate":
                    await self._rate(call, limit, keys)
        except CacheError:
            if row.closed:
                raise
            log.warning("limits_open", call=call)
        kept = [limit for limit in applies if limit.where == "kept"]
        return await self._keep(call, kept, keys) if kept else []

    async def give_back(self, uses: Sequence[int]) -> None:
        """What was taken does not count: nothing was told."""
        if uses:
            await repository.forget(self._database, uses)

    @contextmanager
    def waiting(self, call: str, row: Row, login: str | None) -> Iterator[None]:
        """One more of a log-in that waits, in this process.

        Raises:
            Refusal: WAITS_AT_ONCE.
        """
        key = (call, login or "")
        if row.at_once and login and self._waiting[key] >= row.at_once * self._times:
            raise Refusal(WAITS_AT_ONCE, most=row.at_once)
        self._waiting[key] += 1
        try:
            yield
        finally:
            self._waiting[key] -= 1
            if not self._waiting[key]:
                del self._waiting[key]

    async def _rate(self, call: str, limit: Limit, keys: Keys) -> None:
        now = self._clock.now().timestamp()
        window = int(now // limit.per_s)
        both = self._keys(call, limit, keys)
        counted, *formerly = (f"limit:{key.hex()}:{window}" for key in both)
        used = await self._cache.count(counted, limit.per_s, formerly)
        if used > limit.most * self._times:
            _refuse(limit, (window + 1) * limit.per_s - now)

    async def _keep(self, call: str, limits: Sequence[Limit], keys: Keys) -> list[int]:
        now = self._clock.now()
        found = [(limit, self._keys(call, limit, keys)) for limit in limits]
        uses = []
        async with self._database.transaction() as connection:
            await repository.lock(connection, [key for _, both in found for key in both])
            for limit, both in found:
                period = timedelta(seconds=limit.per_s)
                times = await repository.since(connection, both, now - period)
                if len(times) >= limit.most * self._times:
                    _refuse(limit, (times[0] + period - now).total_seconds())
                uses.append(self._database.ids.next())
                await repository.count(connection, uses[-1], both[0], now)
        return uses

    def _keys(self, call: str, limit: Limit, keys: Keys) -> tuple[bytes, ...]:
        """By what is counted, the first; while keys are rotated, by what was counted before."""
        values = "\n".join(keys[by] for by in limit.by)
        return self._cipher.indexes(f"limit:{limit.name or call}:{','.join(limit.by)}", values)


def _refuse(limit: Limit, wait_s: float) -> NoReturn:
    wait = max(1, int(wait_s + 0.999))
    per_zh, per_en = _told(limit.per_s)
    zh, en = _told(wait)
    raise Refusal(
        TOO_OFTEN, most=limit.most, per=per_zh, per_en=per_en, wait=zh, wait_en=en, wait_s=wait
    )


def _told(seconds: int) -> tuple[str, str]:
    """A time as people say it, in Chinese and English, rounded up."""
    for size, zh, en in ((86_400, "天", "day"), (3_600, "小时", "hour"), (60, "分钟", "minute")):
        if seconds >= size:
            number = -(-seconds // size)
            return f"{number}{zh}", f"{number} {en}{'s' * (number > 1)}"
    return f"{seconds}秒", f"{seconds} second{'s' * (seconds > 1)}"
