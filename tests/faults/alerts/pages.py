"""The pages of deploy/RUNBOOKS.md, as whoever is woken follows them: word for word."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.settings import PROJECT_ROOT

_FILE = PROJECT_ROOT / "deploy/RUNBOOKS.md"


@dataclass(frozen=True)
class Page:
    """What to do about an alert."""

    alert: str
    text: str

    def says(self, command: str, **given: object) -> str:
        """A command that stands on the page so, with what it leaves open filled in."""
        assert f"`{command}`" in self.text, f"{self.alert}: its page doesn't say `{command}`"
        for name, value in given.items():
            assert name in command
            command = command.replace(name, str(value))
        return command


def page_of(alert: str) -> Page:
    """The page under an alert's name, in one line."""
    parts = re.split(r"^## (\w+)$", _FILE.read_text(encoding="utf-8"), flags=re.M)
    text = dict(zip(parts[1::2], parts[2::2], strict=True))[alert]
    return Page(alert, " ".join(text.split()))
