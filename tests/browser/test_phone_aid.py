"""家庭共济 on the phone: set up, limited, frozen with one tap, explained, ended."""

from __future__ import annotations

import asyncio
from datetime import date
from decimal import Decimal
from typing import Any

from playwright.async_api import expect

from app.clients.till.sale import Item
from tests.browser.chromium import Pages
from tests.browser.phone_forms import answer, arrived, fill, loaded, name, view
from tests.browser.phone_page import PhonePage, bind, open_phone, phone_of
from tests.browser.system import System
from tests.till_world import Member

OLD = date(1955, 3, 12)
GOODS = "XQ99DEM001A001010100001"


async def grants(system: System, who: Member) -> Any:
    return (await system.world.call("GET", "/aid", token=who.token)).data


async def diagnosis(phone: PhonePage, verdict: str, beneficiary: str = "me") -> None:
    await loaded(phone, f"diagnosis/diagnosis?beneficiary={beneficiary}")
    await phone.says(verdict)


async def test_from_binding_to_the_end(system: System, pages: Pages) -> None:
    father = await system.member("李建国", OLD)
    daughter = await system.member("李敏", gend="2", current_fen=200_000)
    await bind(system, daughter, father, "father")
    hers, his = await phone_of(system, pages, daughter), await phone_of(system, pages, father)
    await loaded(his, "diagnosis/diagnosis")
    await his.says("只绑定了亲情账户")
    await his.says("复制这段话，发给亲属")

    await loaded(hers, "family/family")
    await view(hers, ".set-up").click()
    await arrived(hers, "pages/aid/grant")
    await hers.says("替父亲 **国付")
    for typed in ("亲属姓名", "身份证号码"):
        await expect(view(hers, f"input[aria-label='{typed}']")).to_have_count(0)
    await fill(hers, {"每天最多": "50.5x"})
    await view(hers, "[role=checkbox]").last.click()
    await view(hers, ".submit").click()
    await hers.says("上限请填写大于 0 的金额")
    await fill(hers, {"每天最多": "1,050.50"})
    await view(hers, ".submit").dblclick()
    await arrived(hers, "pages/aid/aid")
    await hers.says("1,050.50元")
    assert hers.times("POST /aid") == 1, "a second tap does nothing"
    [grant] = await grants(system, daughter)
    caps = (grant["cap_day_fen"], grant["cap_year_fen"])
    assert (caps, grant["state"]) == ((105_050, None), "to_confirm")
    await hers.says("等对方在自己的手机上同意")
    await loaded(his, "aid/aid")
    await his.says("不认识就请选“不同意”")
    await view(his, ".agree").click()
    await his.says("使用中")
    assert (await grants(system, daughter))[0]["state"] == "active"

    await diagnosis(his, "现在可以用共济付")
    await view(hers, ".freeze").click()
    await view(hers, ".grant.frozen").wait_for()
    assert (await grants(system, daughter))[0]["state"] == "frozen"
    await expect(hers.page.locator("dialog"), "a freeze asks nothing").to_have_count(0)
    await diagnosis(his, "*敏已冻结这项共济")
    await diagnosis(hers, "已冻结这项共济", grant["id"])
    await hers.tap("解冻")
    await hers.says("现在可以用共济付")
    assert (await grants(system, daughter))[0]["state"] == "active"
    await loaded(hers, "aid/aid")
    await view(hers, ".grant.active").wait_for()
    await diagnosis(his, "现在可以用共济付")

    await view(hers, ".end").click()
    assert "不再替父亲 **国付钱" in await answer(hers, "确定")
    await hers.says("您还没有替亲属开通共济")
    assert await grants(system, daughter) == []
    await diagnosis(his, "现在共济付不了")


async def test_limits_are_changed_and_taken_away(system: System, pages: Pages) -> None:
    father = await system.member("李建国", OLD)
    daughter = await system.member("李敏", gend="2", current_fen=200_000)
    await system.grant(daughter, father, "father", cap_year_fen=100_000, cap_day_fen=5_000)
    hers = await phone_of(system, pages, daughter, url="/#/pages/aid/aid")
    await view(hers, ".change").click()
    await hers.says("父亲 **国的共济。改完马上生效。")
    year = view(hers, "input[aria-label^='每年最多']")
    await expect(year).to_have_value("1000.00")
    await fill(hers, {"每年最多": "", "单次最多": "20", "每周最多": "70"})
    await view(hers, ".submit").click()
    await arrived(hers, "pages/aid/aid")
    await hers.says("20.00元")
    [grant] = await grants(system, daughter)
    caps = [grant[f"cap_{one}_fen"] for one in ("per_use", "day", "week", "month", "year")]
    assert caps == [2_000, 5_000, 7_000, None, None]


