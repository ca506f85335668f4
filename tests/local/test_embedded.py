"""The embedded servers: start, stop, kill, strange folders, two at once."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest
import redis

from app.local.processes import alive, wait_gone
from app.local.servers.embedded import Embedded, EmbeddedError
from app.local.servers.place import recorded_base
from app.local.servers.servers import wait_ready
from app.settings import PROJECT_ROOT, Settings
from app.store.migrate import migrate
from app.store.where import (
    Endpoints,
    NotRunning,
    endpoints,
    locate,
    recorded_sockets,
    standby_url,
)

_START_AND_DIE = (
    "import os, signal, sys; from pathlib import Path;"
    "from app.local.servers.embedded import Embedded;"
    "embedded = Embedded(Path(sys.argv[1])); embedded.start();"
    "print(*[server.process.pid for server in embedded.servers], flush=True);"
    "os.kill(os.getpid(), signal.SIGKILL)"
)
# Without the tie to its parent, as on systems other than Linux: the servers live on.
_START_LEAVE_RUNNING = (
    "import app.local.processes as p; p._die_with_parent = lambda _: None;" + _START_AND_DIE
)
# Everything is killed at once, as when the memory runs out.
_START_KILL_ALL = _START_AND_DIE.replace(
    "os.kill(os.getpid()",
    "[server.process.kill() for server in embedded.servers]; os.kill(os.getpid()",
)


@pytest.fixture
def home() -> Iterator[Path]:
    """A home folder under a short path that any account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="qinji-"))
    folder.chmod(0o755)
    yield folder / "home"
    _clean(folder / "home")
    shutil.rmtree(folder)


def _clean(home: Path) -> None:
    if home.exists():
        Embedded(home).wipe()


def _execute(found: Endpoints, sql: str, url: str = "") -> object:
    async def call() -> object:
        connection = await asyncpg.connect(url or found.database_url)
        try:
            if ";" in sql:
                return await connection.execute(sql)
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(call())


def _ping(found: Endpoints) -> bool:
    client = redis.Redis.from_url(found.redis_url)
    try:
        return bool(client.ping())
    finally:
        client.close()


def _pid(embedded: Embedded, name: str) -> int:
    process = next(server for server in embedded.servers if server.name == name).process
    assert process is not None
    return process.pid


def test_start_stop_start_again_keeps_the_data(home: Path) -> None:
    embedded = Embedded(home)
    assert endpoints(home) is None
    found = embedded.start()
    assert endpoints(home) == found
    assert _ping(found)
    _execute(found, "CREATE TABLE kept AS SELECT '医保' AS word", found.owner_url)
    embedded.stop()
    assert endpoints(home) is None

    found = embedded.start()
    try:
        assert _execute(found, "SELECT word FROM kept", found.owner_url) == "医保"
    finally:
        embedded.stop()


def _seen_at_standby(found: Endpoints, table: str) -> None:
    """Waits until it is there."""
    until = time.monotonic() + 60
    while not _execute(found, f"SELECT to_regclass('{table}') IS NOT NULL", found.standby_url):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_standby_follows_again_after_a_stop_and_is_copied_anew_when_it_missed_something(
    home: Path,
) -> None:
    embedded = Embedded(home, redis=False, standby=True, buffers_mb=32)
    found = embedded.start()
    _execute(found, "CREATE TABLE one ()", found.owner_url)
    _seen_at_standby(found, "one")
    assert standby_url(Settings(home=home)) == found.standby_url
    embedded.stop()

    embedded.start()
    _execute(found, "CREATE TABLE two ()", found.owner_url)
    _seen_at_standby(found, "two")
    embedded.stop()

    alone = Embedded(home, redis=False, buffers_mb=32)
    there = alone.start()
    superuser = there.database_url.replace("//qinji@", "//postgres@")
    assert _execute(there, "SELECT count(*) FROM pg_replication_slots", superuser) == 0
    assert there.standby_url == "" == standby_url(Settings(home=home))
    _execute(there, "CREATE TABLE three ()", there.owner_url)
    alone.stop()

    embedded.start()
    try:
        _seen_at_standby(found, "three")
        assert _execute(found, "SELECT pg_is_in_recovery()", found.standby_url) is True
    finally:
        embedded.stop()


