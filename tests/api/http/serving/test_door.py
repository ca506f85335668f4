"""Who comes while the process is busy is let in when it isn't, and need not come again."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiohttp import web

from app.api.http.serving.address import Proxies
from app.api.http.serving.connections import Runner
from app.api.http.serving.doorkeeper import DOORKEEPER, Doorkeeper, Limits
from app.api.http.serving.running import Door
from app.local.probes import free_port

_MANY = 400
_KERNELS = Path("/proc/sys/net/core/somaxconn")


@pytest.mark.skipif(
    not _KERNELS.exists() or int(_KERNELS.read_text()) < _MANY,
    reason="this machine lets fewer wait, whatever a program says",
)
async def test_hundreds_may_come_while_the_process_is_busy() -> None:
    app = web.Application()
    app[DOORKEEPER] = Doorkeeper(Limits(), Proxies(()))
    runner = Runner(app)
    await runner.setup()
    try:
        port = free_port()
        door = Door(runner, "127.0.0.1", port)
        await door.open(shared=False)
        with ExitStack() as come:
            for _ in range(_MANY):  # nobody is let in meanwhile: the loop is busy with this
                come.enter_context(socket.create_connection(("127.0.0.1", port), timeout=0.9))
    finally:
        await runner.cleanup()
