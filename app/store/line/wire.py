"""One connection to Redis: bytes out, replies in.

redis-py connects as the URL says (TLS, password, the sentinels' master) and hands the transport
over. From there on nothing stands between the loop and hiredis: no stream, task or timer a call,
which together cost several times what Redis does with a command.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

import hiredis
from redis.asyncio.connection import ConnectionPool, DefaultParser
from redis.exceptions import InvalidResponse, RedisError

_NOT_WHOLE = object()


class Wire(asyncio.Protocol):
    """An open connection. ``hear`` is called with each reply as it comes, an error as the exception
    that it stands for; ``lost``, once, when no reply can come any more."""

    def __init__(
        self,
        connection: Any,
        hear: Callable[[Any], None],
        lost: Callable[[], None],
    ) -> None:
        self._connection = connection  # which closes the transport when nobody knows it any more
        self._transport = cast(asyncio.Transport, connection._writer.transport)
        self._hear = hear
        self._lost = lost
        self._reader = hiredis.Reader(
            protocolError=InvalidResponse,
            replyError=DefaultParser.parse_error,
            notEnoughData=_NOT_WHOLE,
        )
        self.answer_s = connection.socket_timeout
        """How long whoever asks waits for an answer; None: for ever."""
        self._transport.set_protocol(self)

    @classmethod
    async def open(
        cls, pool: ConnectionPool, hear: Callable[[Any], None], lost: Callable[[], None]
    ) -> Wire:
        """A new connection to where a pool's would go.

        Raises:
            RedisError: there is nobody, or he doesn't let us in.
        """
        connection = cast(Any, pool).make_connection()
        try:
            await connection.connect()
        except BaseException:  # who is cancelled half-way leaves nothing open, either
            connection._close()
            raise
        return cls(connection, hear, lost)

    @property
    def is_open(self) -> bool:
        return not self._transport.is_closing()

    def send(self, packed: bytes) -> None:
        """Sends commands as ``packed`` made them; what is sent in one turn of the loop goes out in
        one write."""
        self._transport.write(packed)

    def end(self) -> None:
        """Ends the connection at once; ``lost`` is called soon after."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        reader = self._reader
        reader.feed(data)
        try:
            while (reply := reader.gets()) is not _NOT_WHOLE:
                self._hear(reply)
        except RedisError:  # no Redis speaks there
            self.end()

    def connection_lost(self, exc: BaseException | None) -> None:
        self._connection._close()
        self._lost()


def packed(command: tuple[Any, ...]) -> bytes:
    """A command as it is sent. A name of two words (``SCRIPT LOAD``) is two of its parts."""
    name = command[0]
    if " " in name:
        command = (*name.split(), *command[1:])
    return cast(bytes, hiredis.pack_command(command))
