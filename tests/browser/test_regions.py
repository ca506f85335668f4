"""The region pages in Chromium: what a clerk at a desk and a daughter with a phone do with them."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.chromium import Pages
from tests.browser.eyes import serious_findings

PHONE, NARROW, DESK = (
    {"viewport": {"width": wide, "height": high}}
    for wide, high in ((390, 844), (320, 640), (1280, 900))
)


async def fits(page: Page) -> bool:
    """Whether nothing has to be pushed sideways."""
    return bool(
        await page.evaluate(
            "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
        )
    )


async def test_a_clerk_reads_a_rule_with_its_document_and_compares(pages: Pages) -> None:
    page = await pages.open("/regions", **DESK)
    await page.get_by_label("找一个地方").fill("河北")
    await page.get_by_role("button", name="查找").click()
    await page.locator("[role=status]").get_by_role("link", name="河北省", exact=True).click()
    await expect(page.get_by_role("heading", name="与全国不同的6项")).to_be_visible()
    rule = page.locator("#differs li", has_text="这一笔共济就一分不付").first
    await expect(rule).to_contain_text("国家医保局2024年10月答问")
    await expect(page.get_by_text("国办发〔2024〕38号 · 2024-07-26").first).to_be_visible()
    day = page.get_by_label("哪一天的规则")
    assert len(await day.input_value()) == 10, "the box holds the day that is shown"
    await page.get_by_text("并排比较").click()
    await page.get_by_label("和哪里比").select_option(label="北京市")
    await page.get_by_role("button", name="比较").click()
    table = page.locator("#compare table")
    await expect(table.locator("th")).to_have_count(2)
    await expect(table).to_contain_text("这一笔共济就一分不付")
    await day.fill("2024-01-01")
    await page.get_by_role("button", name="看这一天").click()
    await expect(page.get_by_label("哪一天的规则")).to_have_value("2024-01-01")
    await expect(page.get_by_role("button", name="打印")).to_be_visible()


async def test_a_daughter_tries_a_bill_on_her_phone(pages: Pages) -> None:
    page = await pages.open("/regions/13", **PHONE)
    await page.get_by_role("link", name="算一算：谁来付").click()
    await page.get_by_label("金额（元）", exact=True).fill("102.40")
    await page.get_by_label("一位家人可共济的账户里有（元）").fill("50")
    await page.get_by_label("和哪里比").select_option(label="北京市")
    await page.get_by_role("button", name="算一算").click()
    hebei, beijing = (page.locator(".sides > section").nth(at) for at in (0, 1))
    await expect(hebei).to_contain_text("72.40元")
    await expect(hebei).to_contain_text("要么全付、要么不付")
    await expect(beijing).to_contain_text("22.40元")
    await page.get_by_label("金额（元）", exact=True).fill("abc")
    await page.get_by_role("button", name="算一算").click()
    await expect(page.locator("#amount-wrong")).to_be_visible()
    await expect(page.get_by_label("金额（元）", exact=True)).to_have_value("abc")


@pytest.mark.parametrize("size", [PHONE, NARROW, DESK])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_they_fit_and_can_be_read_by_everybody(
    pages: Pages, size: dict[str, Any], scheme: str
) -> None:
    context = await pages.context(**size, color_scheme=scheme)
    page = await context.new_page()
    for path in (
        "/regions",
        "/regions/31?beside=13",
        "/regions/13/try?amount=102.40&own=30&donor=50&beside=11",
        "/regions/13?lang=en",
        "/regions/99",
        "/regions/31?beside=13&large=1",
        "/regions/13/try?amount=102.40&own=30&donor=50&beside=11&large=1",
    ):
        await page.goto(path)
        assert await fits(page), path
        assert await serious_findings(page) == [], path


async def test_without_a_script_all_of_it_is_there(pages: Pages) -> None:
    context = await pages.context(java_script_enabled=False)
    page = await context.new_page()
    await page.goto("/regions/13")
    await expect(page.get_by_text("与全国不同的6项")).to_be_visible()
    await expect(page.locator("#print")).to_be_hidden()
