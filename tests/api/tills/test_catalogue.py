"""Lists, catalogues and dictionaries as a till gets them, and an institution's own codes."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from app.api.tills.message import StreamOut
from app.clients.till.client import Answer, Item
from app.domain.catalogue.importing import import_list
from app.domain.catalogue.lists import LISTS, TAB
from app.domain.registry.imports.importer import import_catalogue
from app.domain.registry.imports.rows import CATALOGUE
from tests.domain.catalogue.made import file, row
from tests.till_world import Town

PAGE = {"updt_time": "2020-01-01 00:00:00", "page_num": 1, "page_size": 100}
INPUT = "INPUT_INVALID 交易输入不合规范："


async def loaded(town: Town, folder: Path, *lines: str) -> int:
    """A list with these lines; its version."""
    await import_list(town.services.database, town.clock, "1302", file(folder, lines))
    return (await town.services.catalogue.newer("1302", 0)).until


async def asked(town: Town, infno: str, **data: Any) -> Answer:
    return await town.till.call(infno, {"data": data})


async def items(town: Town, folder: Path, *lines: str) -> None:
    """A file of the insurance catalogue with days."""
    path = folder / "catalogue.csv"
    path.write_text("\n".join([",".join([*CATALOGUE, "begndate"]), *lines]), encoding="utf-8")
    report = await import_catalogue(town.services.database, town.clock, path)
    assert report.refused == 0


async def test_a_list_is_downloaded_whole_once_and_then_what_is_new(
    town: Town, tmp_path: Path
) -> None:
    before = await loaded(town, tmp_path, row("1302", 1), row("1302", 2))
    offered = (await asked(town, "1302", ver="0")).output
    assert offered["data_cnt"] >= 2 and offered["dld_endtime"] == "2026-11-28"
    after = await loaded(town, tmp_path, row("1302", 2, f"改{before}"))
    assert after == before + 1
    offered = (await asked(town, "1302", ver=str(before))).output
    assert offered["data_cnt"] == 1
    for version in (str(before), town.shop.code):  # the text's way, and what other files want
        node = {
            "file_qury_no": offered["file_qury_no"],
            "filename": "plc",
            "fixmedins_code": version,
        }
        body = town.till.body("9102", {"fsDownloadIn": node}, town.till.new_msgid())
        raw = await downloaded(town, body)
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            [line] = packed.read(packed.namelist()[0]).decode().splitlines()
        cells = line.split(TAB)
        assert cells[LISTS["1302"].version] == str(after) and cells[1] == f"改{before}"
    other = node | {"fixmedins_code": "999"}
    refused = await town.till.call("9102", {"fsDownloadIn": other})
    assert refused.err_msg.startswith(f"{INPUT}fixmedins_code ")


async def downloaded(town: Town, body: bytes) -> bytes:
    _, kind, raw = await town.till._post(body, None)
    assert kind == "application/octet-stream"
    return raw


async def test_a_version_that_is_not_ours_or_lies_ahead_is_told(town: Town) -> None:
    newest = (await town.services.catalogue.newer("1302", 0)).until
    for version in (str(newest + 1), "F001_20240101", "-1", "9" * 20):
        refused = await asked(town, "1302", ver=version)
        assert refused.err_msg.startswith(f"{INPUT}ver "), version
        assert "填0" in refused.err_msg


async def test_pages_end_and_their_sizes_have_bounds(town: Town) -> None:
    some = await asked(town, "1312", **PAGE | {"page_size": 2})
    assert len(some.rows) == 2
    more = await asked(town, "1312", **PAGE | {"page_size": 2, "page_num": 2})
    assert not {one["rid"] for one in some.rows} & {one["rid"] for one in more.rows}
    past = await asked(town, "1312", **PAGE | {"page_num": 9_999})
    assert past.ok and not past.rows
    for name, value in (("page_num", 0), ("page_size", 0), ("page_size", 1_001)):
        refused = await asked(town, "1312", **PAGE | {name: value})
        assert refused.err_msg.startswith(f"{INPUT}{name} ")


async def test_a_till_may_ask_for_another_place(town: Town) -> None:
    own = (await asked(town, "1312", **PAGE | {"page_size": 1})).rows[0]
    assert (own["insu_admdvs"], own["poolarea_no"]) == ("130100", "130100")
    there = await asked(town, "1312", **PAGE | {"page_size": 1, "insu_admdvs": "340104"})
    assert (there.rows[0]["insu_admdvs"], there.rows[0]["poolarea_no"]) == ("340104", "340100")
    wrong = await asked(town, "1312", **PAGE | {"insu_admdvs": "3401"})
    assert wrong.err_msg.startswith(f"{INPUT}insu_admdvs ")


async def test_who_takes_no_more_of_a_file_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    async def pieces() -> AsyncGenerator[bytes]:
        for number in range(100):
            made.append(number)
            yield bytes(1024 * 1024)

    ended = asyncio.Event()

    async def give(request: web.Request) -> web.StreamResponse:
        try:
            return await StreamOut("x.zip", pieces()).sent(request)
        finally:
            ended.set()

    monkeypatch.setattr("app.api.tills.message.PIECE_S", 0.2)
    application = web.Application()
    application.router.add_get("/", give)
    async with TestServer(application) as server:
        _, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.wait_for(ended.wait(), 20)
        assert len(made) < 100
        writer.close()


async def test_a_limit_counts_from_its_day_and_tills_are_told_both_spans(
    town: Town, tmp_path: Path
) -> None:
    code = f"T9LIM{town.shop.code[-9:]}"
    town.clock.set(datetime(2026, 11, 20, 4, tzinfo=UTC))
    lines = (f"{code},甲,101,1,0,10,准字1,2026-01-01", f"{code},甲,101,1,0,8,准字1,2026-11-21")
    await items(town, tmp_path, *lines)
    told = (await asked(town, "1318", **PAGE | {"hilist_code": code})).rows
    spans = [(one["begndate"], one["enddate"], one["hilist_pric_uplmt_amt"]) for one in told]
    assert spans == [
        ("2026-01-01 00:00:00", "2026-11-20 00:00:00", Decimal(10)),
        ("2026-11-21 00:00:00", "", Decimal(8)),
    ]
    on_day = {"hilist_code": code, "query_date": "2026-11-21"}
    assert len((await asked(town, "1312", **PAGE | on_day)).rows) == 1
    patient = await town.member("李老", current_fen=100_000, carried_fen=0)
    basket = [Item(code, Decimal(1), Decimal(10))]

    async def over() -> Decimal:
        sale = town.sale_of(patient, await town.scan(patient), basket)
        said = await town.till.preview(sale)
        paid = await town.till.settle(sale)
        assert said.setlinfo["overlmt_selfpay"] == paid.setlinfo["overlmt_selfpay"]
        return Decimal(paid.setlinfo["overlmt_selfpay"])

    assert await over() == 0
    town.clock.set(datetime(2026, 11, 21, 4, tzinfo=UTC))
    assert await over() == 2


async def test_what_has_changed_since_a_moment_is_told(town: Town, tmp_path: Path) -> None:
    code = f"T9NEW{town.shop.code[-9:]}"
    await items(town, tmp_path, f"{code},甲,101,2,0.1,10,准字1,")
    row_ = (await asked(town, "1319", **PAGE | {"hilist_code": code})).rows[0]
    assert (row_["selfpay_prop"], row_["enddate"]) == (Decimal("0.1"), "")
    later = PAGE | {"updt_time": "2026-11-21 12:00:01", "hilist_code": code}
    assert not (await asked(town, "1319", **later)).rows
    town.clock.advance(60)
    await items(town, tmp_path, f"{code},甲,101,2,0.2,10,准字1,2026-12-01")
    assert len((await asked(town, "1319", **later)).rows) == 2, "the span before ends anew"


async def test_own_codes_are_told_changed_withdrawn_and_seen_by_their_own_only(
    town: Town, tmp_path: Path
) -> None:
    code = f"T9OWN{town.shop.code[-9:]}"
    await items(town, tmp_path, *(f"{code}{n},甲,101,1,0,10,准字1," for n in "12"))
    mine = {"fixmedins_hilist_id": "A1", "list_type": "101", "med_list_codg": f"{code}1"}
    named = mine | {"fixmedins_hilist_name": "阿莫"}
    assert (await town.till.call("3301", {"data": [named]})).ok
    assert (await town.till.call("3301", {"data": [named]})).ok, "again: the same"
    [told] = (await asked(town, "1317", **PAGE)).rows
    assert (told["medins_list_codg"], told["medins_list_name"]) == ("A1", "阿莫")
    for wrong, name in (
        (named | {"med_list_codg": "T-UNKNOWN"}, "med_list_codg"),
        (named | {"list_type": "201"}, "list_type"),
        (named | {"med_list_codg": f"{code}2"}, "fixmedins_hilist_id"),
        (named | {"begndate": "2026-02-01", "enddate": "2026-01-01"}, "enddate"),
    ):
        other = named | {"fixmedins_hilist_id": "A2"}
        refused = await town.till.call("3301", {"data": [other, wrong]})
        assert refused.err_msg.startswith(f"{INPUT}{name} "), wrong
    assert len((await asked(town, "1317", **PAGE)).rows) == 1, "none of a message or all"
    many = [named | {"fixmedins_hilist_id": f"B{n}"} for n in range(101)]
    assert not (await town.till.call("3301", {"data": many})).ok
    assert (await town.till.call("3301", {"data": many[:100]})).ok
    other_till = await town.new_till(await town.new_shop())
    await other_till.sign_in()
    assert not (await other_till.call("1317", {"data": PAGE})).rows
    foreign = PAGE | {"fixmedins_code": town.shop.code}
    refused = await other_till.call("1317", {"data": foreign})
    assert refused.err_msg.startswith(f"{INPUT}fixmedins_code ")
    gone = mine | {"fixmedins_code": town.shop.code}
    assert not (await other_till.call("3302", {"data": gone})).ok
    both = [gone, gone | {"fixmedins_hilist_id": "B7"}]
    assert (await town.till.call("3302", {"data": both})).ok
    assert (await town.till.call("3302", {"data": gone})).ok, "again: the same"
    unknown = await town.till.call("3302", {"data": gone | {"fixmedins_hilist_id": "C"}})
    assert unknown.err_msg.startswith(f"{INPUT}fixmedins_hilist_id ")
    ended = (await asked(town, "1317", **PAGE | {"vali_flag": "0"})).rows
    assert {one["medins_list_codg"] for one in ended} == {"A1", "B7"}
    again = named | {"med_list_codg": f"{code}2"}
    assert (await town.till.call("3301", {"data": [again]})).ok, "free for another item now"


async def test_an_own_code_may_be_told_with_its_maker(town: Town, tmp_path: Path) -> None:
    code = f"T9MKR{town.shop.code[-9:]}"
    await items(town, tmp_path, f"{code},甲,101,1,0,10,准字1,")
    mine = {"fixmedins_hilist_id": "M1", "list_type": "101", "med_list_codg": code}
    mine |= {"fixmedins_hilist_name": "名" * 200, "scdz": "上海", "prdr_name": "一厂"}
    assert not (await town.till.call("3301", {"data": [mine]})).ok, "3301 has 100 for a name"
    assert (await town.till.call("3301A", {"data": [mine]})).ok
    [told] = (await asked(town, "1317", **PAGE)).rows
    assert (told["medins_list_codg"], told["medins_list_name"]) == ("M1", "名" * 200)


async def test_an_institution_is_found_by_code_or_name(town: Town) -> None:
    about = {"fixmedins_type": "2", "fixmedins_code": town.shop.code}
    found = await town.till.call("1201", {"medinsinfo": about})
    assert found.output["medinsinfo"]["fixmedins_name"] == town.shop.name
    name = f"独一家{town.shop.code}"
    shop = await town.new_shop(name=name)
    by_name = await town.till.call(
        "1201", {"medinsinfo": {"fixmedins_type": "2", "fixmedins_name": name[2:]}}
    )
    assert by_name.output["medinsinfo"]["fixmedins_code"] == shop.code
    for wrong in ({"fixmedins_code": "P00000000000"}, {}, {"fixmedins_name": "没有这一家"}):
        refused = await town.till.call("1201", {"medinsinfo": {"fixmedins_type": "2"} | wrong})
        assert refused.err_msg.startswith(INPUT), wrong
    clinic = await town.till.call("1201", {"medinsinfo": about | {"fixmedins_type": "1"}})
    assert not clinic.ok


WORD = {"admdvs": "130100", "date": "2026-11-21", "vali_flag": "1"}


@pytest.mark.parametrize("type_", ["gend", "GEND"])
async def test_a_dictionary_has_its_codes_and_its_version(town: Town, type_: str) -> None:
    told = (await asked(town, "1901", type=type_, **WORD)).output["list"]
    assert [(one["value"], one["label"]) for one in told] == [
        ("0", "未知"),
        ("1", "男"),
        ("2", "女"),
        ("9", "未说明性别"),
    ]
    assert {one["version"] for one in told} == {20250314}
    none = await asked(town, "1901", type=type_, **WORD | {"vali_flag": "0"})
    assert none.ok and none.output["list"] == []


async def test_a_dictionary_tells_the_versions_of_the_lists(town: Town, tmp_path: Path) -> None:
    version = await loaded(town, tmp_path, row("1302", 1))
    told = (await asked(town, "1901", type="catalogue_ver", **WORD)).output["list"]
    assert {one["value"]: one["version"] for one in told}["1302"] == version
    refused = await asked(town, "1901", type="no_such", **WORD)
    assert refused.err_msg.startswith(f"{INPUT}type ")
