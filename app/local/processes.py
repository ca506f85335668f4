"""Starting, watching and ending processes of the operating system."""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_LOG_MAX_BYTES = 20_000_000


@dataclass(frozen=True)
class Account:
    """An account of the operating system that a process runs under."""

    uid: int
    gid: int
    name: str


def run(
    argv: Sequence[str | Path],
    *,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
    timeout_s: float = 120.0,
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, in ``/``, and return what it said; never raises for its exit code.

    Raises OSError when it can't be started at all, TimeoutExpired after ``timeout_s``.
    """
    return subprocess.run(  # noqa: S603 (no shell, arguments are ours)
        [str(part) for part in argv],
        input=stdin,
        env=env,
        cwd="/",
        timeout=timeout_s,
        capture_output=True,
        text=True,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        umask=0o077 if account else -1,
    )


def spawn(
    argv: Sequence[str | Path],
    *,
    log: Path,
    cwd: Path,
    account: Account | None = None,
    env: Mapping[str, str] | None = None,
    end_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program that goes on running; what it says is added to the file ``log``.

    It gets a session of its own, so that Ctrl-C in the terminal reaches only us, and on Linux
    ``end_signal`` when the thread that started it ends, however that comes about: call this from
    a thread that lives as long as the program shall.
    """
    with _open_log(log) as out:
        return subprocess.Popen(  # noqa: S603 (no shell, arguments are ours)
            [str(part) for part in argv],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            umask=0o077 if account else -1,
            preexec_fn=_die_with_parent(end_signal),  # noqa: PLW1509 (calls prctl, takes no lock)
        )


def _open_log(path: Path) -> _Descriptor:
    """Open a log file for adding, after setting a big one aside as ``<name>.1``."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(OSError):
        if path.stat().st_size > _LOG_MAX_BYTES:
            path.replace(path.with_name(path.name + ".1"))
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    try:
        return _Descriptor(os.open(path, flags, 0o600))
    except PermissionError:
        path.unlink()  # left by another account, in a folder that is ours
        return _Descriptor(os.open(path, flags, 0o600))


def keep_short(log: Path) -> None:
    """Set what a long log holds aside as ``<name>.1`` and empty it, while programs write on.

    They have opened it for adding, so their next line stands at its beginning.
    """
    with contextlib.suppress(OSError):
        if log.stat().st_size <= _LOG_MAX_BYTES:
            return
        aside = log.with_name(log.name + ".1")
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        with log.open("rb") as old, open(os.open(aside, flags, 0o600), "wb") as new:  # noqa: PTH123
            shutil.copyfileobj(old, new, 1024 * 1024)
            os.truncate(log, 0)


class _Descriptor:
    """A file descriptor that closes at the end of a ``with``."""

    def __init__(self, number: int) -> None:
        self._number = number

    def __enter__(self) -> int:
        return self._number

    def __exit__(self, *_: object) -> None:
        os.close(self._number)


def _die_with_parent(end_signal: signal.Signals) -> Callable[[], None] | None:
    """What a child does before it becomes its program, so that it never outlives us."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def before_exec() -> None:
        prctl(_PR_SET_PDEATHSIG, int(end_signal), 0, 0, 0)
        if os.getppid() != parent:
            os._exit(1)

    return before_exec


def exists(pid: int) -> bool:
    """Whether the system knows a process of this number, be it a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def proc() -> Path:
    """Where Linux tells of processes. Elsewhere, and in a container that was given another's
    ``/proc`` (its numbers are not ours), a folder that isn't there: nothing is told."""
    try:
        ours = str(Path("/proc/self").readlink()) == str(os.getpid())
    except OSError:
        ours = False
    return Path("/proc" if ours else "/proc/not-ours")


def alive(pid: int) -> bool:
    """Whether a process with this number exists and is more than a zombie."""
    if not exists(pid):
        return False
    try:
        status = (proc() / str(pid) / "stat").read_text()
    except OSError:
        return exists(pid)
    return status.rpartition(")")[2].split()[0] != "Z"


def command_of(pid: int) -> str:
    """The command line of a process, its parts separated by blanks; empty when it is gone."""
    try:
        told = (proc() / str(pid) / "cmdline").read_bytes()
        return told.replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        pass
    try:
        return run(["ps", "-o", "command=", "-p", str(pid)]).stdout.strip()
    except OSError:
        return ""


def wait_gone(pid: int, timeout_s: float) -> bool:
    """Wait until a process that is not our child has gone; False when it is still there."""
    until = time.monotonic() + timeout_s
    while alive(pid):
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def end_pid(pid: int, steps: Sequence[tuple[signal.Signals, float]]) -> bool:
    """Send each signal in turn, waiting its seconds, until the process has gone."""
    for number, wait_s in steps:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        if wait_gone(pid, wait_s):
            return True
    return False


def end_child(
    child: subprocess.Popen[bytes], steps: Sequence[tuple[signal.Signals, float]]
) -> None:
    """Send each signal in turn, waiting its seconds, until our child has ended; then kill it."""
    for number, wait_s in steps:
        if child.poll() is not None:
            return
        child.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(wait_s)
            return
    child.kill()
    child.wait()


class FolderLock:
    """A lock that one process holds on a file; the system lets go of it when the process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._number: int | None = None

    def acquire(self) -> bool:
        """Take the lock; False when another process (or another holder in this one) has it."""
        if self._number is not None:
            return False
        self._path.parent.mkdir(parents=True, exist_ok=True)
        number = os.open(self._path, os.O_RDONLY | os.O_CREAT, 0o644)
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(number)
            return False
        self._number = number
        return True

    def release(self) -> None:
        """Let go of the lock, if we hold it."""
        if self._number is not None:
            os.close(self._number)
            self._number = None
