"""``qinji phone WHO wallet …``: the wallet of a phone in the terminal."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any

import click

from app.clients.phone.client import Phone, PhoneError
from app.clients.phone.running import run
from app.kit.money import MoneyError, fen_from_yuan, yuan_text

_STATES = {"pending": "待接收", "accepted": "已接收", "refused": "已拒收", "returned": "已退回"}


@click.group()
def wallet() -> None:
    """My wallet: see it, open it, send, accept. 医保钱包."""


@wallet.command("show")
@click.pass_obj
def show(me: Phone) -> None:
    """What is in it, what waits, what went. 余额和记录."""

    async def work() -> None:
        found = (await me.call("GET", "/wallet")).data
        went = (await me.call("GET", "/wallet/transfers")).data["items"]
        for line in _told(found, went):
            click.echo(line)

    run(work)


@wallet.command("open")
@click.argument("holder", default="me")
@click.pass_obj
def open_wallet(me: Phone, holder: str) -> None:
    """Open mine, or that of HOLDER, a number that ``show`` tells. 开通."""

    async def work() -> None:
        found = (await me.call("POST", "/wallet", {"holder": holder})).data
        click.echo(f"已开通，使用地：{found['place_of_use']}")

    run(work)


@wallet.command("place")
@click.argument("place")
@click.pass_obj
def choose_place(me: Phone, place: str) -> None:
    """Use it at PLACE, six digits, or where I am insured: home. 更改使用地."""

    async def work() -> None:
        found = (await me.call("PATCH", "/wallet", {"place": place})).data
        left = yuan_text(found["balance_fen"])
        click.echo(f"使用地：{found['place_of_use']}；钱包里的 {left}元不变")

    run(work)


@wallet.command("send")
@click.argument("relative")
@click.argument("yuan")
@click.option("--from", "source", type=click.Choice(["personal", "wallet"]), default="personal")
@click.option(
    "--relation", help="who RELATIVE is to me, where our tie leaves it open 对方是我的什么人"
)
@click.pass_obj
def send(me: Phone, relative: str, yuan: str, source: str, relation: str | None) -> None:
    """Send YUAN to RELATIVE, as ``show`` calls one (父亲 …). 转给亲属."""

    async def work() -> None:
        payees = (await me.call("GET", "/wallet")).data["payees"]
        payee = next((one for one in payees if relative in (one["other_is"], one["name"])), None)
        if payee is None:
            raise PhoneError(
                f"no {relative} among those whom you have a tie with 没有与您绑定或共济的这位亲属"
            )
        by = "family" if payee["family"] else "grant"
        body = {by: payee[by], "amount_fen": _fen(yuan), "source": source}
        body["mark"] = secrets.token_hex(8)
        if payee["ask_relation"] and relation:
            body["relation"] = relation
        sent = (await me.call("POST", "/wallet/transfers", body)).data
        click.echo(f"{sent['id']} 已发出，等对方在{sent['expires_at'][:16]}前接收")

    run(work)


@wallet.command("accept")
@click.argument("transfer")
@click.pass_obj
def accept(me: Phone, transfer: str) -> None:
    """Accept TRANSFER. 接收."""
    _decide(me, transfer, "accept")


@wallet.command("refuse")
@click.argument("transfer")
@click.pass_obj
def refuse(me: Phone, transfer: str) -> None:
    """Refuse TRANSFER. 拒收."""
    _decide(me, transfer, "refuse")


@wallet.command("return")
@click.argument("transfer")
@click.argument("yuan")
@click.pass_obj
def give_back(me: Phone, transfer: str, yuan: str) -> None:
    """Give YUAN of an accepted TRANSFER back. 退回."""

    async def work() -> None:
        body = {"amount_fen": _fen(yuan), "mark": secrets.token_hex(8)}
        sent = (await me.call("POST", f"/wallet/transfers/{transfer}/return", body)).data
        click.echo(f"已退回 {yuan_text(sent['amount_fen'])}元给{sent['other']}")

    run(work)


def _decide(me: Phone, transfer: str, what: str) -> None:
    async def work() -> None:
        done = (await me.call("POST", f"/wallet/transfers/{transfer}/{what}", {})).data
        click.echo(f"{_STATES[done['state']]} {yuan_text(done['amount_fen'])}元（{done['other']}）")

    run(work)


def _told(found: dict[str, Any], went: list[dict[str, Any]]) -> Iterator[str]:
    if found["opened"]:
        yield f"钱包余额 {yuan_text(found['balance_fen'])}元，使用地：{found['place_of_use']}"
    else:
        yield "还没有开通：qinji phone WHO wallet open"
    why = found["cannot_open"] or (found["cannot_send"] if found["opened"] else None)
    if why:
        yield f"※ {why['message']}\n→ {why['next_step']}"
    for one in found["offers"]:
        whom = f"（{one['for_whom']}）" if one["for_whom"] else ""
        until = one["expires_at"][:16]
        yield f"{one['id']} {one['other_is']}{one['other']}转来{whom} {_yuan(one)}，{until}前接收"
    for one in found["payees"]:
        yield f"可转给：{one['other_is']} {one['name']}"
    for one in found["wards"]:
        yield f"{one['holder']} {one['name']} {'已开通' if one['opened'] else '未开通'}"
    for one in went:
        way = "转给" if one["direction"] == "out" else "来自"
        yield (
            f"{one['id']} {one['made_at'][:16]} {way}{one['other']} {_yuan(one)}"
            f" {_STATES[one['state']]}"
        )


def _yuan(one: dict[str, Any]) -> str:
    return f"{yuan_text(one['amount_fen'])}元"


def _fen(yuan: str) -> int:
    try:
        return fen_from_yuan(yuan)
    except MoneyError:
        raise PhoneError(f"{yuan} is no sum in yuan 应为金额，如50或12.50") from None
