"""A box is looked up on the phone: by its code as it is typed, from 我的 and from a bill's line."""

from __future__ import annotations

from datetime import date

from playwright.async_api import Route, expect

from tests.browser.chromium import Pages
from tests.browser.eyes import serious_findings
from tests.browser.phone_forms import arrived, fill, loaded, view
from tests.browser.phone_page import PhonePage, phone_of
from tests.browser.system import System
from tests.browser.test_phone_look import NARROW, elder, look, wrongs
from tests.till_world import Member

AMOXICILLIN = "XQ99DEM001A001010100001"
BORN = date(1960, 3, 12)


async def sold(system: System, code: str, to: Member, setl_id: int, slot: int, ago: int) -> None:
    """A sale that stands; the demo's places don't keep the codes that tills send."""
    await system.value(
        "insert into trace_sale (settlement_id, feedetl_sn, code, fixmedins_code, person_id, slot,"
        " split, units, sold_at) values ($1, '1', $2, 'P999', $3, $4, false, 1,"
        " now() - make_interval(days => $5))",
        setl_id,
        code,
        to.id,
        slot,
        ago,
    )


async def bought(system: System, member: Member, code: str) -> str:
    """A bill with one box; its number."""
    paid = await system.till.settle(await system.sale(member, "10.00", AMOXICILLIN))
    assert paid.ok, paid.err_msg
    await sold(system, code, member, int(paid.setlinfo["setl_id"]), 1, 0)
    return str(paid.setlinfo["setl_id"])


async def with_codes(phone: PhonePage, code: str) -> None:
    """Bills' lines have the code on their boxes, as they do where a place keeps them."""

    async def answered(route: Route) -> None:
        response = await route.fetch()
        told = await response.json()
        told["data"]["items"][0]["trace_codes"] = [code]
        await route.fulfill(response=response, json=told)

    await phone.page.route("**/settlements/*", answered)


async def told(phone: PhonePage) -> str:
    """What the page has found."""
    await view(phone, ".found").wait_for()
    return " ".join((await view(phone, ".found").inner_text()).split())


async def test_a_box_is_looked_up_from_me_and_from_a_bill(system: System, pages: Pages) -> None:
    buyer = await system.member("许由", BORN, current_fen=5_000)
    other = await system.member("巢父", BORN)
    code = f"8555{system.services.database.ids.next() % 10**16:016d}"
    setl_id = await bought(system, buyer, code)
    phone = await phone_of(system, pages, buyer)
    await with_codes(phone, code)
    await loaded(phone, "me/me")
    await view(phone, ".medicine").click()
    await arrived(phone, "pages/medicine/medicine")
    await fill(phone, {"药品追溯码": "6901234567892"})
    await view(phone, ".look-up").click()
    await phone.says("这不是药品追溯码")
    await fill(phone, {"药品追溯码": f" {code[:10]} {code[10:]} "})
    await view(phone, ".look-up").click()
    assert "就是您的" in await told(phone)
    await fill(phone, {"药品追溯码": "84444440000000000009"})
    await expect(view(phone, ".found"), "what was found is not of the new code").to_have_count(0)
    await view(phone, ".look-up").click()
    assert "没有这盒药的医保销售记录" in await told(phone)

    await loaded(phone, f"records/detail?id={setl_id}")
    await view(phone, ".items .box").click()
    await arrived(phone, "pages/medicine/medicine")
    assert "就是您的" in await told(phone)
    await view(phone, ".bill").click()
    await arrived(phone, "pages/records/detail")
    await sold(system, code, other, system.services.database.ids.next(), 2, 3)
    await view(phone, ".items .box").click()
    said = await told(phone)
    assert "您买之前已经卖出过" in said and "退换" in said and "您买它的时间" in said


async def test_the_page_of_a_box_in_every_look(system: System, pages: Pages) -> None:
    buyer = await system.member("务光", BORN, current_fen=5_000)
    other = await system.member("卞随", BORN)
    code = f"8556{system.services.database.ids.next() % 10**16:016d}"
    setl_id = await bought(system, buyer, code)
    await sold(system, code, other, system.services.database.ids.next(), 2, 3)
    phone = await phone_of(system, pages, buyer, **NARROW)
    await with_codes(phone, code)
    await loaded(phone, f"medicine/medicine?code={code}")
    await told(phone)
    assert await wrongs(phone) == []
    await loaded(phone, f"records/detail?id={setl_id}")
    await look(phone, language="zh", elder=True)
    await view(phone, ".items .box").wait_for()
    assert await elder(phone, chinese=True) == []
    assert await serious_findings(phone.page) == []
