"""The whole system as `qinji up` runs it, on servers and in a folder of its own, for measuring."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.kit.processes import end_child, spawn
from app.probes import answers_ready, free_port, tail
from app.settings import PROJECT_ROOT, Settings
from app.store.embedded import Embedded, EmbeddedError

_START_S = 180.0


class BenchError(Exception):
    """The measurement can't be made; the text says why."""


@dataclass(frozen=True, slots=True)
class House:
    """A running system: where it listens, its settings, and the folder of its `run.json`."""

    host: str
    port: int
    home: Path

    @property
    def settings(self) -> Settings:
        """Settings that lead to the running servers."""
        run = self._run()
        return Settings(
            home=self.home, database_url=run["database_url"], redis_url=run["redis_url"]
        )

    def pids(self) -> dict[str, int]:
        """Process numbers by name: app, worker, postgres, redis."""
        return dict(self._run()["pids"])

    def _run(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.home / "run.json").read_text())
        return found


@contextmanager
def own_house(
    *, processes: int, workers: int, home: Path | None = None, env: Mapping[str, str] | None = None
) -> Iterator[House]:
    """Starts a system and stops it at the end. Without ``home`` its folder is removed then.

    Raises:
        BenchError: it does not start.
    """
    folder = home or Path(tempfile.mkdtemp(prefix="qinji-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    if home is None:
        folder.chmod(0o755)  # as root the servers run under another account
    try:
        with _running(folder, processes, workers, env or {}) as house:
            yield house
    finally:
        if home is None:
            _remove(folder)


@contextmanager
def _running(
    folder: Path, processes: int, workers: int, env: Mapping[str, str]
) -> Iterator[House]:
    port = free_port()
    mine = {name: value for name, value in os.environ.items() if not name.startswith("QINJI_")}
    mine |= {
        "QINJI_HOME": str(folder), "QINJI_PORT": str(port), "QINJI_PROCESSES": str(processes),
        "QINJI_WORKERS": str(workers), **env,
    }  # fmt: skip
    log = folder / "up.log"
    process = spawn(
        [sys.executable, "-P", "-m", "app.cli", "up"],
        log=log, cwd=PROJECT_ROOT, env=mine, end_signal=signal.SIGINT,
    )  # fmt: skip
    try:
        house = House("127.0.0.1", port, folder)
        until = time.monotonic() + _START_S
        while not ((folder / "run.json").exists() and answers_ready(f"http://127.0.0.1:{port}")):
            if process.poll() is not None or time.monotonic() > until:
                raise BenchError(f"the system does not start:\n{tail(log)}")
            time.sleep(0.2)
        yield house
    finally:
        end_child(process, ((signal.SIGINT, 60.0), (signal.SIGKILL, 5.0)))


def _remove(folder: Path) -> None:
    try:
        Embedded(folder).wipe()
    except EmbeddedError as error:
        sys.stderr.write(f"{error}\n")
    shutil.rmtree(folder, ignore_errors=True)
