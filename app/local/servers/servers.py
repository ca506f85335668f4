"""The two embedded servers: how each is started, asked whether it is ready, and stopped."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from app.local.processes import alive, command_of, end_child, end_pid, exists, proc, run, spawn
from app.local.servers.place import Place
from app.local.servers.programs import EmbeddedError
from app.store.where import OWNER_ROLE, REDIS_SOCKET, ROLE, STANDBY_PORT, answers

_STOP_POSTGRES = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))  # fast, then immediate
_START_DEATHS_MAX = 25
_COPY_S = 3600.0
_STOP_REDIS = ((signal.SIGTERM, 5.0),)
# Only these reach PostgreSQL's programs: PGDATA, PGHOST and the like of the user must not.
_ENV = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

BUFFERS_MB = 256
"""PostgreSQL's own cache, in MiB, unless somebody wants another."""

# Neither statements, nor their parameters, nor the rows an error names may reach the log.
_POSTGRES_SETTINGS = """\
listen_addresses = ''
unix_socket_permissions = 0700
max_connections = 200
max_locks_per_transaction = 256
timezone = 'UTC'
log_timezone = 'UTC'
fsync = on
synchronous_commit = on
wal_buffers = 16MB
max_wal_size = 2GB
checkpoint_timeout = 15min
random_page_cost = 1.1
jit = off
autovacuum_naptime = 10s
autovacuum_vacuum_threshold = 200
autovacuum_vacuum_scale_factor = 0.05
autovacuum_analyze_threshold = 200
autovacuum_analyze_scale_factor = 0.1
autovacuum_vacuum_cost_limit = 500
log_line_prefix = '%m [%p] '
log_statement = none
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_checkpoints = off
max_slot_wal_keep_size = 2GB
"""
# The last one: a standby that is away holds back no more of the log than that, and is copied anew.

# The socket's folder is the servers' account's own. Who follows comes as the superuser.
_MAY_CONNECT = "local all all trust\nlocal replication postgres trust\n"

# In a home of before there were two roles, the one that serves owns everything.
_FIRST_START_SQL = f"""\
SELECT format('CREATE ROLE %I LOGIN', role) FROM unnest(ARRAY['{ROLE}', '{OWNER_ROLE}']) AS role
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \\gexec
SELECT 'CREATE DATABASE qinji OWNER {OWNER_ROLE}'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'qinji') \\gexec
\\connect qinji
REASSIGN OWNED BY {ROLE} TO {OWNER_ROLE};
"""  # noqa: S608


_SLOT = "qinji_standby"
_SLOT_HELD = f"""
SELECT EXISTS (SELECT FROM pg_replication_slots
    WHERE slot_name = '{_SLOT}' AND wal_status IN ('reserved', 'extended'))
"""  # noqa: S608
NO_SLOT = f"""
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
    WHERE slot_name = '{_SLOT}' AND NOT active
"""  # noqa: S608
"""Without a standby nothing is held back for it."""


