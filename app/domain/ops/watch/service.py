"""Keeps the watch: limits, what was seen, what is handed over. While the database is away, what was
read last holds: the page must say that it is away."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

from app.domain.ops.figures.rules.limits import USUAL
from app.domain.ops.watch import repository
from app.domain.ops.watch.values import SEEN_FOR, Board, Note, NoteKind, SetLimit
from app.domain.staff.service import Operators
from app.domain.staff.values import Look, Operator, Visitor
from app.kit.clock import Clock
from app.kit.log import logger
from app.kit.sm import Cipher, SealError
from app.store.cells.shared import Shared
from app.store.database import DATABASE_AWAY, Record

_FRESH_S = 2.0
_READ_S = 2.0
_HAND_OVERS = 10
_HIDDEN = "***"
log = logger(__name__)


def note_aad(note_id: int) -> str:
    """What a sealed note is bound to."""
    return f"ops_note.note:{note_id}"


class Watch:
    """The watch of all operators together."""

    def __init__(self, shared: Shared, clock: Clock, cipher: Cipher, operators: Operators) -> None:
        self._shared = shared
        self._clock = clock
        self._cipher = cipher
        self._operators = operators
        self._board = Board()
        self._read_at = -_FRESH_S

    async def board(self) -> Board:
        """What is kept, at most two seconds old."""
        if time.monotonic() - self._read_at < _FRESH_S:
            return self._board
        try:
            async with asyncio.timeout(_READ_S), self._shared.connection() as there:
                limits = await repository.limits(there)
                notes = await repository.notes(there)
        except (TimeoutError, *DATABASE_AWAY) as error:
            log.warning("ops_board_unread", error=type(error).__name__)
            return self._board
        self._board = self._made(limits, [self._note(row) for row in notes])
        self._read_at = time.monotonic()
        return self._board

    async def note(self, kind: NoteKind, trouble: str, text: str, operator: Operator) -> None:
        """Writes down that somebody has seen a trouble, or what the next shift should know."""
        note_id = self._shared.ids.next()
        sealed = self._cipher.seal(text, note_aad(note_id))
        now = self._clock.now()
        await repository.add_note(self._shared, note_id, kind, trouble, operator.id, sealed, now)
        self._read_at = -_FRESH_S

    async def set_limit(
        self, name: str, value: int, reason: str, operator: Operator, by: Visitor
    ) -> None:
        """Sets from when on something is wrong. Who did, and why, is in the audit first."""
        look = Look("limits", f"{name} = {value}", True, None, reason)
        await self._operators.note_look(operator, look, by)
        await repository.set_limit(self._shared, name, value, operator.id, self._clock.now())
        self._read_at = -_FRESH_S

    def _made(self, limits: list[Record], notes: list[Note]) -> Board:
        since = self._clock.now() - SEEN_FOR
        seen: dict[str, Note] = {}
        for note in notes:
            if note.kind == "seen" and note.at >= since:
                seen.setdefault(note.trouble, note)
        return Board(
            limits=USUAL.changed({row["name"]: row["value"] for row in limits}),
            changed=tuple(SetLimit(**dict(row.items())) for row in limits),
            seen=seen,
            hand_overs=tuple(note for note in notes if note.kind == "hand_over")[:_HAND_OVERS],
        )

    def _note(self, row: Record) -> Note:
        at: datetime = row["at"]
        try:
            text = self._cipher.open(bytes(row["note_sealed"]), note_aad(row["id"]))
        except SealError:  # sealed under another key: that it was seen counts all the same
            text = _HIDDEN
        return Note(row["id"], row["kind"], row["trouble"], row["operator"], text, at)
