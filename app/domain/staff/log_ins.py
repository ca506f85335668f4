"""Which log-ins of operators live, and ending them; who ends some is in the audit."""

from __future__ import annotations

from contextlib import suppress

from app.domain.staff import repository
from app.domain.staff.sessions import Session, Sessions
from app.domain.staff.values import UNSAID, Look, Operator, Secret, Visitor
from app.kit.clock import Clock
from app.kit.reasons import NOT_FOUND, Refusal
from app.kit.sm import Cipher
from app.store.cache import CacheError
from app.store.cells.shared import Shared


class LogIns:
    """The live sessions of operators."""

    def __init__(self, shared: Shared, sessions: Sessions, clock: Clock, cipher: Cipher) -> None:
        self._shared = shared
        self._cipher = cipher
        self._sessions = sessions
        self._clock = clock

    async def of(self, operator: Operator) -> list[Session]:
        """An operator's own, the one used last first."""
        async with self._shared.connection() as there:
            found = await repository.by_id(there, operator.id)
        return [] if found is None else await self._live(*found)

    def key_in(self, authorization: str | None) -> str | None:
        """Which of them a call came with."""
        return self._sessions.key_in(authorization)

    async def end_one(self, operator: Operator, shown: int, visitor: Visitor) -> None:
        """Ends one of an operator's, at once and in every process.

        Raises:
            Refusal: NOT_FOUND: the operator has none of that id.
        """
        found = [one for one in await self.of(operator) if one.id == shown]
        if not found:
            raise Refusal(NOT_FOUND)
        await self._note(operator, visitor)
        await self._sessions.end_one(found[0])

    async def end_others(
        self, operator: Operator, authorization: str | None, visitor: Visitor
    ) -> int:
        """Ends all of an operator's but the one that the call came with; how many."""
        await self._note(operator, visitor)
        return await self._sessions.end_others(operator.id, self.key_in(authorization))

    async def all(self) -> list[tuple[Operator, list[Session]]]:
        """Every operator by name, with the log-ins that live."""
        rows = await repository.with_secrets(self._shared)
        return [(operator, await self._live(operator, secret)) for operator, secret in rows]

    async def look_at_all(
        self, auditor: Operator, visitor: Visitor
    ) -> list[tuple[Operator, list[Session]]]:
        """``all`` for an auditor, whose look is written first."""
        await self._note_look(auditor, Look("operators", "operators", True, None, UNSAID), visitor)
        return await self.all()

    async def end_all_of(
        self, name: str, auditor: Operator, authorization: str | None, reason: str, visitor: Visitor
    ) -> int:
        """Ends all of the operator of a name, but the one that the call came with: how many. By
        whom and why is in the audit of looks, that they ended in the one of sign-ins.

        Raises:
            Refusal: NOT_FOUND: nobody has the name.
        """
        found = await repository.by_name(self._shared, name)
        # What nobody is called is not kept: people type passwords into the wrong field.
        target = f"operators/{name if found else UNSAID}"
        await self._note_look(auditor, Look("ended", target, bool(found), None, reason), visitor)
        if found is None:
            raise Refusal(NOT_FOUND)
        return await self.end_others(found[0], authorization, visitor)

    async def of_name(self, name: str) -> tuple[Operator, list[Session]] | None:
        """The operator of a name with the log-ins that live; None: nobody has it."""
        found = await repository.by_name(self._shared, name)
        return None if found is None else (found[0], await self._live(*found))

    async def forget(self, name: str) -> None:
        """Ends all log-ins of the operator of a name, whom the database lets in no more: while that
        is away the session's word counts. It does without Redis."""
        found = await repository.by_name(self._shared, name)
        with suppress(CacheError, OSError):
            if found is not None:
                await self._sessions.end_others(found[0].id, None)

    async def _live(self, operator: Operator, secret: Secret) -> list[Session]:
        return [] if operator.disabled_at else await self._sessions.of(operator.id, secret)

    async def _note(self, operator: Operator, visitor: Visitor) -> None:
        await repository.note_sign_in(
            self._shared,
            operator.id,
            visitor.address,
            "out",
            self._clock.now(),
            visitor.request_id,
        )

    async def _note_look(self, auditor: Operator, look: Look, visitor: Visitor) -> None:
        now = self._clock.now()
        await repository.note_look(
            self._shared, self._cipher, auditor.id, look, now, visitor.request_id
        )
