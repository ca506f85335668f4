"""A daughter pays her father's premium on her phone and sees it through."""

from __future__ import annotations

from datetime import date

from playwright.async_api import expect

from tests.browser.chromium import Pages
from tests.browser.phone_forms import answer, loaded, view
from tests.browser.phone_page import PhonePage, phone_of
from tests.browser.system import System
from tests.crash.fleet import until
from tests.till_world import Member

OLD = date(1955, 3, 12)


async def family(system: System, fen: int) -> tuple[Member, Member]:
    father = await system.member("李建国", OLD, insutype="390")
    daughter = await system.member("李敏", gend="2", current_fen=fen)
    await system.grant(daughter, father, "father", purposes=["medical", "premium"])
    return father, daughter


async def orders(phone: PhonePage) -> list[str]:
    return [" ".join(text.split()) for text in await view(phone, ".order").all_inner_texts()]


async def test_it_is_paid_and_seen_through(system: System, pages: Pages) -> None:
    father, daughter = await family(system, 90_000)
    phone = await phone_of(system, pages, daughter)
    await loaded(phone, "premium/premium")
    await view(phone, ".offer").first.wait_for()
    offer = " ".join((await view(phone, ".offer").last.inner_text()).split())
    assert "年度" in offer and "个人缴费标准 400.00元" in offer
    await view(phone, ".pay").last.click()
    assert "给**国缴" in await answer(phone, "缴费")
    await view(phone, ".order").first.wait_for()
    [mine] = await orders(phone)
    assert mine.startswith("**国 · 20") and "我付 400.00元" in mine
    await phone.is_so("document.querySelector('.toast').hidden")

    async def booked() -> bool:
        await loaded(phone, "premium/premium")
        return "已入库" in (await orders(phone))[0]

    await until(booked, "booked")
    assert "待遇从 20" in (await orders(phone))[0]
    his = await phone_of(system, pages, father)
    await loaded(his, "premium/premium")
    await view(his, ".order").first.wait_for()
    assert "*敏付 400.00元" in (await orders(his))[0]
    await loaded(his, "me/me")


async def test_too_little_is_told_before(system: System, pages: Pages) -> None:
    _, daughter = await family(system, 100)
    phone = await phone_of(system, pages, daughter)
    await loaded(phone, "premium/premium")
    await view(phone, ".offer").first.wait_for()
    offer = await view(phone, ".offer").last.inner_text()
    assert "现在付不了" in offer and "400.00元须一次付清" in offer
    await expect(view(phone, ".pay")).to_have_count(0)
