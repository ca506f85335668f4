"""``<home>/run.json``: what is running in this clone, for the other ``qinji`` commands."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from app.local.child import Child
from app.local.processes import alive, command_of, end_pid
from app.store.where import Endpoints

_OURS = ("app.main", "worker.main", "app.local.prepare", "app.outside.played")


class RunFile:
    """The file: ``base_url``, ``database_url``, ``redis_url``, ``pid``, ``pids`` by name, and the
    ``clock`` in the hand, if there is one."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> dict[str, Any]:
        """What it holds; empty when there is none, or when it is damaged."""
        try:
            content = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}

    def write(
        self,
        base_url: str,
        found: Endpoints,
        children: Iterable[Child],
        clock: Path | None = None,
    ) -> None:
        """Write it whole, readable by its owner only: URLs may hold passwords."""
        content = {
            "base_url": base_url,
            "database_url": found.database_url,
            "redis_url": found.redis_url,
            "pid": os.getpid(),
            "pids": {one.name: one.pid for one in children},
            **({"clock": str(clock)} if clock else {}),
        }
        temporary = self._path.with_name(f".run.json.{os.getpid()}")
        number = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(number, "w") as file:
            json.dump(content, file, indent=1)
        temporary.replace(self._path)

    def update(self, children: Iterable[Child]) -> None:
        """Write the process numbers anew, when the file is there."""
        content = self.read()
        if content:
            found = Endpoints(content["database_url"], content["redis_url"])
            clock = Path(content["clock"]) if "clock" in content else None
            self.write(content["base_url"], found, children, clock)

    def remove(self) -> None:
        """Take it away: nothing is running any more."""
        self._path.unlink(missing_ok=True)


def end_leftovers(run_file: RunFile) -> None:
    """End what an ``up`` that was killed left running; the servers see to themselves.

    A number may belong to another process by now, so only what looks like ours is ended.
    """
    pids = run_file.read().get("pids", {})
    left = [pid for pid in pids.values() if isinstance(pid, int) and pid > 1 and alive(pid)]
    for pid in left:
        if any(name in command_of(pid) for name in _OURS):
            end_pid(pid, [(signal.SIGTERM, 10.0), (signal.SIGKILL, 2.0)])
    run_file.remove()
