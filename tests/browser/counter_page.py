"""The counter's page as tests and pictures use it: by keyboard, as a clerk does."""

from __future__ import annotations

import secrets
from typing import Any

from playwright.async_api import Locator, Page, expect

from app.domain.staff.values import SERVING, Role
from tests.browser.chromium import Pages
from tests.browser.ops_page import fill_in
from tests.browser.system import System
from tests.phone_world import Someone


async def new_clerk(system: System, role: Role, place: str = "110100") -> tuple[str, str]:
    """Somebody new who works there: name and password."""
    name, password = f"经办{secrets.token_hex(3)}", secrets.token_hex(8)
    where = place if role in SERVING else None
    assert await system.services.operators.add(name, role, password, where)
    return name, password


async def open_counter(
    pages: Pages, system: System, role: Role = "clerk", place: str = "130100", **options: Any
) -> Page:
    """The page, signed in."""
    page = await pages.open("/counter", **options)
    await fill_in(page, *await new_clerk(system, role, place))
    await expect(page.locator(".bar .who")).to_be_visible()
    return page


async def look(page: Page, someone: Someone) -> None:
    """Finds a person by the document, with the keyboard alone."""
    await page.keyboard.press("F2")
    await expect(page.locator("#search")).to_be_focused()
    await page.keyboard.type(f"{someone.name} {someone.certno}")
    await page.keyboard.press("Enter")


async def found(page: Page, someone: Someone) -> None:
    """The same, and the person is there."""
    await look(page, someone)
    await expect(page.locator("#person-name")).to_be_focused()


async def send(page: Page, form_no: str) -> None:
    """Fills in the paper's number and sends the form; it is done."""
    await page.fill("form.act [name=paper_form]", form_no)
    await page.keyboard.press("Enter")
    await expect(page.locator("#slip-on")).to_be_focused()


async def relative(page: Page, someone: Someone, relation: str, *, agreed: bool = True) -> None:
    """Fills in whom an act is about besides."""
    form = page.locator("form.act")
    await form.locator("[name=other_name]").fill(someone.name)
    await form.locator("[name=other_number]").fill(someone.certno)
    await form.locator("[name=other_relation]").select_option(relation)
    await form.locator("[name=agreed]").set_checked(agreed)


def alert(page: Page) -> Locator:
    return page.get_by_role("alert")
