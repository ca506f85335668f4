"""A real PostgreSQL and a real Redis of our own, for those who have none: no Docker, no root.

Both listen on unix sockets only, so any number of clones run side by side. The files are below
one folder, ``<home>`` (see ``place.py`` for where else, when root can't use it).
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from app.local.processes import FolderLock
from app.local.servers.place import Place, prepare, was_prepared
from app.local.servers.programs import EmbeddedError
from app.local.servers.servers import (
    BUFFERS_MB,
    NO_SLOT,
    PostgresServer,
    RedisServer,
    StandbyServer,
    psql,
    wait_ready,
)
from app.store.where import Endpoints, endpoints_at, standby_at

__all__ = ["Embedded", "EmbeddedError"]


class Embedded:
    """The pair of servers of one home folder; only one process can hold it at a time.

    Start it from a thread that lives as long as the servers shall (see ``local/processes.spawn``).
    """

    def __init__(
        self,
        home: Path,
        *,
        postgres: bool = True,
        redis: bool = True,
        standby: bool = False,
        buffers_mb: int = BUFFERS_MB,
    ) -> None:
        """``buffers_mb``: PostgreSQL's own cache, in MiB; a large database wants a large one.
        ``standby``: a second PostgreSQL follows the first."""
        self._home = home.absolute()
        self._want = (postgres, redis)
        self._standby = standby and postgres
        self._buffers_mb = buffers_mb
        self._lock: FolderLock | None = None
        self.servers: list[PostgresServer | RedisServer] = []

    def start(self) -> Endpoints:
        """Start the servers and wait until they are ready.

        What an earlier run left behind is cleared away first. Raises EmbeddedError when they are
        running already under another process, or can't be started.
        """
        place = prepare(self._home)
        lock = FolderLock(place.base / "servers.lock")
        if not lock.acquire():
            raise EmbeddedError(f"the servers of {self._home} are running already")
        self._lock = lock
        try:
            if self._want[0]:
                self.servers.append(PostgresServer(place, self._buffers_mb))
            if self._want[1]:
                self.servers.append(RedisServer(place))
            for server in self.servers:
                server.spawn()
            for server in self.servers:
                wait_ready(server)
                server.first_start()
            if self._want[0]:
                self._follow(place)
        except BaseException as error:
            self.stop()
            if isinstance(error, OSError):
                raise EmbeddedError(f"can't start the servers: {error}") from error
            raise
        found = endpoints_at(place.sockets, *self._want)
        return replace(found, standby_url=standby_at(place.sockets) if self._standby else "")

    def _follow(self, place: Place) -> None:
        """The standby, once the first is there to be copied; else nothing is kept for one."""
        left = StandbyServer(place, self._buffers_mb)
        if not self._standby:
            left.stop_leftover()
            psql(place, NO_SLOT, "remove the slot")
            return
        self.servers.append(left)
        left.spawn()
        wait_ready(left)

    def stop(self) -> None:
        """Stop what is running, Redis first. Does nothing when nothing is."""
        for server in reversed(self.servers):
            server.stop()
        self.servers = []
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def wipe(self) -> None:
        """Remove the servers' data. Keys, logs and the rest of the home folder stay.

        Raises EmbeddedError when the servers are running.
        """
        if not was_prepared(self._home):
            return
        place = prepare(self._home)
        lock = FolderLock(place.base / "servers.lock")
        if self._lock is not None or not lock.acquire():
            raise EmbeddedError(f"the servers of {self._home} are running: stop them first")
        try:
            StandbyServer(place).stop_leftover()
            PostgresServer(place).stop_leftover()
            RedisServer(place).stop_leftover()
            for folder in (place.pg_home, place.sockets):
                shutil.rmtree(folder)
            if place.base != self._home:
                shutil.rmtree(place.base)
        except OSError as error:
            raise EmbeddedError(f"can't remove the data of {self._home}: {error}") from error
        finally:
            lock.release()