class PostgresServer:
    """PostgreSQL 18 on a unix socket."""

    name = "postgres"
    folder, port = "data", 5432

    def __init__(self, place: Place, buffers_mb: int = BUFFERS_MB) -> None:
        self._place = place
        self._buffers_mb = buffers_mb
        self._data = place.pg_home / self.folder
        self._socket = place.sockets / f".s.PGSQL.{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """The file that takes what the server says."""
        return self._place.logs / f"{self.name}.log"

    def spawn(self) -> None:
        """Start the server without waiting for it; first end what an earlier run left."""
        self.stop_leftover()
        if not (self._data / "PG_VERSION").exists():
            self._make()
        self._write_settings()
        self.process = spawn(
            [self._place.pg_bin / "postgres", "-D", self._data],
            log=self.log,
            cwd=self._place.pg_home if self._place.account is None else Path("/"),
            account=self._place.account,
            env=_ENV,
            end_signal=signal.SIGINT,
        )

    def ready(self) -> bool:
        """Whether the process we started takes connections."""
        lines = self._pid_file()
        ours = self.process is not None and lines[:1] == [str(self.process.pid)]
        return ours and lines[-1].strip() == "ready" and answers(self._socket)

    def first_start(self) -> None:
        """Make the roles and the database, where they are missing, and let the one that serves own
        nothing. The server must be ready."""
        psql(self._place, _FIRST_START_SQL, "make the database")

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, what is committed is written."""
        if self.process is not None:
            end_child(self.process, _STOP_POSTGRES)
            self.process = None

    def _make(self) -> None:
        """Make the data folder whole or not at all, so that a kill half-way leaves no ruin."""
        new = self._place.pg_home / f"{self.folder}.new"
        shutil.rmtree(new, ignore_errors=True)
        argv = self._maker(new)
        done = run(argv, account=self._place.account, env=_ENV, timeout_s=_COPY_S)
        if done.returncode != 0:
            raise EmbeddedError(f"can't make the database's folder: {done.stderr.strip()}")
        new.rename(self._data)

    def _maker(self, new: Path) -> list[str | Path]:
        """What fills a new data folder."""
        argv: list[str | Path] = [self._place.pg_bin / "initdb", "-D", new]
        argv += ["-U", "postgres", "-A", "trust", "-E", "UTF8"]
        argv += [
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--no-instructions",
        ]
        return argv

    def _write_settings(self) -> None:
        sockets = str(self._place.sockets).replace("'", "''")
        text = f"{_POSTGRES_SETTINGS}unix_socket_directories = '\"{sockets}\"'\n"
        text += f"shared_buffers = {self._buffers_mb}MB\nport = {self.port}\n"
        built_with = run([self._place.pg_bin / "pg_config", "--configure"], env=_ENV).stdout
        if "--with-lz4" in built_with:
            text += "wal_compression = lz4\n"
        (self._data / "postgresql.conf").write_text(text)
        (self._data / "pg_hba.conf").write_text(_MAY_CONNECT)

    def stop_leftover(self) -> None:
        """End a server that an earlier run left on this data folder."""
        lines = self._pid_file()
        if not lines or not lines[0].isdigit():
            return
        pid = int(lines[0])
        if alive(pid) and self._serves_our_data(pid):
            if not end_pid(pid, (*_STOP_POSTGRES, (signal.SIGKILL, 5.0))):
                raise EmbeddedError(f"an older PostgreSQL (process {pid}) does not stop")
        elif exists(pid):
            # A zombie, or a stranger that has the number by now: PostgreSQL would refuse to start.
            # With its file goes its own check for sessions that live on, so that is done here.
            for session in self._sessions_left():
                end_pid(session, (*_STOP_POSTGRES, (signal.SIGKILL, 5.0)))
            for stale in (self._data / "postmaster.pid", Path(f"{self._socket}.lock")):
                stale.unlink(missing_ok=True)

    def _serves_our_data(self, pid: int) -> bool:
        if not proc().exists():
            return str(self._data) in command_of(pid)
        try:
            return (proc() / str(pid) / "cwd").samefile(self._data)
        except OSError:
            return False

    def _sessions_left(self) -> list[int]:
        """Processes that still work in our data folder (where the system can tell: on Linux)."""
        numbers = [int(entry.name) for entry in proc().glob("[0-9]*")]
        return [pid for pid in numbers if alive(pid) and self._serves_our_data(pid)]

    def _pid_file(self) -> list[str]:
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []


