"""What plays the mini-program in the browser: the order of pages, and answers that break off."""

from __future__ import annotations

import asyncio

from playwright.async_api import Route

from tests.browser.chromium import Pages
from tests.browser.phone_page import open_phone, phone_of
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


async def test_an_answer_that_breaks_off_is_told_as_no_answer(system: System, pages: Pages) -> None:
    phone = await phone_of(system, pages, await system.member("断线"))
    await phone.shown_code()

    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(half, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        elsewhere = f"http://127.0.0.1:{port}/"
        await phone.page.route("**/api/v1/me", lambda route: route.continue_(url=elsewhere))
        await phone.go("me/me")
        await phone.says("现在连不上网络")
