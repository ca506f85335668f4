"""A whole cluster on this machine: every process started in order, started again when it dies as
systemd would do it, and ended in order."""

from __future__ import annotations

import os
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from shutil import which
from subprocess import Popen

from app.local.cluster import patroni
from app.local.cluster.certificates import CA, Authority
from app.local.cluster.files import Folders, passwords, write
from app.local.cluster.plan import Host, Plan
from app.local.probes import answers_ready, tail
from app.local.processes import (
    Account,
    alive,
    command_of,
    end_child,
    end_pid,
    keep_short,
    run,
    spawn,
)
from app.local.servers.place import Place, prepare
from app.local.servers.programs import EmbeddedError
from app.settings import PROJECT_ROOT

NEEDED = {"etcd": "etcd-server", "haproxy": "haproxy"}
"""Programs that have to be installed, and Debian's names for them."""
_REDIS_PAUSE_S = 8.0
"""Longer than sentinels need: a master that is back at once is empty, and stays master."""
_STARTED_S = 180.0
_IS_TLS_THERE = struct.pack("!ii", 8, 80877103)
_ENV = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def lacking() -> str:
    """A sentence that says what has to be installed; empty: nothing."""
    names = [name for name in NEEDED if not which(name, path=f"{os.defpath}:/usr/sbin:/sbin")]
    if not names:
        return ""
    return (
        f"A cluster needs {' and '.join(names)}: apt install"
        f" {' '.join(NEEDED[name] for name in names)} 集群需要先安装{'、'.join(names)}"
    )


@dataclass
class Piece:
    """A process of the cluster. ``pause_s``: how long it stays dead before it is started again."""

    name: str
    argv: Sequence[str | Path]
    log: Path
    account: Account | None
    env: Mapping[str, str]
    pause_s: float = 0.5
    process: Popen[bytes] | None = None
    begins_at: float = field(default=0.0)

    @property
    def pid(self) -> int:
        return self.process.pid if self.process else 0

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        cwd = PROJECT_ROOT if self.account is None else Path("/")
        self.process = spawn(self.argv, log=self.log, cwd=cwd, account=self.account, env=self.env)

    def look(self) -> None:
        """Starts it again when it has been dead for its pause."""
        if self.running():
            self.begins_at = 0.0
        elif not self.begins_at:
            self.begins_at = time.monotonic() + self.pause_s
        elif time.monotonic() >= self.begins_at:
            self.begins_at = 0.0
            self.start()


