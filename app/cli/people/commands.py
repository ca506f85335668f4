"""``qinji people look|forget|list``: who is to be forgotten, by staff."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from app.cli.counter.signing import paper_of, password_of, signed, signing
from app.cli.up import settings_or_exit
from app.compose import Services, open_services
from app.domain.forgetting.values import NotForgotten
from app.domain.registry.models import Person
from app.kit.clock import local
from app.kit.reasons import Refusal
from app.store.keys import KeysError
from app.store.versions import StartRefused
from app.store.where import NotRunning

Found = TypeVar("Found")
_HERE = "qinji people"
_SHOWN = 100


def _run(work: Callable[[Services], Awaitable[Found]]) -> Found:
    async def go() -> Found:
        async with open_services(settings_or_exit(), application="qinji-people") as services:
            return await work(services)

    try:
        return asyncio.run(go())
    except Refusal as refusal:
        raise click.ClickException(refusal.because().in_both()) from refusal
    except (NotForgotten, NotRunning, StartRefused, KeysError, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.group()
def people() -> None:
    """People to be forgotten: what names them goes, the books stay. 删除个人信息"""


@people.command()
@click.argument("psn_no")
@signing
def look(psn_no: str, by: str) -> None:
    """Says what stands in the way of forgetting a person; nothing is done. 查看能否删除.

    PSN_NO: the national number of the insured person.
    """
    password = password_of(by)

    async def work(services: Services) -> list[str]:
        clerk = await signed(services, by, password, _HERE)
        ways = await services.forgetting.look(clerk, await _person(services, psn_no))
        return [line for way in ways for line in way.lines()]

    for line in _run(work) or ["可以删除。This person can be forgotten."]:
        click.echo(line)


@people.command()
@click.argument("psn_no")
@click.option("--form", "form_no", required=True, help="The paper form's number. 纸质表单号")
@click.option("--because", required=True, help="Why, in words; 4 characters at least. 办理原因")
@signing
def forget(psn_no: str, form_no: str, because: str, by: str) -> None:
    """Forgets a person for good: name, numbers, notices, log-ins, care. 删除个人信息.

    Only an approver may, once nothing stands in the way. Bills, transfers and seals stay as they
    are, under a number that leads to nobody. It can't be undone.
    """
    password, paper = password_of(by), paper_of(form_no, because)

    async def work(services: Services) -> int:
        clerk = await signed(services, by, password, _HERE, ("approver",))
        return await services.forgetting.forget(clerk, await _person(services, psn_no), paper)

    click.echo(f"{_run(work)}  已删除，已记入办理记录。Forgotten; it is among the acts.")


@people.command("list")
def list_() -> None:
    """Who was forgotten, on which form and by whom. 已删除名单."""
    found = _run(lambda services: services.forgetting.forgotten(_SHOWN))
    if not found:
        click.echo("没有。Nobody yet.")
    for one in found:
        click.echo(
            f"{one.act_id}  {local(one.at):%Y-%m-%d %H:%M}  {one.psn_no}"
            f"  表单 form {one.paper.form_no}  {one.clerk}"
        )


async def _person(services: Services, psn_no: str) -> Person:
    person = await services.people.by_psn_no(psn_no)
    if person is None:
        raise click.ClickException(f"没有此人 nobody has the number {psn_no}")
    return person
