"""``qinji phone WHO …``: a phone in the terminal, for the demo's people."""

from __future__ import annotations

import json
import secrets
from typing import Any

import click

from app.clients.phone.aid import aid
from app.clients.phone.client import Phone, PhoneError
from app.clients.phone.invitations import card
from app.clients.phone.notices import notices
from app.clients.phone.premium import premium
from app.clients.phone.prescriptions import prescriptions
from app.clients.phone.running import run
from app.clients.phone.wallet import wallet
from app.kit.money import MoneyError, fen_from_yuan, yuan_text
from app.local.run_file import RunFile
from app.outside.played.keys import CARD_PASSWORD
from app.settings import settings
from app.words import PAYERS


@click.group()
@click.argument("who")
@click.pass_context
def phone(ctx: click.Context, who: str) -> None:
    """A phone in the terminal. 终端里的手机.

    WHO is the demo's WeChat user in Latin letters, e.g. limin.
    """
    if not (who.isascii() and who.isalnum()):
        raise click.BadParameter("letters and digits only 只用字母和数字", param_hint="WHO")
    home = settings().home
    running = RunFile(home / "run.json").read()
    if "base_url" not in running:
        raise click.ClickException(
            "Qinji is not running here: start it with ./deploy/up 这里没有运行，请先启动"
        )
    ctx.obj = Phone(str(running["base_url"]), who, home)


phone.add_command(wallet)
phone.add_command(premium)
phone.add_command(notices)
phone.add_command(prescriptions)
phone.add_command(aid)
phone.add_command(card)


@phone.command()
@click.argument("name")
@click.argument("certno")
@click.pass_obj
def identify(me: Phone, name: str, certno: str) -> None:
    """Real-name check: bind this phone to NAME with CERTNO. 实名认证."""

    async def work() -> None:
        card = {"method": "card", "card_no": secrets.token_hex(8), "password": CARD_PASSWORD}
        body = {"psn_name": name, "psn_cert_type": "01", "certno": certno, "proof": card}
        found = (await me.call("POST", "/identity", body)).data
        click.echo(f"已实名 {found['name']} {found['certno']} {found['region_name']}")

    run(work)


@phone.command()
@click.argument("method", type=click.Choice(["GET", "POST", "PATCH", "DELETE"]))
@click.argument("path")
@click.argument("body", required=False)
@click.pass_obj
def call(me: Phone, method: str, path: str, body: str | None) -> None:
    """Any call of /api/v1, e.g. GET /me. 任意调用."""
    try:
        value = json.loads(body) if body else None
    except (ValueError, RecursionError):
        raise click.BadParameter("not JSON 不是JSON", param_hint="BODY") from None

    async def work() -> None:
        data = (await me.call(method, path, value)).data
        click.echo(json.dumps(data, ensure_ascii=False, indent=2))

    run(work)


@phone.command()
@click.argument("relative", required=False)
@click.pass_obj
def show(me: Phone, relative: str | None) -> None:
    """Show my 医保码, or that of RELATIVE (father, mother, son …). 亮码."""

    async def work() -> None:
        holder = "me" if relative is None else await _binding(me, relative)
        shown = (await me.call("POST", "/credentials", {"holder": holder})).data
        me.keep(credential=shown["id"], code=shown["code"], holder=holder)
        click.echo(_drawn(shown["qr"]))
        whose, until = shown["holder"], shown["expires_at"][11:19]
        click.echo(f"{whose['name']}（{whose['relation_zh']}）的医保码，至 {until}")
        click.echo(shown["code"])

    run(work)


@phone.command()
@click.pass_obj
def code(me: Phone) -> None:
    """The digits of the code I showed last; a fresh one if that has died. 码."""

    async def work() -> None:
        state = (await me.call("GET", f"/credentials/{me.kept('credential')}")).data
        if state["state"] == "shown":
            click.echo(me.kept("code"))
            return
        shown = (await me.call("POST", "/credentials", {"holder": me.kept("holder")})).data
        me.keep(credential=shown["id"], code=shown["code"])
        click.echo(shown["code"])

    if not me.kept("credential"):
        raise click.ClickException("show a code first: qinji phone WHO show 请先亮码")
    run(work)


@phone.command()
@click.pass_obj
def confirm(me: Phone) -> None:
    """Confirm whoever asks to show my code or to pay for me. 确认亲情绑定和共济."""

    async def work() -> None:
        asked = [
            i for i in (await me.call("GET", "/family")).data["may_show_me"] if i["to_confirm"]
        ]
        grants = [
            i
            for i in (await me.call("GET", "/aid")).data
            if i["role"] == "beneficiary" and not i["agreed"]
        ]
        if not asked and not grants:
            click.echo("没有待确认的亲情绑定和共济")
        for item in asked:
            await me.call("POST", f"/family/{item['id']}/confirm", {})
            click.echo(f"已同意 {item['name']}（{item['relation_zh']}）出示我的医保码")
        for item in grants:
            await me.call("POST", f"/aid/{item['id']}/confirm", {})
            click.echo(f"已同意 {item['other']}（{item['other_is']}）替我付钱")

    run(work)


