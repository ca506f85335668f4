"""Operators' sessions and tries to sign in, in Redis.

A flush of Redis signs everybody out and forgets tries; the audit in the database stays.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from app.domain.staff.passwords import mark
from app.domain.staff.values import Operator, Role, Secret
from app.kit.clock import Clock
from app.kit.sm import sm3
from app.store.cache import Cache
from app.store.sessions import SessionStore

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
"""A night's shift; a session ends then however busy it is."""
WINDOW_S = 15 * 60
PAIR_MAX, ADDRESS_MAX, NAME_MAX = 5, 20, 50
"""Failures within the window: of a name from one address, of an address, of a name from anywhere.
The first is small, the last large, so that a stranger can't lock the engineer on call out."""

# Counts a try before it is looked at, so that many at once don't slip by together.
_COUNT = """
local worst, first = 0, 0
for i, key in ipairs(KEYS) do
    local count = redis.call('INCR', key)
    local limit = tonumber(ARGV[i + 1])
    if count == 1 then redis.call('PEXPIRE', key, ARGV[1]) end
    if count > limit then worst = math.max(worst, redis.call('PTTL', key)) end
    if count == limit + 1 then first = 1 end
end
return {worst, first}
"""
# A try that was right doesn't count, nor do the earlier slips of the name from the same place.
_FORGIVE = """
redis.call('DEL', KEYS[1])
for i = 2, #KEYS do
    if tonumber(redis.call('GET', KEYS[i]) or '0') > 0 then redis.call('DECR', KEYS[i]) end
end
return 0
"""


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, as it was at the sign-in. ``secret``: the mark of the password that it was
    made with, and it ends with; empty in one that was begun before there were marks."""

    operator_id: int
    name: str
    role: Role
    begun_at: datetime
    used_at: datetime
    secret: str


@dataclass(frozen=True, slots=True)
class Locked:
    """Signing in is locked for so many seconds; ``begins``: by this very try."""

    left_s: float
    begins: bool


class Sessions:
    """Bearer tokens of operators."""

    def __init__(self, cache: Cache, clock: Clock) -> None:
        self._clock = clock
        self._store = SessionStore(cache, "qinji:ops:session:", IDLE)
        self._count = cache.redis.register_script(_COUNT)
        self._forgive = cache.redis.register_script(_FORGIVE)

    async def begin(self, operator: Operator, secret: Secret) -> tuple[str, datetime]:
        """A new session: its token, told once, and when it ends if it is not used."""
        now = self._clock.now()
        session = Session(operator.id, operator.name, operator.role, now, now, mark(secret))
        return await self._store.begin(_entry(session)), now + IDLE

    async def find(self, authorization: str | None) -> Session | None:
        """The live session of an ``Authorization`` header, which lives on; None: there is none."""
        key = self._store.key_in(authorization)
        entry = await self._store.find(key) if key else None
        if key is None or entry is None:
            return None
        session = _session(entry)
        now = self._clock.now()
        if now - session.used_at >= IDLE or now - session.begun_at >= LONGEST:
            await self._store.end(key)
            return None
        if now - session.used_at >= timedelta(minutes=1):
            await self._store.renew(key, _entry(replace(session, used_at=now)))
        return session

    async def end(self, authorization: str | None) -> None:
        """Ends a session; one that is not there is fine."""
        await self._store.end(self._store.key_in(authorization))

    async def count_try(self, name: str, address: str) -> Locked | None:
        """Counts a try to sign in; what it runs into when there were too many."""
        limits = [PAIR_MAX, ADDRESS_MAX, NAME_MAX]
        left_ms, first = await self._count(
            keys=_try_keys(name, address), args=[WINDOW_S * 1000, *limits]
        )
        return Locked(int(left_ms) / 1000, bool(first)) if left_ms else None

    async def forgive(self, name: str, address: str) -> None:
        """A try was right: it doesn't count as one."""
        await self._forgive(keys=_try_keys(name, address), args=[])


def _entry(session: Session) -> dict[str, str]:
    return asdict(session) | {
        "operator_id": str(session.operator_id),
        "begun_at": session.begun_at.isoformat(),
        "used_at": session.used_at.isoformat(),
    }


def _session(entry: dict[str, str]) -> Session:
    role: Role = "auditor" if entry["role"] == "auditor" else "viewer"
    return Session(
        int(entry["operator_id"]),
        entry["name"],
        role,
        datetime.fromisoformat(entry["begun_at"]),
        datetime.fromisoformat(entry["used_at"]),
        entry.get("secret", ""),
    )


def _try_keys(name: str, address: str) -> list[str]:
    """Names go hashed: what is typed there may be a password."""
    who = sm3(name.encode()).hex()
    return [f"qinji:ops:try:{key}" for key in (f"p:{who}:{address}", f"a:{address}", f"n:{who}")]
