"""Listening until the process is told to end."""

from __future__ import annotations

import asyncio
import resource
from contextlib import suppress

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


async def serve(app: web.Application, config: Settings) -> None:
    """Serves an application until SIGTERM or Ctrl-C, which come out of the loop as exceptions.

    Raises:
        OSError: the address can't be listened on.
    """
    runner = Runner(
        app, handle_signals=True, access_log=None, shutdown_timeout=config.shutdown_timeout_s
    )
    await runner.setup()
    try:
        several = config.processes > 1
        await web.TCPSite(runner, config.host, config.port, reuse_port=several).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
