"""A program of ours whose clock a test moves: ``python -m tests.crash.shifted app.main``. The file
that ``TEST_CLOCK`` names holds by how many seconds it goes ahead; ids go with it."""

from __future__ import annotations

import os
import runpy
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import app.compose
from app.kit import ids


class AheadClock:
    """The machine's clock, ahead by what the file says just now."""

    def __init__(self) -> None:
        self._file = Path(os.environ["TEST_CLOCK"])

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=int(self._file.read_text()))


def main() -> None:
    """Runs the module that the first argument names."""
    clock = AheadClock()
    vars(app.compose)["SystemClock"] = lambda: clock
    vars(ids)["time"] = SimpleNamespace(time=lambda: clock.now().timestamp())
    runpy.run_module(sys.argv[1], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
