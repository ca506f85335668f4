"""Whichever of several servers of one database takes writes just now.

asyncpg tries them in turn, too, but gives all of them one patience together, which a server that
has frozen uses up alone; and a connection to a frozen server, or across a network that drops what
is sent, says nothing until somebody asks.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast
from weakref import WeakKeyDictionary

import asyncpg

from app.kit.log import logger
from app.store.urls import Server

_PATIENCE_S, _LOOK_S = 3.0, 1.0
_NEXT = (
    OSError,  # nobody there, or no answer in time
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.TargetServerAttributeNotMatched,
)
_RECOVERS = {"primary": False, "read-write": False, "standby": True, "read-only": True}
"""Whether the server that a URL wants follows another one; who isn't named may do either."""
_LOOK = "select pg_is_in_recovery()"
log = logger(__name__)


class Several:
    """Connects to the server among several that is as the URL wants it."""

    def __init__(self, servers: list[Server], given: dict[str, object]) -> None:
        self._servers = servers
        self._given = given
        self._at = 0
        self._made: WeakKeyDictionary[Any, int] = WeakKeyDictionary()

    @property
    def server(self) -> Server:
        """The one that was connected to last."""
        return self._servers[self._at]

    @property
    def hosts(self) -> list[str]:
        """All of them."""
        return [host for host, _ in self._servers]

    async def connect(self, *arguments: object, **given: Any) -> Any:
        """Like ``asyncpg.connect``, to each server in turn, the last good one first."""
        failed: BaseException | None = None
        first = self._at
        for step in range(len(self._servers)):
            at = (first + step) % len(self._servers)
            host, port = self._servers[at]
            own = {"timeout": _PATIENCE_S, **self._given, **given, "host": host, "port": port}
            try:
                made = await asyncpg.connect(*arguments, **own)
            except _NEXT as error:
                failed = error
                continue
            if at != self._at:
                log.info("database_elsewhere", host=host, port=port)
            self._at = at
            self._made[made] = at
            return made
        raise cast(BaseException, failed)

    async def watch(self) -> None:
        """Ends the connections to a server that has stopped to answer or to take writes, so that
        whoever waits there is told and asks the next; for ever."""
        recovers = _RECOVERS.get(str(self._given.get("target_session_attrs")))
        own = None
        while True:
            await asyncio.sleep(_LOOK_S)
            asked = self._at
            try:
                if own is None or own.is_closed():
                    own = await self.connect(**self._given)
                    self.leave_others()
                    continue
                if await own.fetchval(_LOOK, timeout=_PATIENCE_S) is recovers or recovers is None:
                    continue
            except (*_NEXT, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("database_left", error=type(error).__name__)
            if own is not None:
                own.terminate()
            self._leave(asked)

    def leave_others(self) -> None:
        """Ends the connections to all servers but the one that was connected to last."""
        for at in range(len(self._servers)):
            if at != self._at:
                self._leave(at)

    def _leave(self, at: int) -> None:
        for connection, where in list(self._made.items()):
            if where == at and not connection.is_closed():
                connection.terminate()


def several(given: dict[str, object]) -> Several | None:
    """Who connects, when a URL's connection arguments name more than one server; else None."""
    hosts, ports = given["host"], given["port"]
    if not isinstance(hosts, list):
        return None
    own = {name: value for name, value in given.items() if name not in ("host", "port")}
    return Several(list(zip(hosts, cast("list[int]", ports), strict=True)), own)


def single(given: dict[str, object]) -> dict[str, object]:
    """Connection arguments with the first of several servers in their place."""
    hosts, ports = given["host"], given["port"]
    if not isinstance(hosts, list):
        return given
    return {**given, "host": hosts[0], "port": cast("list[int]", ports)[0]}


async def found(given: dict[str, object]) -> dict[str, object]:
    """Connection arguments of the one server that takes writes now, for what is done once."""
    choice = several(given)
    if choice is None:
        return given
    await (await choice.connect()).close()
    host, port = choice.server
    return {**given, "host": host, "port": port}
