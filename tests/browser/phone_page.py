"""A phone in the browser: the mini-program as a person made by ``System.member`` has it in hand."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Route

from app.api.pages.serving import phone_page_is_made
from tests.browser.chromium import Pages
from tests.browser.eyes import read_codes
from tests.browser.system import System
from tests.crash.fleet import until
from tests.phone_world import claim
from tests.till_world import Member

NONE_MADE = "the phone's page was not made at set-up: no npm 安装时没有 npm，未生成手机页面"
API = "/api/v1"
SCREEN: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2}


class PhonePage:
    """One phone. ``asked``: what it has asked the server, as ``"POST /login"``."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.asked: list[str] = []
        page.on("request", lambda request: self._count(request.method, request.url))

    def _count(self, method: str, url: str) -> None:
        path = urlsplit(url).path
        if path.startswith(API):
            self.asked.append(f"{method} {path.removeprefix(API)}")

    def times(self, call: str) -> int:
        return self.asked.count(call)

    async def go(self, path: str) -> None:
        """Opens a page of the mini-program, e.g. ``settings/settings``."""
        await self.page.evaluate("url => wx.reLaunch({url})", f"/pages/{path}")
        route = f"pages/{path.partition('?')[0]}"
        await self.is_so("route => getCurrentPages().at(-1)?.route === route", route)

    async def says(self, text: str) -> None:
        """Waits until a text is on the screen."""
        await self.page.get_by_text(text).first.wait_for()

    async def is_so(self, script: str, value: object = None) -> None:
        """Waits until a script says so. Playwright's own waiting would need ``unsafe-eval``."""

        async def asked() -> bool:
            return bool(await self.page.evaluate(script, value))

        await until(asked, script)

    async def tap(self, text: str) -> None:
        await self.page.get_by_text(text, exact=True).first.click()

    async def shown_code(self) -> str:
        """The code in digits, once it is on the screen."""
        digits = self.page.locator(".drawn.live .digits")
        await digits.filter(has_text="0").wait_for()
        return (await digits.inner_text()).replace(" ", "")

    async def code_after(self, before: str) -> str:
        """The code that has taken the place of another."""
        await self.is_so(
            """before => {
              const digits = document.querySelector('.drawn.live .digits')
              const shown = digits?.textContent.replaceAll(' ', '')
              return Boolean(shown) && shown !== before
            }""",
            before,
        )
        return await self.shown_code()

    async def read_screen(self) -> dict[str, str]:
        """The codes that an independent decoder reads from the screen."""
        return read_codes(await self.page.screenshot())

    async def turn(self, *, hidden: bool) -> None:
        """The mini-program goes to the back, or comes to the front."""
        await self.page.evaluate(
            """state => {
              Object.defineProperty(document, 'visibilityState', {value: state, configurable: true})
              document.dispatchEvent(new Event('visibilitychange'))
            }""",
            "hidden" if hidden else "visible",
        )


async def open_phone(
    pages: Pages,
    *,
    who: str | None = None,
    url: str = "/",
    look: dict[str, Any] | None = None,
    clock: bool = False,
    routes: Mapping[str, Callable[[Route], Awaitable[None]]] = MappingProxyType({}),
    **options: Any,
) -> PhonePage:
    """A phone that has agreed to the privacy statement and belongs to ``who``; a new one without.

    ``look``: what the settings page would have stored, e.g. ``{"elder": True}``. ``clock``: its
    time can be turned forward. ``routes``: what is done with requests from the first on.
    """
    if not phone_page_is_made():
        pytest.skip(NONE_MADE)
    context = await pages.context(**SCREEN | options)
    stored = {f"wx.look.{name}": value for name, value in (look or {}).items()}
    if who is not None:
        stored["wx.consent"] = 2
    await context.add_init_script(
        f"""if (location.protocol.startsWith('http') && !sessionStorage.begun) {{
          sessionStorage.begun = 1
          if ({json.dumps(who)}) sessionStorage.setItem('demo.who', {json.dumps(who)})
          for (const [key, value] of Object.entries({json.dumps(stored)}))
            localStorage.setItem(key, JSON.stringify(value))
        }}"""
    )
    page = await context.new_page()
    phone = PhonePage(page)
    if clock:
        await page.clock.install()
    for address, done in routes.items():
        await page.route(address, done)
    await page.goto(url)
    return phone


async def phone_of(system: System, pages: Pages, member: Member, **more: Any) -> PhonePage:
    """The phone of a person made by ``System.member``."""
    return await open_phone(pages, who=f"m{member.id}x{system.world.run}", **more)


async def bind(system: System, shower: Member, holder: Member, relation: str) -> None:
    """``shower`` may show the code of ``holder``, who has agreed."""
    body = claim(holder) | {"relation": relation}
    asked = await system.world.call("POST", "/family", body, shower.token)
    assert asked.status == 201, asked.body
    path = f"/family/{asked.data['id']}/confirm"
    assert (await system.world.call("POST", path, {}, holder.token)).status == 200
