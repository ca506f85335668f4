"""Operators: who they are, what they may do, and the audit of it."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.domain.staff import passwords, repository, weak
from app.domain.staff.errors import (
    ONLY,
    OPS_OTHER_DOOR,
    OPS_SIGN_IN_FAILED,
    OPS_SIGN_IN_REQUIRED,
    OPS_TRIES,
)
from app.domain.staff.log_ins import LogIns
from app.domain.staff.sessions import Session, Sessions
from app.domain.staff.tries import Locked, Tries
from app.domain.staff.values import (
    DOORS,
    UNSAID,
    Door,
    Look,
    Looked,
    LookRow,
    Narrowed,
    Operator,
    Role,
    Secret,
    SignIn,
    SignInRow,
    Visitor,
)
from app.kit.clock import Clock
from app.kit.log import logger
from app.kit.reasons import Refusal
from app.kit.sm import Cipher
from app.store.cache import Cache
from app.store.cells.shared import Shared
from app.store.database import DATABASE_AWAY

_HASHES_AT_ONCE = 2
_LOOK_UP_S = 2.0
Only = Literal["auditor", "staff", "clerk", "approver"]
"""For whom a call is (``errors.ONLY``)."""
log = logger(__name__)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session. The token is told once; ``device`` is for the device to bring next time."""

    token: str
    expires_at: datetime
    operator: Operator
    device: str


