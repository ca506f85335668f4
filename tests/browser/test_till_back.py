"""Goods come back at the till's page: what is told, printed and done next, however often."""

from __future__ import annotations

from datetime import date

from playwright.async_api import Locator, expect

from tests.books import check_books
from tests.browser.eyes import serious_findings
from tests.browser.system import System
from tests.browser.till_page import Line, TillPage
from tests.till_world import Member


async def _sold(till: TillPage, system: System, patient: Member, *words: str) -> str:
    """One sale; its setl_id."""
    await till.page.click("#tab-sale")
    await till.scan((await system.show(patient))["code"])
    await till.add(*words)
    await till.settle()
    await till.phase("paid")
    return await till.slip_number()


def _row(till: TillPage, setl_id: str) -> Locator:
    return till.page.locator("#place-day tr", has_text=setl_id)


async def _take_back(till: TillPage, setl_id: str, name: str, count: str) -> str:
    """Gives a part back; the number of what stands now."""
    await till.page.click("#tab-day")
    await _row(till, setl_id).get_by_role("button", name="退部分").click()
    await till.page.locator("dialog").get_by_label(name).fill(count)
    await till.page.click("#sure")
    await till.phase("paid")
    return await till.slip_number()


async def _cancel(till: TillPage, setl_id: str) -> None:
    await till.page.click("#tab-day")
    await _row(till, setl_id).get_by_role("button", name="撤销").click()
    await till.page.click("#sure")
    await till.phase("paid")
    await expect(till.side).to_contain_text("已撤销")


def _slip(till: TillPage) -> Locator:
    return till.page.locator(".paper-place .slip")


async def test_a_part_return_says_what_comes_back_and_to_whom(
    system: System, till: TillPage
) -> None:
    father = await system.member("退一", date(1955, 3, 12), current_fen=2_000)
    daughter = await system.member("退小一", gend="2", current_fen=10_000)
    await system.grant(daughter, father, "father")
    sold = await _sold(till, system, father, "amoxilinx2", "danshen", "xietangshizhi")
    assert await till.total() == "131.50"
    assert (await till.payers())["家庭共济 **一"] == "32.50"
    stands = await _take_back(till, sold, "阿莫西林", "1")
    assert await till.total() == "12.80", "not what is left"
    assert await till.payers() == {"家庭共济 **一": "12.80"}
    await expect(till.side).to_contain_text("原 131.50 → 现 118.70")
    await expect(till.side).to_contain_text("不用退现金")
    paper = (await _slip(till).inner_text()).replace("\n", " ")
    assert "退 阿莫西林" in paper and "1 × 12.80 -12.80" in paper
    assert "原 131.50 → 现 118.70" in paper and "退给" in paper
    assert await serious_findings(till.page) == []
    await till.page.click("#tab-day")
    await expect(_row(till, stands)).to_contain_text("-12.80")
    assert await system.balance(daughter) == 10_000 - 3_250 + 1_280
    await check_books(system.services.database)


async def test_returns_follow_each_other_and_what_is_left_is_cancelled(
    system: System, till: TillPage
) -> None:
    patient = await system.member("退二", current_fen=20_000)
    sold = await _sold(till, system, patient, "amoxilinx3", "danshen")
    first = await _take_back(till, sold, "阿莫西林", "1")
    assert first != sold
    second = await _take_back(till, first, "阿莫西林", "1")
    assert await till.total() == "12.80"
    await expect(till.side).to_contain_text("原 52.50 → 现 39.70")
    assert await system.balance(patient) == 20_000 - 3_970
    await till.page.click("#tab-day")
    await expect(_row(till, second)).to_be_visible()
    await expect(_row(till, first).get_by_role("button", name="退部分"), "it is old").to_have_count(
        0
    )
    await _cancel(till, second)
    assert await till.total() == "39.70"
    paper = (await _slip(till).inner_text()).replace("\n", " ")
    assert "退 阿莫西林" in paper and "1 × 12.80 -12.80" in paper and "-26.90" in paper
    assert "原 39.70 → 现 0.00" in paper
    assert await system.balance(patient) == 20_000
    await till.page.click("#tab-day")
    await expect(till.page.locator("#place-day tbody tr").first).to_be_visible()
    await expect(_row(till, second).get_by_role("button", name="撤销")).to_have_count(0)
    await check_books(system.services.database)


async def test_a_return_that_was_taken_back_leaves_the_sale_to_be_cancelled(
    system: System, till: TillPage
) -> None:
    patient = await system.member("退三", current_fen=20_000)
    sold = await _sold(till, system, patient, "amoxilinx3")
    line = await Line(till.page, "2103A").hold()
    line.mode = "cut after"
    await till.page.click("#tab-day")
    await _row(till, sold).get_by_role("button", name="退部分").click()
    await till.page.locator("dialog").get_by_label("阿莫西林").fill("1")
    await till.page.click("#sure")
    await till.phase("unknown")
    await till.make_void()
    await till.phase("undone")
    assert await system.balance(patient) == 20_000 - 3_840
    line.mode = "up"
    await till.page.keyboard.press("F8")
    await till.page.click("#tab-day")
    await till.page.locator("#place-day").get_by_role("button", name="撤销").first.click()
    await till.page.click("#sure")
    await till.phase("paid")
    assert await till.total() == "38.40"
    assert await system.balance(patient) == 20_000


async def test_less_cash_may_come_back_than_is_owed_anew(till: TillPage) -> None:
    """Of a slip: what a payer pays more stands below zero, and cash is then taken in."""
    fund, cash = {"payer": "fund", "name": ""}, {"payer": "cash", "name": "", "fen": 500}
    told = {"totalFen": 3_000, "cashFen": 500, "legs": [fund | {"fen": 2_500}, cash]}
    refund = {"totalFen": -4_000, "cashFen": 0, "legs": [fund | {"fen": -4_000}]}
    reading = """async ([refund, told]) => {
        const { backOf } = await import("/till/answer.js");
        return backOf(refund, told);
    }"""
    back = await till.page.evaluate(reading, [refund, told])
    assert (back["totalFen"], back["cashFen"]) == (1_000, -500)
    assert [(leg["payer"], leg["fen"]) for leg in back["legs"]] == [("fund", 1_500), ("cash", -500)]


async def test_a_slip_printed_again_says_so(system: System, till: TillPage) -> None:
    patient = await system.member("退四", current_fen=20_000)
    await till.page.evaluate("window.print = () => {}")
    await _sold(till, system, patient, "amoxilin")
    paper = till.page.locator("#to-print .slip")
    await till.page.keyboard.press("F7")
    assert "补打" not in str(await paper.text_content())
    await till.page.keyboard.press("F7")
    assert "补打 第2次" in str(await paper.text_content())
    await till.page.click("#tab-day")
    await till.page.get_by_role("button", name="看小票").first.click()
    await till.page.locator("dialog").get_by_role("button", name="打印").click()
    assert "补打 第3次" in str(await paper.text_content())