async def test_a_use_is_given_with_few_taps_and_a_grant_rests_until_a_day(
    system: System, pages: Pages
) -> None:
    father = await system.member("李建国", OLD)
    daughter = await system.member("李敏", gend="2", current_fen=200_000)
    hers = await phone_of(system, pages, daughter, url="/#/pages/aid/grant")
    await name(hers, father, "父亲")
    await hers.tap("每月 500 元，到年底")
    await expect(view(hers, "input[aria-label^='每月最多']")).to_have_value("500.00")
    await hers.tap("只用一次，不超过 300 元")
    await expect(view(hers, "input[aria-label^='每月最多']")).to_have_value("")
    await expect(view(hers, ".once.on")).to_have_count(1)
    await view(hers, "[role=checkbox]").last.click()
    await view(hers, ".submit").click()
    await arrived(hers, "pages/aid/aid")
    [grant] = await grants(system, daughter)
    assert (grant["once"], grant["cap_per_use_fen"], bool(grant["ends_on"])) == (True, 30_000, True)
    await hers.says("只用一次，")
    await system.world.call("POST", f"/aid/{grant['id']}/confirm", token=father.token)
    await loaded(hers, "aid/aid")
    await view(hers, ".pause").click()
    dialog = hers.page.locator("dialog")
    tomorrow = await dialog.locator("input").get_attribute("min")
    await dialog.locator("input").fill(str(tomorrow))
    await dialog.get_by_role("button").last.click()
    await view(hers, ".grant.paused").wait_for()
    [grant] = await grants(system, daughter)
    assert (grant["state"], grant["paused_until"]) == ("paused", tomorrow)
    await hers.tap("现在恢复")
    await view(hers, ".grant.active").wait_for()


async def test_what_expired_is_set_up_again_or_put_away(system: System, pages: Pages) -> None:
    father = await system.member("李建国", OLD)
    daughter = await system.member("李敏", gend="2", current_fen=200_000)
    grant = await system.grant(daughter, father, "father")
    sql = "update aid_grant set starts_on = '2020-01-01', ends_on = '2020-01-02' where id = $1"
    await system.value(sql + " returning id", int(grant))
    hers = await phone_of(system, pages, daughter, url="/#/pages/aid/aid")
    await view(hers, ".grant.expired").wait_for()
    for gone in (".freeze", ".change"):
        await expect(view(hers, gone)).to_have_count(0)
    await view(hers, ".renew").click()
    await arrived(hers, "pages/aid/grant")
    his = await phone_of(system, pages, father, url="/#/pages/aid/aid")
    await his.says("已到期")
    await view(his, ".end").click()
    assert "已经到期" in await answer(his, "确定")
    await his.says("还没有亲属替您开通共济")
    assert await grants(system, daughter) == []


async def test_who_is_asked_first_is_chosen_by_either_side(system: System, pages: Pages) -> None:
    son = await system.member("李强", place="110100", current_fen=1)
    father = await system.member("李建国", OLD, place="110100", current_fen=200_000)
    mother = await system.member("王秀英", OLD, "2", place="110100", current_fen=200_000)
    await system.grant(father, son, "son")
    await system.grant(mother, son, "son")

    async def first() -> str:
        [one] = [one for one in await grants(system, son) if one["rank"] == 1]
        return str(one["other"])

    async def becomes(name: str) -> None:
        for _ in range(200):
            if await first() == name:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{name} is not the first")

    hers = await phone_of(system, pages, mother, url="/#/pages/aid/aid")
    await hers.says("第 2 位")
    await view(hers, ".top").click()
    await hers.says("第 1 位")
    await expect(view(hers, ".top")).to_have_count(0)
    assert await first() == "**英"
    his = await phone_of(system, pages, son, url="/#/pages/aid/aid")
    await his.says("母亲 **英")
    await expect(view(his, ".top")).to_have_count(1)
    await expect(view(his, ".down")).to_have_count(1)
    await view(his, ".down").click()
    await his.says("顺序已改")
    await becomes("**国")
    await view(his, ".top").click()
    await becomes("**英")  # the same words are still there from the click before


async def test_what_keeps_a_grant_from_paying_stands_on_its_card(
    system: System, pages: Pages
) -> None:
    father = await system.member("李建国", OLD)
    daughter = await system.member("李敏", gend="2", current_fen=0)
    await system.grant(daughter, father, "father")
    hers = await phone_of(system, pages, daughter, url="/#/pages/aid/aid")
    await hers.says("暂时付不了")
    await hers.says("个人账户余额为零")


async def test_what_a_region_asks_for_is_on_the_form(system: System, pages: Pages) -> None:
    beijing = await system.member("李敏", gend="2", place="110100", current_fen=1)
    theirs = await phone_of(system, pages, beijing)
    await loaded(theirs, "aid/grant")
    await expect(view(theirs, "input[aria-label^='付款顺序']")).to_have_count(1)
    jiangsu = await system.member("李敏", gend="2", place="320100", current_fen=1)
    father = await system.member("李建国", OLD, place="320100")
    hers = await phone_of(system, pages, jiangsu)
    await loaded(hers, "aid/grant")
    await expect(view(hers, "input[aria-label^='付款顺序']")).to_have_count(0)
    await name(hers, father, "父亲")
    await view(hers, "[role=checkbox]").last.click()
    await view(hers, ".submit").click()
    await hers.says("请选择结束日期。")