class Operators:
    """Signing in and out, and the audit."""

    def __init__(self, shared: Shared, cache: Cache, clock: Clock, cipher: Cipher) -> None:
        self._shared = shared
        self._clock = clock
        self._cipher = cipher
        self._sessions = Sessions(cache, clock, cipher)
        self.log_ins = LogIns(shared, self._sessions, clock, cipher)
        self._tries = Tries(cache, cipher)
        # Known devices don't queue behind those who guess.
        self._hashing = {known: asyncio.Semaphore(_HASHES_AT_ONCE) for known in (True, False)}

    async def sign_in(
        self, name: str, password: str, visitor: Visitor, door: Door = "ops"
    ) -> SignedIn:
        """Signs an operator in.

        Raises:
            Refusal: OPS_TRIES; OPS_SIGN_IN_FAILED, which doesn't tell what was wrong and takes as
                long whatever it was; OPS_OTHER_DOOR to whoever has the right password.
        """
        place = await self._tries.place(name, visitor.address, visitor.device)
        locked = await self._tries.count(place)
        if locked and not locked.begins:
            raise _locked(locked)
        found = await repository.by_name(self._shared, name)
        if locked:  # written once: guessing on must not fill the disk
            await self._note(found[0] if found else None, "locked", visitor)
            log.warning("ops_sign_in_locked", address=visitor.address)
            raise _locked(locked)
        secret = found[1] if found else passwords.NOBODY
        async with self._hashing[place.device is not None]:
            right = await asyncio.to_thread(passwords.holds, password, secret)
        operator = found[0] if found else None
        result = _result(operator, right, door)
        await self._note(operator, result, visitor)
        if result == "elsewhere":
            await self._tries.forgive(place)
            raise Refusal(OPS_OTHER_DOOR)
        if operator is None or result != "in":
            log.warning("ops_sign_in_refused", address=visitor.address, result=result)
            raise Refusal(OPS_SIGN_IN_FAILED)
        device = await self._tries.forgive(place)
        if weak.is_weak(name, password):  # of before such were refused
            log.warning("ops_password_weak", operator_id=str(operator.id), remedy="ops password")
        whence = visitor.client, visitor.address
        token, expires_at = await self._sessions.begin(operator, secret, *whence)
        return SignedIn(token, expires_at, operator, device)

    async def sign_out(self, authorization: str | None, visitor: Visitor) -> None:
        """Ends the session; one that has ended is fine."""
        session = await self._sessions.find(authorization)
        if session is not None:
            await self._sessions.end(authorization)
            now = self._clock.now()
            await repository.note_sign_in(
                self._shared,
                session.operator_id,
                visitor.address,
                "out",
                now,
                visitor.request_id,
            )

    async def admit(self, authorization: str | None, door: Door = "ops") -> Operator:
        """The operator of a session, who sees what everybody sees who comes in at a door.

        What the database says counts, so that disabling and a new password act at once, and for
        good: letting somebody in again doesn't bring the sessions of before back. While it is away,
        figures (and nothing else) are shown on the word of the session: they tell that it is away.

        Raises:
            Refusal: OPS_SIGN_IN_REQUIRED, OPS_OTHER_DOOR.
        """
        session = await self._session(authorization)
        if session.role not in DOORS[door]:
            raise Refusal(OPS_OTHER_DOOR)
        try:
            return await self._operator_of(session, authorization)
        except (TimeoutError, *DATABASE_AWAY):
            if door != "ops":
                raise
            return _as_signed_in(session)

    async def admit_only(
        self,
        whom: Only,
        authorization: str | None,
        asked: Callable[[], Awaitable[Look]],
        visitor: Visitor,
    ) -> Operator:
        """The operator of a session, if the role may call it. That somebody else has asked is
        written down: ``asked`` says for what.

        Raises:
            Refusal: OPS_SIGN_IN_REQUIRED, OPS_OTHER_DOOR, OPS_AUDITOR_ONLY, COUNTER_CLERKS_ONLY,
                COUNTER_APPROVERS_ONLY.
        """
        operator = await self._operator_of(await self._session(authorization), authorization)
        roles, reason = ONLY[whom]
        if operator.role not in roles:
            await self.note_look(operator, await asked(), visitor)
            door: Door = "ops" if whom == "auditor" else "counter"
            raise Refusal(reason if operator.role in DOORS[door] else OPS_OTHER_DOOR)
        return operator

    async def _session(self, authorization: str | None) -> Session:
        session = await self._sessions.find(authorization)
        if session is None:
            raise Refusal(OPS_SIGN_IN_REQUIRED)
        return session

    async def _operator_of(self, session: Session, authorization: str | None) -> Operator:
        found = await self._look_up(session.operator_id)
        if found is None or found[0].disabled_at or passwords.mark(found[1]) != session.secret:
            await self._sessions.end(authorization)
            raise Refusal(OPS_SIGN_IN_REQUIRED)
        return found[0]

    async def add(self, name: str, role: Role, password: str, place: str | None = None) -> bool:
        """A new operator; False when the name is taken. ``place``: whose people a clerk serves.

        Raises:
            WeakPassword: the password is one that is guessed.
        """
        weak.check(name, password)
        secret = await asyncio.to_thread(passwords.hashed, password)
        return await repository.add(self._shared, name, role, secret, self._clock.now(), place)

    async def set_password(self, name: str, password: str) -> bool:
        """A new password; a disabled operator may sign in again. False: nobody has the name.

        Raises:
            WeakPassword: the password is one that is guessed.
        """
        weak.check(name, password)
        secret = await asyncio.to_thread(passwords.hashed, password)
        done = await repository.set_password(self._shared, name, secret)
        await self.log_ins.forget(name)
        return done

    async def disable(self, name: str) -> bool:
        """Lets an operator in no more, at once; False: nobody has the name."""
        done = await repository.disable(self._shared, name, self._clock.now())
        await self.log_ins.forget(name)
        return done

    async def all(self) -> list[Operator]:
        """All operators by name."""
        return await repository.all_operators(self._shared)

    async def password_is(self, name: str, password: str) -> bool | None:
        """Whether a password is an operator's (not for sign-ins); None: nobody has the name."""
        found = await repository.by_name(self._shared, name)
        if found is None:
            return None
        return await asyncio.to_thread(passwords.holds, password, found[1])

    async def note_look(self, operator: Operator, look: Look, visitor: Visitor) -> None:
        """Writes who looks at whose data and why; it is committed when this returns."""
        await repository.note_look(
            self._shared,
            self._cipher,
            operator.id,
            look,
            self._clock.now(),
            visitor.request_id,
        )

    async def has_looked(self, operator: Operator, person_id: int, since: datetime) -> bool:
        """Whether an operator has looked a person up by name and number since."""
        return await repository.has_looked(self._shared, operator.id, person_id, since)

    async def looks(
        self, wanted: Narrowed, limit: int, operator: Operator, visitor: Visitor
    ) -> list[LookRow]:
        """The audit of looks, the newest first. Who reads it is written there too."""
        rows = await repository.looks(self._shared, self._cipher, wanted, limit)
        ids = [row.id for row in rows]
        await self.note_look(operator, _read("looks", "audit/looks", ids), visitor)
        return rows

    async def sign_ins(
        self, wanted: Narrowed, limit: int, operator: Operator, visitor: Visitor
    ) -> list[SignInRow]:
        """The audit of sign-ins, the newest first. Who reads it is in the other."""
        rows = await repository.sign_ins(self._shared, wanted, limit)
        ids = [row.id for row in rows]
        await self.note_look(operator, _read("sign_ins", "audit/sign-ins", ids), visitor)
        return rows

    async def _look_up(self, operator_id: int) -> tuple[Operator, Secret] | None:
        async with asyncio.timeout(_LOOK_UP_S), self._shared.connection() as there:
            return await repository.by_id(there, operator_id)

    async def _note(self, operator: Operator | None, result: SignIn, visitor: Visitor) -> None:
        await repository.note_sign_in(
            self._shared,
            operator.id if operator else None,
            visitor.address,
            result,
            self._clock.now(),
            visitor.request_id,
        )


def _locked(locked: Locked) -> Refusal:
    return Refusal(OPS_TRIES, minutes=max(1, math.ceil(locked.left_s / 60)))


def _result(operator: Operator | None, right: bool, door: Door) -> SignIn:
    if operator is None:
        return "unknown"
    if not right:
        return "wrong"
    if operator.disabled_at is not None:
        return "disabled"
    return "in" if operator.role in DOORS[door] else "elsewhere"


def _read(what: Looked, target: str, ids: list[int]) -> Look:
    """A look at lines of the audit, from the newest to the oldest that was shown."""
    lines = f" {ids[0]}-{ids[-1]}" if ids else ""
    return Look(what, target + lines, bool(ids), None, UNSAID)


def _as_signed_in(session: Session) -> Operator:
    return Operator(session.operator_id, session.name, "viewer", session.begun_at, None)
