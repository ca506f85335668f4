"""``qinji counter import FILE.csv``: signed papers in a batch, in a clerk's name."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import click

from app.cli.up import settings_or_exit
from app.compose import Services, open_services
from app.domain.counter.papers import COLUMNS, PapersReport
from app.domain.counter.values import Clerk
from app.domain.staff.values import SERVING, Visitor
from app.kit.reasons import Refusal
from app.store.keys import KeysError
from app.store.versions import StartRefused
from app.store.where import NotRunning

_HERE = "qinji counter"
_SHOWN = 20


@click.group()
def counter() -> None:
    """The counter. 柜台"""


@counter.command(
    "import", help=f"Do what signed papers say. 成批办理纸质授权\n\nColumns: {', '.join(COLUMNS)}"
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--by", required=True, help="The clerk in whose name, and for whose region. 以哪位经办人的名义"
)
def import_(file: Path, by: str) -> None:
    async def go() -> PapersReport:
        async with open_services(settings_or_exit(), application="qinji-counter") as services:
            clerk = await _clerk(services, by)
            return await services.papers_desk.take(clerk, file)

    try:
        report = asyncio.run(go())
    except Refusal as refusal:
        raise click.ClickException(refusal.because().in_both()) from refusal
    except (NotRunning, StartRefused, KeysError, OSError) as error:
        raise click.ClickException(str(error)) from error
    _tell(report, file)


async def _clerk(services: Services, name: str) -> Clerk:
    for one in await services.operators.all():
        if one.name == name and one.role in SERVING and one.disabled_at is None:
            return Clerk(one, Visitor(_HERE, secrets.token_hex(16)))
    raise click.ClickException(f"there is no clerk {name} 没有这位经办人")


def _tell(report: PapersReport, file: Path) -> None:
    for one in report.refused[:_SHOWN]:
        click.echo(f"{one.line}  {one.column}  {one.zh} {one.en}")
    if len(report.refused) > _SHOWN:
        click.echo("…")
    path = file.with_name(file.name + ".refused.csv")
    path.unlink(missing_ok=True)
    if report.refused:
        rows = [f'{one.line},{one.column},"{one.en}"' for one in report.refused]
        path.write_text("\n".join(["line,column,reason", *rows, ""]), encoding="utf-8")
        click.echo(f"refused rows 拒绝的行: {path}")
    counts = f"{report.done} done, {report.known} done before, {len(report.refused)} refused"
    click.echo(f"{counts} 办理{report.done} 已办理过{report.known} 拒绝{len(report.refused)}")
