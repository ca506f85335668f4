"""``qinji phone WHO notices``: the inbox of a phone in the terminal."""

from __future__ import annotations

import click

from app.clients.phone.client import Phone
from app.clients.phone.running import run


@click.command()
@click.option("--read", is_flag=True, help="Mark them as read. 标为已读")
@click.option(
    "--wait", type=click.IntRange(0, 20), default=0, help="Seconds to wait for news. 等待秒数"
)
@click.pass_obj
def notices(me: Phone, *, read: bool, wait: int) -> None:
    """What I was told, newest first. 我的消息."""

    async def work() -> None:
        found = (await me.call("GET", "/notices")).data
        if wait:
            known = f"/notices?wait={wait}&known={found['state']}"
            found = (await me.call("GET", known)).data
        click.echo(f"未读 {found['unread']}")
        for one in found["items"]:
            mark = " " if one["read"] else "•"
            ways = " ".join(f"{way['to']}:{way['id']}".rstrip(":") for way in one["helps"])
            click.echo(f"{mark} {one['at'][:16].replace('T', ' ')} {one['text']}  [{ways}]")
        if read and found["items"]:
            await me.call("PATCH", "/notices", {"all": True, "upto": found["items"][0]["id"]})

    run(work)
