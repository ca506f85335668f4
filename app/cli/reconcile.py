"""``qinji reconcile run|show|tasks|proposals|agree|decline|done``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path
from typing import TypeVar

import click

from app.cli.counter.signing import paper_of, password_of, signed, signing
from app.cli.up import settings_or_exit
from app.compose import Services, open_services
from app.domain.counter.tasks import Task
from app.kit.clock import local
from app.kit.money import yuan_text
from app.kit.reasons import Refusal
from app.store.keys import KeysError
from app.store.versions import StartRefused
from app.store.where import NotRunning
from app.words import COUNTER_ACTS

Found = TypeVar("Found")
_DAY = click.DateTime(["%Y-%m-%d"])


def _run(work: Callable[[Services], Awaitable[Found]]) -> Found:
    async def go() -> Found:
        async with open_services(settings_or_exit(), application="qinji-reconcile") as services:
            return await work(services)

    try:
        return asyncio.run(go())
    except Refusal as refusal:
        raise click.ClickException(refusal.because().in_both()) from refusal
    except (NotRunning, StartRefused, KeysError, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.group()
def reconcile() -> None:
    """Statements of institutions, tasks of the counter. 机构对账."""


@reconcile.command("run")
@click.option(
    "--day", type=_DAY, help="The day in China; the day before if not given. 哪一天，不写为昨天"
)
def run(day: datetime | None) -> None:
    """Make every institution's statement of a day. 生成对账单."""

    async def work(services: Services) -> str:
        books = services.institution_statements
        wanted = day.date() if day else books.yesterday()
        made = await books.make(wanted)
        swept = await services.reconciliation.exchange.sweep()
        return (
            f"{wanted.isoformat()}: 机构 {made.institutions}，新增或变更 {made.written}，"
            f"单边事项 {made.one_sided}，清理过期文件 {swept}"
        )

    click.echo(_run(work))


@reconcile.command("show")
@click.argument("institution")
@click.option(
    "--day", type=_DAY, help="The day in China; the day before if not given. 哪一天，不写为昨天"
)
@click.option("--csv", "target", type=click.Path(path_type=Path, dir_okay=False, writable=True))
def show(institution: str, day: datetime | None, target: Path | None) -> None:
    """Print an institution's statement, or save it as CSV. 查看对账单."""

    async def work(services: Services) -> tuple[date, str | None, str]:
        books = services.institution_statements
        wanted = day.date() if day else books.yesterday()
        found = await books.get(institution, wanted)
        return (wanted, found.page, found.csv) if found else (wanted, None, "")

    wanted, page, table = _run(work)
    if page is None:
        raise click.ClickException(
            f"no statement of {institution} for {wanted}: "
            f"make it with `qinji reconcile run --day {wanted}` 当日没有对账单，请先生成"
        )
    if target is None:
        click.echo(page, nl=False)
        return
    try:
        target.write_text(table, encoding="utf-8", newline="")
    except OSError as error:
        raise click.ClickException(
            f"can't write {target}: {error.strerror} 无法写入文件"
        ) from error
    click.echo(f"saved in {target}")


@reconcile.command("tasks")
def tasks() -> None:
    """Refunds that wait at the counter. 柜台待办."""

    async def work(services: Services) -> list[str]:
        return [
            f"{task.id}  {local(task.created_at):%Y-%m-%d %H:%M}  {_of(task)}  "
            f"人员编号{task.psn_no}  {yuan_text(task.amount_fen)}元"
            for task in await services.counter_tasks.open()
        ]

    for line in _run(work) or ["没有待办。Nothing waits at the counter."]:
        click.echo(line)


def _of(task: Task) -> str:
    """What the money comes back of."""
    if task.settlement_id is not None:
        return f"{task.fixmedins_code}  结算号{task.settlement_id}"
    wallet = task.kind == "wallet_without_account"
    return f"{'医保钱包转账' if wallet else '居民医保费'}{task.order_id}"


@reconcile.command(
    "done", context_settings={"ignore_unknown_options": True, "allow_extra_args": True}
)
def done() -> None:
    """Tells where a refund is closed: at the counter, by two. 办结须到柜台页."""
    raise click.ClickException(
        "未办结：退款须两人，一人在柜台页“退款与复核”提交，另一人同意。Nothing was done: "
        "it takes two, one proposes the refund on the counter's page (/counter, Refunds), the "
        "other one agrees"
    )


@reconcile.command("proposals")
def proposals() -> None:
    """What waits for a second one's yes: refunds, pay-outs, merges. 待复核."""

    async def work(services: Services) -> list[str]:
        waiting = await services.counter_tasks.waiting("")
        people = {one.person_id for one, _ in waiting}
        numbers = {one: (await services.people.get(one)).psn_no for one in people}
        return [
            f"{one.id}  {COUNTER_ACTS[act.kind].zh} {COUNTER_ACTS[act.kind].en}  "
            f"人员编号{numbers[one.person_id]}  {act.clerk}  {act.form_no}  "
            f"至 until {local(one.expires_at):%Y-%m-%d %H:%M}"
            for one, act in waiting
        ]

    for line in _run(work) or ["没有待复核的业务。Nothing waits for a second one."]:
        click.echo(line)


@reconcile.command("agree")
@click.argument("proposal", type=int)
@signing
def agree(proposal: int, by: str) -> None:
    """A second one's yes to PROPOSAL: it is done under both names. 复核同意."""
    password = password_of(by)

    async def work(services: Services) -> str:
        clerk = await signed(services, by, password, "qinji reconcile", ("approver",))
        return await _told(services, await services.counter_tasks.agree(clerk, proposal))

    click.echo(_run(work))


@reconcile.command("decline")
@click.argument("proposal", type=int)
@click.option("--because", required=True, help="Why not; 4 characters at least. 原因")
@signing
def decline(proposal: int, because: str, by: str) -> None:
    """A second one's no to PROPOSAL. 复核不同意."""
    why, password = paper_of("0", because).reason, password_of(by)

    async def work(services: Services) -> str:
        clerk = await signed(services, by, password, "qinji reconcile", ("approver",))
        return await _told(services, await services.counter_tasks.decline(clerk, proposal, why))

    click.echo(_run(work))


async def _told(services: Services, act_id: int) -> str:
    act = await services.desk.one(act_id)
    assert act is not None
    word = COUNTER_ACTS[act.kind]
    both = f"{act.clerk}，{act.second}" if act.second else act.clerk
    return f"{word.zh} {word.en}  {act.form_no}  {both}"
