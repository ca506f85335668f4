"""The customer's window: basket, sums, what is still to be paid, and how it ended."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.eyes import serious_findings
from tests.browser.system import System
from tests.browser.till_page import TillPage


async def _window(till: TillPage) -> Page:
    async with till.page.context.expect_page() as opening:
        await till.page.click("#customer")
    opened = await opening.value
    await opened.wait_for_selector(".customer")
    return opened


async def test_a_customer_sees_the_sale_and_nothing_of_the_shop_s(
    system: System, till: TillPage
) -> None:
    patient = await system.member("客一", current_fen=20_000)
    shown = await _window(till)
    await expect(shown.locator("body")).to_contain_text("请出示医保码")
    assert await serious_findings(shown) == []
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilin", "xietangshizhi")
    await till.previewed()
    await expect(shown.locator(".goods")).to_contain_text("阿莫西林")
    await expect(shown.locator(".total")).to_contain_text("91.80")
    await expect(shown.locator(".take")).to_have_text("您需付79.00")
    assert await serious_findings(shown) == []
    await till.settle()
    await till.phase("paid")
    await expect(shown.locator(".take")).to_have_text("还需付79.00")
    await till.page.keyboard.press("F4")
    await till.page.keyboard.type("100")
    await expect(shown.locator(".change")).to_have_text("找零 21.00")
    assert await serious_findings(shown) == []
    assert await shown.evaluate("sessionStorage.length") == 0, "the shop's secret stays there"
    assert patient.name not in await shown.content()
    await till.page.evaluate("document.activeElement.blur()")
    await till.page.keyboard.press("F8")
    await expect(shown.locator("body")).to_contain_text("请出示医保码")
    await shown.close()


async def test_a_refusal_is_a_sentence_there_and_no_code(system: System, till: TillPage) -> None:
    patient = await system.member("客二", current_fen=20_000)
    code = (await system.show(patient))["code"]
    assert (await system.till.decode(code)).ok
    shown = await _window(till)
    await till.add("amoxilin")
    await till.scan(code)
    await expect(shown.locator(".notice.bad")).to_be_visible()
    text = await shown.inner_text("body")
    assert "CODE_USED" not in text and "_" not in text
    await till.page.get_by_role("button", name="给顾客看").click()
    assert "CODE_USED" not in await till.page.locator("dialog").inner_text()
    await till.page.keyboard.press("Escape")
    await shown.close()


async def test_a_window_opened_late_is_told_at_once(system: System, till: TillPage) -> None:
    await till.add("toubao")
    shown = await _window(till)
    await expect(shown.locator(".goods")).to_contain_text("头孢")
    await shown.reload()
    await expect(shown.locator(".goods")).to_contain_text("头孢")
    await shown.close()