@phone.command("ask-me")
@click.argument("relative")
@click.argument("yuan", required=False)
@click.pass_obj
def ask_me(me: Phone, relative: str, yuan: str | None) -> None:
    """Ask me before a bill of RELATIVE takes more than YUAN; without YUAN never. 先问我."""

    async def work() -> None:
        fen = None if yuan is None else fen_from_yuan(yuan)
        for one in (await me.call("GET", "/aid")).data:
            if one["role"] == "donor" and one["relation"] == relative:
                await me.call("PATCH", f"/aid/{one['id']}", {"ask_above_fen": fen})
                when = "不再先问我" if fen is None else f"一笔超过{yuan_text(fen)}元先问我"
                click.echo(f"{one['other']}（{one['relation_zh']}）：{when}")
                return
        raise PhoneError(f"I pay for no {relative} 我没有给这位亲属共济")

    try:
        run(work)
    except MoneyError:
        raise click.BadParameter("no amount of yuan 应为金额，如12.50", param_hint="YUAN") from None


@phone.command()
@click.argument("answer", type=click.Choice(["yes", "no"]), required=False)
@click.option(
    "--wait", type=click.IntRange(0, 20), default=0, help="Seconds to wait for one. 等待秒数"
)
@click.pass_obj
def asked(me: Phone, answer: str | None, wait: int) -> None:
    """What I am asked first just now; with ANSWER the first of it is answered. 征求我同意的支付."""

    async def work() -> None:
        items = (await me.call("GET", f"/questions?wait={wait}")).data["items"]
        if not items:
            click.echo("现在没有征求你同意的支付")
        for one in items:
            sum_ = yuan_text(one["amount_fen"])
            click.echo(f"{one['institution']} 为{one['other']}支付{sum_}元，同意吗？")
        if items and answer:
            await me.call("POST", f"/questions/{items[0]['id']}", {"answer": answer})
            click.echo("已同意" if answer == "yes" else "已回绝")

    run(work)


@phone.command()
@click.option(
    "--wait", type=click.IntRange(0, 20), default=0, help="Seconds to wait for news. 等待秒数"
)
@click.pass_obj
def paid(me: Phone, wait: int) -> None:
    """What became of the code I showed last: who paid what. 付款结果."""

    async def work() -> None:
        shown = me.kept("credential")
        if not shown:
            raise PhoneError("show a code first: qinji phone WHO show 请先亮码")
        state = (await me.call("GET", f"/credentials/{shown}?wait={wait}")).data
        _tell(state)

    run(work)


async def _binding(me: Phone, relation: str) -> str:
    family = (await me.call("GET", "/family")).data
    for item in family["i_may_show"]:
        if item["relation"] == relation:
            return str(item["id"])
    raise PhoneError(f"no {relation} in the family account 亲情账户里没有这位亲属")


def _drawn(rows: list[str]) -> str:
    """The QR in half blocks, two rows a line, black on white with its quiet zone."""
    width = len(rows[0]) + 8
    framed = ["0" * width] * 4 + ["0000" + row + "0000" for row in rows] + ["0" * width] * 5
    blocks = {("0", "0"): "█", ("0", "1"): "▀", ("1", "0"): "▄", ("1", "1"): " "}
    pairs = zip(framed[0::2], framed[1::2], strict=False)
    return "\n".join("".join(blocks[pair] for pair in zip(*two, strict=True)) for two in pairs)


def _tell(state: dict[str, Any]) -> None:
    words = {
        "shown": "已出示，等待扫码",
        "decoded": "已扫码",
        "paid": "已结算",
        "expired": "已过期",
    }
    click.echo(words[state["state"]])
    heads = {"paid": "已结算", "part_returned": "已退一部分", "returned": "已全部退回"}
    for bill in state["bills"]:
        was = "" if bill["what"] == "paid" else f"原 {yuan_text(bill['was_fen'])}元，现 "
        sums = f"{was}{yuan_text(bill['total_fen'])}元"
        click.echo(f"{bill['institution']} {heads[bill['what']]} {sums}")
        if bill["cash_fen"]:
            click.echo(f"  还需付现金 {yuan_text(bill['cash_fen'])}元")
        for leg in bill["legs"] if bill["what"] != "returned" else ():
            who = f"（{leg['name']}）" if leg["name"] else ""
            word = PAYERS[leg["payer"]].zh
            click.echo(f"  {word}{who} {yuan_text(leg['amount_fen'])}元")
        for why in bill["reasons"]:
            click.echo(f"  ※ {why['message']}\n  → {why['next_step']}")
