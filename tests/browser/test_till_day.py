"""The till's day: slips, taking sales back whole or in part, and the reconciliation at its end."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from playwright.async_api import Locator, Page, expect

from app.clients.till.client import TillClient
from tests.books import check_books
from tests.browser.chromium import Pages
from tests.browser.eyes import serious_findings
from tests.browser.system import System
from tests.browser.till_page import TillPage, open_till, paired_till
from tests.till_world import Member, Shop

AMOXICILLIN = "XQ99DEM001A001010100001"


async def _sold(till: TillPage, system: System, patient: Member, *words: str) -> str:
    """One sale; its setl_id."""
    await till.page.click("#tab-sale")
    await till.scan((await system.show(patient))["code"])
    await till.add(*words)
    await till.settle()
    await till.phase("paid")
    return await till.slip_number()


async def _row(till: TillPage, setl_id: str) -> Locator:
    await till.page.click("#tab-day")
    return till.page.locator("#place-day tr", has_text=setl_id)


async def _sums(till: TillPage, name: str) -> list[str]:
    """A line of who paid what: slips, fund, own, aid, wallet, cash, total."""
    await till.page.click("#tab-day")
    line = till.page.locator("#place-day tr", has=till.page.get_by_text(name, exact=True))
    await expect(line).to_be_visible()
    return await line.locator("td.number").all_inner_texts()


async def _reconciled(till: TillPage) -> Locator:
    await till.page.click("#tab-statement")
    await till.page.click("#reconcile")
    shown = till.page.locator("#place-statement .notice .said")
    await expect(shown).to_be_visible()
    return shown


async def test_a_day_with_a_cancel_and_a_partial_return_is_even(
    system: System, pages: Pages
) -> None:
    patient = await system.member("蒋一", current_fen=20_000)
    till = await open_till(pages, await system.new_shop())
    await _sold(till, system, patient, "amoxilin")
    cancelled = await _sold(till, system, patient, "toubaox2")
    parted = await _sold(till, system, patient, "amoxilinx3", "danshen")
    assert await system.balance(patient) == 20_000 - 1_280 - 5_600 - 3 * 1_280 - 2_690

    await (await _row(till, cancelled)).get_by_role("button", name="撤销").click()
    assert await serious_findings(till.page) == []
    await till.page.click("#sure")
    await expect(till.side).to_contain_text("已撤销")
    await expect(till.side).to_contain_text("不用退现金")
    assert await system.balance(patient) == 20_000 - 1_280 - 3 * 1_280 - 2_690

    await (await _row(till, parted)).get_by_role("button", name="退部分").click()
    await till.page.get_by_label("阿莫西林").fill("2")
    await till.page.click("#sure")
    await expect(till.side).to_contain_text("已退药")
    assert await till.total() == "25.60", "what comes back stands in the largest letters"
    assert await system.balance(patient) == 20_000 - 1_280 - 1_280 - 2_690

    await expect(await _row(till, cancelled)).to_contain_text("已全部退回")
    await expect(await _row(till, parted)).to_contain_text("已退部分")
    returned = till.page.locator("#place-day tr", has_text="退后")
    await expect(returned).to_contain_text("×2")
    await expect(returned).to_contain_text("-25.60")
    assert await serious_findings(till.page) == []
    await expect(await _reconciled(till)).to_have_text("✓ 全部对平")
    assert await serious_findings(till.page) == []
    await check_books(system.services.database)


async def test_a_sale_that_no_till_of_the_shop_knows_is_found_and_explained(
    system: System, pages: Pages
) -> None:
    """Sent with the shop's key by something that hasn't signed in nor said which till it is."""
    patient = await system.member("蒋二", current_fen=20_000)
    shop = await system.new_shop()
    till = await open_till(pages, shop)
    await _sold(till, system, patient, "amoxilin")
    other = await system.new_till(shop)
    sale = await system.sale(patient, "10.00", "XQ99DEM006A001010100006", other)
    settled = await other.settle(sale)
    assert settled.ok, settled.err_msg
    await expect(await _reconciled(till)).to_have_text("! 有 1 处差异")
    row = till.page.locator("#place-statement tr", has_text=str(settled.setlinfo["setl_id"]))
    await expect(row).to_contain_text("本店没有记")
    await expect(row).to_contain_text("本店没有收银台记得它")
    await expect(row).to_contain_text("*二")
    await expect(row).to_contain_text("T01")


async def test_cash_goes_back_over_the_counter(system: System, pages: Pages) -> None:
    patient = await system.member("蒋三", current_fen=1_000)
    till = await open_till(pages, await system.new_shop())
    sold = await _sold(till, system, patient, "amoxilin")
    await (await _row(till, sold)).get_by_role("button", name="撤销").click()
    await expect(till.page.locator("dialog")).to_contain_text("现金 2.80")
    await till.page.click("#sure")
    await expect(till.page.locator(".take")).to_have_text("请退现金2.80")
    assert await system.balance(patient) == 1_000


async def test_a_slip_is_looked_at_again(system: System, pages: Pages) -> None:
    patient = await system.member("蒋四", current_fen=20_000)
    till = await open_till(pages, await system.new_shop())
    sold = await _sold(till, system, patient, "amoxilin")
    await till.page.reload()
    await (await _row(till, sold)).get_by_role("button", name="看小票").click()
    await expect(till.page.locator("dialog .slip")).to_contain_text("阿莫西林")
    assert await serious_findings(till.page) == []


async def test_what_only_the_centre_has_is_booked_or_reversed(system: System, pages: Pages) -> None:
    patient = await system.member("蒋五", current_fen=20_000)
    shop = await system.new_shop()
    till = await open_till(pages, shop)
    other = await system.new_till(shop)
    numbers = []
    for _ in range(2):
        sale = await system.sale(patient, "10.00", "XQ99DEM006A001010100006", other)
        settled = await other.settle(sale)
        assert settled.ok, settled.err_msg
        numbers.append(str(settled.setlinfo["setl_id"]))
    await expect(await _reconciled(till)).to_have_text("! 有 2 处差异")
    booked, wrong = [till.page.locator("#place-statement tr", has_text=one) for one in numbers]
    await booked.get_by_role("button", name="补记").click()
    await expect(booked).to_have_count(0)
    await wrong.get_by_role("button", name="作废这笔").click()
    assert await serious_findings(till.page) == []
    await till.page.click("#sure")
    await till.phase("undone")
    assert await system.balance(patient) == 19_000
    # What was made and undone again concerns nobody: no row of it, and no button.
    await expect(await _reconciled(till)).to_have_text("✓ 全部对平")


async def test_two_tills_share_one_journal_and_each_ends_the_day_without_a_false_difference(
    system: System, pages: Pages
) -> None:
    near = await system.member("蒋六", current_fen=20_000)
    far = await system.member("周远方", current_fen=20_000, place="130600")
    shop = await system.new_shop()
    one = await open_till(pages, shop, opter="01", cashier="王芳")
    two = await open_till(pages, shop, opter="02", cashier="赵敏")
    first = await _sold(one, system, near, "amoxilin")
    second = await _sold(two, system, far, "toubaox2")
    third = await _sold(two, system, near, "amoxilinx3", "danshen")

    for till in (one, two):
        told = {first: ("王芳", "*六"), second: ("赵敏", "**方"), third: ("赵敏", "*六")}
        for number, words in told.items():
            row = await _row(till, number)
            for word in words:
                await expect(row).to_contain_text(word)
        assert await serious_findings(till.page) == []
        assert (await _sums(till, "收款"))[0] == "3"
        assert (await _sums(till, "收款"))[6] == "134.10"
        shown = await _reconciled(till)
        await expect(shown).to_have_text("✓ 全部对平")
        statement = till.page.locator("#place-statement")
        await expect(statement).to_contain_text("本店 3 笔")
        await expect(statement).to_contain_text("河北省保定市")
        await expect(statement.locator("button.grave")).to_have_count(0)
        assert await serious_findings(till.page) == []

    # What one has sold the other may take back, and both see that.
    await (await _row(one, second)).get_by_role("button", name="撤销").click()
    await one.page.click("#sure")
    await one.phase("paid")
    assert await system.balance(far) == 20_000
    await expect(await _row(two, second)).to_contain_text("已全部退回")
    await expect(await _reconciled(two)).to_have_text("✓ 全部对平")
    await expect(await _reconciled(one)).to_have_text("✓ 全部对平")


async def test_slips_are_found_by_what_a_cashier_remembers(system: System, pages: Pages) -> None:
    wang, zhao = [await system.member(name, current_fen=20_000) for name in ("王一鸣", "赵大海")]
    shop = await system.new_shop()
    one = await open_till(pages, shop, opter="01", cashier="王芳")
    two = await open_till(pages, shop, opter="02", cashier="赵敏")
    await _sold(one, system, wang, "amoxilin")
    await _sold(two, system, zhao, "toubaox2")
    await one.page.click("#tab-day")
    rows = one.page.locator("#place-day tr", has=one.page.locator(".code"))
    await expect(rows).to_have_count(2)
    for word, patient in (("56", "**海"), ("鸣", "**鸣"), ("头孢", "**海"), ("12.80", "**鸣")):
        await one.page.fill("#journal-search", word)
        await expect(rows).to_have_count(1)
        await expect(rows).to_contain_text(patient)
    await one.page.fill("#journal-search", "999")
    await expect(rows).to_have_count(0)
    await one.page.fill("#journal-search", "")
    await one.page.select_option("#journal-cashier", "02")
    await expect(rows).to_have_count(1)
    assert await _sums(one, "收款") == ["1", "0.00", "56.00", "0.00", "0.00", "0.00", "56.00"]
    await one.page.fill("#journal-day", "2026-01-02")
    await expect(rows).to_have_count(0)


async def test_without_a_line_only_this_till_is_remembered(system: System, pages: Pages) -> None:
    patient = await system.member("蒋七", current_fen=20_000)
    till = await open_till(pages, await system.new_shop())
    sold = await _sold(till, system, patient, "amoxilin")
    await till.page.route("**/fsi/api/5203B", lambda route: route.abort())
    await expect(await _row(till, sold)).to_contain_text("12.80")
    await expect(till.page.locator("#place-day .notice")).to_contain_text("只有这台机器记得")


async def test_a_shift_is_told_by_cashier_and_for_the_whole_shop(
    system: System, pages: Pages
) -> None:
    patient = await system.member("钱三", current_fen=5_000)
    shop = await system.new_shop()
    one = await open_till(pages, shop, opter="01", cashier="王芳")
    two = await open_till(pages, shop, opter="02", cashier="赵敏")
    await _sold(one, system, patient, "toubaox2")
    back = await _sold(two, system, patient, "amoxilin")
    await (await _row(two, back)).get_by_role("button", name="撤销").click()
    await two.page.click("#sure")
    await two.phase("paid")
    page = two.page
    await page.click("#tab-shift")
    slip = page.locator("#place-shift .slip")
    await expect(slip).to_contain_text("赵敏 02")
    total = slip.locator("tr", has_text="合计")
    await expect(total.locator("td")).to_have_text(["12.80", "-12.80", "0.00"])
    assert await serious_findings(page) == []
    await page.select_option("#shift-cashier", "01")
    await expect(slip).to_contain_text("王芳 01")
    for name, sums in (("本人账户", "50.00"), ("顾客付", "6.00"), ("合计", "56.00")):
        cells = slip.locator("tr", has_text=name).locator("td")
        await expect(cells).to_have_text([sums, "0.00", sums])
    await page.select_option("#shift-cashier", "")
    await expect(slip).to_contain_text("本店日结单")
    await expect(total.locator("td")).to_have_text(["68.80", "-12.80", "56.00"])
    await page.evaluate("window.print = () => {}")
    await page.click("#shift-print")
    await expect(page.locator("#to-print .slip")).to_contain_text("店长签字")


async def _at(system: System, shop: Shop, number: int, opter: str, name: str) -> TillClient:
    """A till of the shop that is no page."""
    till = await system.new_till(shop)
    till.dev_no = f"{number}号台"
    till.operator = replace(till.operator, opter=opter, opter_name=name)
    assert (await till.sign_in()).ok
    return till


async def _sold_elsewhere(till: TillClient, system: System, patient: Member, way: str) -> str:
    """One box of amoxicillin, of which all is owed in cash; its setl_id."""
    settled = await till.settle(await system.sale(patient, "12.80", AMOXICILLIN, till))
    assert settled.ok, settled.err_msg
    if way:
        noted = {"data": {"medins_setl_id": settled.msgid, "pay_way": way}}
        assert (await till.call("5203C", noted)).ok
    return str(settled.setlinfo["setl_id"])


async def _shift(page: Page, opter: str) -> dict[str, list[str]]:
    """What a shift report says of each way of paying: in, out, net; and of the drawers."""
    await page.select_option("#shift-cashier", opter)
    slip = page.locator("#place-shift .slip")
    found = {}
    for row in await slip.locator(".paid-how tbody tr").all():
        name = await row.locator("th").inner_text()
        found[name] = await row.locator("td").all_inner_texts()
    for line in await slip.locator(".drawers .pair").all():
        name, cash = await line.locator("span").all_inner_texts()
        found[name.partition("·")[0]] = [cash]
    return found


async def test_five_tills_and_two_cashiers_end_the_day_with_every_way_of_paying(
    system: System, pages: Pages
) -> None:
    """The first cashier hands one till over in the middle; three of the tills are no pages."""
    poor = await system.member("钱四", current_fen=0)
    shop = await system.new_shop()
    one = await paired_till(pages, shop)
    two = await open_till(pages, shop, opter="02", cashier="赵敏")
    elsewhere = [
        await _at(system, shop, n, *(("01", "王芳") if n < 5 else ("02", "赵敏")))
        for n in (3, 4, 5)
    ]
    await _sold(one, system, poor, "toubaox2")
    await _sold(one, system, poor, "amoxilin")
    await one.page.get_by_label("微信").check()
    await _sold(two, system, poor, "danshen")
    await two.page.get_by_label("支付宝").check()
    others = [
        await _sold_elsewhere(till, system, poor, way)
        for till, way in zip(elsewhere, ("card", "", "wechat"), strict=True)
    ]
    page = one.page
    await page.get_by_role("button", name="签退").click()
    till = await system.new_till(shop)
    let_in = {"data": {"opter_no": "02", "opter_name": "赵敏", "pin": "583027"}}
    assert (await till.call("9001B", let_in)).ok
    await page.fill("#pin-opter", "02")
    await page.fill("#pin", "583027")
    await page.click("#pin-go")
    await page.wait_for_selector("#scan")
    # What was paid by card elsewhere goes back as it came; what by WeChat, in cash.
    await (await _row(one, others[0])).get_by_role("button", name="撤销").click()
    await page.click("#sure")
    await expect(page.locator(".take")).to_have_text("请退回银行卡12.80")
    await (await _row(one, others[2])).get_by_role("button", name="撤销").click()
    await page.click("#sure")
    await expect(page.locator(".take")).to_have_text("请按微信原路退12.80")
    await page.get_by_label("现金").check()
    await expect(page.locator(".take")).to_have_text("请退现金12.80")
    assert await serious_findings(page) == []

    await page.click("#tab-shift")
    await expect(page.locator("#place-shift .drawers")).to_contain_text("一号台")
    assert await serious_findings(page) == []
    second = await _shift(page, "02")
    assert second == {
        "现金": ["0.00", "-12.80", "-12.80"],
        "微信": ["12.80", "0.00", "12.80"],
        "支付宝": ["26.90", "0.00", "26.90"],
        "银行卡": ["0.00", "-12.80", "-12.80"],
        "一号台": ["-12.80"],
    }
    first = await _shift(page, "01")
    assert first == {
        "现金": ["56.00", "0.00", "56.00"],
        "微信": ["12.80", "0.00", "12.80"],
        "银行卡": ["12.80", "0.00", "12.80"],
        "未记": ["12.80", "0.00", "12.80"],
        "一号台": ["56.00"],
    }
    day = await _shift(page, "")
    for name, sums in day.items():
        shifts = [found[name] for found in (first, second) if name in found]
        added = [sum(map(Decimal, column)) for column in zip(*shifts, strict=True)]
        assert [Decimal(text) for text in sums] == added, name
    whole = page.locator("#place-shift .summed tr", has_text="顾客付").locator("td")
    ways = [day[name] for name in day if name != "一号台"]
    assert [Decimal(text) for text in await whole.all_inner_texts()] == [
        sum(map(Decimal, column)) for column in zip(*ways, strict=True)
    ]


async def test_a_way_that_was_noted_wrongly_is_said_anew_from_another_till(
    system: System, pages: Pages
) -> None:
    poor = await system.member("钱五", current_fen=0)
    shop = await system.new_shop()
    till = await open_till(pages, shop)
    other = await _at(system, shop, 2, "02", "赵敏")
    sold = await _sold_elsewhere(other, system, poor, "")
    row = await _row(till, sold)
    await expect(row).to_contain_text("未记")
    await row.get_by_role("button", name="看小票").click()
    await till.page.get_by_label("怎么付的").select_option("alipay")
    await expect(till.page.locator("dialog .notice")).to_contain_text("记下了")
    assert await serious_findings(till.page) == []
    await till.page.locator("dialog").get_by_role("button", name="关闭").click()
    await expect(row).to_contain_text("支付宝")
    ways = till.page.locator("#place-day .paid-how tbody tr")
    await expect(ways).to_have_count(1)
    await expect(ways.locator("td")).to_have_text(["支付宝", "12.80", "0.00", "12.80"])


async def test_a_way_that_could_not_be_told_is_told_later(system: System, pages: Pages) -> None:
    poor = await system.member("钱六", current_fen=0)
    till = await open_till(pages, await system.new_shop())
    await till.page.route("**/fsi/api/5203C", lambda route: route.abort())
    sold = await _sold(till, system, poor, "amoxilin")
    await till.page.get_by_label("微信").check()
    await expect(till.page.locator("#line")).to_have_class("tag bad")
    await till.page.unroute_all()
    await till.page.reload()
    await till.page.wait_for_selector("#scan")
    await expect(await _row(till, sold)).to_contain_text("微信")
