"""Where the database and Redis are: as the settings name them, else the pair that runs for a home
folder, which leaves word of itself in ``<home>/servers.json``."""

from __future__ import annotations

import json
import socket
from dataclasses import dataclass
from pathlib import Path

from app.settings import Settings

POSTGRES_SOCKET = ".s.PGSQL.5432"
REDIS_SOCKET = "redis.sock"
STANDBY_PORT = 5433
"""By its port a socket has its name; a standby of ours has another one in the same folder."""
ROLE, OWNER_ROLE = "qinji", "qinji_owner"
"""In our own PostgreSQL: who serves, and who owns the tables and migrates them."""


class NotRunning(RuntimeError):
    """A server that the settings do not name is not running in the home folder either."""


@dataclass(frozen=True)
class Endpoints:
    """Where the servers are. An empty URL: that server is not one of ours. ``owner_url``: the
    database with the role that owns it; empty where that isn't known. ``standby_url``: what follows
    the database; empty where nothing does."""

    database_url: str
    redis_url: str
    owner_url: str = ""
    standby_url: str = ""


def locate(settings: Settings) -> Endpoints:
    """The servers to use: those of the settings, for what they leave open those of the home folder.

    Raises:
        NotRunning: one of the home folder is needed and does not answer.
    """
    return Endpoints(
        database_url(settings),
        settings.redis_url or _at(settings.home, REDIS_SOCKET).redis_url,
        standby_url=standby_url(settings),
    )


def standby_url(settings: Settings) -> str:
    """The standby to read from; empty: none is named, and none runs in the home folder."""
    if settings.standby_url or settings.database_url:
        return settings.standby_url
    sockets = recorded_sockets(settings.home)
    if sockets is None or not answers(sockets / f".s.PGSQL.{STANDBY_PORT}"):
        return ""
    return standby_at(sockets)


def database_url(settings: Settings) -> str:
    """The database to use, for what needs no other server.

    Raises:
        NotRunning: the settings name none, and that of the home folder does not answer.
    """
    return settings.database_url or _at(settings.home, POSTGRES_SOCKET).database_url


def endpoints(home: Path) -> Endpoints | None:
    """Where the running pair of a home folder is; None when not both are running."""
    sockets = recorded_sockets(home)
    if sockets is None:
        return None
    if not (answers(sockets / POSTGRES_SOCKET) and answers(sockets / REDIS_SOCKET)):
        return None
    return endpoints_at(sockets)


def endpoints_at(sockets: Path, postgres: bool = True, redis: bool = True) -> Endpoints:
    """The URLs of servers whose sockets are in a folder; its name needs no quoting."""
    return Endpoints(
        f"postgres://{ROLE}@/qinji?host={sockets}" if postgres else "",
        f"unix://{sockets}/{REDIS_SOCKET}?db=0" if redis else "",
        f"postgres://{OWNER_ROLE}@/qinji?host={sockets}" if postgres else "",
    )


def standby_at(sockets: Path) -> str:
    """The URL of a standby whose socket is in a folder."""
    return f"postgres://{ROLE}@/qinji?host={sockets}&port={STANDBY_PORT}"


def recorded(home: Path) -> dict[str, str]:
    """What the last start of a home folder's servers left word of; nothing if there was none."""
    try:
        record = json.loads((home / "servers.json").read_text())
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in record.items()}


def recorded_sockets(home: Path) -> Path | None:
    """The folder of the sockets at the last start of this home, if there was one."""
    record = recorded(home.absolute())
    if record.get("home") != str(home.absolute()):
        return None  # the clone was moved or copied: those sockets are not ours
    return Path(record["sockets"])


def answers(path: Path) -> bool:
    """Whether something takes connections on this unix socket."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(1.0)
        try:
            connection.connect(str(path))
        except OSError:
            return False
    return True


def _at(home: Path, name: str) -> Endpoints:
    sockets = recorded_sockets(home)
    if sockets is None or not answers(sockets / name):
        raise NotRunning("Qinji is not running here: start it with ./deploy/up")
    return endpoints_at(sockets)