def test_postgres_is_durable_in_utf8_and_utc_without_tcp(home: Path) -> None:
    embedded = Embedded(home)
    found = embedded.start()
    try:
        settings = {
            name: _execute(found, f"SHOW {name}")
            for name in ("fsync", "synchronous_commit", "server_encoding", "timezone")
        }
        assert _execute(found, "SHOW listen_addresses") == ""
        assert _execute(found, "SELECT current_user::text") == "qinji"
        assert not _execute(found, "SELECT usesuper FROM pg_user WHERE usename = 'qinji'")
    finally:
        embedded.stop()
    assert settings == {
        "fsync": "on",
        "synchronous_commit": "on",
        "server_encoding": "UTF8",
        "timezone": "UTC",
    }


def test_who_serves_owns_nothing_and_a_home_of_before_is_brought_there(home: Path) -> None:
    embedded = Embedded(home)
    found = embedded.start()
    owner = "select pg_get_userbyid(datdba) from pg_database where datname = 'qinji'"
    try:
        assert _execute(found, owner) == "qinji_owner"
        _execute(
            found,
            "reassign owned by qinji_owner to qinji; drop owned by qinji_owner;"
            " drop role qinji_owner",
            found.database_url.replace("//qinji@", "//postgres@"),
        )
        assert _execute(found, owner) == "qinji"
        asyncio.run(migrate(found.database_url))  # as one role did before
        row = "insert into seal (id, kind, day, hash) values (7, 1, '2026-11-21', sha256('x'))"
        _execute(found, row)
    finally:
        embedded.stop()

    found = embedded.start()
    try:
        asyncio.run(migrate(found.database_url, owner_url=found.owner_url))
        assert _execute(found, owner) == "qinji_owner"
        assert (
            _execute(found, "select count(*) from pg_class where relowner = 'qinji'::regrole") == 0
        )
        assert _execute(found, "select id from seal") == 7
        _execute(found, row.replace("7", "8"))
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            _execute(found, "delete from seal")
    finally:
        embedded.stop()


def test_redis_keeps_nothing_on_disk_and_opens_no_port(home: Path) -> None:
    embedded = Embedded(home)
    client = redis.Redis.from_url(embedded.start().redis_url)
    try:
        assert client.config_get("save") == {"save": ""}
        assert client.config_get("appendonly") == {"appendonly": "no"}
        assert client.config_get("port") == {"port": "0"}
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    finally:
        client.close()
        embedded.stop()


@pytest.mark.parametrize("name", ["postgres", "redis"])
def test_a_server_that_was_killed_starts_again(home: Path, name: str) -> None:
    embedded = Embedded(home)
    found = embedded.start()
    try:
        _execute(found, "CREATE TABLE kept AS SELECT 7 AS number", found.owner_url)
        server = next(server for server in embedded.servers if server.name == name)
        assert server.process is not None
        server.process.kill()
        server.process.wait()
        server.spawn()
        wait_ready(server)
        assert _execute(found, "SELECT number FROM kept", found.owner_url) == 7
        assert _ping(found)
    finally:
        embedded.stop()


@pytest.mark.parametrize("program", [_START_AND_DIE, _START_LEAVE_RUNNING, _START_KILL_ALL])
def test_start_after_the_process_that_held_them_was_killed(home: Path, program: str) -> None:
    died = subprocess.run(
        [sys.executable, "-c", program, str(home)],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        check=False,
    )
    assert died.returncode == -signal.SIGKILL
    old = [int(pid) for pid in died.stdout.split()]

    embedded = Embedded(home)
    found = embedded.start()
    try:
        assert not any(alive(pid) for pid in old), "never two servers on one data folder"
        assert _execute(found, "SELECT 1") == 1
        assert _ping(found)
    finally:
        embedded.stop()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the tie to the parent is Linux's")
def test_servers_end_with_the_process_that_held_them(home: Path) -> None:
    died = subprocess.run(
        [sys.executable, "-c", _START_AND_DIE, str(home)],
        cwd=PROJECT_ROOT,
        stdout=subprocess.PIPE,
        check=False,
    )
    pids = [int(pid) for pid in died.stdout.split()]
    assert len(pids) == 2
    assert all(wait_gone(pid, 30.0) for pid in pids)


