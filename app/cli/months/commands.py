"""``qinji months show|convert|archive|check``: the books by months."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta
from pathlib import Path

import asyncpg
import click

from app.cli.ledger import run
from app.cli.up import settings_or_exit
from app.compose import Services
from app.kit.clock import SHANGHAI
from app.ledger.proof.archive.lines import ArchiveError, Manifest
from app.ledger.proof.archive.reading import Archive
from app.ledger.proof.archive.writing import write
from app.store.months.convert import convert as run_convert
from app.store.months.parts import Part, parts
from app.store.urls.postgres import credentials
from app.store.urls.several import found
from app.store.versions import StartRefused
from app.store.where import NotRunning, database_url, endpoints


@click.group()
def months() -> None:
    """The books by months. 按月分区."""


@months.command()
def show() -> None:
    """Each part of each table: from when to when, about how many rows. 查看各月."""

    async def work() -> list[Part]:
        given = await found(credentials(database_url(settings_or_exit())))
        connection = await asyncpg.connect(**given)
        try:
            return await parts(connection)
        finally:
            await connection.close()

    try:
        for part in asyncio.run(work()):
            click.echo(
                f"{part.name:<24}{_day(part.begins):>12}{_day(part.ends):>12}"
                f"{part.rows:>14,} rows{part.bytes / 1e6:>12,.1f} MB"
            )
    except (NotRunning, StartRefused, OSError, asyncpg.PostgresError) as error:
        raise click.ClickException(str(error)) from error


def _day(moment: datetime | None) -> str:
    return "…" if moment is None else f"{moment.astimezone(SHANGHAI):%Y-%m-%d}"


@months.command()
def convert() -> None:
    """Bring what an older version has laid down to months, while everything runs. 在线转换."""
    given = settings_or_exit()
    try:
        if given.database_url:
            url, owner = given.database_url, given.owner_database_url
        else:
            own = endpoints(given.home)
            if own is None:
                raise NotRunning("Qinji is not running here: start it with ./deploy/up")
            url, owner = own.database_url, own.owner_url
        done = asyncio.run(run_convert(url, click.echo, owner_url=owner))
    except (NotRunning, StartRefused, OSError, asyncpg.PostgresError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{done} tables were brought to months. 已转换{done}张表")


@months.command()
@click.argument("month", type=click.DateTime(["%Y-%m"]))
@click.argument("folder", type=click.Path(path_type=Path))
def archive(month: datetime, folder: Path) -> None:
    """Write a month's transfers and settlements to files that prove themselves. 归档一个月.

    MONTH: as 2026-10. FOLDER: a new one; nothing in the database changes.
    """
    begins = month.replace(tzinfo=SHANGHAI)
    ends = (begins + timedelta(days=31)).replace(day=1)

    async def work(services: Services) -> Manifest:
        now = services.clock.now()
        return await write(services.lateness.nightly, folder, begins, ends, now)

    try:
        made = run(work)
    except (ArchiveError, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{folder}: {made.rows} rows of {len(made.days)} days")


@months.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def check(folder: Path) -> None:
    """Check an archive without the database; exit 1 if it was changed. 核对归档.

    Compare the roots that it prints with those that were published.
    """
    try:
        there = Archive(folder)
        wrong = there.check()
    except (ArchiveError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for day in there.manifest.days:
        click.echo(f"{day.day}  {day.root.hex()}")
    click.echo(f"{there.manifest.rows} rows of {len(there.manifest.days)} days: {len(wrong)} wrong")
    for sentence in wrong:
        click.echo(sentence, err=True)
    sys.exit(1 if wrong else 0)
