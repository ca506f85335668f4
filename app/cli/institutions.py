"""``qinji institutions close|reopen|closed``: whose messages are taken."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from app.cli.up import settings_or_exit
from app.compose import open_services
from app.domain.registry.service import People
from app.kit.clock import Clock, local
from app.store.keys import KeysError
from app.store.versions import StartRefused
from app.store.where import NotRunning

Found = TypeVar("Found")
_CODE = click.argument("code")


def _run(work: Callable[[People, Clock], Awaitable[Found]]) -> Found:
    async def go() -> Found:
        async with open_services(settings_or_exit(), application="qinji-institutions") as services:
            return await work(services.people, services.clock)

    try:
        return asyncio.run(go())
    except (NotRunning, StartRefused, KeysError, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.group()
def institutions() -> None:
    """Shut institutions out and let them in again. 定点机构停用与恢复"""


@institutions.command()
@_CODE
def close(code: str) -> None:
    """Takes no more of an institution's messages, from the next one on. 停用

    What was taken before is settled. Another import doesn't open it again.
    """
    if not _run(lambda people, clock: people.close_institution(code, clock.now())):
        raise _unknown(code)
    click.echo(f"{code} 已停用 is closed")


@institutions.command()
@_CODE
def reopen(code: str) -> None:
    """Takes an institution's messages again. 恢复"""
    if not _run(lambda people, _: people.close_institution(code, None)):
        raise _unknown(code)
    click.echo(f"{code} 已恢复 is open")


@institutions.command()
def closed() -> None:
    """Which are closed, and since when. 已停用的机构"""
    found = _run(lambda people, _: people.closed_institutions())
    if not found:
        click.echo("没有停用的机构。None is closed.")
    for one in found:
        assert one.closed_at is not None
        since = f"{local(one.closed_at):%Y-%m-%d %H:%M}"
        click.echo(f"{one.fixmedins_code}  {since}  {one.fixmedins_name}")


def _unknown(code: str) -> click.ClickException:
    return click.ClickException(f"there is no institution {code} 没有这家机构")
