"""What hands and ears have of the till: keys for everything, sounds, and scans that are heard."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, expect

from tests.browser.chromium import Pages
from tests.browser.system import System
from tests.browser.till_page import TillPage, open_till
from tests.till_world import Member

HEARS = """() => {
window.heard = [];
window.AudioContext = class {
    currentTime = 0; destination = {};
    resume() {}
    createGain() {
        const set = () => {};
        const gain = { setValueAtTime: set, exponentialRampToValueAtTime: set };
        return { gain, connect: (x) => x };
    }
    createOscillator() {
        const tone = { frequency: {}, connect: (x) => x, stop() {} };
        tone.start = () => window.heard.push(tone.frequency.value);
        return tone;
    }
};
}"""
YES, NO, PAID = [1320], [180, 140], [660, 880, 1320]


async def _heard(page: Page) -> list[int]:
    found: list[int] = await page.evaluate("window.heard.splice(0)")
    return found


async def _patient(system: System, name: str) -> tuple[Member, str]:
    patient = await system.member(name, current_fen=50_000)
    return patient, (await system.show(patient))["code"]


async def test_yes_no_and_paid_are_heard_and_can_be_hushed(system: System, till: TillPage) -> None:
    page = till.page
    await page.evaluate(HEARS)
    await till.scan("123")
    assert await _heard(page) == NO
    _, code = await _patient(system, "声一")
    await till.page.fill("#scan", "")
    await till.scan(code)
    await expect(page.locator("#patient")).to_contain_text("*一")
    assert await _heard(page) == YES
    await till.add("amoxilin")
    await till.previewed()
    assert await _heard(page) == YES
    await till.settle()
    await till.phase("paid")
    assert await _heard(page) == PAID
    await page.click("#sounds")
    await till.scan("123")
    assert await _heard(page) == []
    await page.click("#sounds")
    assert await _heard(page) == YES


async def test_what_a_step_sounds_like(page: Page) -> None:
    sounding = """async (steps) => {
        const { soundOf } = await import("/till/sounds.js");
        const { fresh } = await import("/till/machine.js");
        const state = (more) => ({ ...fresh(), ...more });
        return steps.map(([one, other]) => soundOf(state(one), state(other)));
    }"""
    line = {"cnt": "1", "codes": []}
    steps: Any = [
        [{}, {"basket": [line]}],
        [{"basket": [line]}, {"basket": [{"cnt": "1", "codes": [{}]}]}],
        [{"basket": [line]}, {}],
        [{}, {"refusal": {"code": "X"}}],
        [{}, {"unplaced": {"why": "w"}}],
        [{"phase": "sending"}, {"phase": "unknown", "lost": "settle"}],
        [{"phase": "unknown", "lost": "settle"}, {"phase": "unknown", "lost": "settle"}],
        [{"phase": "waiting"}, {"phase": "paid"}],
        [{"phase": "undoing"}, {"phase": "undone"}],
    ]
    found = await page.evaluate(sounding, steps)
    assert found == ["yes", "yes", None, "no", "no", "no", None, "paid", "yes"]


async def test_the_last_line_is_changed_and_dropped_by_keys(till: TillPage) -> None:
    await till.add("amoxilin", "toubao")
    await till.page.keyboard.press("F4")
    await till.page.keyboard.type("3")
    await till.page.keyboard.press("Enter")
    assert await till.total() == "96.80"
    await expect(till.page.locator("#scan")).to_be_focused()
    await till.page.keyboard.press("Delete")
    assert await till.total() == "12.80"
    await till.page.keyboard.press("F4")
    await till.page.keyboard.type("0")
    await till.page.keyboard.press("Enter")
    await expect(till.page.locator(".basket")).to_contain_text("还没有药品")


async def test_a_scan_at_another_place_comes_to_the_sale(system: System, till: TillPage) -> None:
    _, code = await _patient(system, "声二")
    await till.page.click("#tab-day")
    await till.page.evaluate("document.activeElement.blur()")
    await till.scan(code)
    await expect(till.page.locator("#patient")).to_contain_text("*二")
    await expect(till.page.locator("#tab-sale")).to_have_attribute("aria-selected", "true")


async def test_a_scanner_answers_no_question(system: System, till: TillPage) -> None:
    _, code = await _patient(system, "声三")
    await till.page.evaluate(HEARS)
    await till.add("amoxilin")
    assert await _heard(till.page) == YES
    await till.page.keyboard.press("F8")
    await expect(till.page.locator("#empty")).to_be_focused()
    await till.scan(code)
    await expect(till.page.locator("dialog")).to_be_visible()
    assert await _heard(till.page) == NO
    await till.page.keyboard.press("Enter")
    await expect(till.page.locator(".basket")).to_contain_text("还没有药品")


async def test_one_row_is_chosen_in_the_finder(till: TillPage) -> None:
    await till.page.keyboard.press("F3")
    await till.page.keyboard.type("a")
    rows = till.page.locator("#found li")
    names = await rows.locator(".small").all_inner_texts()
    assert names and all(name.startswith("a") for name in names), "not any letter inside"
    await rows.nth(1).hover()
    await expect(till.page.locator("#found [aria-selected=true]")).to_have_count(1)
    await expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    await till.page.keyboard.press("ArrowDown")
    await expect(rows.nth(2)).to_have_attribute("aria-selected", "true")
    await till.page.keyboard.press("Escape")


async def test_the_sum_stays_in_sight_with_a_long_basket(system: System, pages: Pages) -> None:
    small = {"width": 1024, "height": 768}
    till = await open_till(pages, await system.new_shop(), viewport=small)
    _, code = await _patient(system, "声四")
    await till.scan(code)
    words = ("amoxilin", "buluofen", "erjia", "anlv", "atuo", "aspirin", "lvlei", "meng")
    await till.add(*words, "toubao", "danshen", "xietangshizhi")
    await till.previewed()
    assert await till.page.locator(".basket tbody tr").count() == len(words) + 3
    for where in ("0", "document.body.scrollHeight"):
        await till.page.evaluate(f"scrollTo(0, {where})")
        for part in (".side .total strong", "#settle"):
            box = await till.page.locator(part).bounding_box()
            assert box is not None
            assert box["y"] >= 0 and box["y"] + box["height"] <= small["height"], (part, where)


async def test_an_english_till_reads_refusals_in_english(system: System, pages: Pages) -> None:
    till = await open_till(pages, await system.new_shop(), locale="en-US")
    patient, code = await _patient(system, "声五")
    assert (await system.till.decode(code)).ok
    await till.scan(code)
    said = till.side.locator(".notice.bad .said")
    await expect(said).to_be_visible()
    assert (await said.inner_text()).isascii()
    assert (await till.side.locator(".notice.bad .then").inner_text()).removeprefix("→ ").isascii()
    assert patient.name not in await till.page.content()
