"""Login: who calls. A session is an opaque token; only its hash is kept."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar

from app.domain.login import repository
from app.domain.login.errors import IDENTITY_REQUIRED, IDENTITY_TAKEN, LOGIN_REQUIRED
from app.domain.login.realname import Proof, RealName
from app.domain.login.sessions import Held, Sessions
from app.domain.registry.models import Person
from app.domain.registry.service import People
from app.kit.batcher import Batcher
from app.kit.clock import Clock, local
from app.kit.reasons import NOT_FOUND, Refusal
from app.outside.identity import Claim, IdentityProvider
from app.outside.outbound import Outbound
from app.outside.wechat import WeChat
from app.settings import Settings
from app.store.cache import Cache
from app.store.cells.shared import Shared
from app.store.database import Database
from app.store.news import News
from app.store.sessions import session_id

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Session:
    """Who calls: a login, and the insured person bound to it, if any."""

    login_id: int
    person_id: int | None
    taken_at: datetime | None = None
    """When another login took the person who was bound to this one."""
    key: str = field(default="", repr=False)
    """Of its session, in Redis."""

    @property
    def id(self) -> int:
        """By what its session is shown."""
        return session_id(self.key)


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """A new session. The token is told once; ``expires_at`` moves on with every call."""

    token: str
    expires_at: datetime
    person: Person | None


class Login:
    """Logins, sessions and the real-name check."""

    def __init__(
        self,
        config: Settings,
        database: Database,
        shared: Shared,
        cache: Cache,
        news: News,
        clock: Clock,
        people: People,
        identity: IdentityProvider | None,
    ) -> None:
        self._shared = shared
        self._clock = clock
        self._people = people
        self._sessions = Sessions(
            cache, clock, news, config.session_ttl_s, config.session_longest_s
        )
        self._persons: Batcher[int, tuple[int | None, datetime | None] | None] = Batcher(
            self._persons_of
        )
        self._wechat = WeChat(
            Outbound(config.wechat_base_url, config.outside_timeout_s),
            config.wechat_appid,
            config.wechat_secret.get_secret_value(),
        )
        self._realname = RealName(database, shared, clock, people, identity)

    async def close(self) -> None:
        """Closes the connections to what lies outside."""
        await self._sessions.close()
        await self._wechat.close()

    async def session(self, authorization: str | None) -> Session | None:
        """The live session of an ``Authorization`` header, or None.

        Its person is the one bound at this moment: the question goes to the database, together
        with those of all calls that arrive meanwhile.
        """
        held = await self._sessions.find(authorization)
        if held is None:
            return None
        found = await self._persons.put(held.login_id)
        return None if found is None else Session(held.login_id, *found, held.key)

    def check_access(
        self, session: Session | None, access: Literal["anyone", "login", "person"]
    ) -> None:
        """Whether a session may make a call.

        Raises:
            Refusal: LOGIN_REQUIRED (the only 401 there is), IDENTITY_REQUIRED or IDENTITY_TAKEN.
        """
        if access == "anyone":
            return
        if session is None:
            raise Refusal(LOGIN_REQUIRED)
        if access == "person" and session.person_id is None and session.taken_at is not None:
            at = local(session.taken_at).strftime("%Y-%m-%d %H:%M")
            raise Refusal(IDENTITY_TAKEN, at=at)
        if access == "person" and session.person_id is None:
            raise Refusal(IDENTITY_REQUIRED)

    async def login(
        self,
        code: str,
        admitted: Callable[[int], Awaitable[object]] | None = None,
        device: str = "",
        address: str = "",
    ) -> LoggedIn:
        """Logs in the WeChat user who got ``code`` from ``wx.login``. ``admitted``: refuses a
        log-in that comes too often, once it is known whose it is. ``device``, ``address``: what the
        list of log-ins says of it.

        Raises:
            Refusal: one of the WECHAT_* reasons.
        """
        openid = await self._wechat.openid(code)
        login_id, person_id = await repository.login_of(self._shared, openid, self._clock.now())
        if admitted is not None:
            await admitted(login_id)
        person = None if person_id is None else await self._people.get(person_id)
        token, expires_at = await self._sessions.begin(login_id, device, address)
        return LoggedIn(token, expires_at, person)

    async def logout(self, authorization: str | None) -> None:
        """Ends the session of an ``Authorization`` header; doing it twice is fine."""
        await self._sessions.end(authorization)

    async def sessions(self, session: Session) -> list[Held]:
        """The live sessions of the caller's login, the one used last first."""
        return await self._sessions.of(session.login_id)

    async def end_session(self, session: Session, shown: int) -> None:
        """Ends one session of the caller's login, at once and in every process.

        Raises:
            Refusal: NOT_FOUND: the login has none of that id.
        """
        if not await self._sessions.end_one(session.login_id, shown):
            raise Refusal(NOT_FOUND)

    async def end_other_sessions(self, session: Session) -> int:
        """Ends all sessions of the caller's login but this one; how many."""
        return await self._sessions.end_others(session.login_id, session.key)

    async def end_log_ins(self, login_ids: Collection[int]) -> None:
        """Ends all sessions of log-ins whose person is there no more, who is bound to none of them
        since."""
        await self._sessions.end_all(login_ids)

    async def close_account(self, login_id: int, person_id: int) -> None:
        """Unbinds a log-in from its person, forgets whose WeChat it was, and ends all its sessions.
        Who comes again comes as a new user, with a real-name check of its own."""
        async with self._shared.transaction() as there:
            await repository.close(there, login_id, person_id)
        await self._sessions.end_all([login_id])

    async def while_it_lives(self, session: Session, work: Coroutine[Any, Any, Told]) -> Told:
        """What long work comes to, unless the caller's session is ended meanwhile.

        Raises:
            Refusal: LOGIN_REQUIRED: it was.
        """
        return await self._sessions.while_it_lives(session.key, work)

    async def bind_identity(self, session: Session, claim: Claim, proof: Proof) -> Person:
        """Binds the session's login to the insured person who is checked to be behind it.

        Raises:
            Refusal: see ``RealName.bind``.
        """
        return await self._realname.bind(session.login_id, session.person_id, claim, proof)

    async def _persons_of(self, login_ids: Sequence[int]) -> list[repository.Bound | None]:
        return await repository.persons_of(self._shared, login_ids)
