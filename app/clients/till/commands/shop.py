"""``qinji pos slips`` and ``qinji pos shift``: the shop's day, of all its tills."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import click

from app.clients.till.commands.desk import Desk, must, run
from app.clients.till.shop import PARTS, Row, ShopDay, shop_day, summed, way_name, ways_of
from app.clients.till.till import Till
from app.kit.clock import local_date

_DAY = click.option(
    "--day", type=click.DateTime(["%Y-%m-%d"]), help="Today if not given. 不写为今天"
)
_CASHIER = click.option(
    "--cashier", default="", help="A cashier's number; all if not given. 工号，不写为全部"
)
_KINDS = {"2103": "退款", "2208": "退款", "2103A": "退药", "2601": "作废"}
_UNDONE = {"2103": "已全部退回", "2208": "已全部退回", "2103A": "已退部分", "2601": "已作废"}
_WIDTH = 64


@click.command()
@_DAY
@_CASHIER
@click.pass_obj
def slips(till: Till, day: datetime | None, cashier: str) -> None:
    """The shop's slips of a day, of all its tills. 本店单据."""

    async def work(desk: Desk) -> None:
        shop = await shop_day(desk.client, _day(desk, day), must, cashier)
        for row in reversed(shop.rows):
            click.echo(_slip(row))
        for row in shop.waits:
            click.echo(f"{_head(row)} {row['medfee_sumamt']:>10} 正在处理 {row['medins_setl_id']}")
        if not shop.rows and not shop.waits:
            click.echo("这一天没有单据")

    run(till, work)


@click.command()
@_DAY
@click.option(
    "--cashier", default="", help="A cashier's number; else each, and the whole shop. 工号"
)
@click.pass_obj
def shift(till: Till, day: datetime | None, cashier: str) -> None:
    """Counts and sums of a cashier's shift and of the shop's day, to print and sign. 交班."""

    async def work(desk: Desk) -> None:
        wanted = _day(desk, day)
        shop = await shop_day(desk.client, wanted, must)
        click.echo(report(desk.client.fixmedins_name, wanted, shop, cashier))

    run(till, work)


@click.command()
@click.argument("number", required=False)
@click.argument("name", required=False)
@click.option("--end", is_flag=True, help="The cashier may sign in no more. 停用")
@click.pass_obj
def cashier(till: Till, number: str | None, name: str | None, end: bool) -> None:
    """Let a cashier in (NUMBER NAME; the PIN is asked for), or list them. 收银员."""
    pin = ""
    if number and name and not end:
        pin = click.prompt("PIN", hide_input=True, confirmation_prompt=True)

    async def work(desk: Desk) -> None:
        data = {"opter_no": number or "", "opter_name": name or "", "pin": pin}
        if number and (name or end):
            must(
                await desk.client.call("9001B", {"data": data | {"vali_flag": "0" if end else "1"}})
            )
        told = must(await desk.client.call("9001C", {"data": {"opter_no": number or ""}}))
        for one in told.output["opterinfo"]:
            ended = "" if one["vali_flag"] == "1" else " 已停用"
            click.echo(f"{one['opter_no']} {one['opter_name']}{ended}")

    run(till, work)


def report(name: str, day: date, shop: ShopDay, cashier: str = "") -> str:
    """The report as a text."""
    cashiers = {row["opter"]: row["opter_name"] for row in shop.sums}
    wanted = {cashier: cashiers.get(cashier, "")} if cashier else cashiers
    parts = [f"{name}\n交班单 {day.isoformat()}"]
    for opter, called in sorted(wanted.items()):
        mine = [row for row in shop.sums if row["opter"] == opter]
        who = f"收银员 {' '.join(filter(None, (opter, called))) or '未说明'}"
        parts.append(_part(who, mine, [row for row in shop.ways if row["opter"] == opter]))
    if not cashier:
        parts.append(_part("本店合计", shop.sums, shop.ways))
    if shop.waits:
        parts.append(f"还有 {len(shop.waits)} 笔正在处理，没有算进来。")
    parts.append("收银员签字：______________    店长签字：______________")
    return f"\n{'-' * _WIDTH}\n".join(parts)


def _part(who: str, rows: Iterable[Row], ways: Iterable[Row]) -> str:
    sales, back = summed(rows)
    net = sales + back
    lines = [who, f"  收款 {sales.count} 笔，退回 {back.count} 笔"]
    for at, (_, payer) in enumerate(PARTS):
        lines.append(_line(payer, sales.parts[at], back.parts[at], net.parts[at]))
    paid = [_line(way_name(way), took, gave, took + gave) for way, took, gave in ways_of(ways)]
    if paid:
        lines += ["  顾客付的钱，按付款方式：", *paid]
    return "\n".join(lines)


def _line(name: str, took: Decimal, gave: Decimal, net: Decimal) -> str:
    return f"  {name:　<4} 收 {took:>12.2f}  退 {gave:>12.2f}  实际 {net:>12.2f}"


def _slip(row: Row) -> str:
    state = _UNDONE.get(row["undo_infno"], "")
    what = "、".join(
        f"{one['name'] or one['med_list_codg']}×{one['cnt']:g}" for one in row["detail"]
    )
    kind = _KINDS.get(row["infno"], "收款")
    return (
        f"{_head(row)} {kind} {row['medfee_sumamt']:>10} {_cash(row)}"
        f" {row['psn_name']} {row['setl_id']} {what} {state}"
    ).rstrip()


def _cash(row: Row) -> str:
    """What the customer pays, and how."""
    way = way_name(row["pay_way"]) if row["psn_cash_pay"] else ""
    return f"顾客付 {row['psn_cash_pay']:>9} {way}"


def _head(row: Row) -> str:
    who = row["opter_name"] or row["opter"] or "-"
    return f"{row['setl_time'][11:16]} {' '.join(filter(None, (who, row['dev_no'])))}"


def _day(desk: Desk, day: datetime | None) -> date:
    return day.date() if day else local_date(desk.client.clock.now())
