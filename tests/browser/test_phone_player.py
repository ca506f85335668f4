"""What plays the mini-program in the browser: pages come in the order that was asked for."""

from __future__ import annotations

import asyncio

from playwright.async_api import Route

from tests.browser.chromium import Pages
from tests.browser.phone_page import open_phone
from tests.browser.system import System

_TELL_ORDER = """() => {
  globalThis.order = []
  const tell = () => order.push(getCurrentPages().at(-1).route)
  new MutationObserver(tell).observe(document.querySelector('.pages'), {childList: true})
}"""


async def test_a_page_asked_for_before_the_first_is_there_comes_after_it(
    system: System, pages: Pages
) -> None:
    phone = await open_phone(pages, who="x", url="about:blank")
    go_on = asyncio.Event()

    async def slowly(route: Route) -> None:
        await go_on.wait()
        await route.continue_()

    await phone.page.route("**/miniprogram/app.js", slowly)
    await phone.page.goto("/", wait_until="commit")
    await phone.is_so("typeof wx === 'object' && Boolean(document.querySelector('.pages'))")
    await phone.page.evaluate(_TELL_ORDER)
    going = asyncio.create_task(phone.go("settings/settings"))
    await phone.is_so("typeof getCurrentPages === 'function'")
    go_on.set()
    await going
    await phone.is_so("order.includes('pages/codes/codes')")
    assert await phone.page.evaluate("getCurrentPages().at(-1).route") == "pages/settings/settings"
