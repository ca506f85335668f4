"""``qinji account credit|close|pay-out|status|show``: the personal account's own year, by staff."""

from __future__ import annotations

import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date, datetime
from typing import TypeVar

import click

from app.cli.counter.signing import paper_of, password_of, signed, signing
from app.cli.up import settings_or_exit
from app.compose import Services, open_services
from app.domain.registry.models import Person
from app.domain.year import repository
from app.domain.year.errors import NotNow
from app.domain.year.rules.calendar import month_of
from app.domain.year.values import Close, Credit, PayOut, Run, RunKind
from app.kit.clock import local, local_date
from app.kit.money import yuan_text
from app.kit.reasons import Refusal
from app.ledger.kinds import CreditState, PayOutReason
from app.regions.text.places import place_name
from app.regions.text.show import columns
from app.store.keys import KeysError
from app.store.versions import StartRefused
from app.store.where import NotRunning

Found = TypeVar("Found")
_RUNS_TOLD = 30
_ROWS_TOLD = 60
_REGION = re.compile(r"[0-9]{2}([0-9]{2}([0-9]{2})?)?\Z", re.ASCII)
_RUN_NAMES = {RunKind.CREDIT: "划入 credit", RunKind.CLOSE: "结转 close"}
_STATES = {
    CreditState.WAITING: "待划 waits",
    CreditState.BOOKED: "已入账 booked",
    CreditState.SKIPPED: "暂停待补 passed over",
}


def _run(work: Callable[[Services], Awaitable[Found]]) -> Found:
    async def go() -> Found:
        async with open_services(settings_or_exit(), application="qinji-account") as services:
            return await work(services)

    try:
        return asyncio.run(go())
    except Refusal as refusal:
        raise click.ClickException(refusal.because().in_both()) from refusal
    except (NotNow, NotRunning, StartRefused, KeysError, OSError) as error:
        raise click.ClickException(str(error)) from error


def _region(ctx: click.Context, param: click.Parameter, value: str) -> str:
    """The first two, four or six digits of places."""
    if not _REGION.match(value):
        raise click.BadParameter("two, four or six digits, such as 33 应为2、4或6位地区代码")
    return value


def _month(ctx: click.Context, param: click.Parameter, value: str | None) -> date | None:
    """``2026-11`` as the first day of the month."""
    if value is None:
        return None
    try:
        return date.fromisoformat(f"{value}-01")
    except ValueError:
        raise click.BadParameter("such as 2026-11 应为年月，如2026-11") from None


@click.group()
def account() -> None:
    """The personal account's year: credits by the month, the close, pay-outs. 个人账户年度.

    Runs may be ended at any time and begun again: they go on where they were.
    """


@account.command("credit")
@click.argument("region", callback=_region)
@click.option("--month", callback=_month, help="Which month; this one unless given. 划入月份")
def credit(region: str, month: date | None) -> None:
    """Credits a region's people with a month, and books what waits for them. 按月划入.

    REGION: the first digits of places. Once more changes nothing but what is new.
    """

    async def work(services: Services) -> Run:
        period = month or month_of(local_date(services.clock.now()))
        people = await repository.employees(services.database, region)
        with click.progressbar(length=people, file=sys.stderr, label=region) as bar:
            return await services.crediting.run(region, period, bar.update)

    click.echo(run_text(_run(work)))


@account.command()
@click.argument("region", callback=_region)
@click.option(
    "--ended",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The year's last day; that of the last year that is over unless given. 年度末日",
)
def close(region: str, ended: datetime | None) -> None:
    """Closes a region's account year: interest, and what is left is carried over. 年度结转.

    REGION: the first digits of places. Once more closes only who was left out.
    """

    async def work(services: Services) -> Run:
        people = await repository.employees(services.database, region)
        with click.progressbar(length=people, file=sys.stderr, label=region) as bar:
            day = ended.date() if ended else None
            return await services.closing.run(region, day, bar.update)

    click.echo(run_text(_run(work)))


@account.command("pay-out")
@click.argument("psn_no")
@click.option(
    "--reason",
    type=click.Choice([reason.name.lower() for reason in PayOutReason]),
    required=True,
    help="death: to the heirs; emigration; transfer: one that can't carry the account. 支取原因",
)
@click.option("--form", "form_no", required=True, help="The paper form's number. 纸质表单号")
@click.option("--because", required=True, help="Why, in words; 4 characters at least. 办理原因")
@signing
def pay_out(psn_no: str, reason: str, form_no: str, because: str, by: str) -> None:
    """Proposes to pay a person's accounts out and close them, with all ties that move money.
    结清支取.

    It takes two, as at the counter: another one agrees on the counter's page (/counter, Refunds)
    or by `qinji reconcile agree`. Of what was paid out before it is told how.
    """

    password = password_of(by)

    async def work(services: Services) -> list[str]:
        clerk = await signed(services, by, password, "qinji account")
        person = await _person(services, psn_no)
        async with services.database.connection() as connection:
            paid = await repository.paid_out(connection, person.id)
        if paid is not None:
            waiting = await repository.waiting(services.database, person.id)
            return list(paid_out_text(paid, waiting))
        paper = paper_of(form_no, because)
        why = PayOutReason[reason.upper()]
        tasks = services.counter_tasks
        proposed = await tasks.propose_by_command(clerk, person.id, why, paper)
        return [
            f"{proposed}  已提交，等另一人同意 proposed, waits for another one's yes:",
            f"qinji reconcile agree {proposed} --by NAME",
        ]

    for line in _run(work):
        click.echo(line)


