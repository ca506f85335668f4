"""The own social-security cards on the phone: seen, and stopped when one is lost."""

from __future__ import annotations

from playwright.async_api import expect

from tests.api.tills.test_cards import card_of
from tests.browser.chromium import Pages
from tests.browser.phone_forms import view
from tests.browser.phone_page import phone_of
from tests.browser.system import System


async def test_a_lost_card_is_stopped_after_a_question(system: System, pages: Pages) -> None:
    member = await system.member("罗兰", current_fen=1_000)
    phone = await phone_of(system, pages, member)
    await phone.shown_code()
    await phone.go("me/me")
    await phone.tap("社保卡（挂失）")
    await phone.says("这里还没有您的社保卡。没有卡也可以用医保码结算。")
    card = await card_of(system, member)
    await phone.go("cards/cards")
    shown = view(phone, ".social")
    await shown.get_by_text("✓ 正常").wait_for()
    assert card.number not in await shown.inner_text(), "of its number only the ends"
    await view(phone, ".lost").click()
    await phone.page.locator("dialog").get_by_text("取消").click()
    state = "select state from card where person_id = $1"
    assert await system.value(state, member.id) == "valid", "a no is a no"
    await view(phone, ".lost").click()
    await phone.page.locator("dialog").get_by_text("挂失", exact=True).click()
    await shown.get_by_text("✕ 已挂失").wait_for()
    assert await system.value(state, member.id) == "lost"
    await expect(view(phone, ".lost")).to_have_count(0)
    await phone.says("拨打 12393")
    read = await card.read()
    assert not read.ok, "it pays nothing from now on"
