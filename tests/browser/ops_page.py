"""The night shift's page as tests and pictures use it."""

from __future__ import annotations

import secrets
from typing import Any

from playwright.async_api import Page, expect

from app.domain.staff.values import Role
from tests.browser.chromium import Pages
from tests.browser.system import System


async def new_operator(system: System, role: Role) -> tuple[str, str]:
    """A new operator: name and password."""
    name, password = f"值班{secrets.token_hex(3)}", secrets.token_hex(8)
    assert await system.services.operators.add(name, role, password)
    return name, password


async def fill_in(page: Page, name: str, password: str) -> None:
    """Fills the sign-in in and sends it."""
    await page.fill("#name", name)
    await page.fill("#password", password)
    await page.click("button[type=submit]")


async def open_ops(pages: Pages, system: System, role: Role = "auditor", **options: Any) -> Page:
    """The page, signed in, its figures there."""
    page = await pages.open("/ops", **options)
    await fill_in(page, *await new_operator(system, role))
    await expect(page.locator("#rate .line.a").first).to_be_attached()
    return page


async def go(page: Page, place: str) -> None:
    """Opens a place and waits for what it holds."""
    await page.click(f"#tab-{place}")
    if place != "story":
        shown = {
            "now": "#rate",
            "find": "#find-messages form",
            "regions": "table",
            "log_ins": "#log-ins-mine table",
            "audit": "#audit-sign_ins table",
        }[place]
        await expect(page.locator(f"#place-{place} {shown}").first).to_be_visible()


async def ask(page: Page, why: str = "夜班核查：参保人投诉扣款", **which: str) -> None:
    """Asks for a story by ``setl_id``, or by ``fixmedins_code`` and ``msgid``."""
    await go(page, "story")
    await page.check("#way-setl" if "setl_id" in which else "#way-message")
    for name, value in which.items():
        await page.fill(f"#story-{name}", value)
    await page.fill("#story-why", why)
    await page.click("#place-story button[type=submit]")
