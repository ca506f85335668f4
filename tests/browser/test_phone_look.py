"""How every page of the phone looks: large letters, dark, English, narrow, and what axe finds."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from playwright.async_api import expect

from tests.api.tills.test_cards import card_of
from tests.browser.chromium import Pages
from tests.browser.eyes import serious_findings
from tests.browser.phone_forms import answer, loaded, view
from tests.browser.phone_page import PhonePage, bind, open_phone, phone_of
from tests.browser.system import System
from tests.browser.test_phone_bills import prescription_pharmacy
from tests.domain.notice.inbox import tell

_LIGHT = {"elder": False, "dark": "light", "language": "zh"}
NARROW: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "look": _LIGHT}
SHOWN = [
    "codes/codes", "family/family", "family/bind", "aid/aid", "aid/grant", "records/records",
    "records/records?kind=account",
    "bills/bills", "diagnosis/diagnosis", "preview/preview", "me/me",
    "settings/settings", "elder/elder", "notices/notices", "notices/settings", "logins/logins",
    "cards/cards", "consent/consent", "identity/identity",
]  # fmt: skip
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
_STAYS = re.compile(
    r"\*+[\u4e00-\u9fff]|中文|河北省|演示\S+|安康药房|阿\S+(胶囊|片)\S*|^[\u4e00-\u9fff]$"
)
"""What stays Chinese: masked names, a badge of one letter, names of places and institutions."""
_BACK = "getComputedStyle(document.querySelector('page > .page')).backgroundColor"
# Every text that is seen with the size of its letters, low main buttons, and what is too wide.
_SEEN = """() => {
  const letters = []
  const walk = document.createTreeWalker(document.querySelector('.phone'), NodeFilter.SHOW_TEXT)
  while (walk.nextNode()) {
    const text = walk.currentNode.textContent.trim()
    const parent = walk.currentNode.parentElement
    if (text && parent.checkVisibility()) {
      letters.push([text, parseFloat(getComputedStyle(parent).fontSize)])
    }
  }
  const shown = (selector) =>
    [...document.querySelectorAll(selector)].filter(one => one.checkVisibility())
  const low = shown('.view .btn').filter(one => one.getBoundingClientRect().height < 60)
  const edge = document.querySelector('.phone').getBoundingClientRect().right + 0.5
  const wide = shown('.scroller *').filter(one => one.getBoundingClientRect().right > edge)
  const told = wide.map(one => one.outerHTML.slice(0, 99))
  return {letters, low: low.map(one => one.innerText), wide: told}
}"""


async def full(system: System, pages: Pages) -> tuple[PhonePage, list[str]]:
    """A narrow phone with something on each page, and the addresses of all of them."""
    father = await system.member("李建国", date(1955, 3, 12), current_fen=500)
    daughter = await system.member("李敏", gend="2", current_fen=300_000, carried_fen=1_000)
    await bind(system, daughter, father, "father")
    await bind(system, father, daughter, "daughter")
    grant = await system.grant(daughter, father, "father", cap_day_fen=50_000)
    paid = await system.till.settle(await system.sale(father, "25.00", "XQ99DEM001A001010100001"))
    assert paid.ok, paid.err_msg
    await system.world.call("POST", f"/aid/{grant}/freeze", token=daughter.token)
    await card_of(system, daughter)
    await card_of(system, daughter, "lost")
    await tell(system, 3)
    phone = await phone_of(system, pages, daughter, **NARROW)
    of_them = [
        f"records/detail?id={paid.setlinfo['setl_id']}",
        f"aid/grant?id={grant}",
        f"diagnosis/diagnosis?beneficiary={grant}",
    ]
    return phone, [*SHOWN, *of_them]


async def look(phone: PhonePage, **values: Any) -> None:
    """As the settings page stores it; the page that is open puts it on."""
    await phone.page.evaluate(
        """async values => {
          for (const [name, value] of Object.entries(values))
            wx.setStorageSync(`look.${name}`, value)
          await getCurrentPages().at(-1).onShow()
        }""",
        values,
    )
    await phone.is_so("!getCurrentPages().at(-1).data.busy")


async def wrongs(phone: PhonePage) -> list[object]:
    """What is wrong with the page that is open, in each of the looks."""
    found: list[object] = []
    await look(phone, **_LIGHT)
    found += await serious_findings(phone.page)
    await look(phone, dark="dark")
    found += await serious_findings(phone.page, "color-contrast")
    await look(phone, dark="light", elder=True)
    found += await serious_findings(phone.page)
    found += await elder(phone, chinese=True)
    await look(phone, language="en")
    return found + await elder(phone, chinese=False)


async def elder(phone: PhonePage, *, chinese: bool) -> list[object]:
    """What elder mode does not allow, and Chinese among English."""
    seen = await phone.page.evaluate(_SEEN)
    assert seen["letters"]
    small = [one for one in seen["letters"] if one[1] < 18]
    mixed = (
        []
        if chinese
        else [text for text, _ in seen["letters"] if _CHINESE.search(_STAYS.sub("", text))]
    )
    return [*small, *seen["low"], *seen["wide"], *mixed]


async def test_every_page_in_every_look(system: System, pages: Pages) -> None:
    phone, paths = await full(system, pages)
    found: list[tuple[str | int, object]] = []
    for path in paths:
        await loaded(phone, path)
        found += [(path, one) for one in await wrongs(phone)]
    shop = await prescription_pharmacy(system)
    await loaded(phone, "preview/preview")  # in English still, and so what it has loaded
    await view(phone, ".search .input").first.fill(shop.name)
    await view(phone, ".find-shops").click()
    await view(phone, ".shop").filter(has_text=shop.name).click()
    await view(phone, ".hand").fill("Tea")
    await view(phone, ".add-hand").click()
    await view(phone, ".prescribed").click()
    found += [("on a prescription", one) for one in await wrongs(phone)]
    for way in (1, 2):  # a child, a newborn
        await loaded(phone, "family/bind")
        await view(phone, f".way >> nth={way}").click()
        found += [(way, one) for one in await wrongs(phone)]
    assert found == [], found


async def test_a_new_phone_in_every_look(system: System, pages: Pages) -> None:
    phone = await open_phone(pages, **NARROW)
    await phone.go("consent/consent")
    found = [("consent", one) for one in await wrongs(phone)]
    await phone.page.evaluate("getCurrentPages().at(-1).refuse()")
    found += [("refused", one) for one in await wrongs(phone)]
    await phone.page.evaluate("wx.setStorageSync('consent', 2)")
    who = f"nobody{system.world.run}"
    await phone.page.evaluate("who => sessionStorage.setItem('demo.who', who)", who)
    await look(phone, **_LIGHT)  # in elder mode a start goes to the page made for it
    for path in ("codes/codes", "me/me", "identity/identity"):
        await phone.go(path)
        found += [(path, one) for one in await wrongs(phone)]
    await view(phone, "radio[value=card]").click()
    await view(phone, ".btn.primary").click()
    found += [("what is missing", one) for one in await wrongs(phone)]
    assert found == [], found


async def test_without_a_network_a_tab_keeps_what_it_had_with_its_time(
    system: System, pages: Pages
) -> None:
    member = await system.member("安步", current_fen=1_234)
    phone = await phone_of(system, pages, member, **NARROW)
    await loaded(phone, "me/me")
    await view(phone, ".account").get_by_text("12.34元").wait_for()
    await phone.page.context.set_offline(True)
    await phone.page.evaluate("getCurrentPages().at(-1).load()")
    await view(phone, ".as-of").wait_for()
    await expect(view(phone, ".as-of")).to_contain_text("截至", use_inner_text=True)
    await expect(view(phone, ".account").get_by_text("12.34元")).to_be_visible()
    await expect(phone.page.locator(".page.stale")).to_have_count(1)
    assert await serious_findings(phone.page) == []
    assert (await phone.page.evaluate(_SEEN))["wide"] == []
    await phone.page.context.set_offline(False)
    await view(phone, ".btn").get_by_text("再试一次").click()
    await phone.is_so("!document.querySelector('.page.stale, .as-of')")
    # Somebody else may hold the phone after a log-out: nothing of what was there is left.
    await phone.page.evaluate("wx.removeStorageSync('consent'); wx.removeStorageSync('token')")
    await phone.page.evaluate("getCurrentPages().at(-1).load()")
    await phone.says("使用前需要您同意隐私说明")
    for gone in (".account", ".who"):
        await expect(view(phone, gone)).to_have_count(0)


async def test_dark_mode_keeps_the_code_black_on_white(system: System, pages: Pages) -> None:
    member = await system.member("夜行", current_fen=1_000)
    phone = await phone_of(system, pages, member, color_scheme="dark")
    code = await phone.shown_code()
    assert await phone.read_screen() == {"QRCode": code, "Code128": code}
    assert await phone.page.evaluate(_BACK) == "rgb(15, 20, 20)"
    await phone.go("settings/settings")
    await phone.tap("浅色")
    await phone.is_so(f"{_BACK} === 'rgb(243, 246, 246)'")
    await phone.tap("English")
    await phone.says("Elder mode")
    assert await phone.page.evaluate("document.documentElement.lang") == "en"
    assert await phone.page.title() == "Settings"


async def test_pages_and_dialogs_work_from_the_keyboard(system: System, pages: Pages) -> None:
    father = await system.member("李建国", date(1955, 3, 12))
    daughter = await system.member("李敏", gend="2", current_fen=100)
    await system.grant(daughter, father, "father")
    phone = await phone_of(system, pages, daughter, url="/#/pages/aid/aid")
    press = phone.page.keyboard.press
    await view(phone, ".freeze").focus()
    await press("Enter")
    await view(phone, ".unfreeze").wait_for()
    await view(phone, ".end").focus()
    await press("Enter")
    await phone.page.locator("dialog.modal").wait_for()
    assert await serious_findings(phone.page) == []
    await press("Escape")
    await phone.is_so("!document.querySelector('dialog')")
    await expect(view(phone, ".unfreeze")).to_have_count(1)

    await phone.go("settings/settings")
    await phone.page.get_by_role("switch", name="关怀模式").focus()
    await press("Space")
    await phone.page.locator(".page.elder").wait_for()
    await phone.go("aid/aid")
    await view(phone, ".end").click()
    low = "[...document.querySelectorAll('dialog button')].map(one => one.offsetHeight)"
    assert min(await phone.page.evaluate(low)) >= 60
    await answer(phone, "取消")
    await phone.go("settings/settings")
    await phone.page.locator(".row.tap").filter(has_text="隐私说明").focus()
    await press("Enter")
    await phone.says("我们会用到什么")
