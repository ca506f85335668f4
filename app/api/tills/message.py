"""One checked message of a till, with what a transaction needs to answer it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import field
from typing import Any
from urllib.parse import quote

from aiohttp import web

from app.api.tills.rooms import Rooms
from app.api.tills.wire.envelope import Envelope
from app.api.tills.wire.values import canonical
from app.domain.registry.service import InstitutionKey
from app.kit.clock import local_date
from app.kit.value import lazy, lazy_value, value
from app.regions.rules import Rules

ASKS_MAX_S = 20.0
_DECIDING_S = 2.0
_STREAM = "application/octet-stream"
PIECE_S = 60.0
"""So long may a till take for a piece of a file, of some hundred kilobytes."""


class Processing(Exception):
    """The answer is not ready in time, and the till has said that it comes again (WIRE Repeats)."""


class NotKnown(Exception):
    """Whether anything was done can't be said just now: the one answer that is no 200 (law 14)."""


@value
class FileOut:
    """An answer that is a file and no JSON (WIRE 9102)."""

    filename: str
    content: bytes

    def response(self) -> web.Response:
        return web.Response(
            body=self.content,
            content_type=_STREAM,
            headers=_file_headers(self.filename),
        )


def _file_headers(filename: str) -> dict[str, str]:
    return {
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(filename)}",
    }


@value
class StreamOut:
    """A file that is made while it is sent: nobody holds the whole."""

    filename: str
    pieces: AsyncGenerator[bytes]

    async def sent(self, request: web.Request) -> web.StreamResponse:
        """Sends it; who goes away in the middle, or takes no more of it, ends the making."""
        response = web.StreamResponse(headers=_file_headers(self.filename))
        response.content_type = _STREAM
        await response.prepare(request)
        try:
            async with aclosing(self.pieces) as pieces:
                async for piece in pieces:
                    async with asyncio.timeout(PIECE_S):
                        await response.write(piece)
            await response.write_eof()
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()
        return response


Output = dict[str, Any] | list[dict[str, Any]] | FileOut | StreamOut
"""What a transaction answers: the nodes of its output by name; rows where it has no node."""


@lazy_value
class Message:
    """A till's message after signature and envelope have been checked.

    Attributes:
        sender: the institution whose key has signed it.
        until: the moment of the loop's clock at which the till's patience for what is decided
            elsewhere ends.
        comes_again: the till has said how long it waits, and asks again for what isn't decided
            by then; any other is told a definite answer.
        warnings: sentences that the answer tells beside its output (``warn_msg``).
    """

    envelope: Envelope
    sender: InstitutionKey
    rooms: Rooms
    until: float
    comes_again: bool
    warnings: list[str] = field(default_factory=list, hash=False, compare=False)

    @property
    def input(self) -> dict[str, Any]:
        return self.envelope.input

    @lazy
    def rules(self) -> Rules:
        """What holds today where the sender lies."""
        today = local_date(self.rooms.clock.now())
        return self.rooms.rulebook.at(self.sender.admdvs, today).rules

    def left_s(self) -> float:
        """How much of the till's patience is left, in seconds."""
        return max(0.0, self.until - asyncio.get_running_loop().time())

    def asks_s(self) -> float:
        """How long donors may be asked first: as long as the till waits, less what deciding takes;
        one that comes again waits as long as it takes."""
        return ASKS_MAX_S if self.comes_again else max(0.0, self.left_s() - _DECIDING_S)

    def body_hashes(self) -> tuple[bytes, ...]:
        """The same for a repeat of this message, others for any other content: the first is noted,
        the others are of keys of before."""
        content = canonical({"infno": self.envelope.infno, "input": self.input})
        return self.rooms.people.cipher.indexes("message", content.decode())
