"""``qinji months show|convert|archive|check|detach|drop|attach``: the books by months."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import click

from app.cli.ledger import run
from app.cli.up import settings_or_exit
from app.compose import Services
from app.kit.clock import SHANGHAI
from app.ledger.proof.archive.lines import ArchiveError, Manifest
from app.ledger.proof.archive.reading import Archive
from app.ledger.proof.archive.writing import write
from app.ledger.proof.away.attaching import attach, drop
from app.ledger.proof.away.detaching import detach
from app.ledger.proof.away.months import Archived, AwayError, Month, month_of
from app.settings import Settings
from app.store.months.convert import convert as run_convert
from app.store.months.owner import owner_of
from app.store.months.parts import Part, parts
from app.store.urls.postgres import credentials
from app.store.urls.several import found
from app.store.versions import StartRefused
from app.store.where import NotRunning, database_url, endpoints

Found = TypeVar("Found")
_REFUSED = (NotRunning, StartRefused, OSError, asyncpg.PostgresError)


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
    except _REFUSED as error:
        raise click.ClickException(str(error)) from error


def _day(moment: datetime | None) -> str:
    return "…" if moment is None else f"{moment.astimezone(SHANGHAI):%Y-%m-%d}"


@months.command()
def convert() -> None:
    """Bring what an older version has laid down to months, while everything runs. 在线转换."""
    given = settings_or_exit()
    try:
        url, owner = _urls(given)
        done = asyncio.run(run_convert(url, click.echo, owner_url=owner))
    except _REFUSED as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{done} tables were brought to months. 已转换{done}张表")


def _urls(given: Settings) -> tuple[str, str]:
    """Where the database is, for who serves and for its owner."""
    if given.database_url:
        return given.database_url, given.owner_database_url
    own = endpoints(given.home)
    if own is None:
        raise NotRunning("Qinji is not running here: start it with ./deploy/up")
    return own.database_url, own.owner_url


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


_MONTH = click.argument("month", type=click.DateTime(["%Y-%m"]))
_FOLDERS = click.argument(
    "folders",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)


def _as_owner(
    month: datetime,
    folders: tuple[Path, ...],
    work: Callable[[Any, Month, Archived, Callable[[str], None]], Awaitable[Found]],
) -> Found:
    """Does something with a month and its archives on the owner's connection."""
    given = settings_or_exit()

    async def go() -> Found:
        async with owner_of(*_urls(given)) as connection:
            found = await month_of(connection, month.replace(tzinfo=SHANGHAI))
            archived = Archived([Archive(folder) for folder in folders], found)
            return await work(connection, found, archived, click.echo)

    try:
        return asyncio.run(go())
    except (*_REFUSED, AwayError, ArchiveError) as error:
        raise click.ClickException(str(error)) from error


@months.command("detach")
@_MONTH
@_FOLDERS
def detach_month(month: datetime, folders: tuple[Path, ...]) -> None:
    """Bring the bills' transfers of the oldest month away, while everything runs. 移出一个月.

    MONTH: as 2026-10. FOLDERS: its archive, or several that follow on each other. The rows lie
    beside the books until `qinji months drop`.
    """
    gone, kept = _as_owner(month, folders, detach)
    click.echo(f"{month:%Y-%m}: {gone} transfers are away, {kept} stay. 已移出{gone}笔")


@months.command("drop")
@_MONTH
@_FOLDERS
def drop_month(month: datetime, folders: tuple[Path, ...]) -> None:
    """Give up what lies beside of a month that is away: its archive has it. 只留归档."""
    rows = _as_owner(month, folders, drop)
    click.echo(f"{month:%Y-%m}: {rows} transfers lie in the archive alone. 只存于归档")


@months.command("attach")
@_MONTH
@_FOLDERS
def attach_month(month: datetime, folders: tuple[Path, ...]) -> None:
    """Bring the youngest month that is away back as it was, while everything runs. 移回一个月."""
    rows = _as_owner(month, folders, attach)
    click.echo(f"{month:%Y-%m}: {rows} transfers are back. 已移回{rows}笔")
