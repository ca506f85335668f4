"""``qinji wallet compare|show|carry``."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import TypeVar

import click

from app.cli.up import settings_or_exit
from app.compose import Services, open_services
from app.domain.wallet.looking import Overview
from app.domain.wallet.values import Offer, Sent, State
from app.kit.clock import local
from app.kit.money import yuan_text
from app.ledger.clearing import Comparison, compare
from app.ledger.kinds import AccountKind
from app.regions.text.places import place_name
from app.regions.text.show import columns
from app.store.keys import KeysError
from app.store.versions import StartRefused
from app.store.where import NotRunning

Found = TypeVar("Found")
_FLYING_TOLD = 20
_TRANSFERS_TOLD = 50
_LAST = 2**63 - 1
_STATES = {
    State.PENDING: "待接收 waits",
    State.ACCEPTED: "已接收 accepted",
    State.REFUSED: "已拒收 refused",
    State.EXPIRED: "已退回 came back",
}
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
        others = services.others
        return await compare(services.database, others.rows if others else None)

    found = _run(work)
    for line in told(found):
        click.echo(line)
    if found.differences or not all(one.agrees for one in found.in_order):
        raise SystemExit(1)


@wallet.command("show")
@click.argument("psn_no")
def show(psn_no: str) -> None:
    """A person's wallet and transfers, by the national number. 某人的钱包."""

    async def work(services: Services) -> list[str]:
        person = await services.people.by_psn_no(psn_no)
        if person is None:
            raise click.ClickException(f"nobody has the number {psn_no} 没有这个人员编号")
        looking = services.wallets.looking
        seen = await looking.overview(person.id)
        went = await looking.history(person.id, _LAST, _TRANSFERS_TOLD)
        return list(of_person(seen, went))

    for line in _run(work):
        click.echo(line)


@wallet.command("carry")
def carry() -> None:
    """Do now what the worker does every second: carry on what was left half-way, and give back
    what nobody has accepted in time. 立即续办."""
    count = _run(lambda services: services.wallets.sweep.run())
    click.echo(f"续办 {count} 笔。{count} carried on.")


def of_person(seen: Overview, went: Sequence[Sent | Offer]) -> Iterator[str]:
    """A person's wallet as staff read it."""
    if seen.wallet is None:
        yield "未开通 no wallet"
    else:
        by = "本人 own" if seen.wallet.binding_id is None else "代开 by a relative"
        fen = seen.standing.held.get(AccountKind.WALLET, 0)
        place = place_name(seen.wallet.place)
        yield f"{yuan_text(fen)} 元，{local(seen.wallet.opened_at):%Y-%m-%d} 开通（{by}），{place}"
    for one in went:
        way = "转出 out" if isinstance(one, Sent) else "转入 in"
        back = "，退回 back" if one.returns_id is not None else ""
        state = _STATES[one.state]
        yield (
            f"{one.id}  {local(one.made_at):%Y-%m-%d %H:%M}  {way}{back}  {one.other_name}  "
            f"{one.province}-{one.other_province}  {yuan_text(one.amount_fen)}  {state}"
        )


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
