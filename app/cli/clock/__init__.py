"""``qinji clock``, and which clock a command goes by: that of the demo that it is typed beside."""

from __future__ import annotations

import importlib
import json
import os
from pathlib import Path

_HOME = Path(__file__).resolve().parents[3] / ".qinji"


def follow() -> None:
    """What is typed beside a running demo goes by its clock, too; not what is typed for another
    database. Nothing is imported for it where there is none."""
    home = Path(os.environ.get("QINJI_HOME") or _HOME)
    try:
        running = json.loads((home / "run.json").read_text())
        file, url = str(running["clock"]), running["database_url"]
    except (OSError, ValueError, KeyError, TypeError):
        file = url = ""
    if file and os.environ.get("QINJI_DATABASE_URL", url) == url:
        os.environ.setdefault("QINJI_CLOCK", file)
        os.environ.setdefault("QINJI_DEMO", "1")  # only a demo runs so
    if "QINJI_CLOCK" in os.environ:
        importlib.import_module("app.cli.clock.commands").by_the_settings()
