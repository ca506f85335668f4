"""Records, their explanation and table, and the preview: everybody sees the same numbers."""

from __future__ import annotations

import asyncio
import re
import secrets
from datetime import date
from decimal import Decimal
from pathlib import Path

from playwright.async_api import Route, expect

from app.clients.till.sale import Item
from tests.browser.chromium import Pages
from tests.browser.eyes import serious_findings
from tests.browser.phone_forms import arrived, fill, loaded, view
from tests.browser.phone_page import PhonePage, phone_of
from tests.browser.system import System
from tests.kit.words.test_paper import texts
from tests.till_world import Member, Shop

OLD = date(1955, 3, 12)
AMOXICILLIN = "XQ99DEM001A001010100001"


async def family(system: System) -> tuple[Member, Member]:
    """A father with 5.00, and a daughter who pays the rest from two accounts."""
    father = await system.member("李建国", OLD, current_fen=500)
    daughter = await system.member("李敏", gend="2", current_fen=1_000, carried_fen=2_000)
    await system.grant(daughter, father, "father")
    return father, daughter


async def pay(system: System, patient: Member, yuan: str) -> dict[str, str]:
    """One bill; what names it."""
    paid = await system.till.settle(await system.sale(patient, yuan, AMOXICILLIN))
    assert paid.ok, paid.err_msg
    return {key: paid.setlinfo[key] for key in ("setl_id", "mdtrt_id", "psn_no")}


async def rows(phone: PhonePage) -> list[str]:
    await loaded(phone, "records/records")
    return [" ".join(text.split()) for text in await view(phone, ".record").all_inner_texts()]


async def test_my_bills_hold_every_bill_by_month_also_those_in_cash(
    system: System, pages: Pages
) -> None:
    patient = await system.member("郑当时", current_fen=1_000)
    await pay(system, patient, "14.50")
    taken = await pay(system, patient, "13.00")
    back = await system.till.cancel(
        taken["setl_id"], taken["mdtrt_id"], taken["psn_no"], patient.place
    )
    assert back.ok, back.err_msg
    phone = await phone_of(system, pages, patient)
    await loaded(phone, "me/me")
    await view(phone, ".bills").click()
    await arrived(phone, "pages/bills/bills")
    found = view(phone, ".my-bill")
    await found.nth(1).wait_for()
    gone, stands = [" ".join(text.split()) for text in await found.all_inner_texts()]
    assert "已全部退回" in gone and "13.00元" in gone
    assert "阿莫西林" in stands and "其中现金 4.50元" in stands and "14.50元" in stands
    picture = " ".join((await view(phone, ".picture").inner_text()).split())
    assert "总金额 14.50元" in picture and "个人账户 10.00元" in picture
    await fill(phone, {"找机构或药名": "头孢"})
    await view(phone, ".find").click()
    await phone.says("没有找到")
    await fill(phone, {"找机构或药名": "阿莫西林"})
    await view(phone, ".find").click()
    await phone.says("近一年里找到 2 笔")
    async with phone.page.expect_download() as saving:
        await view(phone, ".export").click()
    saved = Path(await (await saving.value).path())
    table = await asyncio.to_thread(saved.read_text, "utf-8-sig")
    assert "阿莫西林" in table and "已全部退回" in table
    await found.last.click()
    await arrived(phone, "pages/records/detail")
    async with phone.page.expect_download() as saving:
        await view(phone, ".slip").click()
    download = await saving.value
    assert re.fullmatch(r"结算单\d+\.pdf", download.suggested_filename)
    slip = await asyncio.to_thread(Path(await download.path()).read_text, "ascii")
    assert slip.startswith("%PDF-") and "演示安康大药房" in texts(slip)


