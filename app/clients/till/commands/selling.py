"""``qinji pos decode|preview|settle|sell``."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import click

from app.clients.till.commands.desk import Desk, identify, must, run, sale_of, show
from app.clients.till.sale import Item
from app.clients.till.till import Till

_WORDS = click.argument("words", nargs=-1, metavar="ITEM[xCOUNT][@PRICE]...")
_NO_ACCOUNT = click.option("--no-account", is_flag=True, help="The patient keeps the account out.")
_WAIT = click.option("--wait", type=click.IntRange(0, 20), help="Seconds the centre may take.")


@click.command()
@click.argument("code")
@click.pass_obj
def decode(till: Till, code: str) -> None:
    """6101, 1101: read a phone's code. 解码."""

    async def work(desk: Desk) -> None:
        await identify(desk, code)

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
        show(desk, must(await desk.client.preview(sale, wait)), bought, "预结算（未扣款）")
        till.keep_visit({**visit, "items": _dumped(bought)})

    run(till, work)


@click.command()
@_WORDS
@_NO_ACCOUNT
@_WAIT
@click.pass_obj
def settle(till: Till, words: tuple[str, ...], no_account: bool, wait: int | None) -> None:
    """2102: settle; without items those of the last preview. 结算."""

    async def work(desk: Desk) -> None:
        visit = till.visit()
        bought = desk.items(words) if words else _loaded(visit.get("items"))
        sale = sale_of(visit, bought, not no_account)
        show(desk, must(await desk.client.settle(sale, wait=wait)), bought, "医保结算单")
        till.end_visit()

    run(till, work)


@click.command()
@click.argument("code")
@_WORDS
@click.option("--yes", is_flag=True, help="Don't ask before settling.")
@_NO_ACCOUNT
@_WAIT
@click.pass_obj
def sell(
    till: Till, code: str, words: tuple[str, ...], *, yes: bool, no_account: bool, wait: int | None
) -> None:
    """Decode, preview, confirm, settle, print. 售药."""

    async def work(desk: Desk) -> None:
        bought = desk.items(words)
        sale = sale_of(await identify(desk, code), bought, not no_account)
        show(desk, must(await desk.client.preview(sale, wait)), bought, "预结算（未扣款）")
        if not yes:
            click.confirm("确认结算？", abort=True)
        show(desk, must(await desk.client.settle(sale, wait=wait)), bought, "医保结算单")
        till.end_visit()

    run(till, work)


def _dumped(bought: list[Item]) -> list[list[str]]:
    return [[one.med_list_codg, str(one.cnt), str(one.pric), one.name] for one in bought]


def _loaded(value: Any) -> list[Item]:
    return [Item(code, Decimal(cnt), Decimal(pric), name) for code, cnt, pric, name in value or []]
