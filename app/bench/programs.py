"""Runs the programs of a measurement to their end; a cancelled one is ended too."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence


class ProgramFailed(RuntimeError):
    """A program of the measurement ended with an error; the text is the end of what it said."""


async def output_of(
    argv: Sequence[str], password: str = "", env: Mapping[str, str] | None = None
) -> str:
    """What a program prints. Whatever ends this call ends the program and its children, too.

    Raises:
        ProgramFailed: it ended with an error.
    """
    environment = {**os.environ, **(env or {})}
    if password:
        environment["PGPASSWORD"] = password
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    try:
        out, err = await process.communicate()
    except BaseException:
        await _end(process)
        raise
    if process.returncode:
        raise ProgramFailed(f"{argv[0]} ended with {process.returncode}: {err.decode()[-2000:]}")
    return out.decode()


async def _end(process: asyncio.subprocess.Process) -> None:
    for number, wait_s in ((signal.SIGINT, 20.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), wait_s)
            return
