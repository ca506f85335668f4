"""``qinji ops add|list|disable|password|sessions|end``: who may sign in at the night shift's page,
and who is."""

from __future__ import annotations

import asyncio
import re
import secrets
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click

from app.cli.up import settings_or_exit
from app.compose import open_services
from app.domain.staff.passwords import made_up
from app.domain.staff.service import Operators
from app.domain.staff.sessions import Session
from app.domain.staff.values import ROLES, SERVING, Operator, Role, Visitor
from app.domain.staff.weak import WeakPassword
from app.kit.clock import local
from app.kit.words.normal import is_text
from app.kit.words.table import width
from app.store.keys import KeysError
from app.store.versions import StartRefused
from app.store.where import NotRunning

Found = TypeVar("Found")
_NAME_MAX = 50
_PLACE = re.compile(r"[1-9][0-9]{5}", re.ASCII)
_HERE = "qinji ops"
"""Stands in the audit as the address of whoever ends log-ins by command."""
_generate = click.option(
    "--generate", is_flag=True, help="Make a password and print it once. 生成密码，只显示一次"
)


def _run(work: Callable[[Operators], Awaitable[Found]]) -> Found:
    async def go() -> Found:
        async with open_services(settings_or_exit(), application="qinji-ops") as services:
            return await work(services.operators)

    try:
        return asyncio.run(go())
    except (NotRunning, StartRefused, KeysError, WeakPassword, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.group()
def ops() -> None:
    """Operators of the night shift. 值班员"""


@ops.command()
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), default="viewer", show_default=True)
@click.option(
    "--place",
    help="Whose insured people a clerk or approver serves: 130100 or 130000. 经办人服务的参保地",
)
@_generate
def add(name: str, role: Role, place: str | None, generate: bool) -> None:
    """A new operator; the password from the prompt, or a line of stdin. 新增值班员、经办人

    A viewer sees figures and rules; an auditor opens single settlements and the audit too, and
    reads what clerks did. A clerk works at the counter (/counter) for people insured at a place; an
    approver also gives the second yes.
    """
    if (role in SERVING) != (place is not None):
        raise click.UsageError(
            "--place goes with the roles clerk and approver, and they need it"
            " 经办和复核要写地区，其他角色不写"
        )
    if place is not None and not _PLACE.fullmatch(place):
        raise click.UsageError(
            "--place takes six digits, as 130100 (a city) or 130000 (a province) 地区为6位代码"
        )
    name = name.strip()
    if not 0 < len(name) <= _NAME_MAX or not is_text(name):
        raise click.UsageError(f"NAME takes 1 to {_NAME_MAX} characters 用户名长度不对")
    password = _password(generate)
    if not _run(lambda operators: operators.add(name, role, password, place)):
        raise click.ClickException(f"there is an operator {name} already 已有同名值班员")
    _tell(name, password if generate else None)


@ops.command()
@click.argument("name")
@_generate
def password(name: str, generate: bool) -> None:
    """A new password; a disabled operator may sign in again. 重置密码"""
    new = _password(generate)
    if not _run(lambda operators: operators.set_password(name, new)):
        raise _nobody(name)
    _tell(name, new if generate else None)


@ops.command()
@click.argument("name")
def disable(name: str) -> None:
    """Lets an operator in no more, at once. 停用"""
    if not _run(lambda operators: operators.disable(name)):
        raise _nobody(name)
    click.echo(f"{name} 已停用 is disabled")


@ops.command()
@click.argument("name", required=False)
def sessions(name: str | None) -> None:
    """How many log-ins live, of a NAME which ones. 现有登录"""
    if name is None:
        for operator, live in _run(lambda operators: operators.log_ins.all()):
            click.echo(f"{operator.name}  {len(live)}")
        return
    _, live = _of(name)
    for one in live:
        times = f"{local(one.begun_at):%Y-%m-%d %H:%M} – {local(one.used_at):%H:%M}"
        click.echo(f"{one.id}  {times}  {one.address}  {one.client}".rstrip())
    if not live:
        click.echo(f"{name} 没有登录 is not signed in")


@ops.command()
@click.argument("name")
@click.argument("session", required=False, type=int)
def end(name: str, session: int | None) -> None:
    """Ends NAME's log-ins at once, or only the one of SESSION's number. 结束登录

    The password stays as it is: whoever knows it signs in again (qinji ops password, disable).
    """
    operator, live = _of(name)
    visitor = Visitor(_HERE, secrets.token_hex(16))
    if session is None:
        count = _run(lambda operators: operators.log_ins.end_others(operator, None, visitor))
    elif any(one.id == session for one in live):
        _run(lambda operators: operators.log_ins.end_one(operator, session, visitor))
        count = 1
    else:
        raise click.ClickException(f"{name} has no log-in {session} 没有这个登录")
    click.echo(f"{name}: {count} 个登录已结束 log-ins ended")


def _of(name: str) -> tuple[Operator, list[Session]]:
    found = _run(lambda operators: operators.log_ins.of_name(name))
    if found is None:
        raise _nobody(name)
    return found


@ops.command("list")
def list_() -> None:
    """All operators. 值班员列表"""
    found = _run(lambda operators: operators.all())
    if not found:
        click.echo("没有值班员。Nobody yet: qinji ops add NAME --role auditor")
        return
    longest = max(width(one.name) for one in found)
    for one in found:
        space = " " * (longest - width(one.name))
        since = f"{local(one.created_at):%Y-%m-%d %H:%M}"
        ended = f"  停用于 {local(one.disabled_at):%Y-%m-%d %H:%M}" if one.disabled_at else ""
        place = f"  {one.place}" if one.place else ""
        click.echo(f"{one.name}{space}  {one.role:<8}  {since}{place}{ended}")


def _password(generate: bool) -> str:
    if generate:
        return made_up()
    if sys.stdin.isatty():
        return str(click.prompt("Password 密码", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")


def _tell(name: str, generated: str | None) -> None:
    click.echo(f"{name} 可以登录 may sign in")
    if generated is not None:
        click.echo(f"密码 password: {generated}  (shown once 只显示一次)")


def _nobody(name: str) -> click.ClickException:
    return click.ClickException(f"there is no operator {name} 没有这位值班员")
