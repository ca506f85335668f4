"""The till's page as a cashier uses it."""

from __future__ import annotations

import re

from playwright.async_api import Locator, Page, Route, ViewportSize, expect

from app.local.demo.pharmacy import SHELF
from tests.browser.chromium import Pages
from tests.browser.system import DEMO_SHOP, System
from tests.till_world import Shop

DESK: ViewportSize = {"width": 1280, "height": 800}
PIN = "274918"
_CASHIER = {"cashier": "王芳", "opter": "T01"}
_FIELDS = {
    "code": "code", "name": "name", "admdvs": "admdvs", "keyId": "key_id", "secret": "secret",
}  # fmt: skip


class TillPage:
    """One cashier's page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @property
    def side(self) -> Locator:
        return self.page.locator(".side")

    async def sign_in(self, shop: Shop, name: str = "王芳", opter: str = "T01") -> None:
        """Fills the form in, and brings the price list."""
        for field, of in _FIELDS.items():
            await self.page.fill(f"#in-{field}", getattr(shop, of))
        await self.page.fill("#in-opter", opter)
        await self.page.fill("#in-opterName", name)
        await self.page.uncheck("#in-pair")
        await self.page.click("button[type=submit]")
        await self.page.wait_for_selector("#scan")
        await self.page.set_input_files("input[type=file]", SHELF)
        await expect(self.page.locator(".finder")).to_contain_text("26")

    async def scan(self, code: str) -> None:
        """A scanner types, wherever the cursor is."""
        await self.page.keyboard.type(code)
        await self.page.keyboard.press("Enter")

    async def add(self, *words: str) -> None:
        """Finds items with the keyboard alone."""
        for word in words:
            await self.page.keyboard.press("F3")
            await self.page.keyboard.type(word)
            await self.page.keyboard.press("Enter")

    async def previewed(self) -> None:
        await expect(self.page.locator("#settle")).to_be_enabled()

    async def settle(self) -> None:
        await self.previewed()
        await self.page.keyboard.press("F9")

    async def make_void(self) -> None:
        """Of a sale without a result; it asks first."""
        await self.page.click("#undo")
        await self.page.click("#sure")

    async def phase(self, name: str) -> None:
        """Waits until the sale is there."""
        await expect(self.side).to_have_attribute("data-phase", name)

    async def payers(self) -> dict[str, str]:
        """Who pays how much, as the page shows it."""
        terms = await self.page.locator(".side .payer dt").all_inner_texts()
        sums = await self.page.locator(".side .payer dd").all_inner_texts()
        names = [re.sub(r"^\W\s*", "", term) for term in terms]
        return dict(zip(names, sums, strict=True))

    async def total(self) -> str:
        return await self.page.locator(".side .total strong").inner_text()

    async def slip_number(self) -> str:
        """The setl_id on the slip that is on the screen."""
        lines = await self.page.locator(".paper-place .slip .pair").all_inner_texts()
        [found] = [line.split()[-1] for line in lines if line.startswith("结算号")]
        return found


async def open_till(pages: Pages, shop: Shop = DEMO_SHOP, **options: object) -> TillPage:
    """A cashier who has signed in: 王芳 (T01), or as ``cashier`` and ``opter`` say."""
    who = [str(options.pop(name, usual)) for name, usual in _CASHIER.items()]
    till = TillPage(await pages.open("/till", **{"viewport": DESK} | options))
    await till.sign_in(shop, *who)
    return till


async def own_till(pages: Pages, system: System) -> TillPage:
    """A cashier of a pharmacy that nobody else sells for."""
    return await open_till(pages, await system.new_shop())


async def paired_till(pages: Pages, shop: Shop, **options: object) -> TillPage:
    """A machine that the manager has paired; 王芳 (01) stands at it."""
    till = TillPage(await pages.open("/till", **{"viewport": DESK} | options))
    fields = {field: str(getattr(shop, of)) for field, of in _FIELDS.items()}
    fields |= {"opter": "01", "opterName": "王芳", "called": "一号台", "pin": PIN}
    for field, text in fields.items():
        await till.page.fill(f"#in-{field}", text)
    await till.page.click("button[type=submit]")
    await till.page.wait_for_selector("#scan")
    await till.page.set_input_files("input[type=file]", SHELF)
    await expect(till.page.locator(".finder")).to_contain_text("26")
    return till


class Line:
    """The line between one page and one transaction: up, cut before the centre, or cut after it.

    ``bodies`` are the messages that were sent, ``headers`` the newest one's.
    """

    def __init__(self, page: Page, infno: str) -> None:
        self._page = page
        self._address = f"**/fsi/api/{infno}"
        self.mode = "up"
        self.bodies: list[str] = []
        self.headers: dict[str, str] = {}

    async def hold(self) -> Line:
        await self._page.route(self._address, self._passing)
        return self

    async def _passing(self, route: Route) -> None:
        request = route.request
        self.bodies.append(request.post_data or "")
        self.headers = {k: v for k, v in request.headers.items() if k.startswith("x-ca-")}
        impatient = {**request.headers, "prefer": "wait=0"}
        if self.mode == "up":
            await route.continue_()
        elif self.mode == "impatient":
            await route.continue_(headers=impatient)
        else:
            if self.mode == "cut after":
                await route.fetch()
            await route.abort()
