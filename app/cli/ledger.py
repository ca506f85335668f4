"""``qinji ledger verify|seal|receipt|prove|statement``."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any, TypeVar

import click

from app.cli.ledger_printing import print_report
from app.cli.statement import Unknown, of_institution, of_person
from app.cli.up import settings_or_exit
from app.compose import Services, open_services
from app.kit.clock import SHANGHAI
from app.kit.money import yuan_text
from app.kit.words.sheet import Cell, as_sheet, cell_text
from app.ledger.proof import receipts
from app.ledger.proof.archive.lines import ArchiveError
from app.ledger.proof.archive.reading import Archive
from app.ledger.proof.audit.lines import Head, head_of
from app.ledger.proof.findings import Report
from app.ledger.proof.handing import check_handed
from app.ledger.proof.sealing import Sealed
from app.store.keys import KeysError
from app.store.versions import StartRefused
from app.store.where import NotRunning

Found = TypeVar("Found")


@asynccontextmanager
async def _services() -> AsyncIterator[Services]:
    async with open_services(settings_or_exit(), application="qinji-ledger") as services:
        yield services


def run(work: Callable[[Services], Awaitable[Found]]) -> Found:
    """Runs something with open services; what keeps it from running is told in one sentence."""

    async def go() -> Found:
        async with _services() as services:
            return await work(services)

    try:
        return asyncio.run(go())
    except (NotRunning, StartRefused, KeysError, receipts.ReceiptError, Unknown, OSError) as error:
        raise click.ClickException(str(error)) from error


@asynccontextmanager
async def _bar(length: int) -> AsyncIterator[Callable[[int], None]]:
    """A progress bar on stderr by rows, with rows a second."""
    begun, seen = time.monotonic(), 0

    def speed(item: int | None) -> str | None:
        return f"{seen / (time.monotonic() - begun):,.0f} rows/s" if seen else None

    with click.progressbar(
        length=max(length, 1), file=sys.stderr, show_eta=True, item_show_func=speed
    ) as bar:

        def more(rows: int) -> None:
            nonlocal seen
            seen += rows
            bar.update(rows, current_item=rows)

        yield more


class _Head(click.ParamType[Head]):
    """A head of the audit, as ``verify`` prints it."""

    name = "lines:hash"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        try:
            return value if isinstance(value, Head) else head_of(value)
        except ValueError:
            self.fail("must be as it was printed: a number, a colon, 64 hex digits", param, ctx)


@click.group()
def ledger() -> None:
    """Check, seal and prove the books. 账目核对."""


@ledger.command()
@click.option("--json", "as_json", is_flag=True, help="The report as JSON on stdout. 输出JSON")
@click.option("--store", is_flag=True, help="Keep the report, as the nightly run does. 保存结果")
@click.option(
    "--audit",
    "kept",
    type=_Head(),
    help="The audit's head of an earlier day, as kept outside. 以前保存的审计链首",
)
@click.option(
    "--audit-shared",
    "kept_shared",
    type=_Head(),
    help="The same of the shared tables, in a database of their own. 共享库的审计链首",
)
@click.option(
    "--roots",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="What the other party holds of days' roots: each as it was. 对方保存的日根文件夹",
)
def verify(
    as_json: bool, store: bool, kept: Head | None, kept_shared: Head | None, roots: Path | None
) -> None:
    """Check every law of the books on the running system; exit 1 if any is broken. 核账."""

    async def work(services: Services) -> Report:
        book = services.verification
        if kept_shared is not None and book.chains == 1:
            raise click.UsageError(
                "all tables are in one database and the audit is one chain: give --audit"
                " 只有一个数据库，请用 --audit"
            )
        async with _bar(await book.rows()) as watch:
            report = await (book.run_and_store if store else book.run)(watch, kept, kept_shared)
        if roots is not None:
            await check_handed(services.database, roots, report)
        return report

    report = run(work)
    if as_json:
        click.echo(json.dumps(report.as_dict(), ensure_ascii=False, indent=2, default=str))
    else:
        print_report(report)
    sys.exit(1 if report.wrong else 0)


@ledger.command()
def seal() -> None:
    """Seal what is new, the audit's lines too, and close the days that are over, now. 加封."""

    async def work(services: Services) -> tuple[int, Sealed]:
        lines = await services.audit_sealer.run()
        left = await services.verification.unsealed_about()
        async with _bar(left) as watch:
            return lines, await services.ledger_sealer.run(watch=watch)

    lines, sealed = run(work)
    click.echo(
        f"{sealed.rows} rows sealed, {sealed.days_closed} days closed, {lines} lines of the audit"
    )


