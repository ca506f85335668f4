"""Listening until the process is told to end."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, suppress
from typing import cast

from aiohttp import web

from app.api.http.serving.connections import Runner
from app.api.http.serving.doorkeeper import DOORKEEPER, Doorkeeper, Limits
from app.kit.log import logger
from app.settings import Settings

log = logger(__name__)
_SIGNALS = (signal.SIGTERM, signal.SIGINT)
_AT_ONCE_S = 1.0
_LET_IN = 1024
"""So many may come while this process is busy. Who finds the queue full tries again after a second
(TCP), and stands at a till meanwhile: aiohttp's own 128 are there within a tenth of a second."""
_FILES_OF_OUR_OWN = 256
"""Files that the connections to database and Redis, pages and the rest of a process may need."""
_FILES_MAX = 65_536


def limits_of(config: Settings) -> Limits:
    """How many may be connected, and how long; never so many that no file can be opened."""
    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return Limits(
        connections=max(10, min(config.connections_max, files - _FILES_OF_OUR_OWN)),
        by_address=config.address_connections_max,
        unfinished=config.unfinished_max,
        read_s=config.read_deadline_s,
        write_s=config.write_deadline_s,
        idle_s=config.idle_s,
    )


def open_more_files() -> None:
    """Lets this process open as many files as the system allows it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = _FILES_MAX if hard == resource.RLIM_INFINITY else min(hard, _FILES_MAX)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


async def serve(places: Sequence[tuple[web.Application, str, int]], config: Settings) -> None:
    """Serves each application at its host and port until SIGTERM or Ctrl-C, and then until nobody
    is left with a call in hand. A second signal comes out of the loop as an exception, as one does
    that comes before all is open.

    Raises:
        OSError: an address can't be listened on.
    """
    async with AsyncExitStack() as stack:
        asked = _Asked()
        stack.callback(asked.stop)
        doors = []
        for app, host, port in places:
            runner = Runner(app, access_log=None, shutdown_timeout=_AT_ONCE_S)
            stack.push_async_callback(runner.cleanup)
            await runner.setup()
            doors.append(Door(runner, host, port))
            await doors[-1].open(shared=config.processes > 1)
        log.info("listening", port=places[0][2])
        await asked.wait()
        # The first is the world's; where figures are asked for is open until the end.
        await _leave(doors[0], places[0][0][DOORKEEPER], config)


async def _leave(door: Door, keeper: Doorkeeper, config: Settings) -> None:
    """In this order, so that no call is broken off: it is said, a proxy has time to hear it, no
    new connection is taken, and those that there are come to their end."""
    keeper.ending = True
    log.info("ending", drain_s=config.drain_s)
    await asyncio.sleep(config.drain_s)
    await door.close()
    await keeper.see_off(config.shutdown_timeout_s)
    log.info("ended")


class _Asked:
    """Whether somebody has asked the process to end."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._event: asyncio.Event | None = None
        for number in _SIGNALS:
            self._loop.add_signal_handler(number, self._told)

    def stop(self) -> None:
        for number in _SIGNALS:
            self._loop.remove_signal_handler(number)

    async def wait(self) -> None:
        """Until the first signal."""
        self._event = asyncio.Event()
        await self._event.wait()

    def _told(self) -> None:
        if self._event is None or self._event.is_set():
            raise web.GracefulExit
        self._event.set()


class Door:
    """An address that is listened on, and that can be closed before nobody's face."""

    def __init__(self, runner: Runner, host: str, port: int) -> None:
        self._runner = runner
        self._where = (host, port)
        self._site: web.TCPSite | None = None

    async def open(self, *, shared: bool) -> None:
        """``shared``: other processes listen there, too.

        Raises:
            OSError: it can't be listened on.
        """
        self._site = web.TCPSite(self._runner, *self._where, backlog=_LET_IN, reuse_port=shared)
        await self._site.start()

    async def close(self) -> None:
        """Takes no new connection. One that the system has taken for us while we were busy would be
        cut with its call in it: those are fetched first, and nothing lies between the last of them
        and the end."""
        assert self._site is not None and self._site._server is not None
        assert self._runner.server is not None
        sockets = cast(asyncio.Server, self._site._server).sockets
        held = [os.dup(one.fileno()) for one in sockets]
        await self._site.stop()
        loop = asyncio.get_running_loop()
        for one in held:
            with socket.socket(fileno=one) as listening:
                listening.setblocking(False)
                come = list(_come(listening))
            for connection in come:
                await loop.connect_accepted_socket(self._runner.server, connection)


def _come(listening: socket.socket) -> Iterator[socket.socket]:
    """Those who wait to be let in."""
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            connection.setblocking(False)
            yield connection
