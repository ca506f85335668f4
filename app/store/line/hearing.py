"""What is published on channels, as it comes: no timer and no task a message."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from redis.asyncio.connection import ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError

from app.store.line.wire import Wire, packed


class Ear:
    """A subscription. Silence is no fault; but who is silent for ``quiet_s`` is asked whether he is
    there, and has gone if he says nothing for as long again."""

    def __init__(self, quiet_s: float) -> None:
        self._quiet_s = quiet_s
        self._come: deque[tuple[str, bytes]] = deque()
        self._waiting: asyncio.Future[None] | None = None
        self._wire: Wire | None = None
        self._look: asyncio.TimerHandle | None = None
        self._heard = self._asked = False
        self._fault: Exception | None = None
        self._to_confirm = 0

    async def open(self, pool: ConnectionPool, channels: tuple[str, ...]) -> None:
        """Subscribes; what is published from now on is heard.

        Raises:
            RedisError: there is nobody who would tell.
        """
        self._wire = await Wire.open(pool, self._hear, self._lost)
        self._to_confirm = len(channels)
        self._wire.send(packed(("SUBSCRIBE", *channels)))
        self._look_later()
        while self._to_confirm > 0:
            await self._something()

    def close(self) -> None:
        if self._look is not None:
            self._look.cancel()
        if self._wire is not None:
            self._wire.end()

    def add(self, channel: str) -> None:
        """Hears another channel, too, from the moment at which Redis reads this."""
        self._say("SUBSCRIBE", channel)

    def drop(self, channel: str) -> None:
        """Hears a channel no more."""
        self._say("UNSUBSCRIBE", channel)

    def _say(self, *command: str) -> None:
        if self._wire is not None and self._wire.is_open:  # else ``messages`` tells
            self._wire.send(packed(command))

    async def messages(self) -> AsyncIterator[tuple[str, bytes]]:
        """Channels and messages, for as long as they can come.

        Raises:
            RedisError: they can't any more.
        """
        while True:
            while self._come:
                yield self._come.popleft()
            await self._something()

    async def _something(self) -> None:
        """Waits until there is something new.

        Raises:
            RedisError: there will be nothing.
        """
        if self._fault is not None:
            raise self._fault
        self._waiting = asyncio.get_running_loop().create_future()
        try:
            await self._waiting
        finally:
            self._waiting = None
        if self._fault is not None and not self._come:
            raise self._fault

    def _hear(self, reply: Any) -> None:
        self._heard = True
        if isinstance(reply, Exception):
            self._end(reply)
        elif reply[0] == b"message":
            self._come.append((reply[1].decode(), reply[2]))
        elif reply[0] == b"subscribe":
            self._to_confirm -= 1
        self._wake()

    def _lost(self) -> None:
        self._end(RedisConnectionError("the connection was lost"))

    def _end(self, fault: Exception) -> None:
        self._fault = self._fault or fault
        self.close()
        self._wake()

    def _wake(self) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(None)

    def _look_later(self) -> None:
        self._heard = False
        self._look = asyncio.get_running_loop().call_later(self._quiet_s, self._look_now)

    def _look_now(self) -> None:
        assert self._wire is not None
        if self._asked and not self._heard:
            self._end(RedisConnectionError("the server does not answer"))
            return
        self._asked = not self._heard
        if self._asked:
            self._wire.send(packed(("PING",)))
        self._look_later()


@asynccontextmanager
async def hearing(
    pool: ConnectionPool, channels: tuple[str, ...], quiet_s: float
) -> AsyncIterator[Ear]:
    """Hears what is published on channels while the context is open.

    Raises:
        RedisError: while listening, too.
    """
    ear = Ear(quiet_s)
    try:
        await ear.open(pool, channels)
        yield ear
    finally:
        ear.close()
