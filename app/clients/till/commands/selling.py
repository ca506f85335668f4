"""``qinji pos decode|preview|settle|sell``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import click

from app.clients.till.commands.desk import (
    Desk,
    at_its_line,
    identify,
    identify_card,
    must,
    run,
    sale_of,
    show,
)
from app.clients.till.commands.paying import WAY, note_way
from app.clients.till.commands.prescriptions import sold_on
from app.clients.till.sale import Item
from app.clients.till.till import Till

_WORDS = click.argument("words", nargs=-1, metavar="ITEM[xCOUNT][@PRICE]|BARCODE|TRACE_CODE...")
_NO_ACCOUNT = click.option(
    "--no-account", is_flag=True, help="The patient keeps the account out. 不用个人账户"
)
_CARD = click.option("--card", metavar="NUMBER/SN", help="A social-security card. 社保卡")
_WAIT = click.option(
    "--wait", type=click.IntRange(0, 20), help="Seconds the centre may take. 最多等中心几秒"
)


@click.command()
@click.argument("code", required=False)
@_CARD
@click.pass_obj
def decode(till: Till, code: str | None, card: str | None) -> None:
    """6101, 1101: read a phone's code, or a card. 解码、读卡."""
    if bool(code) is bool(card):
        raise click.UsageError("either a code or --card 医保码和卡选一个")

    async def work(desk: Desk) -> None:
        await (identify_card(desk, card) if card else identify(desk, code or ""))

    run(till, work)


@click.command()
@_WORDS
@_NO_ACCOUNT
@_WAIT
@click.pass_obj
def preview(till: Till, words: tuple[str, ...], no_account: bool, wait: int | None) -> None:
    """2101: what would be paid by whom. 预结算."""

    async def work(desk: Desk) -> None:
        visit, bought = till.visit(), desk.items(words)
        sale = sale_of(visit, bought, not no_account)
        show(
            desk,
            must(at_its_line(await desk.client.preview(sale, wait), bought)),
            bought,
            "预结算（未扣款）",
        )
        till.keep_visit({**visit, "items": _dumped(bought)})

    run(till, work)


@click.command()
@_WORDS
@_NO_ACCOUNT
@WAY
@_WAIT
@click.pass_obj
def settle(
    till: Till, words: tuple[str, ...], no_account: bool, way: str | None, wait: int | None
) -> None:
    """2102: settle; without items those of the last preview. 结算."""

    async def work(desk: Desk) -> None:
        visit = till.visit()
        bought = desk.items(words) if words else _loaded(visit.get("items"))
        sale = sale_of(visit, bought, not no_account)
        answer = must(at_its_line(await desk.client.settle(sale, wait=wait), bought))
        show(desk, answer, bought, "医保结算单")
        dispensed = sold_on(visit, bought, str(answer.setlinfo["setl_id"]))
        if dispensed is not None:
            till.keep_dispensed(dispensed)
        till.end_visit()
        await note_way(desk, answer.msgid, way)

    run(till, work)


@click.command()
@click.argument("words", nargs=-1, metavar="[CODE] ITEM[xCOUNT][@PRICE]|BARCODE|TRACE_CODE...")
@_CARD
@click.option("--yes", is_flag=True, help="Don't ask before settling. 结算前不再询问")
@_NO_ACCOUNT
@WAY
@_WAIT
@click.pass_obj
def sell(
    till: Till,
    words: tuple[str, ...],
    *,
    card: str | None,
    yes: bool,
    no_account: bool,
    way: str | None,
    wait: int | None,
) -> None:
    """Read a phone's code or a card, preview, confirm, settle, print. 售药."""
    if not (card or words):
        raise click.UsageError("a code or --card, and what is bought 请写医保码（或卡）和买的药")

    async def work(desk: Desk) -> None:
        bought = desk.items(words if card else words[1:])
        visit = await (identify_card(desk, card) if card else identify(desk, words[0]))
        sale = sale_of(visit, bought, not no_account)
        show(
            desk,
            must(at_its_line(await desk.client.preview(sale, wait), bought)),
            bought,
            "预结算（未扣款）",
        )
        if not yes:
            click.confirm("确认结算？", abort=True)
        answer = must(at_its_line(await desk.client.settle(sale, wait=wait), bought))
        show(desk, answer, bought, "医保结算单")
        till.end_visit()
        await note_way(desk, answer.msgid, way)

    run(till, work)


def _dumped(bought: list[Item]) -> list[list[str]]:
    return [
        [one.med_list_codg, str(one.cnt), str(one.pric), one.name, *one.codes] for one in bought
    ]


def _loaded(value: Any) -> list[Item]:
    return [
        Item(code, Decimal(cnt), Decimal(pric), name, tuple(codes))
        for code, cnt, pric, name, *codes in value or []
    ]
