"""What surrounds every call: an id, a log line, and the mapping of refusals and faults."""

from __future__ import annotations

import time
from dataclasses import dataclass

from aiohttp import web
from aiohttp.hdrs import CONTENT_ENCODING, X_FORWARDED_FOR
from aiohttp.typedefs import Handler, Middleware

from app.api.http.body import Gone
from app.api.http.counting import count_call
from app.api.http.envelope import REQUEST_ID, refused
from app.api.http.errors import (
    ENCODING_UNSUPPORTED,
    INTERNAL,
    METHOD_NOT_ALLOWED,
    TOO_LARGE,
    TOO_MANY_AT_ONCE,
)
from app.api.http.serving.address import peer_of
from app.api.http.serving.doorkeeper import DOORKEEPER
from app.api.http.supply import Slot
from app.domain.registry.service import People
from app.kit.batcher import Overloaded
from app.kit.ids import request_id
from app.kit.log import CALL, debugging, logger
from app.kit.reasons import INVALID_INPUT, NOT_FOUND, UNAVAILABLE, Because, Refusal
from app.store.cache import CacheError
from app.store.database import DATABASE_AWAY

log = logger(__name__)

_UNREADABLE = {"detail": "无法读取", "detail_en": "the body can't be read"}
_BY_STATUS = {404: NOT_FOUND, 405: METHOD_NOT_ALLOWED, 413: TOO_LARGE}
AWAY = (CacheError, *DATABASE_AWAY, Overloaded)
"""What a dependency raises when it is away for a moment."""


@web.middleware
async def trace(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Gives the call an id and writes one line about it: never its query or body."""
    request[REQUEST_ID] = request_id()
    CALL.set(request[REQUEST_ID])
    begun = time.perf_counter()
    response = await handler(request)
    ms = (time.perf_counter() - begun) * 1000
    count_call(request.path, response.status, ms)
    if debugging():
        route = request.match_info.route.resource
        where = route.canonical if route else "-"
        log.debug(
            "http", method=request.method, route=where, status=response.status, ms=round(ms, 1)
        )
    response.headers["X-Request-Id"] = request[REQUEST_ID]
    return response


@dataclass(frozen=True, slots=True)
class Naming:
    """Who puts names in the place of the tokens in a refusal."""

    people: People


def map_errors(naming: Slot[Naming]) -> Middleware:
    """What turns refusals and faults into the phones' envelope."""

    @web.middleware
    async def mapped(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refusal as refusal:
            named = await naming.get().people.named_refusal(refusal)
            return refused(request, named.because())
        except web.HTTPException as error:
            return _of_status(request, error)
        except Gone:
            return web.Response(status=400)
        except web.RequestPayloadError:  # it is not encoded as its headers say
            return refused(request, Because(INVALID_INPUT, _UNREADABLE))
        except AWAY as error:
            log.warning("dependency_away", error=type(error).__name__)
            return refused(request, Because(UNAVAILABLE))
        except Exception:
            log.exception("unexpected")
            return refused(request, Because(INTERNAL))

    return mapped


@web.middleware
async def admit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns away what no handler should see, before any of its body is read.

    Raises:
        Refusal: ENCODING_UNSUPPORTED, TOO_MANY_AT_ONCE.
    """
    if CONTENT_ENCODING in request.headers and any(
        value.strip().lower() not in ("", "identity")
        for value in request.headers.getall(CONTENT_ENCODING)
    ):
        raise Refusal(ENCODING_UNSUPPORTED)
    handed_on = request.headers.getall(X_FORWARDED_FOR, ())
    if not handed_on:  # counted by its connection
        return await handler(request)
    peer, keeper = peer_of(request), request.app[DOORKEEPER]
    client = keeper.proxies.client(peer, handed_on)
    if not keeper.proxies.trust(peer) or client == peer:
        return await handler(request)
    if not keeper.take_call(client):
        raise Refusal(TOO_MANY_AT_ONCE)
    try:
        return await handler(request)
    finally:
        keeper.end_call(client)


def _of_status(request: web.Request, error: web.HTTPException) -> web.StreamResponse:
    """What aiohttp itself refuses, in our words; a redirect and the like go on as they are."""
    reason = _BY_STATUS.get(error.status)
    if reason is not None:
        return refused(request, Because(reason))
    if 400 <= error.status < 500:
        return refused(
            request, Because(INVALID_INPUT, {"detail": "请求不正确", "detail_en": error.reason})
        )
    raise error
