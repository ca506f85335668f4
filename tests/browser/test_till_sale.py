"""A sale at the till's page: signed in, scanned, previewed, settled, printed."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from playwright.async_api import FilePayload, expect

from tests.api.tills.test_cards import card_of
from tests.browser.chromium import Pages
from tests.browser.eyes import serious_findings
from tests.browser.system import System
from tests.browser.till_page import DESK, TillPage, open_till
from tests.till_world import Member


async def _family(system: System) -> tuple[Member, Member]:
    """A father with 35.60 and a daughter who pays the rest."""
    father = await system.member("李大山", date(1955, 3, 12), current_fen=2_060, carried_fen=1_500)
    daughter = await system.member("李小敏", gend="2", current_fen=200_000)
    await system.grant(daughter, father, "father")
    return father, daughter


async def test_a_sale_from_scan_to_slip(system: System, till: TillPage) -> None:
    father, daughter = await _family(system)
    await till.add("amoxilinx2", "toubaox2", "xietangshizhi")
    await till.scan((await system.show(father))["code"])
    await till.previewed()
    assert await till.total() == "160.60"
    split = {"个人账户": "35.60", "家庭共济 **敏": "46.00", "现金": "79.00"}
    assert await till.payers() == split
    assert await system.balance(father) == 3_560, "a preview moves nothing"
    await till.settle()
    await till.phase("paid")
    assert await till.payers() == split
    await expect(till.side).to_contain_text("请收现金")
    row = (
        await system.rows(
            "select own_pay_fen, mulaid_pay_fen, cash_pay_fen from settlement where id = $1",
            int(await till.slip_number()),
        )
    )[0]
    assert tuple(row) == (3_560, 4_600, 7_900)
    assert (await system.balance(father), await system.balance(daughter)) == (0, 195_400)
    slip = await till.page.locator(".paper-place .slip").inner_text()
    assert "丙 血糖试纸 50片" in slip
    assert "※ 有79.00元" in slip
    assert father.name not in slip, "the name is masked"


async def test_the_next_customer_begins_with_the_next_scan(system: System, till: TillPage) -> None:
    father, _ = await _family(system)
    other = await system.member("王五", current_fen=10_000)
    await till.scan((await system.show(father))["code"])
    await till.add("amoxilin")
    await till.settle()
    await till.phase("paid")
    await till.scan((await system.show(other))["code"])
    await till.phase("open")
    await expect(till.page.locator("#patient")).to_contain_text("*五")
    await expect(till.page.locator(".basket")).to_contain_text("还没有药品")
    await till.add("amoxilin")
    await till.settle()
    await till.phase("paid")
    assert await till.payers() == {"个人账户": "12.80"}


async def test_a_scanner_may_type_into_any_field(system: System, till: TillPage) -> None:
    patient = await system.member("赵六", current_fen=10_000)
    await till.page.focus("#find")
    await till.page.keyboard.type("tou")
    await till.scan((await system.show(patient))["code"])
    await expect(till.page.locator("#patient")).to_contain_text("*六")
    await expect(till.page.locator("#find")).to_have_value("tou")
    await till.page.keyboard.press("Enter")
    await till.page.evaluate("document.activeElement.blur()")
    await till.scan((await system.show(patient))["code"])
    await till.previewed()
    assert await till.total() == "28.00"


async def test_pasted_digits_and_a_wrong_length(system: System, till: TillPage) -> None:
    patient = await system.member("钱七", current_fen=10_000)
    await till.scan("12345")
    await expect(till.page.locator("#scan-said")).to_have_text("医保码是 28 位数字，这里有 5 位。")
    code = (await system.show(patient))["code"]
    await till.page.fill("#scan", f" {code[:14]} {code[14:]} ")
    await till.page.press("#scan", "Enter")
    await expect(till.page.locator("#patient")).to_contain_text("*七")


async def test_counts_are_changed_and_the_account_left_alone(
    system: System, till: TillPage
) -> None:
    patient = await system.member("孙八", current_fen=10_000)
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilin")
    await till.page.get_by_role("button", name=re.compile("加一件")).click()
    await till.previewed()
    assert await till.total() == "25.60"
    await till.page.get_by_label("不用个人账户").check()
    await till.previewed()
    assert await till.payers() == {"现金": "25.60"}
    await till.page.get_by_role("button", name=re.compile("去掉")).click()
    await expect(till.page.locator("#settle")).to_be_disabled()


async def test_a_full_basket_is_not_emptied_by_one_key(system: System, till: TillPage) -> None:
    patient = await system.member("吴十", current_fen=10_000)
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilin")
    await till.previewed()
    await till.page.keyboard.press("F8")
    await expect(till.page.locator("dialog")).to_contain_text("1 样还没有结算")
    await till.page.keyboard.press("Escape")
    await expect(till.page.locator("dialog")).to_have_count(0)
    assert await till.total() == "12.80"
    await till.page.keyboard.press("F8")
    await expect(till.page.locator("#empty")).to_be_focused()
    await till.page.keyboard.press("Enter")
    await expect(till.page.locator(".basket")).to_contain_text("还没有药品")
    await expect(till.page.locator("dialog")).to_have_count(0)
    await till.page.keyboard.press("F8")
    await expect(till.page.locator("dialog"), "there is nothing to lose").to_have_count(0)


async def test_the_printer_gets_the_slip_and_nothing_else(system: System, till: TillPage) -> None:
    patient = await system.member("周九", current_fen=10_000)
    await till.page.evaluate("window.print = () => { window.printed = true; }")
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilin")
    await till.settle()
    await till.phase("paid")
    await till.page.keyboard.press("F7")
    assert await till.page.evaluate("window.printed")
    await till.page.emulate_media(media="print")
    await expect(till.page.locator("main")).to_be_hidden()
    await expect(till.page.locator("header")).to_be_hidden()
    paper = till.page.locator("#to-print .slip")
    await expect(paper).to_be_visible()
    box = await paper.bounding_box()
    assert box is not None
    assert box["width"] < 80 / 25.4 * 96, "80 mm paper holds it"


async def test_the_demo_is_filled_in_and_the_secret_leaves_with_the_cashier(
    system: System, pages: Pages
) -> None:
    till = TillPage(await pages.open("/till", viewport=DESK))
    await till.page.click("#demo-fill")
    await till.page.click("button[type=submit]")
    await till.page.wait_for_selector("#scan")
    secret = "demo-secret-not-for-real-use-1"
    assert secret in await till.page.evaluate("JSON.stringify(sessionStorage)")
    await till.page.get_by_role("button", name="签退").click()
    await till.page.wait_for_selector("#in-secret")
    stores = "JSON.stringify([localStorage, sessionStorage])"
    assert secret not in await till.page.evaluate(stores)
    await expect(till.page.locator("#in-secret")).to_have_value("")
    await expect(till.page.locator("#in-code")).to_have_value("P13010200001")


async def test_nothing_on_the_disk_tells_whose_money_it_was(system: System, till: TillPage) -> None:
    patient = await system.member("吴小十", current_fen=10_000)
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilin")
    await till.settle()
    await till.phase("paid")
    kept = await till.page.evaluate("JSON.stringify(localStorage)")
    assert "setl_id" in kept
    for personal in (patient.name, patient.psn_no, patient.certno, "ecToken", "*十"):
        assert personal not in kept
    assert patient.name not in await till.page.content()


async def test_the_till_in_english_and_in_the_dark(system: System, pages: Pages) -> None:
    patient = await system.member("郑十", current_fen=2_000)
    look = {"locale": "en-US", "color_scheme": "dark", "viewport": {"width": 1024, "height": 768}}
    till = await open_till(pages, await system.new_shop(), **look)
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilinx2")
    await till.previewed()
    assert await till.payers() == {"Own account": "20.00", "Cash": "5.60"}
    assert await serious_findings(till.page) == []
    width = await till.page.evaluate("document.documentElement.scrollWidth")
    assert width <= 1024, "nothing stands out at the side"
    await till.page.get_by_role("button", name="中文").click()
    await expect(till.page.locator("#tab-sale")).to_have_text("收款")


async def test_axe_finds_nothing_serious_on_the_way_of_a_sale(system: System, pages: Pages) -> None:
    patient = await system.member("冯一", current_fen=2_000)
    page = await pages.open("/till", viewport=DESK)
    await page.wait_for_selector("#in-code")
    assert await serious_findings(page) == []
    till = TillPage(page)
    await till.sign_in(await system.new_shop())
    assert await serious_findings(page) == []
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilinx2", "xietangshizhi")
    await till.page.keyboard.type("tou")
    await till.previewed()
    assert await serious_findings(page) == []
    await till.page.get_by_role("button", name="给顾客看").click()
    assert await serious_findings(page) == []
    await till.page.keyboard.press("Escape")
    await till.settle()
    await till.phase("paid")
    assert await serious_findings(page) == []


async def test_a_card_is_typed_where_codes_are_scanned(system: System, till: TillPage) -> None:
    father, _ = await _family(system)
    card = await card_of(system, father)
    await till.add("amoxilinx2")
    await till.page.keyboard.press("F2")
    await till.scan(f" {card.number.lower()}/{card.serial} ")
    await till.previewed()
    assert (await till.payers())["个人账户"] == "25.60"
    assert card.serial not in await till.page.inner_text("body")
    await till.settle()
    await till.phase("paid")
    sql = "select cert_type from settlement where id = $1"
    assert await system.value(sql, int(await till.slip_number())) == "03"
    await card.lost()
    await till.page.keyboard.press("F2")
    await till.scan(f"{card.number}/{card.serial}")
    await expect(till.page.locator("body")).to_contain_text("已挂失")


async def test_the_price_list_follows_the_centre_s_catalogue(
    system: System, till: TillPage
) -> None:
    code = "XQ99DEM001A001010100001"
    csv = f"short,med_list_codg,name,pric\namo,{code},旧名,9999\nx,XQ99NOTHING00000,无,1\n"
    price_list = FilePayload(name="shelf.csv", mimeType="text/csv", buffer=csv.encode())
    limit = (
        "update catalogue_item set pric_uplmt_amt = $2, updated_at = now() where med_list_codg = $1"
    )
    [before] = await system.rows(
        "select pric_uplmt_amt from catalogue_item where med_list_codg = $1", code
    )
    await system.rows(limit, code, Decimal("10.5"))
    finder, found = till.page.locator(".finder"), till.page.locator("#found")
    try:
        await till.page.set_input_files("input[type=file]", price_list)
        await till.page.click("#refresh")
        await expect(finder).to_contain_text("1 种有变化，1 种售价高于限价，1 种不在医保目录")
        await till.page.click("#refresh")
        await expect(finder).to_contain_text("目录已更新：0 种有变化")
        await till.page.fill("#find", "amo")
        await expect(found).to_contain_text("阿莫西林")
        await expect(found).to_contain_text("限价 10.5")
        assert not await serious_findings(till.page)
    finally:
        await system.rows(limit, code, before["pric_uplmt_amt"])