async def test_a_resident_is_told_that_only_relatives_pay(system: System, pages: Pages) -> None:
    resident = await system.member("王秀英", OLD, "2", insutype="390")
    hers = await phone_of(system, pages, resident)
    await loaded(hers, "aid/aid")
    await hers.says("您参加的是居民医保，没有个人账户")
    await expect(view(hers, ".add")).to_have_count(0)


async def test_who_is_suspended_is_told_so_and_not_asked_to_add(
    system: System, pages: Pages
) -> None:
    member = await system.member("王秀英", OLD, "2", current_fen=10_000)
    await system.value("update person set suspended = true where id = $1", member.id)
    hers = await phone_of(system, pages, member)
    await loaded(hers, "aid/aid")
    await hers.says("您的参保状态不正常或已被暂停")
    await expect(view(hers, ".add")).to_have_count(0)


async def test_who_is_not_identified_is_led_to_it(system: System, pages: Pages) -> None:
    hers = await open_phone(pages, who=f"nobody{system.world.run}", url="/#/pages/me/me")
    await hers.says("需要先完成实名认证")
    await hers.tap("去实名认证")
    await arrived(hers, "pages/identity/identity")


async def test_who_wants_to_be_asked_first_is_asked_on_the_open_page(
    system: System, pages: Pages
) -> None:
    father = await system.member("李建国", OLD, current_fen=0)
    daughter = await system.member("李敏", gend="2", current_fen=200_000)
    await system.grant(daughter, father, "father")
    hers = await phone_of(system, pages, daughter, url="/#/pages/aid/aid")
    await view(hers, ".change").click()
    await hers.says("父亲 **国的共济。改完马上生效。")
    await fill(hers, {"一笔超过多少元先问我": "x"})
    await view(hers, ".submit").click()
    await hers.says("0 是每一笔都问")
    await fill(hers, {"一笔超过多少元先问我": "20"})
    await view(hers, ".submit").click()
    await arrived(hers, "pages/aid/aid")
    await hers.says("一笔超过 20.00元 时")
    assert [one["ask_above_fen"] for one in await grants(system, daughter)] == [2_000]

    sheet = view(hers, ".sheet")
    item = Item("XQ99DEM001A001010100001", Decimal(10), Decimal(5))
    for said, aid in (("不同意", 0), ("同意", 50)):
        sale = system.sale_of(father, await system.scan(father), [item])
        bill = asyncio.create_task(system.till.settle(sale, wait=20))
        await sheet.wait_for()
        text = await sheet.inner_text()
        assert "父亲 **国" in text and "50.00元" in text and system.till.fixmedins_name in text
        assert "秒内回答" in text
        await sheet.get_by_role("button", name=said, exact=True).click()
        await sheet.wait_for(state="hidden")
        paid = await bill
        assert paid.ok and paid.setlinfo["acct_mulaid_pay"] == aid, paid.err_msg
    assert await system.balance(daughter) == 195_000


async def test_what_is_left_of_a_cap_is_seen_on_both_sides_and_an_amount_is_answered(
    system: System, pages: Pages
) -> None:
    father = await system.member("李建国", OLD)
    daughter = await system.member("李敏", gend="2", current_fen=200_000)
    grant = await system.grant(daughter, father, "father", cap_month_fen=10_000)
    paid = await system.till.settle(await system.sale(father, "14.50", GOODS))
    assert paid.setlinfo["acct_mulaid_pay"] == Decimal("14.50")
    left = "本月已用 14.50 / 100.00，还剩 85.50 元"
    hers, his = await phone_of(system, pages, daughter), await phone_of(system, pages, father)
    for phone, who in ((hers, "我替**国付"), (his, "*敏替我付")):
        await loaded(phone, "aid/aid")
        await expect(view(phone, ".grant")).to_contain_text(left, use_inner_text=True)
        await loaded(phone, "bills/bills")
        picture = await view(phone, ".picture").inner_text()
        assert left in picture and who in picture
    await loaded(his, "diagnosis/diagnosis")
    await fill(his, {"买多少钱的药": "90"})
    await view(his, ".ask-amount").click()
    await view(his, ".answer").wait_for()
    said = await view(his, ".answer").inner_text()
    assert "现金\n90.00元" in said and "每月上限100.00元" in said
    await loaded(hers, f"diagnosis/diagnosis?beneficiary={grant}")
    await fill(hers, {"买多少钱的药": "85.5"})
    await view(hers, ".ask-amount").click()
    await view(hers, ".answer").wait_for()
    await expect(view(hers, ".answer")).to_contain_text("您的共济付\n85.50元", use_inner_text=True)

    await loaded(hers, f"aid/grant?id={grant}")
    await hers.says(left)
    await view(hers, ".usual").first.click()
    await expect(view(hers, "input[aria-label^='每月最多']")).to_have_value("50.00")
    await hers.says("一笔 75.00元 的药，共济付 0.00元")