async def test_what_a_bill_rests_on_is_read_as_a_rule_and_one_comes_back(
    system: System, pages: Pages
) -> None:
    father, _ = await family(system)
    paid = await pay(system, father, "14.00")
    phone = await phone_of(system, pages, father, viewport={"width": 320, "height": 640})
    await loaded(phone, f"records/detail?id={paid['setl_id']}")
    document = view(phone, ".steps .link").first
    title = (await document.inner_text()).split(" ")[0]
    await document.click()
    await arrived(phone, "pages/rule/rule")
    rule = phone.page.frame_locator(".view:not([hidden]) iframe").locator(".rules .asked")
    await rule.wait_for()
    await expect(rule).to_contain_text(title, use_inner_text=True)
    await expect(rule).to_be_in_viewport()
    assert await rule.evaluate(
        "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    assert await serious_findings(phone.page) == []
    await phone.page.go_back()
    await arrived(phone, "pages/records/detail")
    await document.wait_for()
    for page in ("https%3A%2F%2Felsewhere.invalid%2F", "%2Fops%23x", "%2Fregions%2F..%2Fops%23x"):
        await phone.go(f"rule/rule?page={page}")
        await expect(view(phone, "iframe"), page).to_have_count(0)


async def test_a_payment_and_its_refund_are_in_both_people_s_records(
    system: System, pages: Pages
) -> None:
    father, daughter = await family(system)
    ids = await pay(system, father, "13.00")
    hers, his = await phone_of(system, pages, daughter), await phone_of(system, pages, father)
    [mine], [theirs] = await rows(hers), await rows(his)
    assert mine.startswith("替父亲 **国付 演示安康大药房") and mine.endswith(" 8.00元")
    assert theirs.startswith("女儿 *敏替我付 演示安康大药房") and theirs.endswith(" 8.00元")

    await view(his, ".record").click()
    await arrived(his, "pages/records/detail")
    bill = (await view(his, ".card").first.inner_text()).split()
    assert bill[-7:] == [
        "总金额",
        "13.00元",
        "个人账户",
        "5.00元",
        "家庭共济",
        "*敏",
        "8.00元",
    ]
    await his.says("先用本人账户：付5.00元")
    await view(hers, ".record").click()
    await arrived(hers, "pages/records/detail")
    text = await view(hers, ".card").first.inner_text()
    assert text.split()[-4:] == ["家庭共济", "8.00元", "其他付款", "5.00元"]

    await loaded(hers, "aid/aid")
    await view(hers, ".used").click()
    await arrived(hers, "pages/records/records")
    await view(hers, ".lead").filter(has_text="父亲 **国").wait_for()
    await expect(view(hers, ".record")).to_have_count(1)

    assert (await system.till.call("2103", {"data": ids})).ok
    back, before = await rows(hers)
    assert back.startswith("退回给我（父亲 **国的账单）") and back.endswith("退回 8.00元")
    assert "已退回账户" in back and "这笔已退回" in before
    await view(hers, ".record").last.click()
    await hers.says("退回原来付款的账户")


async def test_a_refund_that_found_its_account_closed_is_on_its_way(
    system: System, pages: Pages
) -> None:
    father, daughter = await family(system)
    ids = await pay(system, father, "13.00")
    await system.value("update account set closed_at = now() where person_id = $1", daughter.id)
    assert (await system.till.call("2103", {"data": ids})).ok
    hers = await phone_of(system, pages, daughter)
    back, _ = await rows(hers)
    assert "退款待领：到参保地医保经办机构办理" in back
    await view(hers, ".record").last.click()
    await hers.says("其中一部分因账户已注销，须到参保地医保经办机构领取。")
    done = "update counter_task set done_at = now() where person_id = $1"
    await system.value(done, daughter.id)
    assert "已退回账户" in (await rows(hers))[0]


async def test_a_long_list_goes_on_at_its_end_and_is_saved_as_a_table(
    system: System, pages: Pages, tmp_path: Path
) -> None:
    father, daughter = await family(system)
    for _ in range(25):
        await pay(system, father, "1.00")
    await pay(system, father, "8.00")
    hers = await phone_of(system, pages, daughter)
    assert len(await rows(hers)) == 20
    await view(hers, ".record").last.scroll_into_view_if_needed()
    await hers.page.mouse.move(200, 400)
    await hers.page.mouse.wheel(0, 5_000)
    await hers.says("已经到底了")
    await expect(view(hers, ".record"), "five yuan of them were the father's own").to_have_count(21)

    async with hers.page.expect_download() as saving:
        await view(hers, ".export").click()
    saved = await saving.value
    await saved.save_as(tmp_path / "table.csv")
    head, newest, *more, in_all = (
        (tmp_path / "table.csv").read_text(encoding="utf-8-sig").splitlines()
    )
    assert (saved.suggested_filename, head.split(",")[5]) == ("共济记录.csv", "金额（元）")
    assert newest.split(",")[1:6] == ["支付", "*敏", "**国", "演示安康大药房", "8.00"]
    assert len(more) == 20
    assert in_all.split(",")[1] == "我为家人付的合计"

    await hers.tap("账户明细")
    await hers.says("期末余额")
    told = await view(hers, ".card").first.inner_text()
    assert told.split()[-1] == "2.00元"
    await expect(view(hers, ".list")).to_contain_text("付款 · 共济 · 替**国", use_inner_text=True)


async def test_a_slow_search_holds_up_no_other(system: System, pages: Pages) -> None:
    his = await phone_of(system, pages, (await family(system))[0], url="/#/pages/preview/preview")
    await loaded(his, "preview/preview")
    slow = asyncio.Event()

    async def later(route: Route) -> None:
        await slow.wait()
        await route.continue_()

    await his.page.route("**/api/v1/institutions?limit=10*", later)
    await fill(his, {"药店、诊所或医院": "没有这家"})
    await view(his, ".find-shops").click()
    await view(his, ".find-shops").click()
    await fill(his, {"药品或项目": "阿莫西林"})
    await view(his, ".find-items").click()
    await view(his, ".item").first.wait_for()
    slow.set()
    await his.says("没有找到")


async def test_a_bill_is_worked_out_and_nothing_is_paid(system: System, pages: Pages) -> None:
    father, _ = await family(system)
    his = await phone_of(system, pages, father, url="/#/pages/preview/preview")
    await view(his, ".submit").click()
    await his.says("请先选择机构。")
    await fill(his, {"药店、诊所或医院": "演示安康"})
    await view(his, ".find-shops").click()
    await view(his, ".shop").filter(has_text="演示安康大药房").click()
    await fill(his, {"药品或项目": "阿莫西林"})
    await view(his, ".find-items").click()
    await view(his, ".item").first.click()
    await fill(his, {"商品名称": "保健茶"})
    await view(his, ".add-hand").click()
    tea = {"单价（元） 保健茶": "9.9"}
    await fill(his, {"单价（元） 阿莫西林": "12.50", "数量 阿莫西林": "2"} | tea)
    await view(his, ".submit").click()
    result = view(his, ".result")
    await result.wait_for()
    text = (await result.inner_text()).split()
    assert text[1:10] == [
        "总金额",
        "34.90元",
        "个人账户",
        "5.00元",
        "家庭共济",
        "*敏",
        "20.00元",
        "现金",
        "9.90元",
    ]
    await his.says("属于当地不能用个人账户支付的项目")
    assert await system.balance(father) == 500
    await fill(his, {"数量 阿莫西林": "3"})
    await result.wait_for(state="detached")


async def test_where_the_wallet_is_taken_is_seen_before_and_it_pays_there(
    system: System, pages: Pages
) -> None:
    father = await system.member("李建国", OLD, current_fen=500, wallet_fen=1_000)
    his = await phone_of(system, pages, father, url="/#/pages/preview/preview")
    await view(his, ".wallet-only").click()
    await his.says("医保钱包：人工窗口、手机端可用")
    await view(his, ".shop").filter(has_text="演示惠民药店").wait_for(state="detached")
    await view(his, ".shop").filter(has_text="演示安康大药房").click()
    await fill(his, {"药品或项目": "阿莫西林"})
    await view(his, ".find-items").click()
    await view(his, ".item").first.click()
    await fill(his, {"单价（元） 阿莫西林": "12.50", "数量 阿莫西林": "2"})
    paid = await worked_out(his)
    assert paid[paid.index("医保钱包") + 1] == "10.00元"
    assert paid[paid.index("现金") + 1] == "10.00元"
    await his.says("医保钱包：付10.00元，余0.00元")


async def worked_out(phone: PhonePage) -> list[str]:
    await view(phone, ".submit").click()
    result = view(phone, ".result")
    await result.wait_for()
    return (await result.inner_text()).split()


async def test_what_is_bought_on_a_prescription_is_said_where_the_pool_may_pay_for_it(
    system: System, pages: Pages
) -> None:
    patient = await system.member("李建国", OLD, place="340100", current_fen=0)
    shop = await prescription_pharmacy(system)
    his = await phone_of(system, pages, patient, url="/#/pages/preview/preview")
    await loaded(his, "preview/preview")
    await fill(his, {"药店、诊所或医院": shop.name})
    await view(his, ".find-shops").click()
    await view(his, ".shop").filter(has_text=shop.name).click()
    await fill(his, {"药品或项目": "阿莫西林"})
    await view(his, ".find-items").click()
    await view(his, ".item").first.click()
    await fill(his, {"单价（元） 阿莫西林": "14.5", "数量 阿莫西林": "100"})
    assert "统筹基金" not in await worked_out(his)
    await view(his, ".prescribed").click()
    await view(his, ".result").wait_for(state="detached")
    await expect(view(his, ".prescribed")).to_have_attribute("aria-checked", "true")
    on_prescription = await worked_out(his)
    assert "统筹基金" in on_prescription
    body = {
        "fixmedins_code": shop.code,
        "items": [
            {"med_list_codg": AMOXICILLIN, "price": "14.5", "count": "100", "prescribed": True}
        ],
    }
    told = await system.world.call("POST", "/preview", body, patient.token)
    [fund] = [part["amount_fen"] for part in told.data["parts"] if part["payer"] == "fund"]
    assert f"{fund / 100:.2f}元" in on_prescription

    await view(his, ".change-shop").click()
    await fill(his, {"药店、诊所或医院": "演示社区"})
    await view(his, ".find-shops").click()
    await view(his, ".shop").filter(has_text="演示社区卫生服务站").click()
    await expect(view(his, ".prescribed"), "there a visit is worked out").to_have_count(0)


async def prescription_pharmacy(system: System) -> Shop:
    """A pharmacy in Hefei, where the pool may pay for prescriptions."""
    shop = await system.new_shop(name=f"演示处方药房{secrets.token_hex(3)}")
    await system.value(
        "update institution set admdvs = '340100', outpatient_pooling = true "
        "where fixmedins_code = $1",
        shop.code,
    )
    return shop


async def test_a_part_that_came_back_is_one_line_that_unfolds(system: System, pages: Pages) -> None:
    father, daughter = await family(system)
    paid = await system.till.settle(
        system.sale_of(
            father,
            await system.scan(father),
            [Item(AMOXICILLIN, Decimal(3), Decimal("6.00"))],
        )
    )
    assert paid.ok, paid.err_msg
    ids = {key: paid.setlinfo[key] for key in ("setl_id", "mdtrt_id", "psn_no")}
    back = [{"feedetl_sn": paid.output["detlcutinfo"][0]["feedetl_sn"], "cnt": "1"}]
    assert (await system.till.call("2103A", {"data": ids, "drugdetail": back})).ok
    hers = await phone_of(system, pages, daughter)
    await loaded(hers, "records/records?kind=account")
    line = view(hers, ".record").filter(has_text="部分退药")
    await line.wait_for()
    text = " ".join((await line.inner_text()).split())
    assert text.startswith("部分退药 · 共济 · 替**国") and text.endswith("+6.00元"), text
    await expect(view(hers, ".record.part")).to_have_count(0)
    await line.click()
    parts = view(hers, ".record.part")
    await parts.nth(1).wait_for()
    sums = [" ".join(one.split()) for one in await parts.all_inner_texts()]
    assert sums[0].startswith("退款 · 共济") and sums[-1].startswith("付款 · 共济"), sums
    await line.click()
    await parts.first.wait_for(state="detached")
    await line.click()
    await parts.last.click()
    await arrived(hers, "pages/records/detail")
