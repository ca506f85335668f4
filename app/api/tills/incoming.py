"""Reads a message's bytes: 256 KB, and more only where a file is uploaded (9101)."""

from __future__ import annotations

import asyncio
import re

from aiohttp import web

from app.api.tills.errors import ENVELOPE_INVALID
from app.api.tills.wire.envelope import UPLOAD
from app.domain.registry.service import People
from app.kit.reasons import Refusal

BODY_MAX = 256 * 1024
UPLOAD_BODY_MAX = 14 * 1024 * 1024
"""A file of 10 MB as base64, with its envelope."""
_UPLOADS_AT_ONCE = 2
_NAMED = re.compile(rb'"infno"\s*:\s*"?' + UPLOAD.encode() + rb"\b")
_NODES_MAX = 2000
_KEY_HEADERS = ("x-ca-key", "x-tif-paasid")
_uploads = asyncio.Semaphore(_UPLOADS_AT_ONCE)


async def read_body(request: web.Request, people: People) -> bytes:
    """The body.

    Raises:
        Refusal: ENVELOPE_INVALID: too large, or too large for what it is.
    """
    body = bytearray()
    if await _read_to(request, body, BODY_MAX):
        return bytes(body)
    if not _NAMED.search(body) or not await _known(request, people):
        raise _too_large()
    async with _uploads:  # what waits here is not read on, so it costs its first 256 KB
        if not await _read_to(request, body, UPLOAD_BODY_MAX):
            raise _too_large()
        # A file is one text or one list. What has many parts is no file, and would grow when read.
        if any(body.count(mark) > _NODES_MAX for mark in (b'"', b"{", b"[")):
            raise _too_large()
        return bytes(body)


async def _read_to(request: web.Request, body: bytearray, limit: int) -> bool:
    """Reads on; False when there is more than ``limit``."""
    while part := await request.content.readany():
        body += part
        if len(body) > limit:
            return False
    return True


async def _known(request: web.Request, people: People) -> bool:
    """Whether the sender names a key of an institution; the signature itself is checked later."""
    key_id = next((request.headers[name] for name in _KEY_HEADERS if name in request.headers), "")
    plain = key_id.isascii() and key_id.isprintable() and 0 < len(key_id) <= 64
    return plain and await people.key_owner(key_id) is not None


def _too_large() -> Refusal:
    return Refusal(ENVELOPE_INVALID, field="body", detail="报文过大")
