"""What is paid over the counter: the change, and how it was paid, also when it goes back."""

from __future__ import annotations

import json
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.eyes import serious_findings
from tests.browser.system import System
from tests.browser.till_page import TillPage


async def _owing(system: System, till: TillPage, name: str) -> None:
    """A sale of 128.00 of which 79.00 are owed in cash."""
    patient = await system.member(name, current_fen=20_000)
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilinx1", "xietangshizhi")
    await till.settle()
    await till.phase("paid")


async def _rest(till: TillPage, number: str = "") -> Any:
    """What the journal says of it: of the sale on the screen, or with this number."""
    reading = """(number) => Object.entries(localStorage)
        .filter(([key, text]) => key.startsWith("qinji.till.") && text.includes(number))
        .map(([, text]) => JSON.parse(text).rest ?? null)"""
    [found] = await till.page.evaluate(reading, f'"{number or await till.slip_number()}"')
    return found


async def test_the_change_is_told_and_kept(system: System, till: TillPage) -> None:
    await _owing(system, till, "找一")
    assert await _rest(till) == {"way": "cash", "given_fen": 7_900, "change_fen": 0}
    change = till.page.locator("#change")
    await till.page.keyboard.press("F4")
    await till.page.keyboard.type("50")
    await expect(change).to_have_text("还差 29.00")
    await till.page.keyboard.press("Control+a")
    await till.page.keyboard.type("100")
    await expect(change).to_have_text("找零 21.00")
    assert await serious_findings(till.page) == []
    assert await _rest(till) == {"way": "cash", "given_fen": 10_000, "change_fen": 2_100}
    await till.page.keyboard.press("Enter")
    await till.page.reload()
    await expect(change).to_have_text("找零 21.00")


async def test_the_next_scan_leaves_what_was_given(system: System, till: TillPage) -> None:
    await _owing(system, till, "找二")
    other = await system.member("找三", current_fen=10_000)
    number = await till.slip_number()
    await till.page.get_by_role("button", name="100", exact=True).click()
    await till.page.keyboard.press("F4")
    await till.scan((await system.show(other))["code"])
    await till.phase("open")
    await expect(till.page.locator("#patient")).to_contain_text("*三")
    assert await _rest(till, number) == {"way": "cash", "given_fen": 10_000, "change_fen": 2_100}


async def test_it_goes_back_the_way_it_came(system: System, till: TillPage) -> None:
    await _owing(system, till, "找四")
    await till.page.get_by_label("微信").check()
    await expect(till.page.locator(".take")).to_have_text("请收微信79.00")
    await expect(till.page.locator("#given")).to_be_hidden()
    assert (await _rest(till))["way"] == "wechat"
    await till.page.keyboard.press("Control+z")
    await till.page.keyboard.press("Enter")
    await expect(till.page.locator(".take")).to_have_text("请按微信原路退79.00")
    assert await _rest(till) == {"way": "wechat", "given_fen": 0, "change_fen": 7_900}


async def test_nothing_is_kept_of_a_sale_without_cash(system: System, till: TillPage) -> None:
    patient = await system.member("找五", current_fen=20_000)
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilin")
    await till.settle()
    await till.phase("paid")
    assert await _rest(till) is None
    await expect(till.page.locator("#given")).to_have_count(0)


async def test_sums_are_whole_fen(page: Page) -> None:
    reckoning = """async () => {
        const { dueFen, likely, restOf } = await import("/till/rest.js");
        return [likely(7900), likely(10000), restOf(1999, "cash", 5000), restOf(-250),
            dueFen({ infno: "2102", told: { cashFen: 5 } }),
            dueFen({ infno: "2103A", told: { cashFen: 5 } }),
            dueFen({ infno: "2103", told: { cashFen: -5 }, back: { cashFen: 5 } })];
    }"""
    found = await page.evaluate(reckoning)
    assert json.dumps(found) == json.dumps(
        [
            [8_000, 10_000],
            [],
            {"way": "cash", "given_fen": 5_000, "change_fen": 3_001},
            {"way": "cash", "given_fen": 0, "change_fen": 250},
            5,
            0,
            -5,
        ]
    )
