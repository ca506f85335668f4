"""Sales that are put aside: the next customer is served, nothing is lost, nothing counts twice."""

from __future__ import annotations

import re

from playwright.async_api import Locator, expect

from tests.browser.eyes import serious_findings
from tests.browser.system import System
from tests.browser.till_page import Line, TillPage
from tests.till_world import Member


async def _ready(system: System, till: TillPage, name: str, *words: str) -> Member:
    patient = await system.member(name, current_fen=10_000)
    await till.scan((await system.show(patient))["code"])
    await till.add(*(words or ("amoxilin",)))
    await till.previewed()
    return patient


async def _served(system: System, till: TillPage, name: str) -> None:
    """Another customer, from scan to paid."""
    other = await _ready(system, till, name, "toubao")
    await till.settle()
    await till.phase("paid")
    assert await system.balance(other) == 10_000 - 2_800


def _aside(till: TillPage) -> Locator:
    return till.page.locator(".aside-one")


async def test_a_sale_without_an_answer_is_put_aside_and_ends_by_itself(
    system: System, till: TillPage
) -> None:
    patient = await _ready(system, till, "停一")
    line = await Line(till.page, "2102").hold()
    line.mode = "cut after"
    await till.settle()
    await till.phase("unknown")
    await expect(till.page.locator("#line")).to_contain_text("中心没有答复")
    await till.page.keyboard.press("F6")
    await till.phase("open")
    await expect(_aside(till)).to_contain_text("正在查结果")
    await till.page.unroute("**/fsi/api/2102")
    await _served(system, till, "停二")
    await expect(_aside(till)).to_contain_text("✓ 已结算")
    await expect(till.page.locator("#line")).to_contain_text(re.compile(r"中心已答复 \d\d:\d\d"))
    assert await serious_findings(till.page) == []
    await till.page.keyboard.press("F10")
    await till.phase("paid")
    assert await till.total() == "12.80"
    await expect(till.page.locator(".paper-place .slip")).to_contain_text("阿莫西林")
    await expect(_aside(till)).to_have_count(0)
    assert len(set(line.bodies)) == 1, "the very same message each time"
    assert await system.balance(patient) == 8_720


async def test_what_is_put_aside_outlives_the_page(system: System, till: TillPage) -> None:
    patient = await _ready(system, till, "停三")
    line = await Line(till.page, "2102").hold()
    line.mode = "cut before"
    await till.settle()
    await till.phase("unknown")
    await till.page.keyboard.press("F8")
    await expect(till.page.locator("dialog")).to_contain_text("先接待下一位")
    await till.page.keyboard.press("Enter")
    await till.phase("open")
    await till.add("toubaox2")
    await till.page.reload()
    await till.phase("open")
    await expect(till.page.locator(".basket")).to_contain_text("头孢")
    await expect(_aside(till)).to_contain_text("正在查结果")
    await _aside(till).click()
    await till.phase("unknown")
    await expect(till.page.locator(".basket")).to_contain_text("阿莫西林")
    await expect(_aside(till)).to_contain_text("挂单")
    line.mode = "up"
    await till.page.keyboard.press("F9")
    await till.phase("paid")
    assert await system.balance(patient) == 8_720
    await till.page.keyboard.press("F10")
    await till.phase("open")
    assert await till.total() == "56.00"


async def test_a_void_sale_keeps_its_basket_for_a_new_code(system: System, till: TillPage) -> None:
    patient = await _ready(system, till, "停四", "amoxilinx2")
    line = await Line(till.page, "2102").hold()
    line.mode = "cut after"
    await till.settle()
    await till.phase("unknown")
    await till.page.keyboard.press("F4")
    await expect(till.page.locator("dialog")).to_contain_text("作废这笔？")
    await till.page.keyboard.press("Escape")
    await till.phase("unknown")
    await till.page.keyboard.press("F4")
    await till.page.keyboard.press("Enter")
    await till.phase("undone")
    assert await system.balance(patient) == 10_000
    line.mode = "up"
    await till.page.keyboard.press("F9")
    await expect(till.side).to_contain_text("刚才没有成的那一单")
    await till.scan((await system.show(patient))["code"])
    await till.settle()
    await till.phase("paid")
    assert await system.balance(patient) == 10_000 - 2_560


async def test_whoever_fetches_something_is_served_later(system: System, till: TillPage) -> None:
    patient = await _ready(system, till, "停五")
    await till.page.keyboard.press("F6")
    await expect(_aside(till)).to_contain_text(re.compile("停|五"))
    await _served(system, till, "停六")
    await till.page.keyboard.press("F8")
    await till.page.keyboard.press("F10")
    await till.add("toubao")
    await till.settle()
    await till.phase("paid")
    assert await till.total() == "40.80"
    assert await system.balance(patient) == 10_000 - 4_080
    await expect(_aside(till)).to_have_count(0)


async def test_signing_out_with_something_put_aside_asks(system: System, till: TillPage) -> None:
    await _ready(system, till, "停七")
    await till.page.keyboard.press("F6")
    await till.page.get_by_role("button", name="签退").click()
    await expect(till.page.locator("dialog")).to_contain_text("1 单挂起")
    await till.page.keyboard.press("Escape")
    await till.phase("open")


async def test_an_unknown_result_of_the_day_is_seen_to(system: System, till: TillPage) -> None:
    patient = await _ready(system, till, "停八")
    line = await Line(till.page, "2102").hold()
    line.mode = "cut before"
    await till.settle()
    await till.phase("unknown")
    await till.page.keyboard.press("F6")
    await till.page.click("#tab-day")
    row = till.page.locator("#place-day tr", has_text="结果未知")
    await row.get_by_role("button", name="去处理").click()
    await till.phase("unknown")
    line.mode = "up"
    await till.page.click("#resend")
    await till.phase("paid")
    assert await system.balance(patient) == 8_720
