"""Where the password of the demo's operator is kept: mode 600, beside the installation's keys."""

from __future__ import annotations

import os
from pathlib import Path

NAME = "yeban"
CLERK, APPROVER = "jingban", "fuhe"
"""Who works at the demo's counter, with the same password."""
_FILE = "ops-demo-password"


def kept_password(home: Path) -> str | None:
    """The password of the demo's operator, if one was made here."""
    try:
        return (home / _FILE).read_text(encoding="ascii").strip() or None
    except (OSError, ValueError):
        return None


def keep_password(home: Path, password: str) -> None:
    """Keeps it, readable by the owner only."""
    path = home / _FILE
    path.unlink(missing_ok=True)  # another one's mode would stay
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="ascii") as file:
        file.write(password + "\n")
