"""What is another cell's is handed on to an app of it, as it came, and its answer handed back.

A process serves one cell. Whoever calls the wrong one is served all the same: phones know nothing
of cells, and a till asks for people of everywhere at one address. What was handed on once is not
handed on again: whoever has it looks for itself, and finds nobody if it isn't there either.
"""

from __future__ import annotations

import aiohttp
from aiohttp import web
from aiohttp.hdrs import (
    ACCEPT,
    ACCEPT_ENCODING,
    CONNECTION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    DATE,
    EXPECT,
    HOST,
    KEEP_ALIVE,
    SERVER,
    TRANSFER_ENCODING,
    USER_AGENT,
    X_FORWARDED_FOR,
)
from multidict import CIMultiDict
from yarl import URL

from app.api.http.serving.address import peer_of
from app.kit.log import logger
from app.settings.cells import CellMap
from app.store.cells.others import CellAway

HANDED_ON = "X-Qinji-Cell"
"""The cell to which a call was handed on."""
_NOT_CARRIED = (
    CONNECTION,
    KEEP_ALIVE,
    TRANSFER_ENCODING,
    CONTENT_LENGTH,
    EXPECT,
    HOST,
    DATE,
    SERVER,
)
_OF_A_CONNECTION = frozenset(name.lower() for name in (*_NOT_CARRIED, HANDED_ON))
_OUR_OWN = (ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE, USER_AGENT)
"""What a client of ours would say where the caller has said nothing."""
_AT_ONCE = 1000
"""Calls under way to other cells: most of them wait there as they would here."""
_CONNECT_S = 2.0
_ANSWER_S = 75.0
"""Longer than any call waits: a phone for an answer, a till for a bill."""
log = logger(__name__)


class Elsewhere(Exception):
    """A call is another cell's."""

    def __init__(self, cell: str) -> None:
        super().__init__(cell)
        self.cell = cell


class Neighbours:
    """The apps of the other cells."""

    def __init__(self, cells: CellMap, mine: str) -> None:
        self.cells = cells
        self._mine = mine
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=_AT_ONCE),
            timeout=aiohttp.ClientTimeout(total=None, connect=_CONNECT_S, sock_read=_ANSWER_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
        )

    async def close(self) -> None:
        """Closes the connections."""
        await self._session.close()

    def expect_here(self, cell: str | None) -> None:
        """Goes on where a call is this cell's, or no cell's in particular.

        Raises:
            Elsewhere: it is another one's.
        """
        if cell is not None and cell != self._mine:
            raise Elsewhere(cell)

    async def hand_on(self, request: web.Request, cell: str, body: bytes) -> web.StreamResponse:
        """Another cell's answer to a call.

        Raises:
            CellAway: there is none, or not all of it: what became of the call isn't known.
        """
        sent = CIMultiDict(
            (name, value)
            for name, value in request.headers.items()
            if name.lower() not in _OF_A_CONNECTION
        )
        sent[HANDED_ON] = cell
        ways = [*request.headers.getall(X_FORWARDED_FOR, ()), peer_of(request)]
        sent[X_FORWARDED_FOR] = ", ".join(ways)
        # Not the line as it came: what stands before its first slash could name another host.
        url = URL(self.cells.cells[cell].address + request.rel_url.raw_path_qs, encoded=True)
        begun = False
        try:
            async with self._session.request(
                request.method,
                url,
                headers=sent,
                data=body or None,
                allow_redirects=False,
                skip_auto_headers=_OUR_OWN,
            ) as answer:
                headers = CIMultiDict(
                    (name, value)
                    for name, value in answer.headers.items()
                    if name.lower() not in _OF_A_CONNECTION
                )
                response = web.StreamResponse(status=answer.status, headers=headers)
                response.content_length = answer.content_length
                begun = True
                await response.prepare(request)
                async for part in answer.content.iter_any():
                    await response.write(part)
                await response.write_eof()
                return response
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("cell_away", cell=cell, error=type(error).__name__)
            if begun and request.transport is not None:  # half an answer is none
                request.transport.abort()
            raise CellAway(cell) from None


NEIGHBOURS = web.AppKey("neighbours", Neighbours)


def may_hand_on(request: web.Request) -> Neighbours | None:
    """To whom a call may be handed on; None: there is one cell, or that was done once already."""
    return None if HANDED_ON in request.headers else request.app.get(NEIGHBOURS)