@account.command()
def status() -> None:
    """What runs have done, and how far they are. 进度."""
    found = _run(lambda services: repository.runs(services.database, _RUNS_TOLD))
    if not found:
        click.echo("还没有办理过。Nothing has been run yet.")
        return
    rows = [["事项 what", "地区 region", "年月 period", "人 people", "笔 rows", "元 yuan", ""]]
    for line in columns([*rows, *map(_run_row, found)], right=(3, 4, 5)):
        click.echo(line)


@account.command()
@click.argument("psn_no")
def show(psn_no: str) -> None:
    """A person's years and credits, by the national number; what is owed. 某人的账户年度."""

    async def work(services: Services) -> list[str]:
        person = await _person(services, psn_no)
        rows = await repository.credits_of(services.database, person.id, _ROWS_TOLD)
        closes = await repository.closes_of(services.database, person.id, _ROWS_TOLD)
        async with services.database.connection() as connection:
            paid = await repository.paid_out(connection, person.id)
        told = [] if paid is None else list(paid_out_text(paid))
        return [*told, *of_person(rows, closes)]

    for line in _run(work):
        click.echo(line)


async def _person(services: Services, psn_no: str) -> Person:
    person = await services.people.by_psn_no(psn_no)
    if person is None:
        raise click.ClickException(f"没有此人 nobody has the number {psn_no}")
    return person


def paid_out_text(paid: PayOut, waiting: int = 0) -> Iterator[str]:
    """How accounts were paid out, as staff read it."""
    word = paid.reason.word
    yield (
        f"{local(paid.made_at):%Y-%m-%d %H:%M}  {word.zh} {word.en}  "
        f"支取 paid out {yuan_text(paid.amount_fen)} 元"
    )
    if paid.wallet_fen:
        yield f"其中医保钱包 of it the wallet's: {yuan_text(paid.wallet_fen)} 元"
    if paid.owed_fen:
        yield f"未能追回 owed still: {yuan_text(paid.owed_fen)} 元"
    yield f"已终止共济 grants ended: {paid.grants}"
    if waiting:
        yield f"未入账的划入 credits that were never booked: {waiting} (qinji account show)"


def run_text(run: Run) -> str:
    """What a run has done, in a line."""
    return f"{run.people} 人，{run.rows} 笔，{yuan_text(run.amount_fen)} 元。" + (
        f"{run.people} people, {run.rows} rows, {yuan_text(run.amount_fen)} yuan."
    )


def _run_row(run: Run) -> list[str]:
    place = f"{run.region} {place_name(run.region.ljust(6, '0'))}"
    sums = (str(run.people), str(run.rows), yuan_text(run.amount_fen))
    if run.ended_at is None:
        state = f"未完 under way, {local(run.moved_at):%m-%d %H:%M:%S}"
    else:
        state = f"完成 ended {local(run.ended_at):%Y-%m-%d %H:%M}"
    return [_RUN_NAMES[run.kind], place, _period(run), *sums, state]


def _period(run: Run) -> str:
    return f"{run.period:%Y-%m}" if run.kind is RunKind.CREDIT else f"{run.period}"


def of_person(rows: Sequence[Credit], closes: Sequence[Close] = ()) -> Iterator[str]:
    """A person's credits and years as staff read them."""
    if not rows and not closes:
        yield "没有记录。Nothing yet."
    for one in closes:
        yield (
            f"{one.begun_on} ~ {one.ended_on}  计息 interest {yuan_text(one.interest_fen)}  "
            f"结转 carried over {yuan_text(one.moved_fen)}"
        )
    for row in rows:
        word = row.kind.word
        parts = [f"{row.period:%Y-%m}", f"{word.zh} {word.en}", _STATES[row.state]]
        if row.state is CreditState.BOOKED:
            parts.append(f"{yuan_text(row.amount_fen)} 元")
        for fen, zh, en in (
            (row.withheld_fen, "代扣", "withheld"),
            (row.set_off_fen, "抵预划", "set off"),
            (row.owed_fen, "待追回", "owed"),
        ):
            if fen:
                parts.append(f"{zh} {en} {yuan_text(fen)}")
        yield "  ".join([*parts, row.source])
