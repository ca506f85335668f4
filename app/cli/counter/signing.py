"""Who acts by command: named, and shown to be the one by the own password, since a second one's yes
is none when the first could type it."""

from __future__ import annotations

import re
import secrets
import sys
from collections.abc import Callable

import click

from app.compose import Services
from app.domain.counter.values import Clerk, Paper
from app.domain.staff.values import SERVING, Role, Visitor
from app.kit.words.normal import is_text

_FORM = re.compile(r"[A-Za-z0-9/-]{1,30}", re.ASCII)
_ID_NUMBER_MIN = 15
"""A form's number is kept in clear, so nobody's own number may stand there."""


def signing(command: Callable[..., None]) -> Callable[..., None]:
    """Adds ``--by`` to a command; the password comes from the prompt, or a line of stdin."""
    return click.option("--by", required=True, help="Who does it: a clerk or approver. 经办人")(
        command
    )


def password_of(name: str) -> str:
    """Asks for it, without showing it."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt(f"{name} password 密码", hide_input=True))


def paper_of(form_no: str, because: str) -> Paper:
    """The paper on which something rests, as the counter's door takes it."""
    because = because.strip()
    if not _FORM.fullmatch(form_no) or sum(one.isdigit() for one in form_no) >= _ID_NUMBER_MIN:
        raise click.UsageError("--form takes letters, digits, / and - 表单号不对")
    if not (is_text(because) and 4 <= len(because) <= 200):
        raise click.UsageError("--because takes 4 to 200 characters 原因须4到200字")
    return Paper(form_no, because)


async def signed(
    services: Services, name: str, password: str, here: str, roles: tuple[Role, ...] = SERVING
) -> Clerk:
    """The clerk of a name and password; that the clerk was here is in the audit.

    Raises:
        Refusal: the password or the name is wrong, or there were too many tries.
    """
    visitor = Visitor(here, secrets.token_hex(16))
    begun = await services.operators.sign_in(name, password, visitor, "counter")
    await services.operators.sign_out(f"Bearer {begun.token}", visitor)
    if begun.operator.role not in roles:
        raise click.ClickException(f"{name} may not do this 没有办理权限")
    return Clerk(begun.operator, visitor)
