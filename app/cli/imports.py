"""``qinji import``: people, institutions, the catalogue, lists, cards, events and more."""

from __future__ import annotations

import asyncio
import csv
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import TextIO

import click

from app.domain.catalogue.importing import import_list
from app.domain.catalogue.lists import LISTS
from app.domain.events.file import import_events
from app.domain.events.registering import registry_events
from app.domain.events.service import Events
from app.domain.filing.importing import import_chronic
from app.domain.login.sessions import Sessions
from app.domain.practitioner.importing import import_practitioners
from app.domain.registry.imports import importer
from app.domain.registry.imports.book.lists import FORMER_FOR
from app.domain.registry.imports.importer import Refused, Report, Watch
from app.domain.registry.imports.lines import FileRefused
from app.domain.registry.service import sealed_before
from app.kit.clock import Clock, SystemClock
from app.kit.sm import Cipher
from app.ledger.balances import Balances
from app.regions.loader import Rulebook
from app.settings import settings
from app.store.cache import Cache
from app.store.cells.shared import Shared, shared_at, shared_cache_at
from app.store.database import Database
from app.store.keys import KeysError, load_keys
from app.store.news import News
from app.store.sealed.canary import check_keys
from app.store.sealed.keeper import Keeper
from app.store.versions import StartRefused
from app.store.where import NotRunning, database_url, locate

_SHOWN = 20

Load = Callable[[Database, Cipher, Clock, Path, Watch], Awaitable[Report]]
SharedLoad = Callable[[Shared, Database, Cipher, Clock, Path, Watch], Awaitable[Report]]