class Loopback:
    """A cluster in a folder of its own. Start it from a thread that lives as long as it shall."""

    def __init__(
        self,
        home: Path,
        plan: Plan,
        env: Mapping[str, str],
        pg_bin: Path | None = None,
        redis: Path | None = None,
    ) -> None:
        """``env``: what apps and workers are told besides where the servers are; ``pg_bin``,
        ``redis``: programs other than those that came with the packages."""
        self.home = home.absolute()
        self.plan = plan
        self.secret = passwords(self.home / "passwords.json")
        self.pieces: dict[str, Piece] = {}
        self._more = env
        self._programs = pg_bin, redis
        self._place: Place | None = None

    @property
    def place(self) -> Place:
        assert self._place is not None, "it has not been started"
        return self._place

    @property
    def url(self) -> str:
        """Where tills, phones and staff find it."""
        scheme = "https" if "proxy" in self.plan.tls else "http"
        return f"{scheme}://{self._proxy.address}:{self._proxy.ports.port}"

    @property
    def ca(self) -> Path:
        """Whose certificates the cluster's servers show."""
        return self.home / "ca" / CA

    @property
    def database_url(self) -> str:
        return self._database("qinji", "serving")

    @property
    def owner_url(self) -> str:
        return self._database("qinji_owner", "owner")

    @property
    def redis_url(self) -> str:
        where = ",".join(f"{h.address}:{h.ports.sentinel}" for h in self.plan.that("redis"))
        tls = "redis" in self.plan.tls
        scheme, ca = ("rediss", f"&ssl_ca_certs={self.ca}") if tls else ("redis", "")
        return f"{scheme}+sentinel://:{self.secret['redis']}@{where}/{self.plan.name}?db=0{ca}"

    @property
    def _proxy(self) -> Host:
        return self.plan.that("proxy")[0]

    def _database(self, role: str, word: str) -> str:
        where = ",".join(f"{h.address}:{h.ports.primary}" for h in self.plan.that("proxy"))
        tls = f"verify-full&sslrootcert={self.ca}" if "postgres" in self.plan.tls else "disable"
        return f"postgresql://{role}:{self.secret[word]}@{where}/qinji?sslmode={tls}"

    def start(self, say: Callable[[str], None] = lambda line: None) -> None:
        """Starts the servers and waits until the members follow a primary.

        Raises:
            EmbeddedError: something is missing or does not start; the text says what.
        """
        if missing := lacking():
            raise EmbeddedError(missing)
        python = patroni.installed()
        found = prepare(self.home)
        pg_bin, redis = self._programs
        self._place = replace(
            found, pg_bin=pg_bin or found.pg_bin, redis_server=redis or found.redis_server
        )
        for host in self.plan.hosts:
            self._prepare(host)
            self._host(host, python)
        for piece in self.pieces.values():
            piece.start()
        say("Waiting until two standbys follow a primary … 等待主备就绪")
        self.wait(lambda: patroni.complete(self.plan), "members that follow a primary")
        at = self._proxy
        self.wait(lambda: _is_postgres(at.address, at.ports.primary), "the primary's address")

    def serve(self) -> None:
        """Starts apps and workers; the database must have been migrated.

        Raises:
            EmbeddedError: they do not start.
        """
        for host in self.plan.that("app"):
            for number, port in enumerate(host.app_ports, 1):
                self.run(f"app{number}", ["-m", "app.main"], port)
                self.run(f"worker{number}", ["-m", "worker.main"], port)
        self.wait(lambda: answers_ready(self.url, self.ca), "an app that answers")

    def wait(self, true: Callable[[], bool], what: str) -> None:
        """Waits for something, and meanwhile starts again what dies.

        Raises:
            EmbeddedError: it takes too long.
        """
        until = time.monotonic() + _STARTED_S
        while not true():
            if time.monotonic() > until:
                logs = "\n".join(tail(piece.log, 5) for piece in self.pieces.values())
                raise EmbeddedError(f"waited in vain for {what}:\n{logs}")
            self.look()
            time.sleep(0.2)

    def look(self) -> None:
        """Starts again what has died, once its pause is over."""
        for piece in list(self.pieces.values()):
            piece.look()

    def keep_logs_short(self) -> None:
        for piece in self.pieces.values():
            keep_short(piece.log)

    def stop(self) -> None:
        """Ends everything: what serves first, what knows who is primary last."""
        if self._place is None:
            return
        for kinds in (
            ("app", "worker", "outside"),
            ("haproxy",),
            ("patroni",),
            ("sentinel", "redis", "etcd"),
        ):
            those = [p for name, p in self.pieces.items() if name.startswith(kinds)]
            for piece in those:
                if piece.running() and piece.process:
                    piece.process.send_signal(signal.SIGCONT)
                    piece.process.terminate()
            for piece in those:
                if piece.process:
                    end_child(piece.process, ((signal.SIGTERM, 20.0),))
            if "patroni" in kinds:
                for host in self.plan.that("postgres"):
                    self._end_left(host)
        self.pieces = {}

    def add(self, host: Host) -> None:
        """Lets a host join what runs, as an operator does: its files, its servers, then the others'
        files anew."""
        self.plan = replace(self.plan, hosts=(*self.plan.hosts, host))
        before = set(self.pieces)
        self._prepare(host)
        self._host(host, patroni.installed())
        for name in self.pieces.keys() - before:
            self.pieces[name].start()
        self._tell()

    def remove(self, name: str) -> None:
        """Ends what a host does, and lets the others know that it has gone."""
        gone = next(host for host in self.plan.hosts if host.name == name)
        self.plan = replace(self.plan, hosts=tuple(h for h in self.plan.hosts if h != gone))
        for piece in [one for one in self.pieces if one.endswith(f"-{name}")]:
            process = self.pieces.pop(piece).process
            if process:
                end_child(process, ((signal.SIGTERM, 20.0),))
        self._end_left(gone)
        self._tell()

    def _tell(self) -> None:
        """Writes the proxies' files anew, and has them read."""
        for host in self.plan.that("proxy"):
            at = self._folders_of(host.name)
            for path in write(self.plan, host, at, self.secret):
                self._give(path)
            os.kill(self.pieces[f"haproxy-{host.name}"].pid, signal.SIGUSR2)

    def ctl(self, *words: str) -> str:
        """What ``patronictl`` says to an operator's words.

        Raises:
            EmbeddedError: it fails.
        """
        host = self.plan.that("postgres")[0]
        conf = self._folders_of(host.name).conf / "patroni.yml"
        done = run(
            [patroni.installed().parent / "patronictl", "-c", conf, *words],
            account=self.place.account,
            env=_ENV,
            timeout_s=_STARTED_S,
        )
        if done.returncode:
            raise EmbeddedError(f"patronictl {' '.join(words)}: {done.stdout}{done.stderr}")
        return done.stdout

    def postmaster(self, name: str) -> int:
        """The process number of a member's PostgreSQL; 0: it doesn't run."""
        try:
            pid = int(
                (self._folders_of(name).data / "postgres" / "postmaster.pid").read_text().split()[0]
            )
        except (OSError, ValueError, IndexError):
            return 0
        ours = alive(pid) and str(self._folders_of(name).data) in command_of(pid)
        return pid if ours else 0

    def _end_left(self, host: Host) -> None:
        if pid := self.postmaster(host.name):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)
            end_pid(pid, ((signal.SIGINT, 10.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)))

    def _folders_of(self, name: str) -> Folders:
        base = self.place.pg_home / name
        return Folders(base / "conf", base, self.place.sockets / name, self.place.pg_bin)

    def _prepare(self, host: Host) -> None:
        at = self._folders_of(host.name)
        for folder in (at.data, at.conf, at.sockets, at.data / "redis", at.data / "sentinel"):
            folder.mkdir(mode=0o700, exist_ok=True)
            self._give(folder)
        for path in write(self.plan, host, at, self.secret):
            self._give(path)
        if self.plan.tls:
            for path in Authority(self.home / "ca", self.plan.name).give(self.plan, host, at.conf):
                self._give(path)
        self._end_left(host)

    def _give(self, path: Path) -> None:
        if self.place.account:
            os.chown(path, self.place.account.uid, self.place.account.gid)

    def _host(self, host: Host, python: Path) -> None:
        at, redis = self._folders_of(host.name), self.place.redis_server
        path = f"{os.defpath}:/usr/sbin:/sbin"
        if "etcd" in host.does:
            etcd: list[str | Path] = [which("etcd", path=path) or "", "--config-file"]
            self._server(f"etcd-{host.name}", [*etcd, at.conf / "etcd.yml"])
        if "redis" in host.does:
            self._server(f"redis-{host.name}", [redis, at.conf / "redis.conf"], _REDIS_PAUSE_S)
            sentinel: list[str | Path] = [redis, at.conf / "sentinel.conf", "--sentinel"]
            self._server(f"sentinel-{host.name}", sentinel)
        if "postgres" in host.does:
            member = python.parent.parent / patroni.MEMBER.name
            self._server(f"patroni-{host.name}", [python, member, at.conf / "patroni.yml"])
        if "proxy" in host.does:
            haproxy = which("haproxy", path=path) or ""
            self._server(
                f"haproxy-{host.name}", [haproxy, "-W", "-db", "-f", at.conf / "haproxy.cfg"]
            )

    def _server(self, name: str, argv: Sequence[str | Path], pause_s: float = 0.5) -> None:
        log = self.place.logs / f"{name}.log"
        self.pieces[name] = Piece(name, argv, log, self.place.account, _ENV, pause_s)

    def run(self, name: str, argv: Sequence[str], port: int = 0) -> None:
        """Starts a program of the project, and from now on again when it dies."""
        env = {
            **{key: value for key, value in os.environ.items() if key[:6] != "QINJI_"},
            "PYTHONUNBUFFERED": "1",
            "QINJI_HOME": str(self.home),
            "QINJI_HOST": self._proxy.address,
            "QINJI_PORT": str(port or self._proxy.ports.app),
            "QINJI_DATABASE_URL": self.database_url,
            "QINJI_REDIS_URL": self.redis_url,
            "QINJI_LANES": str(sum(h.apps for h in self.plan.that("app"))),
            **self._more,
        }
        log = self.place.logs / f"{name}.log"
        self.pieces[name] = Piece(name, [sys.executable, *argv], log, None, env)
        self.pieces[name].start()


def _is_postgres(host: str, port: int) -> bool:
    """Whether PostgreSQL answers there, and not only what stands before it."""
    try:
        with socket.create_connection((host, port), timeout=2.0) as link:
            link.sendall(_IS_TLS_THERE)
            return link.recv(1) in (b"N", b"S")
    except OSError:
        return False


def children(pid: int) -> list[int]:
    """A process and all below it."""
    told = run(["ps", "-eo", "pid=,ppid="]).stdout.split()
    below: dict[int, list[int]] = {}
    for child, parent in zip(told[::2], told[1::2], strict=True):
        below.setdefault(int(parent), []).append(int(child))
    found = [pid]
    for one in found:
        found += below.get(one, [])
    return found
