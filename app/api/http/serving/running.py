"""Listening until the process is told to end."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Sequence
from contextlib import AsyncExitStack, suppress

from aiohttp import web

from app.api.http.serving.connections import Runner
from app.api.http.serving.doorkeeper import Limits
from app.settings import Settings

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
    """Serves each application at its host and port until SIGTERM or Ctrl-C, which come out of the
    loop as exceptions.

    Raises:
        OSError: an address can't be listened on.
    """
    async with AsyncExitStack() as stack:
        for number, (app, host, port) in enumerate(places):
            runner = Runner(
                app,
                handle_signals=number == 0,
                access_log=None,
                shutdown_timeout=config.shutdown_timeout_s,
            )
            stack.push_async_callback(runner.cleanup)
            await runner.setup()
            await web.TCPSite(runner, host, port, reuse_port=config.processes > 1).start()
        await asyncio.Event().wait()
