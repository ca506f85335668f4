"""The pages at ``/`` (phone), ``/till``, ``/counter`` and ``/ops``, their files and those of
``/regions``, and the source of the mini-program.

Everything comes from here and nothing from elsewhere: the Content-Security-Policy allows no inline
script, no eval and no other host.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from aiohttp import ETag, web
from aiohttp.typedefs import Handler

from app.api.pages.clock import by_the_clock
from app.api.pages.serving import MADE, WEB, Served, Shelf, phone_page_is_made

MINIPROGRAM = WEB.parent / "miniprogram"

CSP = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "style-src 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), screen-wake-lock=(self), geolocation=(), microphone=()",
    # Kept, but asked for again: an unchanged file costs a 304.
    "Cache-Control": "no-cache",
    "Vary": "Accept-Encoding",
}


_STAFF = ("till", "counter", "ops")


def shelves() -> list[Shelf]:
    """Every folder that is served, by address."""
    return [
        Shelf("/miniprogram", MINIPROGRAM),
        *(
            Shelf(f"/{name}", WEB / name)
            for name in ("player", "made", "common", "regions", *_STAFF)
        ),
    ]


def pages() -> dict[str, Path]:
    """The pages by address; the phone's says so where its engine could not be made."""
    phone = MADE / "index.html" if phone_page_is_made() else WEB / "player/missing.html"
    found = {"/": phone} | {f"/{name}": WEB / name / "index.html" for name in _STAFF}
    return {address: path for address, path in found.items() if path.is_file()}


def routes() -> list[web.RouteDef]:
    """One route a file: there is no address to wander from."""
    return list(_routes())


@cache
def _routes() -> list[web.RouteDef]:
    found = []
    for shelf in shelves():
        found += [web.get(address, _serve(shelf, path)) for address, path in shelf.addresses()]
    whole = Shelf("", WEB)
    found += [web.get(address, _serve(whole, path)) for address, path in pages().items()]
    return found


def _serve(shelf: Shelf, path: Path) -> Handler:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            return _answer(request, by_the_clock(shelf.get(path)))
        except FileNotFoundError:
            raise web.HTTPNotFound from None

    return handle


def _answer(request: web.Request, file: Served) -> web.Response:
    known = {tag.value for tag in request.if_none_match or ()}
    response: web.Response
    if file.digest in known or "*" in known:
        response = web.Response(status=304, headers=HEADERS)
    elif file.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        response = web.Response(body=file.packed, headers=HEADERS | {"Content-Encoding": "gzip"})
    else:
        response = web.Response(body=file.body, headers=HEADERS)
    response.etag = ETag(file.digest, is_weak=True)
    response.content_type = file.content_type
    if not file.content_type.startswith("image/"):
        response.charset = "utf-8"
    return response
