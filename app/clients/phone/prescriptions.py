"""``qinji phone WHO prescriptions``: what was prescribed, and the code for one, in the terminal."""

from __future__ import annotations

import click

from app.clients.phone.client import Phone
from app.clients.phone.running import run


@click.group(invoke_without_command=True)
@click.pass_context
def prescriptions(ctx: click.Context) -> None:
    """My prescriptions and my children's. 我的电子处方."""
    if ctx.invoked_subcommand is not None:
        return
    me: Phone = ctx.obj

    async def work() -> None:
        found = (await me.call("GET", "/prescriptions")).data
        if not found:
            click.echo("没有电子处方")
        for one in found:
            whose = f"{one['name']}的 " if one["name"] else ""
            until = one["ends_at"][:16].replace("T", " ")
            click.echo(f"{one['number']} {whose}{one['clinic']} {one['state_name']}，至 {until}")
            for drug in one["medicines"]:
                much = f"{drug['count']}{drug['unit']}，还可取 {drug['left']}{drug['unit']}"
                click.echo(f"  {drug['name']} {drug['spec']} {much}")

    run(work)


@prescriptions.command()
@click.argument("number")
@click.pass_obj
def show(me: Phone, number: str) -> None:
    """The code for the prescription NUMBER, which a pharmacy reads once. 出示处方码."""

    async def work() -> None:
        found = (await me.call("GET", "/prescriptions")).data
        ids = [one["id"] for one in found if one["number"] == number]
        if not ids:
            raise click.ClickException(f"there is no prescription {number} 没有这张处方")
        shown = (await me.call("POST", f"/prescriptions/{ids[0]}/code")).data
        click.echo(f"{shown['code']}，至 {shown['ends_at'][11:16]}，只能用一次")

    run(work)
