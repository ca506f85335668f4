"""``qinji phone WHO card …``: questions that travel as cards, of a phone in the terminal."""

from __future__ import annotations

from typing import Any

import click

from app.clients.phone.client import Phone, PhoneError
from app.clients.phone.running import run

_ASKS = {
    "family": "想出示你的医保码", "code": "想出示你的医保码",
    "grant": "想用个人账户替你付", "pay": "想请你用个人账户替其付",
}  # fmt: skip


@click.group()
def card() -> None:
    """Cards that ask a relative: send one, open one, say yes or no. 邀请卡片."""


@card.command("ask")
@click.argument("relative")
@click.pass_obj
def ask(me: Phone, relative: str) -> None:
    """A card that asks RELATIVE (父亲 …) to pay for me. 请对方替我付."""

    async def work() -> None:
        family = (await me.call("GET", "/family")).data
        ties = [*family["i_may_show"], *family["may_show_me"]]
        for one in ties:
            if one["state"] == "active" and relative in (one["other_is"], one["name"]):
                await _send(me, "pay", one["id"], f"{one['other_is']} {one['name']}")
                return
        raise PhoneError(f"no {relative} in the family account 亲情账户里没有这位亲属")

    run(work)


@card.command("send")
@click.pass_obj
def send(me: Phone) -> None:
    """A card for each relative whose yes I wait for. 请对方同意."""

    async def work() -> None:
        bonds = (await me.call("GET", "/family")).data["i_may_show"]
        waiting = [("family", one["id"], one["name"]) for one in bonds if one["state"] == "pending"]
        waiting += [
            ("grant", one["id"], one["other"])
            for one in (await me.call("GET", "/aid")).data
            if one["role"] == "donor" and not one["agreed"]
        ]
        for kind, which, name in waiting:
            await _send(me, kind, which, name)
        if not waiting:
            click.echo("没有等待对方同意的请求")

    run(work)


@card.command("open")
@click.argument("token")
@click.pass_obj
def open_card(me: Phone, token: str) -> None:
    """What the card with TOKEN asks me. 打开卡片."""

    async def work() -> None:
        found = await _opened(me, token)
        until = found["expires_at"][:16]
        click.echo(f"{found['other_is']} {found['other']}{_ASKS[found['kind']]}，{until}前有效")

    run(work)


@card.command("yes")
@click.argument("token")
@click.option(
    "--relation", help="Who the other is to me, where only I can say it (son …). 对方是我的什么人"
)
@click.pass_obj
def yes(me: Phone, token: str, relation: str | None) -> None:
    """Agree to what the card with TOKEN asks. 同意."""

    async def work() -> None:
        found = await _opened(me, token)
        if found["kind"] == "pay":
            body = {"invitation": token} | ({"relation": relation} if relation else {})
            await me.call("POST", "/aid", body)
        else:
            place = "aid" if found["kind"] == "grant" else "family"
            await me.call("POST", f"/{place}/{found['subject']}/confirm", {})
        click.echo("已同意")

    run(work)


@card.command("no")
@click.argument("token")
@click.pass_obj
def no(me: Phone, token: str) -> None:
    """Decline what the card with TOKEN asks. 不同意."""

    async def work() -> None:
        found = await _opened(me, token)
        if found["kind"] == "pay":
            await me.call("POST", "/invitations/decline", {"token": token})
        else:
            place = "aid" if found["kind"] == "grant" else "family"
            await me.call("DELETE", f"/{place}/{found['subject']}")
        click.echo("已回绝")

    run(work)


@card.command("back")
@click.pass_obj
def back(me: Phone) -> None:
    """Take back what I have asked by card. 撤回."""

    async def work() -> None:
        sent = (await me.call("GET", "/invitations")).data
        for one in sent:
            await me.call("DELETE", f"/invitations/{one['id']}")
        click.echo(f"已撤回 {len(sent)} 张卡片")

    run(work)


async def _send(me: Phone, kind: str, which: str, name: str) -> None:
    sent = (await me.call("POST", "/invitations", {"kind": kind, "id": which})).data
    click.echo(f"发给 {name}，{sent['expires_at'][:16]}前有效：\n{sent['token']}")


async def _opened(me: Phone, token: str) -> dict[str, Any]:
    found: dict[str, Any] = (await me.call("POST", "/invitations/open", {"token": token})).data
    return found