class StandbyServer(PostgresServer):
    """Another PostgreSQL on the same machine, which follows the first one: for measurements and
    tests of what is read there. It is copied from the first, which must be ready."""

    name = "standby"
    folder, port = "standby", STANDBY_PORT
    _begun = False

    def spawn(self) -> None:
        """As PostgreSQL's own. At the beginning a copy that can't follow any more is made anew;
        later the first one may be down, too, and this one is there for reading still."""
        self.stop_leftover()
        if not self._begun and (self._data / "PG_VERSION").exists() and not self._held():
            shutil.rmtree(self._data)
        self._begun = True
        super().spawn()

    def first_start(self) -> None:
        """Everything is in the copy."""

    def _held(self) -> bool:
        """Whether the first one still has the log from where this one stopped."""
        return psql(self._place, _SLOT_HELD, "look at the slot").strip() == "t"

    def _maker(self, new: Path) -> list[str | Path]:
        psql(self._place, NO_SLOT, "remove the slot")
        argv: list[str | Path] = [
            self._place.pg_bin / "pg_basebackup",
            "-D",
            new,
            "-C",
            "-S",
            _SLOT,
        ]
        argv += ["-c", "fast", "-h", self._place.sockets, "-U", "postgres"]
        return argv

    def _write_settings(self) -> None:
        super()._write_settings()
        first = f"host={self._place.sockets} port={PostgresServer.port} user=postgres"
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(f"primary_conninfo = '{first}'\nprimary_slot_name = '{_SLOT}'\n")
        (self._data / "standby.signal").touch()


def psql(place: Place, sql: str, what: str) -> str:
    """What our own PostgreSQL, which is ready, says to this of its superuser.

    Raises:
        EmbeddedError: it refuses.
    """
    argv: list[str | Path] = [place.pg_bin / "psql", "-X", "-q", "-A", "-t"]
    argv += ["-v", "ON_ERROR_STOP=1", "-h", place.sockets, "-U", "postgres", "-d", "postgres"]
    done = run(argv, env=_ENV, stdin=sql, account=place.account)
    if done.returncode != 0:
        raise EmbeddedError(f"can't {what}: {done.stderr.strip()}")
    return done.stdout


class RedisServer:
    """valkey-server on a unix socket, in memory only: the truth is in PostgreSQL."""

    name = "redis"

    def __init__(self, place: Place) -> None:
        self._place = place
        self._socket = place.sockets / REDIS_SOCKET
        self._pid_file = place.sockets / "redis.pid"
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """The file that takes what the server says."""
        return self._place.logs / "redis.log"

    def spawn(self) -> None:
        """Start the server without waiting for it; first end what an earlier run left."""
        self.stop_leftover()
        argv: list[str | Path] = [self._place.redis_server, "--port", "0"]
        argv += ["--unixsocket", self._socket, "--unixsocketperm", "700"]
        argv += ["--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction"]
        argv += ["--dir", self._place.sockets, "--pidfile", self._pid_file, "--daemonize", "no"]
        self.process = spawn(
            argv, log=self.log, cwd=self._place.sockets, account=self._place.account, env=_ENV
        )

    def ready(self) -> bool:
        """Whether the process we started takes connections."""
        try:
            ours = self.process is not None and self._pid_file.read_text().strip() == str(
                self.process.pid
            )
        except OSError:
            return False
        return ours and answers(self._socket)

    def first_start(self) -> None:
        """Redis keeps nothing on disk, so nothing is made before its first start."""

    def stop(self) -> None:
        """End the server; what it held is gone."""
        if self.process is not None:
            end_child(self.process, _STOP_REDIS)
            self.process = None

    def stop_leftover(self) -> None:
        """End a server that an earlier run left on this socket."""
        try:
            pid = int(self._pid_file.read_text())
        except (OSError, ValueError):
            pid = 0
        if pid and alive(pid) and str(self._socket) in command_of(pid):
            end_pid(pid, (*_STOP_REDIS, (signal.SIGKILL, 5.0)))
        self._pid_file.unlink(missing_ok=True)


def wait_ready(server: PostgresServer | RedisServer, timeout_s: float = 120.0) -> None:
    """Wait until a server that was spawned is ready; start it again when it ends meanwhile.

    PostgreSQL ends at once while a session of a killed predecessor still holds the shared memory.
    """
    until = time.monotonic() + timeout_s
    deaths = 0
    while not server.ready():
        if deaths > _START_DEATHS_MAX or time.monotonic() > until:
            server.stop()
            raise EmbeddedError(f"{server.name} does not start. Its log: {server.log}")
        time.sleep(0.02)
        if server.process is None or server.process.poll() is not None:
            deaths += 1
            time.sleep(0.2)
            server.spawn()
