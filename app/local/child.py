"""One thing that ``qinji up`` keeps running, and how soon it is started again when it dies."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from app.local.processes import end_child, spawn
from app.settings import PROJECT_ROOT

_PAUSE_FIRST_S = 0.1
_PAUSE_MAX_S = 1.0
_LIVED_WELL_S = 10.0
_LOOK_EVERY_S = 1.0


class Spawnable(Protocol):
    """A server or a program: it can be started, and has a process then."""

    name: str
    process: subprocess.Popen[bytes] | None

    @property
    def log(self) -> Path:
        """The file that takes what it says."""

    def spawn(self) -> None:
        """Start it, without waiting until it is ready."""


class Program:
    """A child process of ours, run in the project's folder: this one's, or another version's."""

    def __init__(
        self,
        name: str,
        argv: Sequence[str],
        env: dict[str, str],
        log: Path,
        version: Path = PROJECT_ROOT,
    ) -> None:
        self.name = name
        self.process: subprocess.Popen[bytes] | None = None
        self._argv = argv
        self._env = env
        self._log = log
        self._version = version

    @property
    def log(self) -> Path:
        """The file that takes what it says."""
        return self._log

    def spawn(self) -> None:
        """Start it, without waiting until it is ready."""
        self.process = spawn(self._argv, log=self._log, cwd=self._version, env=self._env)


class Child:
    """A spawnable under watch. The pause before a restart grows from 0.1 s to 1 s."""

    def __init__(self, what: Spawnable) -> None:
        self._what = what
        self._started = time.monotonic()
        self._restart_at: float | None = None
        self.deaths = 0

    @property
    def name(self) -> str:
        """Its name, as people see it."""
        return self._what.name

    @property
    def log(self) -> Path:
        """The file that takes what it says."""
        return self._what.log

    @property
    def is_server(self) -> bool:
        """Whether it is a server that others use, and so must end after them."""
        return not isinstance(self._what, Program)

    @property
    def pid(self) -> int:
        """Its process number, 0 when it never ran."""
        return self._what.process.pid if self._what.process else 0

    def start(self) -> None:
        """Start it."""
        self._restart_at = None
        self._started = time.monotonic()
        self._what.spawn()

    def running(self) -> bool:
        """Whether its process is there."""
        return self._what.process is not None and self._what.process.poll() is None

    def exit_code(self) -> int:
        """How its process ended: 0 is well."""
        return self._what.process.wait() if self._what.process else 1

    def check(self) -> str:
        """Notice a death, once, and say how it came about; empty when there is none."""
        if self.running() or self._restart_at is not None:
            return ""
        now = time.monotonic()
        self.deaths = 1 if now - self._started > _LIVED_WELL_S else self.deaths + 1
        pause_s = min(_PAUSE_MAX_S, _PAUSE_FIRST_S * 2 ** min(self.deaths - 1, 10))
        self._restart_at = now + pause_s
        code = self.exit_code()
        if code < 0:
            with contextlib.suppress(ValueError):
                return signal.Signals(-code).name
        return f"exit code {code}"

    def restart_if_due(self) -> bool:
        """Start it again when its pause is over; True when that was done."""
        if self._restart_at is None or time.monotonic() < self._restart_at:
            return False
        try:
            self.start()
        except Exception:  # a server whose folder is unusable: said in its log, tried again
            self._restart_at = time.monotonic() + _PAUSE_MAX_S
            return False
        return True

    def due_in_s(self) -> float:
        """How long nothing needs to be done here, at most, in seconds."""
        if self._restart_at is None:
            return _LOOK_EVERY_S
        return max(0.0, self._restart_at - time.monotonic())

    def ask_to_end(self) -> None:
        """Send SIGTERM."""
        if self.running() and self._what.process:
            self._what.process.terminate()

    def wait_end(self, timeout_s: float) -> None:
        """Wait for its end, and kill it when that takes longer than ``timeout_s``."""
        if self._what.process:
            end_child(self._what.process, [(signal.SIGTERM, timeout_s)])

    def kill(self) -> None:
        """Send SIGKILL."""
        if self.running() and self._what.process:
            self._what.process.kill()
