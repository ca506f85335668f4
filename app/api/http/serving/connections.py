"""aiohttp's server with a doorkeeper: each connection tells it what has come and gone."""

from __future__ import annotations

import asyncio
import select
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.hdrs import EXPECT, METH_CONNECT, SERVER
from aiohttp.http import RawRequestMessage
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.streams import StreamReader
from aiohttp.web_protocol import RequestHandler
from yarl import URL

from app.api.http.headers import SAFE
from app.api.http.serving.address import HERE
from app.api.http.serving.doorkeeper import DOORKEEPER, Doorkeeper

_GO_ON = "100-continue"
_NOWHERE = "*"
_CLIENTS_OWN = (HttpProcessingError, web.RequestPayloadError, ConnectionError)


class Connection(RequestHandler):
    """One connection. A call is whole when its headers and its body have come."""

    __slots__ = ("_answers", "_inside", "_keeper", "_newest", "address", "held")

    def __init__(self, server: Server, keeper: Doorkeeper, **more: Any) -> None:
        super().__init__(server, **more)
        self._keeper = keeper
        self._inside = False
        self._newest: StreamReader | None = None
        self._answers = 0
        self.address = HERE
        self.held = 0

    @property
    def keeper(self) -> Doorkeeper:
        return self._keeper

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        peer = transport.get_extra_info("peername")
        self.address = str(peer[0]) if isinstance(peer, tuple) else HERE
        self._inside = self._keeper.let_in(self)
        if self._inside:
            super().connection_made(transport)
        else:
            self._force_close = True
            transport.abort()  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        if not self._inside or self.transport is None:
            return
        begun, was_whole = self._request_count, self._is_whole()
        super().data_received(data)
        new = self._request_count != begun
        if new and self._messages:
            self._newest = self._messages[-1][1]
        if self._is_whole() and (new or not (data and was_whole)):
            self._keeper.whole(self)
            if self._answers == self._request_count:  # the rest of a call that was refused before
                self._keeper.rests(self)
        elif data:
            self._keeper.unfinished(self, len(data))

    def connection_lost(self, exc: BaseException | None) -> None:
        if self._inside:
            self._inside = False
            self._keeper.gone(self)
            super().connection_lost(exc)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        # Whatever would come after a CONNECT is no call; and a process that ends takes no other.
        if request.method == METH_CONNECT or self._keeper.ending:
            resp.force_close()
        if self._inside:
            self._keeper.answering(self)
        try:
            return await super().finish_response(request, resp, start_time)
        finally:
            self._answers += 1
            if self._inside and self.transport is not None:
                idle = self._answers == self._request_count and self._is_whole()
                self._keeper.answered(self, idle=idle)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """What is no HTTP is told so, and not a word of it comes back."""
        if not isinstance(exc, _CLIENTS_OWN):
            super().handle_error(request, status, exc, message)
        elif request.writer.output_size > 0:
            raise ConnectionError("an answer has begun to go out, there can be no other")
        response = Bare(status=status, text=f"{status} {HTTPStatus(status).phrase}", headers=SAFE)
        response.force_close()
        return response

    def log_exception(self, *args: Any, **more: Any) -> None:
        """What is no HTTP is not logged, for aiohttp would quote the bytes: they may hold a token,
        and anybody could fill the log with them. Nor is it told who has gone away, also while
        aiohttp throws the rest of his call away: it reads on and is told of no connection."""
        error = more.get("exc_info")
        gone = isinstance(error, RuntimeError) and self.transport is None
        if not (gone or isinstance(error, _CLIENTS_OWN)):
            super().log_exception(*args, **more)

    def drop(self) -> None:
        transport = self.transport
        self.force_close()
        if transport is not None:
            transport.abort()

    def leave(self) -> None:
        if self.transport is not None and not _unread(self.transport):
            self.close()

    def _is_whole(self) -> bool:
        return self._newest is not None and self._newest.is_eof()


def _unread(transport: asyncio.BaseTransport) -> bool:
    """Whether something has come that nobody has read yet."""
    look = select.poll()
    look.register(transport.get_extra_info("socket").fileno(), select.POLLIN)
    return bool(look.poll(0))


class Bare(web.Response):
    """An answer to what never became a call, which no application's signal sees."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.popall(SERVER, None)


class Server(web.Server):
    """Makes such connections."""

    def __init__(self, plain: web.Server, keeper: Doorkeeper, **more: Any) -> None:
        super().__init__(plain.request_handler, request_factory=_plain(plain), **more)
        self._keeper = keeper

    def __call__(self) -> RequestHandler:
        # A body is never unpacked: who packs one is refused (415), and pays for it himself.
        return Connection(
            self, self._keeper, loop=self._loop, auto_decompress=False, **self._kwargs
        )


def _plain(server: web.Server) -> Callable[..., web.BaseRequest]:
    """Makes a server's requests; what a call expects but to be told to go on is nothing to us.

    aiohttp would answer it itself, outside of every door and in words of its own: with the bytes
    that were sent, which may be no text. And its parser lets a tunnel to nothing in
    (``CONNECT`` and two blanks) with no address at all, over which it then falls itself.
    """
    make = server.request_factory

    def request(message: RawRequestMessage, *more: Any) -> web.BaseRequest:
        if message.url is None:
            message = message._replace(path=_NOWHERE, url=URL(_NOWHERE))
        if message.headers.get(EXPECT, _GO_ON).lower() != _GO_ON:
            headers = message.headers.copy()
            headers.popall(EXPECT)
            message = message._replace(headers=type(message.headers)(headers))
        return make(message, *more)

    return request


class Runner(web.AppRunner):
    """Runs an application that has a ``DOORKEEPER``."""

    async def _make_server(self) -> web.Server:
        plain = await super()._make_server()
        keeper = self.app[DOORKEEPER]
        more = {**plain._kwargs, "keepalive_timeout": keeper.limits.idle_s}
        return Server(plain, keeper, handler_cancellation=plain.handler_cancellation, **more)
