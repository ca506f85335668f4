"""Where the embedded servers keep their files, and which account they run under.

PostgreSQL refuses to run as root, so root hands both servers to an unprivileged account. Where
that account can't reach the clone (a folder above it is closed), the data and a copy of the
programs go below ``/var/lib/qinji`` and ``<home>/servers.json`` remembers it: permissions of
folders that are not ours are never changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pwd
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.local.processes import Account, run
from app.local.servers.programs import (
    SYSTEM_FOLDER,
    EmbeddedError,
    copy_programs,
    make_parents,
    programs,
    works,
)
from app.store.where import POSTGRES_SOCKET, recorded

_ACCOUNTS = ("qinji", "postgres", "nobody")
_SOCKET_PATH_MAX_BYTES = 107
_LONGEST_SOCKET_NAME = f"/{POSTGRES_SOCKET}.lock"
# Clients disagree on how to write other characters in a URL, so sockets live under plain names.
_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


@dataclass(frozen=True)
class Place:
    """Everything the servers need to know of the file system."""

    base: Path
    sockets: Path
    logs: Path
    pg_bin: Path
    redis_server: Path
    account: Account | None  # None: run as ourselves

    @property
    def pg_home(self) -> Path:
        """The folder that holds PostgreSQL's data folder, owned by the servers' account."""
        return self.base / "postgres"

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.pg_home / "data"


def prepare(home: Path) -> Place:
    """Find or make the place for a home folder. Raises EmbeddedError when there is none."""
    home = home.absolute()
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not os.access(home, os.W_OK):
            raise PermissionError(f"{home} belongs to another account")
        base = recorded_base(home)
        if os.geteuid() != 0:
            if base != home:
                raise PermissionError(f"the data of {home} were made by root")
            place = _place_of_own_account(home)
        else:
            place = _place_of_root(home, base)
        _record(home, place)
    except OSError as error:
        raise EmbeddedError(f"can't use {home} for the embedded servers: {error}") from error
    return place


def was_prepared(home: Path) -> bool:
    """Whether the servers of this home were ever started."""
    return (home / "servers.json").exists()


def recorded_base(home: Path) -> Path:
    """The folder that holds the data of this home: itself, or what was remembered."""
    base = recorded(home).get("base", "")
    return Path(base) if base else home


def _record(home: Path, place: Place) -> None:
    base = "" if place.base == home else str(place.base)
    record = {"home": str(home), "base": base, "sockets": str(place.sockets)}
    temporary = home / f".servers.json.{os.getpid()}"
    temporary.write_text(json.dumps(record))
    temporary.replace(home / "servers.json")


def _place_of_own_account(home: Path) -> Place:
    pg_home = home / "postgres"
    pg_home.mkdir(mode=0o700, exist_ok=True)
    if pg_home.stat().st_uid != os.geteuid():
        raise PermissionError(f"{pg_home} belongs to another account")
    pg_bin, redis_server = programs()
    sockets = _sockets(home, home, None)
    return Place(home, sockets, home / "log", pg_bin, redis_server, None)


def _place_of_root(home: Path, base: Path) -> Place:
    account = _account(base / "postgres" / "data")
    if not _give(base / "postgres", account):
        with contextlib.suppress(OSError):
            (base / "postgres").rmdir()
        base = SYSTEM_FOLDER / _digest(home)
        if not _give(base / "postgres", account):
            raise PermissionError(f"account {account.name} can't write in {base}")
    pg_bin, redis_server = programs()
    if not (works(pg_bin / "postgres", account) and works(redis_server, account)):
        pg_bin, redis_server = copy_programs(pg_bin, redis_server, account)
    sockets = _sockets(home, base, account)
    return Place(base, sockets, home / "log", pg_bin, redis_server, account)


def _account(data: Path) -> Account:
    """The account for root's servers: the owner of the data there are, else the first known."""
    with contextlib.suppress(OSError, KeyError):
        owner = data.stat().st_uid
        if owner != 0:
            entry = pwd.getpwuid(owner)
            return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
    for name in (*_ACCOUNTS, ""):
        if not name:
            run(["useradd", "--system", "--no-create-home", "--shell", "/bin/false", _ACCOUNTS[0]])
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name or _ACCOUNTS[0])
            return Account(entry.pw_uid, entry.pw_gid, entry.pw_name)
    raise EmbeddedError(
        "PostgreSQL does not run as root, and there is no account to run it under: "
        "make one (useradd --system qinji), or start as an ordinary user"
    )


def _give(folder: Path, account: Account) -> bool:
    """Make a folder that only ``account`` can enter; False when it can't reach it."""
    make_parents(folder)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    os.chown(folder, account.uid, account.gid)
    check = run(["/bin/sh", "-c", 'cd "$1" && test -w .', "sh", folder], account=account)
    return check.returncode == 0


def _sockets(home: Path, base: Path, account: Account | None) -> Path:
    """Make the private folder for the sockets, as short and plain as a socket's path must be."""
    uid = account.uid if account else os.geteuid()
    name = f"qinji-{uid}-{_digest(home)}"
    for folder in (base / "run", Path(tempfile.gettempdir()) / name, Path("/tmp") / name):  # noqa: S108
        if not _fits(folder):
            continue
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            if account:
                os.chown(folder, account.uid, account.gid)
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != uid:
            raise PermissionError(f"{folder} belongs to another account")
        folder.chmod(0o700)
        return folder
    raise EmbeddedError("no folder with a path that is short enough for a socket")


def _fits(folder: Path) -> bool:
    path = f"{folder}{_LONGEST_SOCKET_NAME}"
    return len(os.fsencode(path)) <= _SOCKET_PATH_MAX_BYTES and bool(_PLAIN.fullmatch(str(folder)))


def _digest(home: Path) -> str:
    return hashlib.sha256(os.fsencode(home.resolve())).hexdigest()[:12]
