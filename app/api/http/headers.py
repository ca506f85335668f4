"""Headers that every answer of every door has, and the one that none has."""

from __future__ import annotations

from aiohttp import web
from aiohttp.hdrs import SERVER

SAFE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
"""Nothing is taken for what it does not say it is, nothing stands in another's frame. A page says
for itself what it may load."""


async def dress(request: web.BaseRequest, response: web.StreamResponse) -> None:
    """Adds them to an answer that has not said otherwise; what runs here is nobody's business."""
    for name, value in SAFE.items():
        response.headers.setdefault(name, value)
    response.headers.popall(SERVER, None)
