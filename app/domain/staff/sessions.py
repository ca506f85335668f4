"""Operators' sessions in Redis, a flush of which signs everybody out."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from app.domain.staff.passwords import mark
from app.domain.staff.values import Operator, Role, Secret
from app.kit.clock import Clock
from app.store.cache import Cache
from app.store.sessions import SessionStore, is_listed, session_id

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
"""A night's shift; a session ends then however busy it is."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who is signed in, as it was at the sign-in. ``secret``: the mark of the password that it was
    made with, and it ends with; empty in one that was begun before there were marks. ``client``,
    ``address``: with what and from where it was begun."""

    operator_id: int
    name: str
    role: Role
    begun_at: datetime
    used_at: datetime
    secret: str
    client: str = ""
    address: str = ""
    key: str = field(default="", repr=False)

    @property
    def id(self) -> int:
        """By what it is shown and ended; it opens nothing."""
        return session_id(self.key)


class Sessions:
    """Bearer tokens of operators."""

    def __init__(self, cache: Cache, clock: Clock) -> None:
        self._clock = clock
        self._store = SessionStore(cache, "qinji:ops:session:", IDLE)

    async def begin(
        self, operator: Operator, secret: Secret, client: str = "", address: str = ""
    ) -> tuple[str, datetime]:
        """A new session: its token, told once, and when it ends if it is not used."""
        now = self._clock.now()
        session = Session(
            operator.id, operator.name, operator.role, now, now, mark(secret), client, address
        )
        return await self._store.begin(str(operator.id), _entry(session)), now + IDLE

    async def find(self, authorization: str | None) -> Session | None:
        """The live session of an ``Authorization`` header, which lives on; None: there is none."""
        key = self._store.key_in(authorization)
        entry = await self._store.find(key) if key else None
        if key is None or entry is None:
            return None
        session = _session(key, entry)
        now = self._clock.now()
        owner = str(session.operator_id)
        if _is_over(session, now):
            await self._store.end(owner, [key])
            return None
        if is_listed(entry) and now - session.used_at < timedelta(minutes=1):
            return session
        used = entry | _entry(replace(session, used_at=now))
        return session if await self._store.renew(owner, key, used) else None

    async def of(self, operator_id: int, secret: Secret) -> list[Session]:
        """The live sessions of an operator with this password, the one used last first."""
        now = self._clock.now()
        found = await self._store.of(str(operator_id))
        sessions = [_session(key, entry) for key, entry in found.items()]
        live = [one for one in sessions if one.secret == mark(secret) and not _is_over(one, now)]
        return sorted(live, key=lambda one: (one.used_at, one.begun_at, one.id), reverse=True)

    async def end(self, authorization: str | None) -> None:
        """Ends a session; one that is not there is fine."""
        key = self.key_in(authorization)
        entry = await self._store.find(key) if key else None
        if key is not None and entry is not None:
            await self.end_one(_session(key, entry))

    async def end_one(self, session: Session) -> None:
        """Ends a session that was found."""
        await self._store.end(str(session.operator_id), [session.key])

    async def end_others(self, operator_id: int, but: str | None) -> int:
        """Ends all sessions of an operator but the one of a key; how many."""
        return len(await self._store.end_others(str(operator_id), but))

    def key_in(self, authorization: str | None) -> str | None:
        """The key of the session that a header names."""
        return self._store.key_in(authorization)


def _is_over(session: Session, now: datetime) -> bool:
    return now - session.used_at >= IDLE or now - session.begun_at >= LONGEST


def _entry(session: Session) -> dict[str, str]:
    kept = {name: value for name, value in asdict(session).items() if name != "key"}
    return kept | {
        "operator_id": str(session.operator_id),
        "begun_at": session.begun_at.isoformat(),
        "used_at": session.used_at.isoformat(),
    }


def _session(key: str, entry: dict[str, str]) -> Session:
    role: Role = "auditor" if entry["role"] == "auditor" else "viewer"
    return Session(
        int(entry["operator_id"]),
        entry["name"],
        role,
        datetime.fromisoformat(entry["begun_at"]),
        datetime.fromisoformat(entry["used_at"]),
        entry.get("secret", ""),
        entry.get("client", ""),
        entry.get("address", ""),
        key,
    )
