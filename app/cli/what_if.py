"""``qinji region what-if``: past settlements decided again under another pack."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import TextIO

import click

from app.domain.registry.service import name_opener
from app.domain.settlement.facts.participants import OpenName
from app.domain.whatif.model import Span
from app.domain.whatif.report import ChangedBills, as_of, lines
from app.domain.whatif.service import Progress, Question, WhatIf, span_of
from app.domain.whatif.tally import Tally
from app.kit.clock import SystemClock
from app.kit.reasons import Refusal
from app.kit.sm import SealError
from app.regions.checks.check import check
from app.regions.errors import PackError
from app.regions.loader import PACKS, Rulebook
from app.regions.pack import read_pack
from app.settings import Settings, settings
from app.store.cells.shared import apart, shared_at
from app.store.database import Database
from app.store.keys import KeysError, load_keys
from app.store.late.lateness import lateness
from app.store.where import NotRunning, database_url, standby_url

_DAY = click.DateTime(["%Y-%m-%d"])


def rulebooks(pack: Path) -> tuple[Rulebook, Rulebook]:
    """The rules as they are, and with this pack in the place of its region's (or added).

    Raises:
        click.ClickException: the packs together have a mistake; all are told.
    """
    try:
        stored, code = Rulebook.load(), read_pack(pack).code
        with tempfile.TemporaryDirectory(prefix="qinji-") as name:
            folder = Path(name)
            for known in stored.packs.values():
                if known.code != code:
                    shutil.copy(PACKS / known.file, folder)
            replaced = stored.packs.get(code)
            shutil.copyfile(pack, folder / (replaced.file if replaced else pack.name))
            if problems := check(folder):
                raise click.ClickException("\n".join(map(str, problems)))
            return stored, Rulebook.load(folder)
    except PackError as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def progress_bar(span: Span) -> Iterator[Progress]:
    """A bar on stderr along the time of the past."""
    length = max(1, (span.last >> 22) - (span.first >> 22))

    def told(bills: int | None) -> str | None:
        return f"{bills:,} bills" if bills else None

    with click.progressbar(
        length=length, file=sys.stderr, show_eta=True, item_show_func=told
    ) as bar:

        def watch(bills: int, behind: int) -> None:
            bar.update(max(0, behind - bar.pos), current_item=bills)

        yield watch
        bar.update(length - bar.pos)


async def run(config: Settings, question: Question, names: OpenName, file: TextIO | None) -> None:
    """Replays, writes the changed bills to a file, and prints the report."""
    name = "qinji-what-if"
    async with AsyncExitStack() as stack:
        database = await Database.open(
            database_url(config), pool_max=2, application=name, read_only=True
        )
        stack.push_async_callback(database.close)
        late = await stack.enter_async_context(
            lateness(config, database, SystemClock(), standby_url(config), name)
        )
        url = config.shared_database_url
        shared = await stack.enter_async_context(
            shared_at(url, database, pool_max=2, application=name, read_only=True)
        )
        ties = apart(shared, database) or late.recent
        what_if, tally = WhatIf(late.recent, ties, names), Tally()
        rows = ChangedBills(file) if file else None
        seen = await late.recent.seen(span_of(question))
        span = seen.found
        with progress_bar(span) as progress:
            async for bill in what_if.replay(question, span, progress):
                tally.add(bill)
                if rows:
                    rows.add(bill)
        everybody = await what_if.people_in(span, tally.last_id)
    for line in (as_of(seen.as_of), *lines(tally, everybody)):
        click.echo(line)


@click.command("what-if")
@click.argument("pack", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--since", type=_DAY, required=True, help="First day (in China) of settling. 结算的第一天"
)
@click.option("--until", type=_DAY, help="Last day; up to now if not given. 最后一天，不写为至今")
@click.option(
    "--csv",
    "csv_path",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where every changed bill is listed: amounts in yuan, no names. 有变化的单据列到文件",
)
@click.option("--limit", type=click.IntRange(min=1), help="Stop after so many bills. 最多几笔")
@click.option(
    "--carry/--each-alone",
    default=True,
    help="Whether a changed bill changes the balances and limits that later ones find."
    " 前面的变化是否影响后面",
)
def what_if(
    pack: Path,
    since: datetime,
    until: datetime | None,
    csv_path: Path | None,
    limit: int | None,
    carry: bool,
) -> None:
    """Replay past settlements with PACK in force. 假如换成这份规则

    PACK is a TOML file that takes the place of its region's pack, or adds a region. Every bill
    settled since DATE is decided again by the same rules engine, on the balances, grants and
    counters of its time. Nothing is written: the database is only read.

    \b
    Replayed, in order of time: all settlements, cancelled ones too (their money was away until
    the cancel); counted: those that still stand. Requests that were refused are not replayed.
    Balances come from the ledger's chains, so they are exact. A bill that comes out otherwise
    than before is carried forward: later bills find the money, limits and deductibles that it
    would have left (--each-alone: every bill finds what it found). Bills before DATE stay.

    \b
    Grants count as they stood: confirmed before the bill and not ended. Their limits, order and
    purposes, and frozen periods, keep no history (a frozen period is known while it lasts, or
    when the bill's own reasons tell of it). Each bill is first replayed under the rules as they
    are: one that does not come out exactly as stored is not counted, and is reported with the
    likely reason.
    """
    config = settings()
    stored, changed = rulebooks(pack)
    last: date | None = until.date() if until else None
    if last is not None and last < since.date():
        raise click.BadParameter("--until lies before --since 结束日早于开始日")
    question = Question(stored, changed, since.date(), last, limit, carry)
    try:
        names = name_opener(load_keys(config).cipher())
        opened = csv_path.open("w", encoding="utf-8", newline="") if csv_path else nullcontext()
        with opened as file:
            asyncio.run(run(config, question, names, file))
    except Refusal as refusal:
        raise click.ClickException(refusal.because().in_both()) from refusal
    except (KeysError, NotRunning, PackError, SealError, OSError) as error:
        raise click.ClickException(str(error)) from error
    if csv_path:
        click.echo(f"Changed bills: {csv_path}", err=True)
