"""Operators' sessions in Redis, a flush of which signs everybody out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from app.domain.staff.passwords import mark
from app.domain.staff.values import Operator, Role, Secret
from app.kit.clock import Clock
from app.store.cache import Cache
from app.store.sessions import SessionStore

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
"""A night's shift; a session ends then however busy it is."""


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


class Sessions:
    """Bearer tokens of operators."""

    def __init__(self, cache: Cache, clock: Clock) -> None:
        self._clock = clock
        self._store = SessionStore(cache, "qinji:ops:session:", IDLE)

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
