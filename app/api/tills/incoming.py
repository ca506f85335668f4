"""Reads a message's bytes, 256 KB and more only where a file is uploaded (9101), finds the cell in
which it belongs, and gives seats.

Reading costs nobody a seat: whoever sends half a message and falls silent holds nothing but his own
connection, for some seconds (``http/serving``). Seats are for what has come whole and is signed.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from aiohttp import web

from app.api.http.body import read_part
from app.api.tills.errors import BUSY, ENVELOPE_INVALID
from app.api.tills.wire.envelope import UPLOAD
from app.kit.reasons import Refusal

BODY_MAX = 256 * 1024
UPLOAD_BODY_MAX = 14 * 1024 * 1024
"""A file of 10 MB as base64, with its envelope."""
_UPLOADS_AT_ONCE = 2
_NAMED = re.compile(rb'"infno"\s*:\s*"?' + UPLOAD.encode() + rb"\b")
_FILE = re.compile(rb'\bname="?file"?[\s;]', re.IGNORECASE)
"""A form with a file, whichever of its parts comes first."""
_NODES_MAX = 2000
_MARK = rb'(?:\\u00[01][0-9a-fA-F]|[^"0-9\\]){0,4}'
"""What a scanner sets around a code, as it is or escaped."""
_PLACES = (
    re.compile(rb'"insuplc_admdvs"\s*:\s*"\s*([0-9]{6})\s*"'),
    re.compile(rb'"([0-9]{6})ec[0-9a-f]{32}"'),
    re.compile(rb'"' + _MARK + rb"424[0-9]{19}([0-9]{2})[0-9]{4}" + _MARK + rb'"'),
    re.compile(rb'"mdtrtarea_admvs"\s*:\s*"\s*([0-9]{6})\s*"'),
)
"""Where somebody is insured; else a token, which begins with that, or a code, which has a province
of the cell that made it; else where the institution is."""
_WHOSE = re.compile(rb'"psn_no"\s*:\s*"\s*([0-9A-Za-z]{1,30})\s*"')
_KEPT_FREE, _SHARE = 4, 20
WHOLE = web.RequestKey("whole", bytes)
"""A message that has been read."""


@dataclass(slots=True)
class Seats:
    """How many messages a process works on just now, and whose they are.

    One institution has as many as there are, but for the last quarter: that is kept for those who
    have only a few, so nobody can take all.
    """

    taken: int = 0
    by_institution: Counter[str] = field(default_factory=Counter)
    _uploads: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_UPLOADS_AT_ONCE))

    @contextmanager
    def seat(self, code: str, most: int) -> Iterator[None]:
        """A seat for a message of an institution.

        Raises:
            Refusal: BUSY.
        """
        held = self.by_institution[code]
        if self.taken >= most or (
            self.taken >= most - most // _KEPT_FREE and held >= max(1, most // _SHARE)
        ):
            if not held:
                del self.by_institution[code]
            raise Refusal(BUSY)
        self.taken += 1
        self.by_institution[code] = held + 1
        try:
            yield
        finally:
            self.taken -= 1
            self.by_institution[code] -= 1
            if not self.by_institution[code]:
                del self.by_institution[code]

    @asynccontextmanager
    async def place_for(self, text: bytes, file: bytes | None) -> AsyncIterator[None]:
        """One of the few places for what is as long as a file; what is short needs none.

        Raises:
            Refusal: ENVELOPE_INVALID: it is no file, for a file is one text or one list. What has
                many parts would grow when it is read.
        """
        if len(text) + len(file or b"") <= BODY_MAX:
            yield
            return
        async with self._uploads:
            if file is not None and len(text) > BODY_MAX:
                raise _too_large()
            if any(text.count(mark) > _NODES_MAX for mark in (b'"', b"{", b"[")):
                raise _too_large()
            yield


async def read_body(
    request: web.Request, named: Callable[[bytes], Awaitable[None]] | None = None
) -> bytes:
    """The body of a message from somebody who names a key of an institution: in the headers, or
    else in what comes first, which ``named`` looks at before more is read.

    Raises:
        Refusal: ENVELOPE_INVALID: too large, or too large for what it is.
        Gone: the sender broke off.
    """
    whole: bytes | None = request.get(WHOLE)
    if whole is not None:
        if named is not None:
            await named(whole)
        return whole
    body = bytearray()
    short = await _read_to(request, body, BODY_MAX)
    if named is not None:
        await named(bytes(body))
    whole = request[WHOLE] = await _rest(request, body, short)
    return whole


async def _rest(request: web.Request, body: bytearray, short: bool) -> bytes:
    if short:
        return bytes(body)
    if not (_NAMED.search(body) or _FILE.search(body)) or not await _read_to(
        request, body, UPLOAD_BODY_MAX
    ):
        raise _too_large()
    return bytes(body)


async def _read_to(request: web.Request, body: bytearray, limit: int) -> bool:
    """Reads on; False when there is more than ``limit``."""
    while part := await read_part(request):
        body += part
        if len(body) > limit:
            return False
    return True


def _too_large() -> Refusal:
    return Refusal(ENVELOPE_INVALID, field="body", detail="报文过大")


def place_in(raw: bytes) -> str:
    """The place (``admdvs``, or the two digits of a province) by which a message's cell is found,
    read off its bytes before anything of it is believed; empty where it tells none.

    The national text demands ``insuplc_admdvs`` as soon as a person is named; who reads a code
    doesn't know it yet.
    """
    for form in _PLACES:
        if found := form.search(raw):
            return found.group(1).decode()
    return ""


def named_in(raw: bytes) -> str:
    """The psn_no in a message that doesn't say where whoever it is about is insured, though the
    national text demands it; empty: it says so, or names nobody."""
    if _PLACES[0].search(raw):
        return ""
    found = _WHOSE.search(raw)
    return found.group(1).decode() if found else ""
