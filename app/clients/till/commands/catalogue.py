"""``qinji pos catalogue``: what is new in the centre's catalogue since this till asked last."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from app.clients.till.answer import Answer
from app.clients.till.client import TillClient
from app.clients.till.commands.desk import Desk, must, run
from app.clients.till.sale import wire_time
from app.clients.till.till import Till, TillError
from app.domain.catalogue.lists import LISTS, TAB

_EVER = "2000-01-01 00:00:00"
_PAGE = 500
_FEW = 200
"""So few items are asked for one by one the first time, not the whole catalogue for them."""
_FILES = {"1301": "西药中成药", "1302": "中药饮片"}
"""What a pharmacy sells of."""
_FILE_S = 600.0


@click.command()
@click.option("--whole", is_flag=True, help="All of it anew, whatever is here. 全部重新下载")
@click.pass_obj
def catalogue(till: Till, whole: bool) -> None:
    """1301, 1302 with 9102, and 1312, 1318 for what is on the shelf. 目录更新."""

    async def work(desk: Desk) -> None:
        held = {} if whole else till.catalogue()
        versions = held.get("versions") or {}
        for infno, name in _FILES.items():
            version = str(versions.get(infno, "0"))
            count, versions[infno] = await _file(desk, infno, version)
            click.echo(f"{infno} {name}：{count} 条有变化，版本 {versions[infno]}")
        shelf = {item.med_list_codg for item in desk.shelf().values()}
        since, asked = str(held.get("since", _EVER)), wire_time(desk.client.clock.now())
        items = held.get("items") or {}
        changed = await _items(desk.client, since, shelf, items)
        till.keep_catalogue({"versions": versions, "since": asked, "items": items})
        click.echo(f"货架 {len(shelf)} 种，其中 {len(changed)} 种的医保信息有变化")
        for item in {one.med_list_codg: one for one in desk.shelf().values()}.values():
            limit = items.get(item.med_list_codg, {}).get("limit")
            if limit and item.pric > Decimal(limit):
                click.echo(
                    f"  {item.name} 售价 {item.pric} 高于限价 {Decimal(limit).normalize():f}"
                )
        for code in sorted(shelf - items.keys()):
            click.echo(f"  {code} 不在医保目录，按全自费")

    run(till, work)


async def _file(desk: Desk, infno: str, version: str) -> tuple[int, str]:
    """Brings a list that is kept here up to date: how many rows came, and the version it is now."""
    told = must(await desk.client.call(infno, {"data": {"ver": version}})).output
    number, wanted = str(told.get("file_qury_no")), str(told.get("data_cnt"))
    if wanted == "0":
        return 0, version
    file = await desk.client.download(number, "plc", version, limit_s=_FILE_S)
    if isinstance(file, Answer):
        must(file)
        raise TillError("the centre sent no file 中心没有发来文件")
    list_, kept, count = LISTS[infno], desk.till.list_file(infno), 0
    rows = _kept(kept, list_.rid) if version != "0" else {}
    for line in _lines(file):
        cells = line.split(TAB)
        if len(cells) != len(list_.columns):
            raise TillError(f"the centre's file of {infno} has other columns 中心的文件列不对")
        rows[cells[list_.rid]] = line
        version = str(max(int(version), int(cells[list_.version])))
        count += 1
    desk.till.write(kept, "".join(f"{line}\n" for line in rows.values()))
    return count, version


def _kept(path: Path, rid: int) -> dict[str, str]:
    """The rows that are here, by their own numbers."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8", newline="\n") as file:
        return {(line := raw.rstrip("\n")).split(TAB)[rid]: line for raw in file}


def _lines(content: bytes) -> Iterator[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            [name] = archive.namelist()
            with io.TextIOWrapper(archive.open(name), encoding="utf-8", newline="\n") as text:
                yield from (line.rstrip("\r\n") for line in text)
    except (zipfile.BadZipFile, UnicodeDecodeError, ValueError) as error:
        raise TillError(f"the centre's file can't be read 读不了中心的文件: {error}") from error


async def _items(
    client: TillClient, since: str, shelf: set[str], items: dict[str, dict[str, str]]
) -> set[str]:
    """Notes what insurance says now of what is on the shelf; gives what it says otherwise."""
    day = wire_time(client.clock.now())[:10]
    told: dict[str, dict[str, str]] = {}
    codes = sorted(shelf) if since == _EVER and len(shelf) <= _FEW else [""]
    for infno, one in ((infno, one) for infno in ("1312", "1318") for one in codes):
        asked = {"updt_time": since, "query_date": day, "hilist_code": one}
        async for row in _rows(client, infno, asked):
            if (code := str(row.get("hilist_code"))) in shelf:
                said = told.setdefault(code, {})
                if infno == "1312":
                    said |= {"name": str(row.get("hilist_name")), "lv": str(row.get("chrgitm_lv"))}
                else:
                    said["limit"] = str(row.get("hilist_pric_uplmt_amt"))
    changed = {code for code, said in told.items() if items.get(code) != said}
    items |= told
    return changed


async def _rows(client: TillClient, infno: str, asked: dict[str, str]) -> Any:
    """All rows, page by page."""
    page, size = 1, _PAGE
    while True:
        data = asked | {"page_num": page, "page_size": size}
        rows = must(await client.call(infno, {"data": data})).rows
        for row in rows:
            yield row
        if len(rows) < size:
            return
        page += 1
