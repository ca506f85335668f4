"""``qinji up``: the whole system in one terminal, watched over, and gone again with Ctrl-C."""

from __future__ import annotations

import os
import select
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from app.local import played_clock
from app.local.child import Child, Program
from app.local.operator_demo_file import NAME as DEMO_OPERATOR
from app.local.operator_demo_file import kept_password
from app.local.probes import (
    NOTE,
    UpError,
    answers_ready,
    base_url,
    check_port,
    free_port,
    lines_with,
    say,
    tail,
)
from app.local.processes import FolderLock, keep_short
from app.local.run_file import RunFile, end_leftovers
from app.local.servers.embedded import Embedded
from app.local.welcome import welcome
from app.outside.played import keys
from app.settings import Settings
from app.store.urls.postgres import OWNER, SHARED_OWNER
from app.store.where import Endpoints

_READY_WAIT_S = 60.0
_START_DEATHS_MAX = 5
_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class _StoppedError(Exception):
    """We were asked to stop before everything was up."""


class Supervisor:
    """Starts everything in order, restarts what dies, stops everything in order."""

    def __init__(
        self,
        settings: Settings,
        *,
        phone_page: bool = True,
        fresh: bool = False,
        clock: str | None = None,
    ) -> None:
        """``phone_page``: whether set-up could make it, for the text that says what to open.
        ``clock``: what the demo's own clock is to show, and how fast it goes.

        Raises:
            UpError: the settings contradict each other.
        """
        try:
            self._settings = settings.for_up()
        except ValueError as error:
            raise UpError(str(error)) from error
        self._home = settings.home.absolute()
        self._fresh = fresh
        if clock is not None and not self._settings.demo:
            raise UpError("--clock is for the demo. 可调时钟只用于演示。")
        self._told_clock = clock
        self._clock: Path | None = None
        self._phone_page = phone_page
        self._base_url = base_url(settings.host, settings.port)
        self._lock = FolderLock(self._home / "up.lock")
        self._run_file = RunFile(self._home / "run.json")
        self._embedded = Embedded(
            self._home,
            postgres=not settings.database_url,
            redis=not settings.redis_url,
            standby=settings.standby,
        )
        self._children: list[Child] = []
        self._stops = 0
        self._wake_in, self._wake_out = socket.socketpair()

    def run(self) -> None:
        """Run until asked to stop. Raises UpError or EmbeddedError when it can't start."""
        try:
            locked = self._lock.acquire()
        except OSError as error:
            raise UpError(f"can't write in {self._home}: {error.strerror}") from error
        if not locked:
            url = self._run_file.read().get("base_url", "")
            raise UpError(f"already running in this folder 已在运行 {url}".rstrip())
        self._catch_signals()
        try:
            end_leftovers(self._run_file)
            self._start()
            self._watch()
        except _StoppedError:
            pass
        finally:
            self._stop()
            self._lock.release()

    def _catch_signals(self) -> None:
        for end in (self._wake_in, self._wake_out):
            end.setblocking(False)
        signal.set_wakeup_fd(self._wake_in.fileno(), warn_on_full_buffer=False)
        for number in _STOP_SIGNALS:
            signal.signal(number, self._on_stop_signal)
        # Only its wake-up counts: a child that dies is seen at once.
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _on_stop_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stops += 1
        if self._stops > 1:
            for child in self._children:
                child.kill()

    def _pause(self, seconds: float) -> None:
        """Sleep, but wake when a signal comes or a child ends."""
        select.select([self._wake_out], [], [], seconds)
        try:
            while self._wake_out.recv(512):
                pass
        except BlockingIOError:
            pass

    def _start(self) -> None:
        check_port(self._settings.host, self._settings.port)
        if self._fresh:
            self._wipe()
        if self._settings.demo:
            self._clock = self._started_clock()
        say("Starting the servers … 启动数据库与缓存")
        own = self._embedded.start()
        found = Endpoints(
            self._settings.database_url or own.database_url,
            self._settings.redis_url or own.redis_url,
            self._settings.owner_database_url if self._settings.database_url else own.owner_url,
            self._settings.standby_url or own.standby_url,
        )
        self._children = [Child(server) for server in self._embedded.servers]
        self._check_stop()
        env = self._child_env(found)
        say("Preparing the database … 准备数据")
        owners = {OWNER: found.owner_url, SHARED_OWNER: self._settings.owner_shared_database_url}
        self._prepare(env | owners)
        for program in self._programs(env):
            child = Child(program)
            self._children.append(child)
            child.start()
        self._run_file.write(self._base_url, found, self._children, self._clock)
        self._wait_ready()
        say(welcome(self._base_url, self._home, self._phone_page, self._demo_operator()))

    def _demo_operator(self) -> tuple[str, str] | None:
        password = kept_password(self._home) if self._settings.demo else None
        return (DEMO_OPERATOR, password) if password else None

    def _check_stop(self) -> None:
        if self._stops:
            raise _StoppedError

    def _wipe(self) -> None:
        if self._settings.database_url or self._settings.redis_url:
            raise UpError("--fresh empties the embedded servers only; empty your own yourself")
        self._embedded.wipe()
        played_clock.file_of(self._home).unlink(missing_ok=True)

    def _started_clock(self) -> Path | None:
        if self._settings.clock is not None:
            return self._settings.clock  # whoever set it there lets it run
        try:
            return played_clock.start(self._home, self._told_clock)
        except played_clock.ClockError as error:
            raise UpError(str(error)) from error

    def _child_env(self, found: Endpoints) -> dict[str, str]:
        return {
            **os.environ,
            "PYTHONUNBUFFERED": "1",
            "QINJI_HOME": str(self._home),
            "QINJI_HOST": self._settings.host,
            "QINJI_PORT": str(self._settings.port),
            "QINJI_DATABASE_URL": found.database_url,
            "QINJI_REDIS_URL": found.redis_url,
            "QINJI_STANDBY_URL": found.standby_url,
            "QINJI_DEMO": "1" if self._settings.demo else "0",
            OWNER: "",  # what serves doesn't know them
            SHARED_OWNER: "",
            **({"QINJI_CLOCK": str(self._clock)} if self._clock else {}),
        }

    def _programs(self, env: dict[str, str]) -> list[Program]:
        """The child processes, in the order they are started."""
        programs = []
        if self._settings.demo:
            port = free_port()
            argv = ["-m", "app.outside.played", "--port", str(port)]
            programs.append(self._program("outside", argv, env))
            own = {
                "QINJI_TAX_": self._settings.tax_base_url,
                "QINJI_IDENTITY_": self._settings.identity_base_url,
            }
            named = tuple(prefix for prefix, url in own.items() if url)
            played = keys.environment(f"http://127.0.0.1:{port}")
            env |= {name: told for name, told in played.items() if not name.startswith(named)}
        config = self._settings
        ours = [
            (name, module)
            for part, count in (("app", config.processes), ("worker", config.workers))
            for name, module in _numbered(part, count)
        ]
        programs += [self._program(name, ["-m", module], env) for name, module in ours]
        return programs

    def _program(self, name: str, argv: Sequence[str], env: dict[str, str]) -> Program:
        log = self._home / "log" / f"{name}.log"
        return Program(name, [sys.executable, *argv], dict(env), log)

    def _prepare(self, env: dict[str, str]) -> None:
        """Migrate and, in the demo, load it, in a process of its own: this one stays small."""
        program = self._program("prepare", ["-m", "app.local.prepare"], env)
        before = program.log.stat().st_size if program.log.exists() else 0
        child = Child(program)
        child.start()
        self._children.append(child)
        while child.running():
            self._check_stop()
            self._pause(0.5)
        self._children.remove(child)
        self._check_stop()
        if child.exit_code() != 0:
            raise UpError(f"preparing the database failed 准备数据失败:\n{tail(program.log)}")
        for line in lines_with(NOTE, program.log, before):
            say(line)

    def _wait_ready(self) -> None:
        until = time.monotonic() + _READY_WAIT_S
        while not answers_ready(self._base_url):
            self._check_stop()
            self._revive()
            for child in self._children:
                if child.deaths >= _START_DEATHS_MAX:
                    raise UpError(f"{child.name} does not start:\n{tail(child.log)}")
            if time.monotonic() > until:
                log = self._home / "log" / "app.log"
                raise UpError(f"not ready after {_READY_WAIT_S:.0f} s:\n{tail(log)}")
            self._pause(0.1)

    def _watch(self) -> None:
        while not self._stops:
            self._revive()
            for child in self._children:
                keep_short(child.log)
            self._pause(min((child.due_in_s() for child in self._children), default=1.0))

    def _revive(self) -> None:
        """Start again what has died, once its pause is over."""
        changed = False
        for child in self._children:
            died = child.check()
            if died:
                say(f"{child.name} ended ({died}), starting it again. Log: {child.log}")
            changed = child.restart_if_due() or changed
        if changed:
            self._run_file.update(self._children)

    def _stop(self) -> None:
        """Doors and worker first, then the servers they use."""
        if self._children:
            say("Stopping … 正在停止")
        programs = [child for child in self._children if not child.is_server]
        for child in programs:
            child.ask_to_end()
        for child in programs:
            child.wait_end(self._settings.drain_s + self._settings.shutdown_timeout_s + 5.0)
        self._embedded.stop()
        self._run_file.remove()
        if self._clock == played_clock.file_of(self._home):
            played_clock.stop(self._home)
        if self._children:
            say("Stopped 已停止")


def _numbered(part: str, count: int) -> list[tuple[str, str]]:
    """Names and modules of a part's processes: ``app`` alone, or ``app1``, ``app2`` and so on."""
    names = [part] if count == 1 else [f"{part}{number}" for number in range(1, count + 1)]
    return [(name, f"{part}.main") for name in names]
