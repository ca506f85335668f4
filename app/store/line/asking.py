"""All that a process asks of Redis over one connection, one question behind the other.

A pool gives each call a connection, looks whether it still lives, waits for its answer in a stream
and under a timer of its own. Here a call is one write and one future; Redis answers in the order in
which it was asked. What blocks by intent, and transactions, have the pool's connections.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.connection import ConnectionPool
from redis.asyncio.sentinel import SentinelConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ReadOnlyError
from redis.exceptions import TimeoutError as RedisTimeoutError

from app.store.line.wire import Wire, packed

_BLOCKING = frozenset({"BLPOP", "BRPOP", "BLMOVE", "BZPOPMIN", "WAIT", "XREAD", "XREADGROUP"})


class Line:
    """The connection, made when something is asked first, and anew after each failure."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._wire: Wire | None = None
        self._asked: deque[tuple[asyncio.Future[Any], float]] = deque()
        self._connecting: asyncio.Task[Wire] | None = None
        self._look: asyncio.TimerHandle | None = None
        self._late = False

    async def ask(self, command: tuple[Any, ...]) -> Any:
        """What Redis answers to a command.

        Raises:
            RedisError: it refuses, is away, or says nothing for too long; then nobody knows whether
                it was done.
        """
        text = packed(command)
        wire = self._wire
        if wire is None or not wire.is_open:
            wire = await self._connected()
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        now = loop.time()
        self._asked.append((answer, now))
        wire.send(text)
        if self._look is None and wire.answer_s is not None:
            self._look = loop.call_at(now + wire.answer_s, self._look_for_answers, wire.answer_s)
        return await answer

    def close(self) -> None:
        """Ends the connection; who still waits is told that it is lost."""
        if self._connecting is not None:
            self._connecting.cancel()
        if self._wire is not None:
            self._wire.end()
        self._end_look()

    async def _connected(self) -> Wire:
        """The connection of all who ask meanwhile. Who made it may go: the others need it."""
        if self._connecting is None:
            self._connecting = asyncio.create_task(self._connect(), context=Context())
            self._connecting.add_done_callback(self._has_connected)
        connecting = self._connecting
        await asyncio.wait({connecting})
        if connecting.cancelled():
            raise RedisConnectionError("the client was closed meanwhile")
        return connecting.result()

    async def _connect(self) -> Wire:
        def lost() -> None:
            self._is_lost(wire)

        wire = await Wire.open(self._pool, self._hear, lost)
        self._wire = wire
        return wire

    def _has_connected(self, task: asyncio.Task[Wire]) -> None:
        self._connecting = None
        if not task.cancelled():
            task.exception()  # whoever asked has it

    def _hear(self, reply: Any) -> None:
        answer, _ = self._asked.popleft()
        if isinstance(reply, Exception):
            reply = self._refused(reply)
            if not answer.done():
                answer.set_exception(reply)
        elif not answer.done():  # else whoever asked has gone
            answer.set_result(reply)

    def _refused(self, error: Exception) -> Exception:
        """What a refusal is told as. A master that is none any more is left: the sentinels know who
        is instead."""
        if isinstance(error, ReadOnlyError) and isinstance(self._pool, SentinelConnectionPool):
            assert self._wire is not None
            self._wire.end()
            return RedisConnectionError("the master of before is none any more")
        return error

    def _is_lost(self, wire: Wire) -> None:
        """Nothing more comes: whoever waits is told, each by an exception of his own."""
        if self._wire is not wire:
            return
        kind: Callable[[str], Exception] = RedisTimeoutError if self._late else RedisConnectionError
        told = "no answer" if self._late else "the connection was lost"
        self._wire, self._late = None, False
        self._end_look()
        while self._asked:
            answer, _ = self._asked.popleft()
            if not answer.done():
                answer.set_exception(kind(told))

    def _look_for_answers(self, answer_s: float) -> None:
        """One timer for all: the first of those who wait has waited longest."""
        self._look = None
        if not self._asked or self._wire is None:
            return
        loop = asyncio.get_running_loop()
        until = self._asked[0][1] + answer_s
        if loop.time() < until:
            self._look = loop.call_at(until, self._look_for_answers, answer_s)
        else:
            self._late = True
            self._wire.end()

    def _end_look(self) -> None:
        if self._look is not None:
            self._look.cancel()
            self._look = None


class Lined(Redis):
    """redis-py's client, whose single commands go over a line."""

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self._line = Line(self.connection_pool)
        self._apart: list[Line] = []

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """As redis-py's: what Redis answers, in Python's terms."""
        reply = await (
            self._apart_from_others(args) if args[0] in _BLOCKING else self._line.ask(args)
        )
        callback = self.response_callbacks.get(args[0])
        if callback is None:
            return reply
        options.pop("keys", None)
        return callback(reply, **options)

    async def _apart_from_others(self, command: tuple[Any, ...]) -> Any:
        """What blocks holds up nobody else; and who goes before it is answered takes the connection
        with him, so that what it would have taken is left to others."""
        line = self._apart.pop() if self._apart else Line(self.connection_pool)
        try:
            reply = await line.ask(command)
        except BaseException:
            line.close()
            raise
        self._apart.append(line)
        return reply

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        for line in (self._line, *self._apart):
            line.close()
        await super().aclose(close_connection_pool)
