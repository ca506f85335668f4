"""One checked message of a till, with what a transaction needs to answer it."""

from __future__ import annotations

from dataclasses import field
from typing import Any
from urllib.parse import quote

from aiohttp import web

from app.api.tills.rooms import Rooms
from app.api.tills.wire.envelope import Envelope
from app.api.tills.wire.values import canonical
from app.domain.registry.service import InstitutionKey
from app.kit.clock import local_date
from app.kit.value import value
from app.regions.rules import Rules


class Processing(Exception):
    """The answer is not ready in time; the same msgid again will get it (WIRE Repeats)."""


@value
class FileOut:
    """An answer that is a file and no JSON (WIRE 9102)."""

    filename: str
    content: bytes

    def response(self) -> web.Response:
        return web.Response(
            body=self.content,
            content_type="application/zip",
            headers={
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
                "Content-Disposition": f"attachment; filename*=UTF-8''{quote(self.filename)}",
            },
        )


@value
class Message:
    """A till's message after signature and envelope have been checked.

    Attributes:
        sender: the institution whose key has signed it.
        wait_s: how long the till waits for what is decided elsewhere.
        warnings: sentences that the answer tells beside its output (``warn_msg``).
    """

    envelope: Envelope
    sender: InstitutionKey
    rooms: Rooms
    wait_s: float
    warnings: list[str] = field(default_factory=list, hash=False, compare=False)

    @property
    def input(self) -> dict[str, Any]:
        return self.envelope.input

    @property
    def rules(self) -> Rules:
        """What holds today where the sender lies."""
        today = local_date(self.rooms.clock.now())
        return self.rooms.rulebook.at(self.sender.admdvs, today).rules

    def body_hashes(self) -> tuple[bytes, ...]:
        """The same for a repeat of this message, others for any other content: the first is noted,
        the others are of keys of before."""
        content = canonical({"infno": self.envelope.infno, "input": self.input})
        return self.rooms.people.cipher.indexes("message", content.decode())
