"""``qinji pos reconcile``: the shop's day against the centre's (WIRE Clearing)."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import click

from app.clients.till.answer import Answer
from app.clients.till.client import TillClient
from app.clients.till.commands.desk import Desk, must, run
from app.clients.till.day import Told, packed, totals, unpacked, unpadded
from app.clients.till.shop import Row, known_rows, shop_day
from app.clients.till.till import Till, TillError
from app.kit.clock import local_date

_PURCHASE = "41"
_PLANS = ("310", "390")
_VERDICTS = {"101": "中心多", "102": "医药机构多", "103": "数据不一致"}


@click.command()
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Today if not given. 不写为今天")
@click.pass_obj
def reconcile(till: Till, day: datetime | None) -> None:
    """5203B, 3201, and 9101, 3202, 9102 on a difference. What another till of the shop has sold is
    known; with every office that the shop has bills of it is compared. 对账."""

    async def work(desk: Desk) -> None:
        wanted = day.date() if day else local_date(desk.client.clock.now())
        shop = await shop_day(desk.client, wanted, must)
        rows = known_rows(shop, till.journal, desk.client.dev_no, wanted)
        click.echo(f"{wanted.isoformat()} 本店 {len(rows)} 笔")
        if shop.waits:
            click.echo(f"还有 {len(shop.waits)} 笔正在处理，过一会儿再对一次")
        differing = set()
        for insutype, clr_type, agency in _groups(rows, desk.client.admdvs, shop.offices):
            group = [
                r
                for r in rows
                if (r.insutype, r.clr_type, r.agency) == (insutype, clr_type, agency)
            ]
            info = await _total(desk.client, wanted, (insutype, clr_type, agency), group)
            click.echo(
                f"险种{insutype} 清算类别{clr_type} 经办{agency}："
                f"{info.get('stmt_rslt_dscr') or info.get('stmt_rslt')}"
            )
            if unpadded(str(info.get("stmt_rslt"))) != "0":
                differing.add((clr_type, agency))
        for clr_type, agency in sorted(differing):
            mine = [row for row in rows if (row.clr_type, row.agency) == (clr_type, agency)]
            for found in await _details(desk.client, wanted, clr_type, agency, mine):
                click.echo(_line(found))
        click.echo("有差异" if differing else "全部对平")

    run(till, work)


def _groups(rows: list[Told], place: str, offices: Sequence[Row]) -> list[tuple[str, str, str]]:
    """One 3201 each; the own pool's are asked for even if nothing was sold there, and all that the
    centre has bills of."""
    own = {(insutype, _PURCHASE, f"{place[:4]}99") for insutype in _PLANS}
    told = {(row.insutype, row.clr_type, row.agency) for row in rows}
    theirs = {(one["insutype"], one["clr_type"], one["clr_optins"]) for one in offices}
    return sorted(own | told | theirs)


async def _total(
    client: TillClient, day: date, group: tuple[str, str, str], rows: list[Told]
) -> dict[str, Any]:
    figures = totals(rows)
    del figures["cash_payamt"]
    node = {
        "insutype": group[0],
        "clr_type": group[1],
        "setl_optins": group[2],
        **_period(day),
        **figures,
    }
    found = must(await client.call("3201", {"data": node})).output.get("stmtinfo")
    return found if isinstance(found, dict) else {}


async def _details(
    client: TillClient, day: date, clr_type: str, agency: str, rows: list[Told]
) -> list[dict[str, str]]:
    name = f"{client.fixmedins_code}_{day:%Y%m%d}_{clr_type}_{agency}"
    upload = {
        "in": base64.b64encode(packed(rows, f"{name}.txt")).decode(),
        "filename": f"{name}.zip",
        "fixmedins_code": client.fixmedins_code,
    }
    sent = must(await client.call("9101", {"fsUploadIn": upload})).output
    figures = totals(rows)
    del figures["acct_pay"]
    node = {
        "setl_optins": agency,
        "clr_type": clr_type,
        "file_qury_no": sent.get("file_qury_no"),
        **_period(day),
        **figures,
    }
    told = must(await client.call("3202", {"data": node}))
    if told.warn_msg:
        click.echo(f"  {told.warn_msg}")
    info = told.output.get("fileinfo") or {}
    answer = await client.download(str(info.get("file_qury_no")), str(info.get("filename")))
    if isinstance(answer, Answer):
        must(answer)
        raise TillError("the centre sent no file 中心没有发来文件")
    try:
        return unpacked(answer)
    except ValueError as error:
        raise TillError(f"the centre's file can't be read 读不了中心的文件: {error}") from error


def _period(day: date) -> dict[str, str]:
    return {"stmt_begndate": day.isoformat(), "stmt_enddate": day.isoformat()}


def _line(row: dict[str, str]) -> str:
    verdict = _VERDICTS.get(unpadded(row.get("stmt_rslt", "")), "?")
    return f"  [{verdict}] {row.get('setl_id') or row.get('msgid')} {row.get('memo', '')}"