@ledger.command()
@click.argument("setl_id", type=click.IntRange(1))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Instead of stdout. 写到文件"
)
def receipt(setl_id: int, out: Path | None) -> None:
    """A settlement's receipt, to be proved against its day's root. 结算凭证."""
    made = run(lambda services: receipts.make(services.database, setl_id))
    text = json.dumps(made, ensure_ascii=False, indent=1)
    if out is None:
        click.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")
        click.echo(f"{out}: day {made['day']}, root {made['root']}")


@ledger.command()
@click.argument("receipt", metavar="FILE|SETL_ID")
@click.option(
    "--root", required=True, help="The day's root, 64 hex digits, as published. 当日校验码，64位"
)
@click.option(
    "--archive",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Prove a bill of a month that was archived. 在归档月份中验证",
)
def prove(receipt: str, root: str, archive: Path | None) -> None:
    """Prove a receipt against a day's root, without the database. 验证凭证.

    FILE: a receipt. With --archive SETL_ID: a bill's number.
    """
    try:
        known = bytes.fromhex(root)
        if archive is not None:
            made: object = Archive(archive).receipt(int(receipt))
        else:
            made = json.loads(Path(receipt).read_text(encoding="utf-8"))
        proven = receipts.prove(made, known)
    except OSError as error:
        raise click.ClickException(str(error)) from error
    except (ValueError, RecursionError, ArchiveError, receipts.ReceiptError) as error:
        click.echo(f"NOT proven: {error}", err=True)
        sys.exit(1)
    row = proven.settlement
    at = datetime.fromtimestamp(row["settled_at"] / 1_000_000).astimezone()
    click.echo(
        f"Proven under the root of {proven.day}: settlement {row['id']} at "
        f"{row['fixmedins_code']}, {at:%Y-%m-%d %H:%M:%S %z}"
    )
    for name in ("medfee_sumamt", "fund_pay", "own_pay", "wallet_pay", "mulaid_pay", "cash_pay"):
        click.echo(f"  {name:<14}{yuan_text(row[name + '_fen']):>14}")
    for transfer in proven.transfers:
        click.echo(
            f"  transfer {transfer['id']}: {yuan_text(transfer['amount_fen'])} from account "
            f"{transfer['debit_account']} to {transfer['credit_account']}"
        )


_DAY = click.DateTime(["%Y-%m-%d"])


@ledger.command()
@click.option("--person", metavar="PSN_NO", help="Of this person. 某人")
@click.option("--institution", metavar="CODE", help="Of this institution. 某机构")
@click.option("--from", "first", required=True, type=_DAY, help="First day, in China. 第一天")
@click.option("--to", "last", required=True, type=_DAY, help="Last day. 最后一天")
@click.option(
    "--csv", "path", type=click.Path(dir_okay=False, path_type=Path), help="To a file. 写到文件"
)
def statement(
    person: str | None, institution: str | None, first: datetime, last: datetime, path: Path | None
) -> None:
    """Opening balance, every movement, closing balance. 账户明细."""
    if (person is None) == (institution is None):
        raise click.UsageError("give either --person or --institution 请在二者中选一个")
    begin = datetime.combine(first.date(), clock_time(), SHANGHAI)
    end = datetime.combine(last.date() + timedelta(days=1), clock_time(), SHANGHAI)

    async def work(services: Services) -> list[list[Cell]]:
        books, people = services.statements, services.people
        if person is not None:
            return await of_person(books, people, person, begin, end)
        return await of_institution(books, people, str(institution), begin, end)

    table = run(work)
    if path is None:
        for line in table:
            click.echo("  ".join(map(cell_text, line)))
    else:
        path.write_text(as_sheet(table), encoding="utf-8", newline="")
        click.echo(f"{path}: {len(table) - 1} lines")
