"""``qinji phone WHO aid …``: mutual aid of a phone in the terminal."""

from __future__ import annotations

from datetime import date
from typing import Any

import click

from app.clients.phone.client import Phone, PhoneError
from app.clients.phone.running import run
from app.kit.money import MoneyError, fen_from_yuan, yuan_text

_STATES = {
    "to_confirm": "等待确认", "active": "使用中", "frozen": "已冻结", "paused": "暂停中",
    "not_yet": "未到生效日", "expired": "已到期", "used": "已用掉", "ended": "已终止",
}  # fmt: skip
_CAPS = {
    "cap_per_use_fen": "每次", "cap_day_fen": "每天", "cap_week_fen": "每周",
    "cap_month_fen": "每月", "cap_year_fen": "每年",
}  # fmt: skip


@click.group()
def aid() -> None:
    """Who may use my account, and whose I may use. 家庭共济."""


@aid.command("allot")
@click.argument("yuan", required=False)
@click.pass_obj
def allot(me: Phone, yuan: str | None) -> None:
    """Set YUAN aside for relatives, or see what is. 划入家庭共济账户."""

    async def work() -> None:
        if yuan is None:
            found = (await me.call("GET", "/allotted")).data
        else:
            try:
                body = {"amount_fen": fen_from_yuan(yuan)}
            except MoneyError:
                raise PhoneError(f"{yuan} is no sum in yuan 应为金额，如50或12.50") from None
            found = (await me.call("POST", "/allotted", body)).data
        click.echo(
            f"家庭共济账户 {yuan_text(found['held_fen'])}元，"
            f"现在最高可划拨 {yuan_text(found['most_fen'])}元"
        )
        if found["cannot"]:
            click.echo(f"※ {found['cannot']['message']}\n→ {found['cannot']['next_step']}")

    run(work)


@aid.command("list")
@click.pass_obj
def list_grants(me: Phone) -> None:
    """Both sides' grants. 我的共济."""

    async def work() -> None:
        grants = (await me.call("GET", "/aid")).data
        for one in grants:
            _print(one)
        if not grants:
            click.echo("还没有共济")

    run(work)


@aid.command("templates")
@click.pass_obj
def templates(me: Phone) -> None:
    """Limits that many want, to be given to ``grant --like``. 常用额度."""

    async def work() -> None:
        for one in (await me.call("GET", "/rules")).data["aid"]["templates"]:
            click.echo(f"{one['id']:<10} {one['name']}")

    run(work)


@aid.command("grant")
@click.argument("relation")
@click.argument("name")
@click.argument("certno")
@click.option("--like", help="A template's name (aid templates). 模板名")
@click.option("--once", is_flag=True, help="For one bill. 只用一次.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day. 到哪天.")
@click.option("--month", "yuan", help="Yuan a month at the most. 每月最多.")
@click.pass_obj
def grant(
    me: Phone,
    relation: str,
    name: str,
    certno: str,
    like: str | None,
    once: bool,
    until: Any,
    yuan: str | None,
) -> None:
    """Let RELATION (father, mother, son …), NAME with CERTNO, use my account. 开通共济."""

    async def work() -> None:
        body: dict[str, Any] = {"psn_name": name, "certno": certno, "relation": relation}
        if like is not None:
            body |= await _template(me, like)
        if once:
            body["once"] = True
        if until is not None:
            body["ends_on"] = until.date().isoformat()
        if yuan is not None:
            body["cap_month_fen"] = fen_from_yuan(yuan)
        _print((await me.call("POST", "/aid", body)).data)

    try:
        run(work)
    except MoneyError:
        raise click.BadParameter(
            "no amount of yuan 应为金额，如12.50", param_hint="--month"
        ) from None


@aid.command("pause")
@click.argument("relative")
@click.argument("until", type=click.DateTime(["%Y-%m-%d"]))
@click.pass_obj
def pause(me: Phone, relative: str, until: Any) -> None:
    """Pay nothing for RELATIVE (父亲 …) until a day, on which it goes on by itself. 暂停."""
    day: date = until.date()
    _do(me, relative, "pause", {"until": day.isoformat()})


@aid.command("resume")
@click.argument("relative")
@click.pass_obj
def resume(me: Phone, relative: str) -> None:
    """End a pause or a freeze. 恢复."""
    _do(me, relative, "unfreeze", {})


@aid.command("freeze")
@click.argument("relative")
@click.pass_obj
def freeze(me: Phone, relative: str) -> None:
    """Pay nothing for RELATIVE from now on. 冻结."""
    _do(me, relative, "freeze", {})


@aid.command("end")
@click.argument("relative")
@click.pass_obj
def end(me: Phone, relative: str) -> None:
    """End the grant to RELATIVE. 解除."""

    async def work() -> None:
        one = await _given(me, relative)
        await me.call("DELETE", f"/aid/{one['id']}")
        click.echo(f"已解除 {one['other_is']} {one['other']}")

    run(work)


def _do(me: Phone, relative: str, what: str, body: dict[str, Any]) -> None:
    async def work() -> None:
        one = await _given(me, relative)
        _print((await me.call("POST", f"/aid/{one['id']}/{what}", body)).data)

    run(work)


async def _given(me: Phone, relative: str) -> dict[str, Any]:
    """My grant to a relative, named as the phone names him: by relation or masked name."""
    fitting: list[dict[str, Any]] = [
        one
        for one in (await me.call("GET", "/aid")).data
        if one["role"] == "donor" and relative in (one["other_is"], one["other"], one["relation"])
    ]
    if len(fitting) != 1:
        count = "no" if not fitting else "more than one"
        raise PhoneError(
            f"{count} {relative} among those for whom I pay 我共济的亲属里不是正好有一位"
        )
    return fitting[0]


async def _template(me: Phone, name: str) -> dict[str, Any]:
    found = (await me.call("GET", "/rules")).data["aid"]["templates"]
    for one in found:
        if one["id"] == name:
            return {key: one[key] for key in (*_CAPS, "ends_on", "once")}
    raise PhoneError(
        f"no template {name}: " + ", ".join(one["id"] for one in found) + " 没有这个模板"
    )


def _print(one: dict[str, Any]) -> None:
    who = f"{one['other_is']} {one['other']}"
    line = f"替{who}付" if one["role"] == "donor" else f"{who}替我付"
    parts = [_STATES[one["state"]], *(["只用一次"] if one["once"] else [])]
    parts += [f"{_CAPS[cap]}{yuan_text(one[cap])}元" for cap in _CAPS if one[cap] is not None]
    if one["ends_on"]:
        parts.append(f"到{one['ends_on']}")
    if one["paused_until"]:
        parts.append(f"{one['paused_until']}自动恢复")
    click.echo(f"{line}：{'，'.join(parts)}")
