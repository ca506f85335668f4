"""A call's body, as bytes."""

from __future__ import annotations

from aiohttp import web


class Gone(Exception):
    """The client broke off before its call had come whole: nobody is there to be told."""


async def read(request: web.Request) -> bytes:
    """The whole body.

    Raises:
        Gone: the connection broke, or was ended for taking too long.
    """
    try:
        return await request.read()
    except OSError:  # nothing but the connection is asked here
        raise Gone from None


async def read_part(request: web.Request) -> bytes:
    """What has come since, empty at the end.

    Raises:
        Gone: as ``read``.
    """
    try:
        return await request.content.readany()
    except OSError:
        raise Gone from None
