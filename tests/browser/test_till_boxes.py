"""Boxes at the till's page: barcodes and trace codes go into the basket by the one scan field, what
the centre has against a code stands at its line, the slip prints them."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.async_api import Route, expect

from tests.browser.eyes import serious_findings
from tests.browser.system import System
from tests.browser.till_page import Line, TillPage

CODES = [f"8123456{number:013d}" for number in range(1, 5)]
BARCODE = "6901234567892"
SHELF = (
    "short,med_list_codg,name,pric,barcode\n"
    f"amoxilin,XQ99DEM001A001010100001,阿莫西林胶囊,12.80,{BARCODE}\n"
    "buluofen,XQ99DEM002A001010100002,布洛芬缓释胶囊,16.50,\n"
)


async def _stock(till: TillPage, folder: Path) -> None:
    """The shop's own price list, with barcodes."""
    path = folder / "shelf.csv"
    path.write_text(SHELF, encoding="utf-8")
    await till.page.evaluate(
        "Object.keys(localStorage).filter((k) => k.startsWith('qinji.boxes'))"
        ".forEach((k) => localStorage.removeItem(k))"
    )
    await till.page.set_input_files("input[type=file]", path)
    await expect(till.page.locator(".finder")).to_contain_text("2 种")


async def test_one_field_takes_person_product_and_box(
    system: System, till: TillPage, tmp_path: Path
) -> None:
    await _stock(till, tmp_path)
    patient = await system.member("冯一", current_fen=10_000)
    boxes = till.page.locator(".boxes")
    await till.scan(CODES[0])
    await expect(till.page.locator("#scan-said")).to_contain_text("请先扫商品条码")
    await till.scan(BARCODE)
    await till.scan(BARCODE)
    await till.scan(CODES[0])
    await expect(boxes).to_contain_text("追溯码 1/2")
    await till.scan(CODES[0])
    await expect(till.page.locator("#scan-said")).to_contain_text("已经扫过")
    await till.scan(CODES[1])
    await expect(boxes).to_contain_text("追溯码 2/2")
    await till.scan("6901234567893")
    await expect(till.page.locator("#scan-said")).to_contain_text("13 位")
    await till.page.focus("#find")
    await till.scan((await system.show(patient))["code"])
    assert await serious_findings(till.page) == []
    line = await Line(till.page, "2102").hold()
    await till.settle()
    await till.phase("paid")
    sent = json.loads(line.bodies[0])["input"]
    [detail] = sent["drugdetail"]
    assert (sent["druginfo"]["minpacunt_drug_trac_cnt"], detail["cnt"]) == ("2", "2")
    traced = [(one["drug_trac_codg"], one["trdn_flag"]) for one in detail["drug_trac_info"]]
    assert traced == [(code, "0") for code in CODES[:2]]
    assert {one["feedetl_sn"] for one in detail["drug_trac_info"]} == {detail["feedetl_sn"]}
    await till.page.keyboard.press("F8")
    await till.scan(CODES[2])
    await expect(boxes).to_contain_text("追溯码 1/1")  # what was sold is known again


async def test_a_refused_code_is_told_at_its_line(
    system: System, till: TillPage, tmp_path: Path
) -> None:
    await _stock(till, tmp_path)
    patient = await system.member("冯二", current_fen=10_000)
    told = ""

    async def refused(route: Route) -> None:
        body = {"infcode": -1, "err_msg": told, "output": {}}
        await route.fulfill(json=body)

    await till.page.route("**/fsi/api/2101", refused)
    await till.add("buluofen")
    await till.scan(BARCODE)
    await till.scan(CODES[0])
    told = f"TRACE_ALREADY_SOLD 追溯码{CODES[0]}在本机构已售出（结算号1），没有重复结算。请换一盒。"
    await till.scan((await system.show(patient))["code"])
    wrong = till.page.locator(".line-wrong")
    await expect(wrong).to_have_text(f"追溯码{CODES[0]}在本机构已售出（结算号1），没有重复结算。")
    await expect(till.page.locator(".basket tbody tr").nth(3).locator(".line-wrong")).to_have_count(
        1
    )
    told = "TRACE_MISSING 第1行应有1个药品追溯码，收到0个。请逐盒扫描。"
    await till.page.get_by_role("button", name=f"去掉 阿莫西林胶囊 的追溯码 {CODES[0]}").click()
    await expect(wrong).to_have_text("第1行应有1个药品追溯码，收到0个。")
    await expect(till.page.locator(".basket tbody tr").nth(1).locator(".line-wrong")).to_have_count(
        1
    )
    await till.page.unroute("**/fsi/api/2101")


async def test_a_part_of_a_box_and_the_slip(system: System, till: TillPage, tmp_path: Path) -> None:
    await _stock(till, tmp_path)
    patient = await system.member("冯三", current_fen=20_000)
    sent: list[dict[str, object]] = []

    async def traced(route: Route) -> None:
        body = json.loads(route.request.post_data or "{}")
        sent.append(body["input"])
        answer = await route.fetch()
        told = await answer.json()
        info = told["output"]["setlinfo"]
        kept = [one for line in body["input"]["drugdetail"] for one in line["drug_trac_info"]]
        info["exp_content"] = json.dumps(json.loads(info["exp_content"]) | {"drug_trac_info": kept})
        await route.fulfill(response=answer, json=told)

    await till.page.route("**/fsi/api/2102", traced)
    await till.scan(BARCODE)
    await till.scan(CODES[3])
    await till.page.get_by_role("button", name="拆零").click()
    await till.page.fill("#count0", "6")
    await till.page.keyboard.press("Tab")
    await expect(till.page.locator(".boxes")).to_contain_text("追溯码 1/1")
    await till.scan((await system.show(patient))["code"])
    await till.settle()
    await till.phase("paid")
    slip = await till.page.locator(".paper-place .slip").inner_text()
    assert f"追溯码 {CODES[3]} 拆零" in slip
    assert '"trdn_flag": "1"' in json.dumps(sent)
    await till.page.unroute("**/fsi/api/2102")
