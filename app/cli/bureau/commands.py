"""``qinji bureaus add|close|list``: who may send life events over HTTP."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from app.cli.up import settings_or_exit
from app.compose import open_services
from app.domain.events.bureaus import Bureaus
from app.store.keys import KeysError
from app.store.versions import StartRefused
from app.store.where import NotRunning

Found = TypeVar("Found")
_CODE = re.compile(r"[0-9A-Za-z._-]{1,30}\Z")
_PLACE = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}\Z")
_OURS = frozenset({"file", "registry", "clock"})


def _run(work: Callable[[Bureaus], Awaitable[Found]]) -> Found:
    async def go() -> Found:
        async with open_services(settings_or_exit(), application="qinji-bureaus") as services:
            return await work(services.bureaus)

    try:
        return asyncio.run(go())
    except (NotRunning, StartRefused, KeysError, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.group()
def bureaus() -> None:
    """Who may send life events: insurance bureaus and their keys. 经办机构接入"""


@bureaus.command()
@click.argument("code")
@click.argument("name")
@click.argument("places", nargs=-1, required=True)
def add(code: str, name: str, places: tuple[str, ...]) -> None:
    """Registers a bureau, or gives one a new key, which is shown once. 登记

    PLACES: of whose people it may speak, by the beginnings of their places' codes (36, 3601), or
    00: everybody's. It posts to /bureau/api/events.
    """
    if not _CODE.match(code) or code in _OURS:
        raise click.ClickException(
            "CODE: letters, digits, . - _, and not one of our own"
            " 代码只用字母、数字和 . - _，且不与系统自用的重复"
        )
    if not all(_PLACE.fullmatch(place) for place in places):
        raise click.ClickException("PLACES: 2, 4 or 6 digits 两位、四位或六位区划代码")
    key_id, secret = _run(lambda book: book.add(code, name, places))
    click.echo(f"x-ca-key: {key_id}\n密钥 secret: {secret}")


@bureaus.command()
@click.argument("code")
def close(code: str) -> None:
    """Takes no more of a bureau's messages, from the next one on. 停用"""
    if not _run(lambda book: book.close(code)):
        raise click.ClickException(f"there is no bureau {code} 没有这家经办机构")
    click.echo(f"{code} 已停用 is closed")


@bureaus.command("list")
def list_() -> None:
    """All of them. 已登记的经办机构"""
    for one in _run(lambda book: book.all_of_them()):
        state = "已停用 closed" if one["closed_at"] else "open"
        click.echo(f"{one['code']}  {' '.join(one['places'])}  {state}  {one['name']}")