def test_a_pid_file_that_names_a_stranger_does_not_hinder(home: Path) -> None:
    embedded = Embedded(home)
    embedded.start()
    embedded.stop()
    stranger = subprocess.Popen(
        ["sleep", "600"], user=(home / "postgres" / "data").stat().st_uid, cwd="/"
    )
    try:
        sockets = recorded_sockets(home)
        assert sockets is not None
        (home / "postgres" / "data" / "postmaster.pid").write_text(f"{stranger.pid}\n")
        (sockets / ".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n")
        found = embedded.start()
        assert _execute(found, "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        embedded.stop()
        stranger.kill()
        stranger.wait()


def test_a_killed_server_that_nobody_has_reaped_does_not_hinder(home: Path) -> None:
    embedded = Embedded(home)
    found = embedded.start()
    try:
        server = embedded.servers[0]
        zombie = server.process
        assert zombie is not None
        zombie.kill()
        assert wait_gone(zombie.pid, 30.0)
        server.spawn()
        wait_ready(server)
        assert _execute(found, "SELECT 1") == 1
        zombie.wait()
    finally:
        embedded.stop()


def test_a_second_holder_is_refused(home: Path) -> None:
    embedded = Embedded(home)
    found = embedded.start()
    try:
        with pytest.raises(EmbeddedError, match="running already"):
            Embedded(home).start()
        with pytest.raises(EmbeddedError, match="stop them first"):
            Embedded(home).wipe()
        assert endpoints(home) == found
    finally:
        embedded.stop()


@pytest.mark.parametrize("part", ["with space 与中文", "l" * 120, "q'uo\"te,%41"])
def test_strange_folders(home: Path, part: str) -> None:
    strange = home / part
    embedded = Embedded(strange)
    found = embedded.start()
    try:
        assert _execute(found, "SELECT 1") == 1
        assert _ping(found)
        assert endpoints(strange) == found
    finally:
        embedded.stop()
        _clean(strange)


def test_two_homes_at_once(home: Path) -> None:
    one, two = Embedded(home / "one"), Embedded(home / "two")
    found_one = one.start()
    try:
        found_two = two.start()
        try:
            _execute(found_one, "CREATE TABLE only_one ()", found_one.owner_url)
            assert _execute(found_two, "SELECT to_regclass('only_one')") is None
        finally:
            two.stop()
        assert _execute(found_one, "SELECT 1") == 1
    finally:
        one.stop()
        _clean(home / "one")
        _clean(home / "two")


def test_wipe_starts_over(home: Path) -> None:
    embedded = Embedded(home)
    found = embedded.start()
    _execute(found, "CREATE TABLE gone ()", found.owner_url)
    embedded.stop()
    embedded.wipe()
    found = embedded.start()
    try:
        assert _execute(found, "SELECT to_regclass('gone')") is None
    finally:
        embedded.stop()


def test_an_initdb_that_was_cut_off_is_done_again(home: Path) -> None:
    embedded = Embedded(home)
    embedded.start()
    embedded.stop()
    data = home / "postgres" / "data"
    data.rename(home / "postgres" / "data.new")
    (home / "postgres" / "data.new" / "PG_VERSION").unlink()
    found = embedded.start()
    try:
        assert _execute(found, "SELECT 1") == 1
    finally:
        embedded.stop()


def test_only_one_of_the_two(home: Path) -> None:
    embedded = Embedded(home, postgres=False)
    found = embedded.start()
    try:
        assert found.database_url == ""
        assert _ping(found)
        given = Settings(home=home, database_url="postgres://elsewhere/db")
        assert locate(given) == Endpoints("postgres://elsewhere/db", found.redis_url)
        with pytest.raises(NotRunning, match="not running"):
            locate(Settings(home=home))
    finally:
        embedded.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account to hand over to")
def test_as_root_servers_run_under_an_unprivileged_account(home: Path) -> None:
    embedded = Embedded(home)
    embedded.start()
    try:
        owners = {
            Path(f"/proc/{_pid(embedded, name)}").stat().st_uid for name in ("postgres", "redis")
        }
    finally:
        embedded.stop()
    assert len(owners) == 1
    assert 0 not in owners


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has another account to hand over to")
def test_as_root_below_a_closed_folder(home: Path) -> None:
    home.mkdir(mode=0o700)
    inside = home / "clone" / ".qinji"
    embedded = Embedded(inside)
    found = embedded.start()
    try:
        _execute(found, "CREATE TABLE kept ()", found.owner_url)
        embedded.stop()
        found = embedded.start()
        assert _execute(found, "SELECT to_regclass('kept')::text") == "kept"
        assert home.stat().st_mode & 0o777 == 0o700
        base = recorded_base(inside)
        assert base != inside
    finally:
        embedded.stop()
        _clean(inside)
    assert not base.exists()
