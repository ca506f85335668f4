"""``qinji pos paid``: how what a bill leaves was paid over the counter, or went back."""

from __future__ import annotations

import click

from app.clients.till.commands.desk import Desk, must, run
from app.clients.till.shop import way_name
from app.clients.till.till import Till, TillError
from app.words import PayWay

_WAYS = click.Choice([one.value for one in PayWay])
WAY = click.option(
    "--paid", "way", type=_WAYS, help="How the cash is paid, or goes back. 现金部分怎么收、怎么退"
)
_MADE = ("2102", "2103", "2103A")


@click.command()
@click.argument("way", type=_WAYS)
@click.argument("setl_id", required=False)
@click.pass_obj
def paid(till: Till, way: str, setl_id: str | None) -> None:
    """5203C: how a bill's cash was paid or given back; of this till's newest if none is named.
    收款方式."""

    async def work(desk: Desk) -> None:
        entry = till.journal.made(setl_id, _MADE)
        if entry is None or entry.answer is None:
            raise TillError("this till has no such settlement 本机没有这笔结算")
        await note_way(desk, entry.msgid, way)

    run(till, work)


async def note_way(desk: Desk, msgid: str, way: str | None) -> None:
    """Tells the centre, where a way was said."""
    if way is not None:
        must(await desk.client.paid(msgid, way))
        click.echo(f"已记：{way_name(way)}")
