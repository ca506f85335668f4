"""Questions that travel as cards: sent from one phone, opened by the right person on another."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

from playwright.async_api import expect

from tests.browser.chromium import Pages
from tests.browser.phone_forms import answer, arrived, fill, loaded, pick, view
from tests.browser.phone_page import PhonePage, bind, open_phone, phone_of
from tests.browser.system import System
from tests.phone_world import claim
from tests.till_world import Member

OLD = date(1955, 3, 12)
AMOXICILLIN = "XQ99DEM001A001010100001"


async def pair(system: System) -> tuple[Member, Member]:
    father = await system.member("李建国", OLD, current_fen=200_000)
    return father, await system.member("李敏", gend="2")


async def link_of(phone: PhonePage) -> str:
    """Sends the card whose sheet is open, as WeChat would: gives where it leads."""
    await view(phone, ".invite .share").click()
    sheet = phone.page.locator("dialog.drawer")
    await sheet.wait_for()
    said = await sheet.inner_text()
    link = await sheet.locator("input").input_value()
    for name in ("李", "敏", "国"):
        assert name not in said and name not in link, "a card tells of nobody"
    await expect(sheet.locator("img")).to_have_js_property("naturalWidth", 500)
    await sheet.get_by_role("button", name="取消").click()
    await view(phone, ".invite .close").click()
    return link.partition("/#")[2]


async def picture(phone: PhonePage, name: str) -> None:
    """For whoever wants to look: QINJI_PICTURES names a folder."""
    if folder := os.environ.get("QINJI_PICTURES"):
        await phone.page.screenshot(path=Path(folder) / f"card-{name}.png", full_page=True)


async def test_a_daughter_asks_her_father_to_pay_and_he_pays_the_bill(
    system: System, pages: Pages
) -> None:
    father, daughter = await pair(system)
    await bind(system, daughter, father, "father")
    hers = await phone_of(system, pages, daughter)
    await loaded(hers, "family/family")
    await view(hers, ".ask-pay").click()
    await hers.says("发给微信好友")
    await picture(hers, "sheet")
    card = await link_of(hers)
    await hers.says("已请对方替您付")
    await picture(hers, "family")
    stranger = await phone_of(system, pages, await system.member("王路人"), url=f"/#{card}")
    await stranger.says("这张卡片不是发给您的")
    await picture(stranger, "stranger")
    text = await stranger.page.locator("body").inner_text()
    assert "敏" not in text and "国" not in text

    his = await phone_of(system, pages, father, url=f"/#{card}")
    await his.says("女儿 *敏的请求")
    await picture(his, "asked")
    await view(his, ".agree").click()
    await arrived(his, "pages/aid/grant")
    await his.says("女儿 *敏请您替其付")
    await expect(view(his, "input[aria-label='亲属姓名']"), "nothing is typed again").to_have_count(
        0
    )
    await pick(his, "亲属是我的", "女儿")
    await fill(his, {"每月最多": "500"})
    await view(his, "[role=checkbox]").last.click()
    await view(his, ".submit").click()
    await arrived(his, "pages/aid/aid")
    await his.says("使用中")
    paid = await system.till.settle(await system.sale(daughter, "10.00", AMOXICILLIN))
    assert paid.ok, paid.err_msg
    assert await system.balance(father) == 199_000
    await his.go(f"{card.removeprefix('/pages/')}")
    await his.says("这件事已经办完了")


async def test_who_comes_by_a_card_for_the_first_time_returns_to_it(
    system: System, pages: Pages
) -> None:
    father = await system.world.add("李建国", OLD)
    daughter = await system.member("李敏", gend="2")
    body = claim(father) | {"relation": "father"}
    made = await system.world.call("POST", "/family", body, daughter.token)
    assert made.status == 201, made.body
    hers = await phone_of(system, pages, daughter)
    await loaded(hers, "family/family")
    await view(hers, ".ask-yes").click()
    card = await link_of(hers)
    his = await open_phone(pages, url=f"/#{card}")
    await his.page.evaluate(f"sessionStorage.setItem('demo.who', 'new{father.id}')")
    await his.says("同意并继续")
    await his.tap("同意并继续")
    await arrived(his, "pages/card/index")
    await his.tap("去实名认证")
    await arrived(his, "pages/identity/identity")
    await view(his, "input[name=psn_name]").fill(father.name)
    await view(his, "input[name=certno]").fill(father.certno)
    await his.tap("开始认证")
    await his.page.locator("dialog").get_by_role("button", name="通过", exact=True).click()
    await arrived(his, "pages/card/index")
    await his.says("想在自己的手机上出示您的医保码")
    await view(his, ".agree").click()
    await his.says("已同意，对方可以出示您的医保码了")
    family = (await system.world.call("GET", "/family", token=daughter.token)).data
    assert [one["state"] for one in family["i_may_show"]] == ["active"]


async def test_an_offer_is_opened_with_its_limits_and_declined(
    system: System, pages: Pages
) -> None:
    father, daughter = await pair(system)
    made = await system.try_grant(father, daughter, "daughter", cap_day_fen=5_000)
    assert made.status == 201, made.body
    his = await phone_of(system, pages, father, url="/#/pages/aid/aid")
    await view(his, ".ask").click()
    card = await link_of(his)
    hers = await phone_of(system, pages, daughter, url=f"/#{card}", look={"language": "en"})
    await hers.says("to pay what you owe for care and medicines")
    await expect(view(hers, ".asked")).to_contain_text("50.00", use_inner_text=True)
    await picture(hers, "offer-en")
    await view(hers, ".decline").click()
    await answer(hers, "OK")
    await hers.says("Declined; the other is not told.")
    assert (await system.world.call("GET", "/aid", token=daughter.token)).data == []
    await his.go(card.removeprefix("/pages/"))
    await his.says("这是您自己发出的卡片")


async def test_a_code_that_needs_a_yes_is_asked_for_where_it_should_be_shown(
    system: System, pages: Pages
) -> None:
    father, daughter = await pair(system)
    body = claim(father) | {"relation": "father"}
    await system.world.call("POST", "/family", body, daughter.token)
    hers = await phone_of(system, pages, daughter, url="/#/pages/codes/codes")
    await view(hers, ".person").nth(1).click()
    await picture(hers, "codes")
    await view(hers, ".ask").click()
    card = await link_of(hers)
    small = {"width": 320, "height": 640}
    his = await phone_of(
        system, pages, father, url=f"/#{card}", look={"dark": True}, viewport=small
    )
    await his.says("想在自己的手机上出示您的医保码")
    assert await his.page.evaluate("document.documentElement.scrollWidth") <= 320
    await picture(his, "narrow-dark")
    await view(his, ".agree").click()
    await his.says("已同意")
    await loaded(hers, "codes/codes")
    await view(hers, ".person").nth(1).click()
    assert await hers.shown_code()
