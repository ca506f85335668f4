"""Filling in forms of the mini-program, and answering its dialogs."""

from __future__ import annotations

from playwright.async_api import Locator

from tests.browser.phone_page import PhonePage
from tests.phone_world import Someone


def view(phone: PhonePage, selector: str) -> Locator:
    """Elements of the page that is open."""
    return phone.page.locator(f".view:not([hidden]) {selector}")


def field(phone: PhonePage, label: str) -> Locator:
    """The field with this label, as a screen reader finds it."""
    return view(phone, f"input[aria-label^='{label}']")


async def fill(phone: PhonePage, fields: dict[str, str]) -> None:
    """Writes into fields by their labels."""
    for label, text in fields.items():
        await field(phone, label).first.fill(text)


async def pick(phone: PhonePage, label: str, choice: str) -> None:
    """Takes a choice of a picker."""
    await view(phone, f"picker[aria-label='{label}']").click()
    await phone.page.locator("dialog").get_by_role("option", name=choice, exact=True).click()


async def name(phone: PhonePage, someone: Someone, relation: str) -> None:
    """Says who a relative is."""
    await pick(phone, "亲属是我的", relation)
    await fill(phone, {"亲属姓名": someone.name})
    # A newborn child may have a number of the birth certificate only.
    numbers = "input[aria-label='身份证号码'], input[aria-label='出生医学证明编号']"
    await view(phone, numbers).fill(someone.certno)


async def answer(phone: PhonePage, button: str) -> str:
    """Presses a button of the dialog that is open; gives what the dialog said."""
    dialog = phone.page.locator("dialog.modal")
    await dialog.wait_for()
    said = await dialog.inner_text()
    await dialog.get_by_role("button", name=button, exact=True).click()
    return said


async def loaded(phone: PhonePage, path: str) -> None:
    """Opens a page and waits until it has what it loads."""
    await phone.go(path)
    await phone.is_so(
        "(({loaded, busy}) => loaded !== false && !busy)(getCurrentPages().at(-1).data)"
    )


async def arrived(phone: PhonePage, route: str) -> None:
    """The mini-program has gone to a page by itself, and it has loaded."""
    now = "getCurrentPages().at(-1)"
    await phone.is_so(f"route => {now}?.route === route && !{now}.data.busy", route)
