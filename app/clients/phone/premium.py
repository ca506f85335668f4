"""``qinji phone WHO premium …``: residents' premiums of a phone in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from app.clients.phone.client import Phone, PhoneError
from app.clients.phone.running import run
from app.kit.money import yuan_text

_STATES = {
    "planned": "待扣款", "reserved": "已冻结", "submitted": "税务办理中", "paid": "已缴费",
    "booked": "已入库", "released": "未缴成", "refund_asked": "退费办理中", "refunded": "已退费",
}  # fmt: skip
_buy_back = click.option(
    "--buy-back",
    "bought",
    multiple=True,
    type=int,
    help="A missed year to be paid with it. 一并补缴的断保年",
)


@click.group()
def premium() -> None:
    """A resident's yearly premium: see what it costs, pay, take back. 代缴居民医保费."""


@premium.command("quote")
@click.argument("relatives", nargs=-1)
@_buy_back
@click.pass_obj
def quote(me: Phone, relatives: tuple[str, ...], bought: tuple[int, ...]) -> None:
    """What it costs for me, or for RELATIVES (父亲 …, by relation or masked name), and from when it
    covers. 算一算."""

    async def work() -> None:
        years = ",".join(map(str, bought))
        for whose in await _whose(me, relatives):
            path = f"/premiums/offers?beneficiary={whose}&buy_back={years}"
            found = (await me.call("GET", path)).data
            for offer in found["offers"]:
                for line in _offered(found["name"], offer):
                    click.echo(line)

    run(work)


@premium.command("pay")
@click.argument("year", type=int)
@click.argument("relatives", nargs=-1)
@_buy_back
@click.pass_obj
def pay(me: Phone, year: int, relatives: tuple[str, ...], bought: tuple[int, ...]) -> None:
    """Pay YEAR for me, or for RELATIVES, each whole or not at all. 代缴."""

    async def work() -> None:
        whose = await _whose(me, relatives)
        items = [{"beneficiary": one, "buy_back": list(bought)} for one in whose]
        done = (await me.call("POST", "/premiums", {"year": year, "items": items})).data
        for one in done["ordered"]:
            for line in _order(one):
                click.echo(line)
        called = dict(zip(whose, relatives or ("本人",), strict=True))
        for one in done["refused"]:
            click.echo(f"{called[one['beneficiary']]}没有办成")
            click.echo(_why(one["why"]))

    run(work)


@premium.command("list")
@click.pass_obj
def list_orders(me: Phone) -> None:
    """Those I have to do with. 我的代缴."""

    async def work() -> None:
        orders = (await me.call("GET", "/premiums")).data
        for one in orders:
            for line in _order(one):
                click.echo(line)
        if not orders:
            click.echo("还没有代缴")

    run(work)


@premium.command("back")
@click.argument("order")
@click.pass_obj
def take_back(me: Phone, order: str) -> None:
    """Take ORDER back before it is paid. 撤回."""
    _ask(me, "DELETE", order, "")


@premium.command("refund")
@click.argument("order")
@click.pass_obj
def refund(me: Phone, order: str) -> None:
    """Ask for the money of ORDER back, before its cover begins. 申请退费."""
    _ask(me, "POST", order, "/refund")


def _ask(me: Phone, method: str, order: str, what: str) -> None:
    async def work() -> None:
        body: dict[str, Any] | None = {} if method == "POST" else None
        for line in _order((await me.call(method, f"/premiums/{order}{what}", body)).data):
            click.echo(line)

    run(work)


async def _whose(me: Phone, relatives: Sequence[str]) -> list[str]:
    """``me``, or the grants by which I pay for relatives, named as the phone names them."""
    if not relatives:
        return ["me"]
    grants = [
        one
        for one in (await me.call("GET", "/aid")).data
        if one["role"] == "donor" and one["state"] != "ended"
    ]
    found = []
    for relative in relatives:
        fitting = [one for one in grants if relative in (one["other_is"], one["other"])]
        if len(fitting) != 1:
            count = "no" if not fitting else "more than one"
            raise PhoneError(
                f"{count} {relative} among those for whom I may pay 可代缴的亲属里不是正好有一位"
            )
        found.append(str(fitting[0]["id"]))
    return found


def _offered(name: str, offer: dict[str, Any]) -> Iterator[str]:
    if offer["price_fen"] is None:
        yield f"{name} 现在不能缴"
    else:
        whole = yuan_text(offer["amount_fen"])
        yield f"{name} {offer['year']}年度 {whole}元，{offer['covers_from']}起有待遇"
        if offer["waiting_months"]:
            yield f"  等待期 {offer['waiting_months']} 个月"
        if offer["missed_years"]:
            years = "、".join(map(str, offer["missed_years"]))
            one = yuan_text(offer["price_fen"])
            buy = (
                f"，每补缴一年 {one}元，少等 {offer['month_each']} 个月"
                if offer["buy_back"]
                else ""
            )
            yield f"  断缴 {years}{buy}"
        if offer["charged_on"]:
            yield f"  {offer['charged_on']} 从账户扣款"
        if offer["closes"]:
            yield f"  {offer['closes']} 截止"
    for why in offer["reasons"]:
        yield _why(why)


def _order(one: dict[str, Any]) -> Iterator[str]:
    sum_, state = yuan_text(one["amount_fen"]), _STATES[one["state"]]
    back = "，撤回办理中" if one["taking_back"] else ""
    short = "，余额不足" if one["short"] else ""
    yield f"{one['id']} {one['resident']} {one['year']}年度 {sum_}元 {state}{back}{short}"
    payers = "、".join(
        f"{'我' if payer['me'] else payer['name']} {yuan_text(payer['amount_fen'])}元"
        for payer in one["payers"]
    )
    if payers:
        yield f"  付款：{payers}"
    if one["charge_on"]:
        yield f"  {one['charge_on']} 从账户扣款"
    if one["state"] not in ("released", "refunded"):
        yield f"  {one['covers_from']}起有待遇"
    if one["why"]:
        yield _why(one["why"])


def _why(why: dict[str, Any]) -> str:
    return f"※ {why['message']}\n→ {why['next_step']}"
