"""Operators' sessions in Redis, a flush of which signs everybody out."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta

from app.domain.staff.passwords import mark
from app.domain.staff.values import ROLES, Operator, Role, Secret
from app.kit.clock import Clock
from app.kit.sm import Cipher, SealError
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

    def __init__(self, cache: Cache, clock: Clock, cipher: Cipher) -> None:
        self._clock = clock
        self._cipher = cipher
        self._store = SessionStore(cache, "qinji:ops:session:", IDLE)

    async def begin(
        self, operator: Operator, secret: Secret, client: str = "", address: str = ""
    ) -> tuple[str, datetime]:
        """A new session: its token, told once, and when it ends if it is not used."""
        now = self._clock.now()
        session = Session(
            operator.id, operator.name, operator.role, now, now, mark(secret), client, address
        )
        return await self._store.begin(str(operator.id), self._entry(session)), now + IDLE

    async def find(self, authorization: str | None) -> Session | None:
        """The live session of an ``Authorization`` header, which lives on; None: there is none."""
        key = self._store.key_in(authorization)
        entry = await self._store.find(key) if key else None
        if key is None or entry is None:
            return None
        session = self._session(key, entry)
        now = self._clock.now()
        owner = str(session.operator_id)
        if _is_over(session, now):
            await self._store.end(owner, [key])
            return None
        if is_listed(entry) and now - session.used_at < timedelta(minutes=1):
            return session
        used = entry | self._entry(replace(session, used_at=now))
        return session if await self._store.renew(owner, key, used) else None

    async def of(self, operator_id: int, secret: Secret) -> list[Session]:
        """The live sessions of an operator with this password, the one used last first."""
        now = self._clock.now()
        found = await self._store.of(str(operator_id))
        sessions = [self._session(key, entry) for key, entry in found.items()]
        live = [one for one in sessions if one.secret == mark(secret) and not _is_over(one, now)]
        return sorted(live, key=lambda one: (one.used_at, one.begun_at, one.id), reverse=True)

    async def end(self, authorization: str | None) -> None:
        """Ends a session; one that is not there is fine."""
        key = self.key_in(authorization)
        entry = await self._store.find(key) if key else None
        if key is not None and entry is not None:
            await self.end_one(self._session(key, entry))

    async def end_one(self, session: Session) -> None:
        """Ends a session that was found."""
        await self._store.end(str(session.operator_id), [session.key])

    async def end_others(self, operator_id: int, but: str | None) -> int:
        """Ends all sessions of an operator but the one of a key; how many."""
        return len(await self._store.end_others(str(operator_id), but))

    def key_in(self, authorization: str | None) -> str | None:
        """The key of the session that a header names."""
        return self._store.key_in(authorization)

    def _entry(self, session: Session) -> dict[str, str]:
        kept = {name: value for name, value in asdict(session).items() if name != "key"}
        sealed = self._cipher.seal(session.name, _name_aad(session.operator_id))
        return kept | {
            "operator_id": str(session.operator_id),
            "name": "",
            "name_sealed": sealed.hex(),
            "begun_at": session.begun_at.isoformat(),
            "used_at": session.used_at.isoformat(),
        }

    def _session(self, key: str, entry: dict[str, str]) -> Session:
        role: Role = next((one for one in ROLES if one == entry["role"]), "viewer")
        operator_id, sealed = int(entry["operator_id"]), entry.get("name_sealed")
        name = entry["name"]  # in one that the version before has begun
        if sealed is not None:
            with suppress(SealError):  # the name only shows who it is while the database is away
                name = self._cipher.open(bytes.fromhex(sealed), _name_aad(operator_id))
        return Session(
            operator_id,
            name,
            role,
            datetime.fromisoformat(entry["begun_at"]),
            datetime.fromisoformat(entry["used_at"]),
            entry.get("secret", ""),
            entry.get("client", ""),
            entry.get("address", ""),
            key,
        )


def _is_over(session: Session, now: datetime) -> bool:
    return now - session.used_at >= IDLE or now - session.begun_at >= LONGEST


def _name_aad(operator_id: int) -> str:
    return f"redis:ops:session.name:{operator_id}"
