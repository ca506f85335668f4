"""How the phone's own pages look: elder mode, dark mode, English, and what axe-core finds."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.browser.chromium import Pages
from tests.browser.eyes import serious_findings
from tests.browser.phone_page import PhonePage, open_phone, phone_of
from tests.browser.system import System

OWN = ["codes/codes", "identity/identity", "settings/settings", "consent/consent"]
# Every text that is seen, with the size of its letters.
_LETTERS = """() => {
  const found = []
  const walk = document.createTreeWalker(document.querySelector('.phone'), NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim()
    const parent = walk.currentNode.parentElement
    if (text && parent.checkVisibility()) {
      found.push([text, parseFloat(getComputedStyle(parent).fontSize)])
    }
  }
  return found
}"""
_LOOKS: list[dict[str, Any]] = [
    {}, {"dark": "dark"}, {"elder": True}, {"elder": True, "dark": "dark"},
]  # fmt: skip


async def settled(phone: PhonePage, path: str) -> None:
    """A page is open and has what it loads."""
    await phone.go(path)
    await phone.is_so("!getCurrentPages().at(-1).data.busy")
    if path.startswith("codes"):
        await phone.shown_code()


async def test_elder_mode_has_large_letters_and_large_buttons(
    system: System, pages: Pages
) -> None:
    member = await system.member("老寿", current_fen=1_000)
    phone = await phone_of(system, pages, member, look={"elder": True})
    for path in OWN:
        await settled(phone, path)
        letters = await phone.page.evaluate(_LETTERS)
        assert letters
        assert [one for one in letters if one[1] < 18] == [], path
        for button in await phone.page.locator(".view:not([hidden]) .btn:visible").all():
            box = await button.bounding_box()
            assert box is not None
            assert box["height"] >= 60, await button.inner_text()
        await fits(phone)


async def fits(phone: PhonePage) -> None:
    """Nothing is wider than the screen."""
    wide = await phone.page.evaluate(
        """[...document.querySelectorAll('.scroller')].filter(one => one.checkVisibility())
           .map(one => one.scrollWidth - one.clientWidth)"""
    )
    assert max(wide) <= 0


async def test_dark_mode_keeps_the_code_black_on_white(system: System, pages: Pages) -> None:
    member = await system.member("夜行", current_fen=1_000)
    phone = await phone_of(system, pages, member, color_scheme="dark")
    code = await phone.shown_code()
    assert await phone.read_screen() == {"QRCode": code, "Code128": code}
    back = "getComputedStyle(document.querySelector('page > .page')).backgroundColor"
    assert await phone.page.evaluate(back) == "rgb(15, 20, 20)"
    await phone.go("settings/settings")
    await phone.tap("浅色")
    await phone.is_so(f"{back} === 'rgb(243, 246, 246)'")


async def test_english_is_complete(system: System, pages: Pages) -> None:
    member = await system.member("Ann", current_fen=1_000)
    phone = await phone_of(system, pages, member, url="/#/pages/settings/settings")
    await phone.tap("English")
    await phone.says("Elder mode")
    for path in OWN:
        await settled(phone, path)
        letters = await phone.page.evaluate(_LETTERS)
        chinese = [text for text, _ in letters if re.search(r"[\u4e00-\u9fff]", text)]
        assert [text for text in chinese if text not in ("中文", "河北省")] == [], path
        await fits(phone)
    assert await phone.page.evaluate("document.documentElement.lang") == "en"
    assert await phone.page.title() == "Privacy"


async def test_settings_work_from_the_keyboard(system: System, pages: Pages) -> None:
    phone = await open_phone(pages, who="x", url="/#/pages/settings/settings")
    await phone.page.get_by_role("switch", name="关怀模式").focus()
    await phone.page.keyboard.press("Space")
    await phone.page.locator(".page.elder").wait_for()
    await phone.page.get_by_text("隐私说明").focus()
    await phone.page.locator(".row.tap").focus()
    await phone.page.keyboard.press("Enter")
    await phone.says("我们会用到什么")


@pytest.mark.parametrize("look", _LOOKS, ids=["light", "dark", "elder", "elder-dark"])
async def test_axe_finds_nothing_serious(
    system: System, pages: Pages, look: dict[str, Any]
) -> None:
    member = await system.member("阿斧", current_fen=1_000)
    phone = await phone_of(system, pages, member, look=look)
    for path in OWN:
        await settled(phone, path)
        assert await serious_findings(phone.page) == [], path
