"""关怀模式's own page: one code, whole on the smallest phone, read aloud, and the way back."""

from __future__ import annotations

from datetime import date
from typing import Any

from playwright.async_api import expect

from tests.browser.chromium import Pages
from tests.browser.phone_forms import answer, arrived, view
from tests.browser.phone_page import phone_of
from tests.browser.system import System
from tests.browser.test_phone_codes import settle

SMALL: dict[str, Any] = {"viewport": {"width": 320, "height": 568}}
BORN = date(1955, 3, 12)
_FIRST = {"look": {"elder": True}}
_ELDER = "pages/elder/elder"
# The voice of this machine is none: what it would say is kept.
_VOICE = """() => {
  window.spoken = []
  speechSynthesis.speak = (said) => spoken.push(said.text)
}"""
# Where an element ends, and the height of the screen; on how many lines each part of the digits is.
_WHOLE = """() => {
  const box = (one) => document.querySelector(one).getBoundingClientRect()
  const parts = [...document.querySelectorAll('.digits-part')]
  return {bottom: Math.max(box('.one').bottom, box('.digits').bottom), screen: innerHeight,
    wide: box('.one').width / box('.phone').width,
    lines: parts.map((one) => one.getClientRects().length),
    groups: parts.map((one) => one.textContent.split(' ').length)}
}"""


async def test_at_320_pixels_one_code_is_whole_with_unbroken_digits(
    system: System, pages: Pages
) -> None:
    father = await system.member("李大年", BORN, current_fen=5_000)
    phone = await phone_of(system, pages, father, **SMALL, **_FIRST)
    await arrived(phone, _ELDER)
    code = await phone.shown_code()
    assert await phone.read_screen() == {"QRCode": code}
    seen = await phone.page.evaluate(_WHOLE)
    assert seen["bottom"] <= seen["screen"], seen
    assert seen["wide"] > 0.8
    assert seen["lines"] == [1, 1] and seen["groups"] == [4, 3]
    await view(phone, ".swap").click()
    assert await phone.read_screen() == {"Code128": code}
    await view(phone, ".swap").click()
    assert await phone.read_screen() == {"QRCode": code}
    await view(phone, ".usual").click()
    await arrived(phone, "pages/codes/codes")
    assert await phone.shown_code() != code
    assert phone.times("POST /credentials") == 2, "the page below asked for nothing before"
    seen = await phone.page.evaluate(
        "() => [...document.querySelectorAll('.view:not([hidden]) .digits-part')]"
        ".map((one) => one.getClientRects().length)"
    )
    assert seen == [1, 1]


async def test_it_reads_aloud_what_is_there_and_what_comes(system: System, pages: Pages) -> None:
    father = await system.member("李大声", BORN, current_fen=1_000)
    phone = await phone_of(system, pages, father, **_FIRST)
    await arrived(phone, _ELDER)
    code = await phone.shown_code()
    await phone.page.evaluate(_VOICE)
    await phone.tap("读给我听")
    assert await phone.page.evaluate("spoken") == ["这是**声的医保码，请给收银员扫。"]
    await settle(system, father, code, "14.50")
    await phone.says("还需付现金 4.50元")
    await phone.is_so("spoken.at(-1) === '还需付现金 4.50元'")
    assert await phone.read_screen() == {}
    await phone.tap("不再朗读")
    await phone.tap("再出示一次码")
    await phone.code_after(code)
    assert await phone.page.evaluate("spoken.at(-1)") == "还需付现金 4.50元"


async def test_family_is_called_by_a_number_that_stays_on_the_phone(
    system: System, pages: Pages
) -> None:
    father = await system.member("李大安", BORN, current_fen=1_000)
    phone = await phone_of(system, pages, father, **_FIRST)
    await arrived(phone, _ELDER)
    await view(phone, ".call-help").click()
    await view(phone, ".call").click()
    await phone.page.locator("dialog input").fill("138 0013")
    await answer(phone, "确定")
    await phone.says("138001")
    await view(phone, ".sheet .share").click()
    await phone.says("我在用医保码，想请您帮个忙")
    await phone.page.keyboard.press("Escape")
    await view(phone, ".sheet .close").click()
    await phone.go("settings/settings")
    await phone.tap("退出登录")
    await answer(phone, "退出登录")
    await phone.is_so("!localStorage.getItem('wx.helper')")
    sent = [one for one in phone.asked if "1380013" in one or "138 0013" in one]
    assert sent == []


async def test_who_is_sixty_is_offered_it_once(system: System, pages: Pages) -> None:
    father = await system.member("李大壮", BORN, current_fen=1_000)
    phone = await phone_of(system, pages, father)
    await phone.shown_code()
    await phone.says("换成大字版")
    await view(phone, ".offer .no").click()
    await phone.page.reload()
    await phone.shown_code()
    await expect(view(phone, ".offer .yes")).to_have_count(0)

    other = await phone_of(system, pages, father)
    await other.shown_code()
    await view(other, ".offer .yes").click()
    await arrived(other, _ELDER)
    await expect(other.page.locator(".page.elder")).to_have_count(1)


async def test_who_is_younger_is_not_and_both_codes_enlarge_with_their_countdown(
    system: System, pages: Pages
) -> None:
    phone = await phone_of(system, pages, await system.member("郑直", current_fen=100))
    code = await phone.shown_code()
    await expect(view(phone, ".offer .yes")).to_have_count(0)
    for place, kind in ((".qr-place", "QRCode"), (".bars-place", "Code128")):
        await view(phone, place).click()
        big = view(phone, ".big")
        await big.wait_for()
        assert await phone.read_screen() == {kind: code}
        said = await big.inner_text()
        assert code in said.replace(" ", "").replace("\n", "")
        assert "秒内有效" in said
        await big.click()


async def test_a_rule_is_read_in_large_letters_too(system: System, pages: Pages) -> None:
    father = await system.member("李福", date(1950, 2, 3), current_fen=5_000)
    phone = await phone_of(system, pages, father, look={"elder": True})
    await arrived(phone, _ELDER)
    page = "%2Fregions%2F13%3Fday%3D2026-11-01%26rule%3Daid.order%26lang%3Dzh%23aid.order"
    await phone.go(f"rule/rule?page={page}")
    shown = phone.page.frame_locator(".view:not([hidden]) iframe").locator("html.large")
    await expect(shown).to_have_css("font-size", "20px")
