"""``qinji wallet compare|carry``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import click

from app.cli.up import settings_or_exit
from app.compose import Services, open_services
from app.kit.money import yuan_text
from app.ledger.clearing import Comparison, compare
from app.regions.text.places import place_name
from app.regions.text.show import columns
from app.store.keys import KeysError
from app.store.versions import StartRefused
from app.store.where import NotRunning

Found = TypeVar("Found")
_FLYING_TOLD = 20
_HEAD = ["从 from", "到 to", "笔 number", "付出 given", "收到 taken", "在途 in flight"]


def _run(work: Callable[[Services], Awaitable[Found]]) -> Found:
    async def go() -> Found:
        async with open_services(settings_or_exit(), application="qinji-wallet") as services:
            return await work(services)

    try:
        return asyncio.run(go())
    except (NotRunning, StartRefused, KeysError, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.group()
def wallet() -> None:
    """The wallet between provinces. 医保钱包."""


@wallet.command("compare")
def compare_clearings() -> None:
    """Compare both sides of every transfer, by pairs of provinces. 跨省清算核对.

    Exits with 1 when the two sides differ; what is in flight is no difference.
    """

    async def work(services: Services) -> Comparison:
        return await compare(services.database)

    found = _run(work)
    for line in told(found):
        click.echo(line)
    if found.differences or not all(one.agrees for one in found.in_order):
        raise SystemExit(1)


@wallet.command("carry")
def carry() -> None:
    """Do now what the worker does every second: carry on what was left half-way, and give back
    what nobody has accepted in time. 立即续办."""
    count = _run(lambda services: services.wallets.sweep.run())
    click.echo(f"续办 {count} 笔。{count} carried on.")


def told(found: Comparison) -> Iterator[str]:
    """A comparison as people read it."""
    rows = [_HEAD]
    for one in found.in_order:
        sums = (one.given_fen, one.taken_fen, one.flying_fen)
        names = [place_name(f"{code}0000") for code in (one.province, one.other)]
        rows.append([*names, str(one.count), *(yuan_text(fen) for fen in sums)])
    if len(rows) > 1:
        yield from columns(rows, right=(2, 3, 4))
    flying = sorted(wallet_id for one in found.in_order for wallet_id in one.flying)
    for wallet_id in flying[:_FLYING_TOLD]:
        yield f"在途 in flight: {wallet_id}"
    for one in found.in_order:
        if not one.agrees:
            yield f"不符 DIFFERS: {one.province}-{one.other}"
    for difference in found.differences:
        yield f"不符 DIFFERS: {difference.id}: {difference.sender} | {difference.payee}"
    yield f"{found.compared} 笔已核对，{len(found.differences)} 笔不符。" + (
        f"{found.compared} compared, {len(found.differences)} differ."
    )
