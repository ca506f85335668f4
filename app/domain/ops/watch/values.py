"""The watch as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from app.domain.ops.figures.rules.limits import USUAL, Limits

NoteKind = Literal["seen", "hand_over"]
SEEN_FOR = timedelta(hours=2)
"""What somebody has seen is silent for so long, then it speaks again."""
NOTE_MAX = 500


@dataclass(frozen=True, slots=True)
class Note:
    """What an operator has written: of a trouble that was seen, or for the next shift."""

    id: int
    kind: NoteKind
    trouble: str
    operator: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SetLimit:
    """A limit that isn't the usual one, and by whom since when."""

    name: str
    value: int
    operator: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Board:
    """All that the watch keeps. ``seen``: the newest note of each trouble that holds still."""

    limits: Limits = USUAL
    changed: tuple[SetLimit, ...] = ()
    seen: dict[str, Note] = field(default_factory=dict)
    hand_overs: tuple[Note, ...] = ()
