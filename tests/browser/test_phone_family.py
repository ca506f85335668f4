"""亲情账户 on the phone: the three ways of adding a relative, and what a broken line leaves."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from playwright.async_api import Route, expect

from tests.browser.chromium import Pages
from tests.browser.phone_forms import answer, arrived, fill, loaded, name, view
from tests.browser.phone_page import PhonePage, phone_of
from tests.browser.system import System
from tests.people_factory import add_person
from tests.phone_world import Someone, claim
from tests.till_world import Member

WAYS = ("adult", "child", "newborn")
OLD, CHILD = date(1955, 3, 12), date(2020, 5, 20)


async def bound(system: System, who: Member) -> list[tuple[str, str, bool]]:
    """Whose code may be shown, as the server has it."""
    listed = await system.world.call("GET", "/family", token=who.token)
    return [(one["relation"], one["state"], one["can_show"]) for one in listed.data["i_may_show"]]


async def by(phone: PhonePage, way: str) -> None:
    await loaded(phone, "family/bind")
    await view(phone, f".way >> nth={WAYS.index(way)}").click()


async def test_an_adult_agrees_on_the_own_phone_and_either_ends_it(
    system: System, pages: Pages
) -> None:
    daughter, father = await system.member("李敏", gend="2"), await system.member("李建国", OLD)
    hers, his = await phone_of(system, pages, daughter), await phone_of(system, pages, father)
    await by(hers, "adult")
    wide = "".join(chr(ord(one) + 0xFEE0) for one in father.certno)
    await name(hers, replace(father, name="李　建国", certno=f"{wide[:6]} {wide[6:]}"), "父亲")
    await view(hers, ".submit").dblclick()
    await arrived(hers, "pages/family/family")
    await hers.says("等父亲同意，还剩 7 天")
    await expect(view(hers, ".person .tag.bad"), "who waits has done nothing wrong").to_have_count(
        0
    )
    assert hers.times("POST /family") == 1, "a second tap does nothing"

    await loaded(his, "family/family")
    await his.says("女儿 *敏想在自己的手机上出示您的医保码")
    await view(his, ".agree").click()
    await his.says("女儿出示我的码")
    await loaded(hers, "family/family")
    code, pay = view(hers, ".person .side.code"), view(hers, ".person .side.pay")
    await expect(code.locator(".tag.good")).to_contain_text("可以", use_inner_text=True)
    await expect(pay.locator(".tag")).to_contain_text("还没开通", use_inner_text=True)
    assert "✕" not in await pay.inner_text()

    await view(his, ".end-in").click()
    assert "共济（付钱）不受影响" in await answer(his, "取消")
    assert await bound(system, daughter) == [("father", "active", True)]
    await view(his, ".end-in").click()
    await answer(his, "确定")
    await his.says("还没有亲属")
    assert await bound(system, daughter) == []


async def test_a_request_is_declined(system: System, pages: Pages) -> None:
    daughter, father = await system.member("李敏", gend="2"), await system.member("李建国", OLD)
    body = claim(father) | {"relation": "father"}
    await system.world.call("POST", "/family", body, daughter.token)
    his = await phone_of(system, pages, father, url="/#/pages/family/family")
    await view(his, ".decline").click()
    await answer(his, "确定")
    await expect(view(his, ".decline")).to_have_count(0)
    waits = ("father", "pending", False)
    assert await bound(system, daughter) == [waits], "a no is not told, as nobody's silence is not"


async def test_a_child_s_number_changes_the_form_and_a_guardian_signs(
    system: System, pages: Pages
) -> None:
    mother, child = await system.member("王芳", gend="2"), await system.world.add("李小乐", CHILD)
    hers = await phone_of(system, pages, mother)
    await by(hers, "adult")
    await name(hers, child, "儿子")
    await view(hers, "input[aria-label^='身份证号码']").blur()
    await hers.says("未满 16 岁，已换成孩子的办理方式")
    await view(hers, ".submit").click()
    await hers.says("请填写证明编号")
    await fill(hers, {"证明编号": "户 0102"})
    await view(hers, ".submit").click()
    await hers.says("请先签名")
    await view(hers, ".switch").click()
    await fill(hers, {"输入您的姓名": "王芳"})
    await view(hers, ".submit").click()
    await arrived(hers, "pages/family/family")
    assert await bound(system, mother) == [("son", "active", True)]


async def test_a_newborn_is_added_by_the_birth_certificate_and_a_signature_by_hand(
    system: System, pages: Pages
) -> None:
    mother = await system.member("陈静", gend="2")
    number = f"K{mother.id % 10**9:09d}"
    services = system.services
    born = date(2026, 10, 1)
    person = await add_person(
        services.database,
        services.people.cipher,
        name="陈静之子",
        certno=number,
        gend="1",
        brdy=born,
        insutype="390",
        cert_type="990201",
    )
    hers = await phone_of(system, pages, mother)
    await by(hers, "newborn")
    await name(hers, Someone(person, "陈静之子", number.lower(), "1", born), "儿子")
    await view(hers, "#pad, canvas").scroll_into_view_if_needed()
    box = await view(hers, "canvas").bounding_box()
    assert box is not None
    await view(hers, ".submit").click()
    await hers.says("请先签名")
    await view(hers, "canvas").scroll_into_view_if_needed()
    box = await view(hers, "canvas").bounding_box()
    assert box is not None
    mouse = hers.page.mouse
    await mouse.move(box["x"] + 40, box["y"] + 40)
    await mouse.down()
    await mouse.move(box["x"] + 120, box["y"] + 90, steps=5)
    await mouse.up()
    await view(hers, ".submit").click()
    await arrived(hers, "pages/family/family")
    assert await bound(system, mother) == [("son", "active", True)]


async def test_who_can_pay_is_asked_whether_to_after_binding_a_child(
    system: System, pages: Pages
) -> None:
    father = await system.member("李强", date(1985, 1, 1), current_fen=50_000)
    child = await system.world.add("李小宝", date(2020, 5, 17))
    his = await phone_of(system, pages, father)
    await by(his, "child")
    await name(his, child, "儿子")
    await fill(his, {"证明编号": "户 0102"})
    await view(his, ".switch").click()
    await fill(his, {"输入您的姓名": "李强"})
    await view(his, ".submit").click()
    assert "要不要也" in await answer(his, "确定")
    await arrived(his, "pages/aid/grant")
    await his.says("替儿子 **宝付")


async def test_nothing_is_lost_when_the_network_breaks(system: System, pages: Pages) -> None:
    daughter, father = await system.member("李敏", gend="2"), await system.member("李建国", OLD)
    hers = await phone_of(system, pages, daughter)
    await by(hers, "adult")
    await name(hers, father, "父亲")
    await hers.page.context.set_offline(True)
    await view(hers, ".submit").click()
    assert "连不上网络" in await answer(hers, "确定")
    await hers.page.context.set_offline(False)
    await expect(view(hers, "input[aria-label^='亲属姓名']")).to_have_value("李建国")

    async def lose_the_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await hers.page.route("**/api/v1/family", lose_the_answer, times=1)
    await view(hers, ".submit").click()
    assert "连不上网络" in await answer(hers, "确定")
    await view(hers, ".submit").click()
    await arrived(hers, "pages/family/family")
    assert await bound(system, daughter) == [("father", "pending", False)]


async def test_a_page_without_network_says_so_and_comes_back(system: System, pages: Pages) -> None:
    hers = await phone_of(system, pages, await system.member("李敏", gend="2"))
    await loaded(hers, "family/family")
    await hers.page.context.set_offline(True)
    await hers.page.evaluate("getCurrentPages().at(-1).load()")
    await hers.says("现在连不上网络")
    await hers.says("还没有亲属")
    await hers.page.context.set_offline(False)
    await hers.tap("再试一次")
    await hers.is_so("!document.body.innerText.includes('现在连不上网络')")
