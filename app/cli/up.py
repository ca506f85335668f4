"""``qinji up`` and ``qinji migrate``, and what all commands share."""

from __future__ import annotations

import asyncio
import os

import click
from pydantic import ValidationError

from app.api.pages.serving import phone_page_is_made
from app.local.probes import UpError
from app.local.servers.embedded import Embedded, EmbeddedError
from app.local.supervise import Supervisor
from app.settings import Settings, settings
from app.store.cells.shared import as_shared
from app.store.versions import StartRefused
from app.store.where import endpoints


def settings_or_exit() -> Settings:
    """The settings; a wrong one is told by its name, without its value, and ends the command."""
    try:
        return settings()
    except ValidationError as error:
        lines = [
            f"QINJI_{'_'.join(str(part) for part in one['loc']).upper()}: {one['msg']}"
            for one in error.errors(include_input=False, include_url=False)
        ]
        raise click.ClickException("\n".join(lines)) from error


@click.command()
@click.option(
    "--fresh",
    is_flag=True,
    help="Start over: remove the embedded servers' data. 清空数据，重新开始",
)
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Instead of QINJI_PORT (8080). 换一个端口"
)
@click.option(
    "--clock",
    "clock",
    metavar="'MOMENT xSPEED'",
    help="The demo goes by a clock of its own: '2026-12-31T23:58 x60'. 演示用可调时钟",
)
def up(fresh: bool, port: int | None, clock: str | None) -> None:
    """Start everything; Ctrl-C stops it. 启动全部."""
    if port is not None:
        os.environ["QINJI_PORT"] = str(port)
    found = settings_or_exit()
    try:
        Supervisor(found, phone_page=phone_page_is_made(), fresh=fresh, clock=clock).run()
    except (UpError, EmbeddedError) as error:
        raise click.ClickException(str(error)) from error


@click.command()
def migrate() -> None:
    """Bring the database up to date. 升级数据库结构."""
    from app.store.migrate import migrate as run_migrations  # noqa: PLC0415 (slow)

    found = settings_or_exit()
    embedded = Embedded(found.home, redis=False)
    try:
        if found.database_url:
            url, owner = found.database_url, found.owner_database_url
        else:
            own = endpoints(found.home) or embedded.start()
            url, owner = own.database_url, own.owner_url
        asyncio.run(run_migrations(url, owner_url=owner))
        if found.shared_database_url:
            with as_shared():
                asyncio.run(
                    run_migrations(
                        found.shared_database_url, owner_url=found.owner_shared_database_url
                    )
                )
    except (EmbeddedError, StartRefused, OSError) as error:
        raise click.ClickException(str(error)) from error
    finally:
        embedded.stop()
    click.echo("The database is up to date. 数据库已是最新.")
