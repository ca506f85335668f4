"""The README's story, phone and till side by side: everybody is told the same numbers."""

from __future__ import annotations

from datetime import date

from playwright.async_api import expect

from tests.browser.chromium import Pages
from tests.browser.phone_page import bind, phone_of
from tests.browser.system import System
from tests.browser.till_page import own_till


async def test_the_daughter_shows_her_fathers_code_and_both_pages_tell_the_same(
    system: System, pages: Pages
) -> None:
    born = date(1955, 3, 12)
    father = await system.member("李建国", born, current_fen=2_060, carried_fen=1_500)
    daughter = await system.member("李敏", date(1983, 6, 18), "2", current_fen=200_000)
    await bind(system, daughter, father, "father")
    await system.grant(daughter, father, "father")

    phone = await phone_of(system, pages, daughter)
    own = await phone.shown_code()
    await phone.tap("父亲 **国")
    await phone.code_after(own)
    seen = await phone.read_screen()
    till = await own_till(pages, system)
    await till.add("amoxilinx2", "toubaox2", "xietangshizhi")
    await till.scan(seen["QRCode"])
    await till.settle()
    await till.phase("paid")

    told = await till.payers()
    assert told == {"个人账户": "35.60", "家庭共济 *敏": "46.00", "现金": "79.00"}
    rows = phone.page.locator(".paid .row")
    await rows.first.wait_for()
    shown = dict(text.split("\n", 1) for text in await rows.all_inner_texts())
    assert shown == {who: f"{yuan}元" for who, yuan in told.items()}
    await expect(phone.page.locator(".paid .headline")).to_contain_text(
        "79.00", use_inner_text=True
    )
    await phone.says("医保已付 81.60元")
    assert await system.balance(daughter) == 200_000 - 4_600
