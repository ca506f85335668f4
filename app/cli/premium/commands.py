"""``qinji premium list|show|tell``: what staff see of 代缴居民医保费."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

import click

from app.cli.premium import printing
from app.cli.up import settings_or_exit
from app.compose import Services, open_services
from app.domain.premium.models import Order, State
from app.domain.premium.rules.overview import Overview
from app.store.keys import KeysError
from app.store.versions import StartRefused
from app.store.where import NotRunning

Found = TypeVar("Found")
_STATES = [state.name.lower() for state in State]
_ID_MAX = 2**63 - 1


def _run(work: Callable[[Services], Awaitable[Found]]) -> Found:
    async def go() -> Found:
        async with open_services(settings_or_exit(), application="qinji-premium") as services:
            return await work(services)

    try:
        return asyncio.run(go())
    except (NotRunning, StartRefused, KeysError, OSError) as error:
        raise click.ClickException(str(error)) from error


@click.group()
def premium() -> None:
    """Residents' premiums that are paid from accounts. 代缴居民医保费."""


@premium.command("tell")
def tell() -> None:
    """How many stand where, what waits too long, which days come. 总览.

    Exits with 1 when something waits for longer than the rules let it.
    """

    async def work(services: Services) -> Overview:
        return await services.premiums_seen.overview()

    found = _run(work)
    for line in printing.overview(found):
        click.echo(line)
    if found.stuck:
        raise SystemExit(1)


@premium.command("list")
@click.option(
    "--state", "states", type=click.Choice(_STATES), multiple=True, help="Only these. 只看这些"
)
@click.option(
    "--region", default="", help="First digits of the insured place, e.g. 1301. 参保地前几位"
)
@click.option("--person", help="Only this resident's, by the national number. 按人员编号")
@click.option("--stuck", is_flag=True, help="Only what waits for too long. 只看等待过久的")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def list_orders(
    states: tuple[str, ...], region: str, person: str | None, stuck: bool, limit: int
) -> None:
    """Orders, the newest first. 清单."""
    wanted = [state for state in State if not states or state.name.lower() in states]

    async def work(services: Services) -> tuple[list[Order], Mapping[int, str]]:
        person_id = await _person(services, person)
        if stuck:
            found = [
                one.order
                for one in await services.premiums_seen.stuck()
                if one.order.state in wanted
                and one.order.place.startswith(region)
                and person_id in (None, one.order.person_id)
            ][:limit]
        else:
            found = await services.premiums_seen.orders(wanted, region, person_id, limit)
        return found, await services.people.masked_names({one.person_id for one in found})

    for line in printing.listed(*_run(work)):
        click.echo(line)


@premium.command("show")
@click.argument("order", type=click.IntRange(1, _ID_MAX))
def show(order: int) -> None:
    """One order: how far it is, whose money it holds, under which caps. 一笔代缴."""

    async def work(services: Services) -> list[str]:
        found = await services.premiums_seen.one(order)
        if found is None:
            raise click.ClickException(f"there is no premium {order} 没有这笔缴费")
        about = {found.order.person_id, found.order.asked_by}
        about |= {hold.person_id for hold in found.holds} | {cap.donor_id for cap in found.caps}
        return list(printing.one(found, await services.people.masked_names(about)))

    for line in _run(work):
        click.echo(line)


async def _person(services: Services, psn_no: str | None) -> int | None:
    if psn_no is None:
        return None
    person = await services.people.by_psn_no(psn_no)
    if person is None:
        raise click.ClickException(f"nobody has the number {psn_no} 没有这个人员编号")
    return int(person.id)
