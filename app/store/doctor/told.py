"""What a check came to: one line, and what to do if it isn't well."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from app.kit.value import value


class Mark(StrEnum):
    """How it is."""

    OK = "ok"
    WARN = "warn"
    """It works; something will be slow, unsafe or away one day."""
    FAULT = "fault"
    """It doesn't work so, or what people were told may be lost."""


@value
class Told:
    """``check``: what was looked at, in both languages; ``said``: what was found; ``do``: what
    mends it, in both languages."""

    check: str
    mark: Mark
    said: str
    do: str = ""

    @property
    def line(self) -> str:
        return f"{self.mark:5}  {self.check}: {self.said}" + (f" → {self.do}" if self.do else "")


def ok(check: str, said: str) -> Told:
    return Told(check, Mark.OK, said)


def warn(check: str, said: str, do: str) -> Told:
    return Told(check, Mark.WARN, said, do)


def fault(check: str, said: str, do: str) -> Told:
    return Told(check, Mark.FAULT, said, do)


def any_fault(told: Iterable[Told]) -> bool:
    return any(one.mark is Mark.FAULT for one in told)