class ListedLines:
    """Shows the first lines with something wrong on the terminal and writes all of them to a file.

    The file is made when the first line comes; one left from an earlier run is removed. It names
    lines, columns and reasons, and never holds a value.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.count = 0
        self._file: TextIO | None = None

    def __enter__(self) -> ListedLines:
        self.path.unlink(missing_ok=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, refused: Refused) -> None:
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(Refused._fields)
        csv.writer(self._file).writerow(refused)
        self.count += 1
        if self.count <= _SHOWN:
            # The bar's line is cleared first, so that it is drawn anew below.
            click.echo(f"\r\x1b[K{refused}" if sys.stderr.isatty() else str(refused), err=True)

    def tell(self, what: str) -> None:
        """How many more there are, and where all of them stand."""
        if self.count > _SHOWN:
            click.echo(f"… and {self.count - _SHOWN} more", err=True)
        if self.count:
            click.echo(f"{what}: {self.path}", err=True)


class Bar:
    """A progress bar on stderr by bytes read, with lines a second."""

    def __init__(self, size: int) -> None:
        self._started = time.monotonic()
        self._lines = 0
        self._bar = click.progressbar(
            length=max(size, 1), file=sys.stderr, show_eta=True, item_show_func=self._speed
        )

    def __enter__(self) -> Bar:
        self._bar.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.__exit__(kind, error, trace)

    def update(self, size: int, lines: int) -> None:
        self._lines += lines
        self._bar.update(size, current_item=lines)

    def _speed(self, item: int | None) -> str | None:
        seconds = time.monotonic() - self._started
        return f"{self._lines / seconds:,.0f} rows/s" if self._lines and seconds > 0 else None


async def _load(load: SharedLoad, path: Path, watch: Watch) -> Report:
    config = settings()
    cipher = load_keys(config).cipher()
    url, name = config.shared_database_url, "qinji-import"
    database = await Database.open(database_url(config), pool_max=2, application=name)
    try:
        await check_keys(database, cipher, sealed_before)
        async with (
            shared_at(url, database, pool_max=2, application=name) as shared,
            Keeper(database, cipher, config, "import", steady=True),
        ):
            return await load(shared, database, cipher, SystemClock(), path, watch)
    finally:
        await database.close()


def _in_a_cell(load: Load) -> SharedLoad:
    """What needs none of the shared tables."""

    async def there(
        shared: Shared, database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch
    ) -> Report:
        return await load(database, cipher, clock, path, watch)

    return there


def _import(
    load: SharedLoad,
    path: Path,
    refused_path: Path | None,
    warning: str = "Loaded with an impossible ID number",
) -> None:
    """Loads one file, tells how it went, and exits with 1 if any line was refused."""
    refused = ListedLines(refused_path or path.with_name(path.name + ".refused.csv"))
    warned = ListedLines(path.with_name(path.name + ".warned.csv"))
    try:
        with refused, warned, Bar(path.stat().st_size) as bar:
            watch = Watch(refused.add, warned.add, bar.update)
            report = asyncio.run(_load(load, path, watch))
    except (FileRefused, KeysError, NotRunning, StartRefused) as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"the import stopped 导入中断: {error}") from error
    click.echo(
        f"{report.loaded} loaded, {report.changed} changed, "
        f"{report.unchanged} unchanged, {report.refused} refused"
    )
    warned.tell(warning)
    refused.tell("Refused lines")
    if refused.count:
        sys.exit(1)


_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_REFUSED = click.option(
    "--refused",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where refused lines are listed, instead of FILE.refused.csv. 拒收的行写到哪里",
)


@click.group("import")
def import_() -> None:
    """Load people, institutions, the catalogue, credits, events … from CSV. 导入数据."""


@import_.command()
@_FILE
@_REFUSED
@click.option(
    "--impossible",
    type=click.Choice(["refuse", "warn"]),
    default="refuse",
    show_default=True,
    help="What becomes of a line whose ID number is impossible (check digit, birthday, sex): warn "
    "loads it and lists it in FILE.warned.csv, for a registry with errors of old. 证件号有误时",
)
def people(file: Path, refused: Path | None, impossible: str) -> None:
    """Insured persons and their opening balances. 参保人."""

    async def load(
        shared: Shared, database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch
    ) -> Report:
        cache = await Cache.open(locate(settings()).redis_url)
        try:
            return await importer.import_people(
                database,
                cipher,
                clock,
                path,
                watch,
                on_change=registry_events(database, shared, Rulebook.load()),
                renew=Balances(database, cache, clock).renew,
                lenient=impossible == "warn",
                is_here=settings().is_here,
            )
        finally:
            await cache.close()

    _import(load, file, refused)


@import_.command()
@_FILE
@_REFUSED
@click.option(
    "--former-for",
    type=click.IntRange(0, 24 * 90),
    default=FORMER_FOR // timedelta(hours=1),
    show_default=True,
    help="How many hours tills may sign as before where a line changes scheme, key or secret; 0: "
    "not at all, for a secret that others know. 旧密钥继续有效的小时数",
)
def institutions(file: Path, refused: Path | None, former_for: int) -> None:
    """Pharmacies, clinics, hospitals and their keys. 定点医药机构."""

    async def load(
        database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch
    ) -> Report:
        demo = settings().demo
        hours = timedelta(hours=former_for)
        return await importer.import_institutions(
            database, cipher, clock, path, watch, demo=demo, former_for=hours
        )

    _import(_in_a_cell(load), file, refused, "Loaded with a weak way to sign")


@import_.command()
@_FILE
@_REFUSED
def catalogue(file: Path, refused: Path | None) -> None:
    """Drugs, devices and services. 医保目录.

    A column begndate may say from which day on level, share and price limit hold; of an item there
    may be a line a day. A line without it holds from now on.
    """

    async def load(
        database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch
    ) -> Report:
        return await importer.import_catalogue(database, clock, path, watch)

    _import(_in_a_cell(load), file, refused)


@import_.command("list")
@click.argument("which", type=click.Choice(sorted(LISTS)))
@_FILE
@_REFUSED
@click.option(
    "--whole",
    is_flag=True,
    help="The file has all that holds: what isn't in it is withdrawn. A line that is wrong refuses "
    "it whole. 整表",
)
def list_(which: str, file: Path, refused: Path | None, whole: bool) -> None:
    """One of the nation's lists, which tills load by its number. 国家目录.

    FILE is what the nation hands out: a TXT of tabs, a row a line, in the columns of the list, or
    a ZIP with one. What has changed makes a new version; tills load the difference (1301 and on).
    """

    async def load(
        database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch
    ) -> Report:
        return await import_list(database, clock, which, path, watch, whole=whole)

    _import(_in_a_cell(load), file, refused)


@import_.command()
@_FILE
@_REFUSED
def products(file: Path, refused: Path | None) -> None:
    """What trace codes of medicines stand for. 追溯码对应药品.

    Columns: product (a code's first 7 digits, or the 14 of a GTIN), med_list_codg, units (how many
    of what is counted one box holds, or empty), gone (1: no longer so; may be left out).
    """

    async def load(
        database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch
    ) -> Report:
        return await importer.import_products(database, clock, path, watch)

    _import(_in_a_cell(load), file, refused)


@import_.command()
@_FILE
@_REFUSED
def residents(file: Path, refused: Path | None) -> None:
    """Benefit years that residents have paid elsewhere. 居民参保年度与身份.

    Columns: psn_no, year, channel (tax, bank, school, community, aided, other), identity (student,
    aided, or empty).
    """

    async def load(
        database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch
    ) -> Report:
        return await importer.import_residents(database, clock, path, watch)

    _import(_in_a_cell(load), file, refused)


_BATCH = click.option(
    "--batch",
    help="Which delivery it is, kept with every line; the file's name unless given. 批次号",
)


def _source(batch: str | None, file: Path) -> str:
    return (batch or file.name)[:64]


@import_.command()
@_FILE
@_REFUSED
@_BATCH
def bases(file: Path, refused: Path | None, batch: str | None) -> None:
    """What monthly credits are reckoned from. 划入基数.

    Columns: psn_no, since (2026-07: from that month on), base (yuan).
    """

    async def load(
        database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch
    ) -> Report:
        source = _source(batch, file)
        return await importer.import_bases(database, clock, path, watch, source=source)

    _import(_in_a_cell(load), file, refused)


@import_.command("credits")
@_FILE
@_REFUSED
@_BATCH
def credits_(file: Path, refused: Path | None, batch: str | None) -> None:
    """Late credits, credits in advance, what is taken back. 补划、预划、追回.

    Columns: psn_no, kind (monthly, pre_credit, supplement, recovery), period (2026-07), base or
    amount (yuan). They wait until `qinji account credit` books them.
    """

    async def load(
        database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch
    ) -> Report:
        source = _source(batch, file)
        return await importer.import_credits(database, clock, path, watch, source=source)

    _import(_in_a_cell(load), file, refused)


@import_.command()
@_FILE
@_REFUSED
def cards(file: Path, refused: Path | None) -> None:
    """Social-security cards and whether they are valid. 社保卡.

    Columns: card_no, card_sn, psn_no, state (valid, lost, found, replaced, cancelled). found ends a
    loss that a file has told; one that was reported on a phone or at the counter is lifted at the
    counter.
    """

    async def load(
        database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch
    ) -> Report:
        return await importer.import_cards(database, cipher, clock, path, watch)

    _import(
        _in_a_cell(load), file, refused, "Still lost, as was reported on a phone or at the counter"
    )


@import_.command()
@_FILE
@_REFUSED
def practitioners(file: Path, refused: Path | None) -> None:
    """Doctors, pharmacists and the like of institutions. 医执人员.

    Columns: fixmedins_code, prac_psn_code, prac_psn_no, prac_psn_type, prac_psn_name,
    psn_cert_type, certno, prac_psn_cert, prac_cert_no, hi_dr_flag (0, 1), begntime, endtime (days),
    chg_rea.
    """
    _import(_in_a_cell(import_practitioners), file, refused)


@import_.command()
@_FILE
@_REFUSED
def chronic(file: Path, refused: Path | None) -> None:
    """For which chronic or special diseases people are registered. 门慢门特备案.

    Columns: psn_no, opsp_dise_code, opsp_dise_name, begndate, enddate (or empty).
    """
    _import(_in_a_cell(import_chronic), file, refused)


@import_.command()
@_FILE
@_REFUSED
@click.option(
    "--sender",
    default="file",
    show_default=True,
    help="Whose numbers the event_ids are: a number of a sender counts once. 报送单位",
)
def events(file: Path, refused: Path | None, sender: str) -> None:
    """What happened to people, and what follows from it. 参保人重大事件.

    Columns: event_id, psn_no, kind, at (a day or a moment), details (a JSON object or name=value).
    Kinds, with what they need in details: stopped, resumed, changed_plan (insutype), moved
    (insuplc_admdvs), retired, turned_14, turned_16, divorced (other: the spouse's psn_no), died,
    merged (other: the psn_no that stays), card_lost (card_no).
    """

    async def load(
        shared: Shared, database: Database, cipher: Cipher, clock: Clock, path: Path, watch: Watch
    ) -> Report:
        cache = await Cache.open(locate(settings()).redis_url)
        try:
            renew = Balances(database, cache, clock).renew
            config = settings()
            life = config.session_ttl_s, config.session_longest_s
            async with shared_cache_at(config.shared_redis_url, cache) as log_ins:
                end_log_ins = Sessions(log_ins, clock, News(log_ins), *life).end_all
                rules, here = Rulebook.load(), config.is_here
                book = Events(database, shared, cipher, clock, rules, renew, end_log_ins, here)
                return await import_events(book, clock, path, sender, watch)
        finally:
            await cache.close()

    _import(load, file, refused)
