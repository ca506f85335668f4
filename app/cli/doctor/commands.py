"""``qinji doctor``: what this installation lacks."""

from __future__ import annotations

import asyncio
import sys

import click

from app.cli.up import settings_or_exit
from app.store.doctor.examine import examine
from app.store.doctor.told import Told, any_fault


@click.command()
def doctor() -> None:
    """Say what this installation lacks; nothing is changed. 检查安装.

    One line a check: `ok`, `warn` (it works; look at it), `fault` (it doesn't, or what was told may
    be lost), each with what to do. Ends with 1 where there is a fault.
    """
    config = settings_or_exit()

    async def look() -> list[Told]:
        found = []
        async for told in examine(config):
            click.echo(told.line)
            found.append(told)
        return found

    if any_fault(asyncio.run(look())):
        sys.exit(1)
