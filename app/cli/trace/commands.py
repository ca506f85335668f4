"""``qinji trace nightly``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

import click

from app.cli.up import settings_or_exit
from app.compose import Services, open_services
from app.kit.clock import local, local_date
from app.regions.text.show import columns
from app.store.keys import KeysError
from app.store.versions import StartRefused
from app.store.where import NotRunning

Found = TypeVar("Found")
_SAYS = {
    "settled, not told": "已结算未上传 settled, not told",
    "told, not settled": "已上传未结算 told, not settled",
    "sold twice": "重复销售 sold twice",
}


def _run(work: Callable[[Services], Awaitable[Found]]) -> Found:
    async def go() -> Found:
        async with open_services(settings_or_exit(), application="qinji-trace") as services:
            return await work(services)

    try:
        return asyncio.run(go())
    except (NotRunning, StartRefused, KeysError, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.group()
def trace() -> None:
    """Trace codes of medicines. 药品追溯码."""


@trace.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Yesterday unless given. 日期")
def nightly(day: datetime | None) -> None:
    """What of a day's sold and uploaded codes doesn't fit together. 追溯码核对.

    Settled and not uploaded, uploaded and not settled, sold twice. Exits with 1 when there is any.
    """

    async def work(services: Services) -> list[list[str]]:
        yesterday = local_date(services.clock.now()) - timedelta(days=1)
        found = await services.uploads.nightly(day.date() if day else yesterday)
        return [
            [
                row["fixmedins_code"],
                _SAYS[row["what"]],
                row["code"],
                str(row["settlement_id"] or "-"),
                f"{local(row['at']):%Y-%m-%d %H:%M}",
            ]
            for row in found
        ]

    rows = _run(work)
    for line in columns([["机构 institution", "", "追溯码 code", "结算号 setl_id", ""], *rows]):
        click.echo(line)
    click.echo(f"{len(rows)} found")
    if rows:
        raise SystemExit(1)
