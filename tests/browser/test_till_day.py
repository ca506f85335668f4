"""The till's day: slips, taking sales back whole or in part, and the reconciliation at its end."""

from __future__ import annotations

from playwright.async_api import Locator, expect

from tests.books import check_books
from tests.browser.chromium import Pages
from tests.browser.eyes import serious_findings
from tests.browser.system import System
from tests.browser.till_page import TillPage, open_till
from tests.till_world import Member


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
    assert await till.total() == "39.70"
    assert await system.balance(patient) == 20_000 - 1_280 - 1_280 - 2_690

    await expect(await _row(till, cancelled)).to_contain_text("已撤销")
    await expect(await _row(till, parted)).to_contain_text("已部分退药")
    assert await serious_findings(till.page) == []
    await expect(await _reconciled(till)).to_have_text("✓ 全部对平")
    assert await serious_findings(till.page) == []
    await check_books(system.services.database)


async def test_a_sale_of_another_till_is_found_and_explained(system: System, pages: Pages) -> None:
    patient = await system.member("蒋二", current_fen=20_000)
    shop = await system.new_shop()
    till = await open_till(pages, shop)
    await _sold(till, system, patient, "amoxilin")
    other = await system.new_till(shop)
    sale = await system.sale(patient, "10.00", "XQ99DEM006A001010100006", other)
    settled = await other.settle(sale)
    assert settled.ok, settled.err_msg
    await expect(await _reconciled(till)).to_have_text("! 有 1 处差异")
    row = till.page.locator("#place-statement tr", has_text=settled.msgid)
    await expect(row).to_contain_text("中心多")
    await expect(row).to_contain_text("仅中心有这笔结算")


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
    msgids = []
    for _ in range(2):
        sale = await system.sale(patient, "10.00", "XQ99DEM006A001010100006", other)
        settled = await other.settle(sale)
        assert settled.ok, settled.err_msg
        msgids.append(settled.msgid)
    await expect(await _reconciled(till)).to_have_text("! 有 2 处差异")
    booked, wrong = [till.page.locator("#place-statement tr", has_text=one) for one in msgids]
    await booked.get_by_role("button", name="补记到本机").click()
    await expect(booked).to_have_count(0)
    await wrong.get_by_role("button", name="冲正这笔").click()
    assert await serious_findings(till.page) == []
    await till.page.click("#sure")
    await till.phase("undone")
    assert await system.balance(patient) == 19_000
    await _reconciled(till)
    rows = till.page.locator("#place-statement tbody tr", has_text="无需处理")
    await expect(rows).to_have_count(2)
