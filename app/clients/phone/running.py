"""How a command of the terminal's phone runs: what the server refuses ends it with the reason."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import click

from app.clients.phone.client import PhoneError


def run(work: Callable[[], Awaitable[None]]) -> None:
    """Does what a command is for.

    Raises:
        ClickException: why not, as the server says it.
    """

    async def whole() -> None:
        await work()

    try:
        asyncio.run(whole())
    except PhoneError as error:
        raise click.ClickException(str(error)) from None
