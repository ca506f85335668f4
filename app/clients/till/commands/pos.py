"""``qinji pos …``: a till in the terminal that speaks the real wire. 终端收银机。"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TextIO

import click

from app.clients.till.commands import paying, prescriptions, reconciling, selling, shop, undoing
from app.clients.till.commands.catalogue import catalogue
from app.clients.till.commands.desk import Desk, must, run
from app.clients.till.till import Login, Till, TillError
from app.kit.words.normal import code_form
from app.local.demo.pharmacy import pharmacy
from app.local.run_file import RunFile

_URL = "http://127.0.0.1:8080"
_CODES = frozenset(("code", "admdvs", "key_id"))
_HOME = Path(__file__).resolve().parents[4] / ".qinji"


@click.group()
@click.option("--till", "name", default="1", show_default=True, help="Which till. 哪台收银机")
@click.option("--home", type=click.Path(path_type=Path), envvar="QINJI_HOME", default=_HOME)
@click.pass_context
def pos(ctx: click.Context, name: str, home: Path) -> None:
    """A till in the terminal. 终端收银机."""
    try:
        ctx.obj = Till(home, name)
    except TillError as error:
        raise click.ClickException(str(error)) from error


@pos.command()
@click.option("--demo", is_flag=True, help="The demo pharmacy. 演示药店")
@click.option("--url", help="Where the tills' door is; else what runs here. 中心地址")
@click.option("--code", help="fixmedins_code, 12 characters. 机构编号，12位")
@click.option("--name", help="The institution's name. 机构名称")
@click.option("--admdvs", help="Its place, 6 digits. 所在地，6位")
@click.option("--key-id")
@click.option("--secret", help="Asked for if not given. 不写则询问")
@click.option(
    "--key-file", type=click.File(), help="With --scheme sm2: the private key (PEM). SM2私钥"
)
@click.option("--scheme", type=click.Choice(["hmac-sm3", "tif", "sm2"]))
@click.option("--shelf", help="A price list: short,med_list_codg,name,pric,barcode. 价目表")
@click.pass_obj
def login(till: Till, /, demo: bool, key_file: TextIO | None, **given: str | None) -> None:
    """Save whose till this is. 保存机构密钥."""
    given["secret"] = key_file.read() if key_file else given["secret"]
    names = {"url": "base_url", "code": "fixmedins_code", "name": "fixmedins_name"}
    running = RunFile(till.home / "run.json").read().get("base_url", _URL)
    values = {**(pharmacy() if demo else {"scheme": "hmac-sm3"}), "base_url": running}
    values |= {
        names.get(option, option): code_form(value) if option in _CODES else value
        for option, value in given.items()
        if value
    }
    for wanted in ("fixmedins_code", "fixmedins_name", "admdvs", "key_id", "secret"):
        if wanted not in values:
            values[wanted] = click.prompt(wanted, hide_input=wanted == "secret")
    try:
        click.echo(f"saved in {till.save(Login(**values))}")
    except TillError as error:
        raise click.ClickException(str(error)) from error


@pos.command("sign-in")
@click.option("--cashier", help="The cashier's number, on every message from now on. 工号")
@click.option("--called", help="And what the cashier is called. 收银员姓名")
@click.option("--pin", is_flag=True, help="Sign in by PIN (9001A), which is asked for. 用密码签到")
@click.pass_obj
def sign_in(till: Till, cashier: str | None, called: str | None, pin: bool) -> None:
    """9001: open the till for the day. 签到."""
    typed = click.prompt("PIN", hide_input=True) if pin else None

    async def work(desk: Desk) -> None:
        who = desk.client.operator
        who = replace(who, opter=cashier or who.opter, opter_name=called or who.opter_name)
        desk.client.operator = who
        must(await desk.client.sign_in_by_pin(typed) if typed else await desk.client.sign_in())
        who = desk.client.operator
        login = replace(till.login(), opter=who.opter, opter_name=who.opter_name)
        till.save(replace(login, sign_no=desk.client.sign_no))
        click.echo(f"签到成功 {desk.client.sign_no}")

    run(till, work)


@pos.command("sign-out")
@click.pass_obj
def sign_out(till: Till) -> None:
    """9002: close the till. 签退."""

    async def work(desk: Desk) -> None:
        must(await desk.client.sign_out())
        till.save(replace(till.login(), sign_no=""))
        click.echo("签退成功")

    run(till, work)


for command in (
    selling.decode,
    selling.preview,
    selling.settle,
    selling.sell,
    undoing.cancel,
    undoing.return_part,
    undoing.reverse,
    undoing.found,
    undoing.query,
    paying.paid,
    prescriptions.rx,
    reconciling.reconcile,
    shop.slips,
    shop.shift,
    shop.cashier,
    catalogue,
):
    pos.add_command(command)
