"""The night shift's page in a browser: sign-in, live charts, one settlement's story, the audit."""

from __future__ import annotations

import os
import re
from datetime import date
from typing import get_args

from playwright.async_api import Page, Route, ViewportSize, expect

from app.domain.ops.figures.rules.troubles import State
from tests.browser.chromium import Pages
from tests.browser.eyes import serious_findings
from tests.browser.ops_page import ask, fill_in, go, new_operator, open_ops
from tests.browser.system import System
from tests.crash.fleet import until
from tests.feeds import all_written

DRUG = "XQ99DEM001A001010100001"
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PHONE: ViewportSize = {"width": 390, "height": 844}
PLACES = ("now", "find", "regions", "log_ins", "story", "audit")
_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_READOUT = r"""() => {
  const told = document.querySelector("#rate .readout").textContent
  const [, at, count] = told.match(/(\d\d:\d\d) · 已结算 (\d+|–)/)
  return [at, count === "–" ? "0" : count]
}"""


async def at_once(page: Page) -> None:
    """Lets the page ask now, as when it comes to the front."""
    await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def settled_now(page: Page) -> int:
    return int((await page.inner_text("#rate .figure")).replace(",", "").replace("–", "0"))


async def test_signing_in_and_what_a_viewer_sees(system: System, pages: Pages) -> None:
    page = await pages.open("/ops")
    name, password = await new_operator(system, "viewer")
    await fill_in(page, name, "not the password")
    await expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    assert await serious_findings(page) == []
    await fill_in(page, name, password)
    known = re.compile("|".join(get_args(State)))
    await expect(page.locator("#state")).to_have_attribute("data-state", known)
    assert await page.get_by_role("tab").all_inner_texts() == ["现在", "查单", "地区规则", "登录"]
    kept = await page.evaluate("location.href + document.cookie + JSON.stringify(localStorage)")
    token = await page.evaluate("JSON.parse(sessionStorage['qinji.ops.session']).token")
    assert len(token) == 43 and token not in kept
    await system.services.operators.disable(name)
    await at_once(page)
    await expect(page.get_by_text("登录已失效")).to_be_visible()


async def test_log_ins_are_ended_by_their_operator_and_by_an_auditor(
    system: System, pages: Pages
) -> None:
    name, password = await new_operator(system, "viewer")
    one, other = [await pages.open("/ops") for _ in range(2)]
    for page in (one, other):
        await fill_in(page, name, password)
        await expect(page.locator("#rate")).to_be_visible()
    await go(one, "log_ins")
    rows = one.locator("#log-ins-mine tbody tr")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("当前登录")
    await expect(one.locator("#log-ins-all")).to_have_count(0)
    await rows.nth(1).get_by_role("button").click()
    await expect(one.get_by_text("已结束 1 个登录")).to_be_visible()
    await expect(rows).to_have_count(1)
    await at_once(other)
    await expect(other.get_by_text("登录已失效")).to_be_visible()
    auditor = await open_ops(pages, system)
    await go(auditor, "log_ins")
    row = auditor.locator("#log-ins-all tbody tr").filter(has_text=name)
    await row.get_by_role("button").click()
    await expect(auditor.get_by_role("alert")).to_be_visible()
    await auditor.fill("#end-why", "手机丢失，工单1234")
    await row.get_by_role("button").click()
    await expect(row.get_by_role("button")).to_have_count(0)
    # The page may have found it out by itself: it has no places any more, then.
    await one.evaluate("document.querySelector('#tab-now')?.click()")
    await expect(one.get_by_text("登录已失效")).to_be_visible()
    await go(auditor, "audit")
    line = auditor.locator("#audit-looks tbody tr").filter(has_text=f"operators/{name}")
    await expect(line).to_contain_text("结束了登录")


async def minutes_of(page: Page) -> dict[str, int]:
    """What the keyboard reads from the chart: what was settled by minute, the newest first."""
    await page.focus("#rate svg.chart")
    told = {}
    for key in ("End", *["ArrowLeft"] * 9):
        await page.keyboard.press(key)
        at, count = await page.evaluate(_READOUT)
        told[at] = int(count)
    return told


async def test_charts_move_after_a_settlement(system: System, pages: Pages) -> None:
    page = await open_ops(pages, system)
    patient = await system.member("张三", current_fen=50_000)
    before = await minutes_of(page)
    newest = next(iter(before))
    count = await settled_now(page)
    sales = count + 3
    for _ in range(sales):
        assert (await system.till.settle(await system.sale(patient, "1.00", DRUG))).ok
    await at_once(page)
    await expect(page.locator("#rate .figure")).not_to_have_text(str(count))

    async def told() -> bool:
        # A minute may have turned meanwhile, and again while the chart is read.
        after = await minutes_of(page)
        since = [*after].index(newest) + 1
        return sum([*after.values()][:since]) >= before[newest] + sales

    await until(told, "the minutes since then tell of every settlement")


async def test_a_story_by_msgid_is_told_masked_and_audited(system: System, pages: Pages) -> None:
    father = await system.member("欧阳建国", date(1955, 3, 12), current_fen=1_000)
    son = await system.member("欧阳小明", current_fen=90_000)
    await system.grant(son, father, "father")
    paid = await system.till.settle(await system.sale(father, "30.00", DRUG))
    info = paid.setlinfo
    undone = await system.till.cancel(
        info["setl_id"], info["mdtrt_id"], father.psn_no, father.place
    )
    assert paid.ok and undone.ok
    page = await open_ops(pages, system)
    await ask(page, "工单 7：重复扣款", fixmedins_code=system.shop.code, msgid=paid.msgid)
    line = page.locator(".timeline")
    await expect(line).to_contain_text(info["setl_id"])
    await expect(line).to_contain_text(undone.setlinfo["setl_id"])
    await expect(line).to_contain_text("***明")
    text = await page.inner_text("body")
    for secret in (father.name, son.name, father.certno, father.psn_no, son.psn_no):
        assert secret not in text
    assert await serious_findings(page) == []
    await ask(page, "工单 8", setl_id="7")
    await expect(page.get_by_role("alert")).to_contain_text("没有找到这笔结算")
    await go(page, "audit")
    looks = page.locator("#audit-looks tbody tr")
    await expect(looks.nth(0)).to_contain_text("setl_id 7")
    await expect(looks.nth(1)).to_contain_text("工单 7：重复扣款")
    await page.select_option("#looks-what", "story")
    await page.fill("#looks-setl_id", info["setl_id"])
    await page.click("#audit-looks button[type=submit]")
    await expect(looks).to_have_count(1)
    await expect(looks).to_contain_text("工单 7：重复扣款")
    async with page.expect_download() as saving:
        await page.locator("#audit-looks").get_by_role("button", name="导出表格（CSV）").click()
    saved = (await (await saving.value).path()).read_text(encoding="utf-8")
    assert saved.startswith("\ufeff时间,值班员") and saved.count("工单 7：重复扣款") == 1


async def test_an_open_story_tells_when_it_is_sealed(system: System, pages: Pages) -> None:
    patient = await system.member("张五", current_fen=50_000)
    paid = await system.till.settle(await system.sale(patient, "3.00", DRUG))
    page = await open_ops(pages, system)
    await ask(page, setl_id=paid.setlinfo["setl_id"])
    line = page.locator(".timeline")
    await expect(line).to_contain_text("总金额（分） total_fen 300")
    await expect(line).to_contain_text("还没有加封")
    await system.services.ledger_sealer.run(now=await all_written())
    await expect(line).not_to_contain_text("还没有加封", timeout=30_000)
    await expect(line).to_contain_text("当日根未生成")


async def test_a_bill_is_found_without_its_number_and_its_story_opens(
    system: System, pages: Pages
) -> None:
    father = await system.member("司马建国", date(1955, 3, 12), current_fen=90_000)
    paid = await system.till.settle(await system.sale(father, "34.56", DRUG))
    assert paid.ok
    page = await open_ops(pages, system)
    await go(page, "find")
    await page.fill("#find-shop", system.shop.code[:6])
    await page.get_by_role("button", name=system.shop.code).click()
    await expect(page.locator("#find-shop")).to_have_value(system.shop.name)
    await page.fill("#find-amount", "34.56")
    await page.click("#find-bills button.main")
    wrong = page.locator("#find-why-wrong")
    await expect(wrong).to_contain_text("至少写四个字")
    await page.fill("#find-why", "投诉单 12")
    await expect(wrong).to_be_empty()
    await page.click("#find-bills button.main")
    row = page.locator("#find-bills tbody tr").filter(has_text=paid.setlinfo["setl_id"])
    await expect(row).to_contain_text("34.56")
    assert father.name not in await page.inner_text("body")
    assert await serious_findings(page) == []
    await page.check("#find-way-person")
    await page.fill("#find-name", father.name)
    await page.fill("#find-last", father.certno[-4:])
    await page.fill("#find-amount", "")
    await page.click("#find-bills button.main")
    await expect(page.locator("#find-bills tbody tr")).to_have_count(1)
    await row.get_by_role("button").click()
    await expect(page.locator(".timeline")).to_contain_text(paid.setlinfo["setl_id"])
    await expect(page.locator("#story-why")).to_have_value("投诉单 12")


async def test_a_reason_and_a_point_lead_to_their_messages(system: System, pages: Pages) -> None:
    patient = await system.member("张四", current_fen=50_000)
    paid = await system.till.settle(await system.sale(patient, "2.00", DRUG))
    info = paid.setlinfo
    undoing = info["setl_id"], info["mdtrt_id"], patient.psn_no, patient.place
    assert (await system.till.cancel(*undoing)).ok
    refused = await system.till.cancel(*undoing)
    assert not refused.ok
    page = await open_ops(pages, system)
    bar = page.locator("#refusals li").filter(has_text="ALREADY_CANCELLED").get_by_role("button")
    await bar.click()
    rows = page.locator("#find-messages tbody tr")
    await expect(rows.filter(has_text=refused.msgid)).to_contain_text("已拒绝")
    await expect(rows.filter(has_text=paid.msgid)).to_have_count(0)
    await rows.filter(has_text=refused.msgid).get_by_role("button", name="看来龙去脉").click()
    await expect(page.locator("#story-msgid")).to_have_value(refused.msgid)
    await go(page, "now")
    await page.focus("#rate svg.chart")
    for key in ("End", "Enter"):
        await page.keyboard.press(key)
    await expect(page.locator("#place-find")).to_be_visible()
    await expect(page.locator("#messages-state")).to_have_value("")


_LATE = (
    "insert into premium_order (id, person_id, year, price_fen, amount_fen, asked_by, place, state,"
    " covers_from, created_at, refund_asked_at) select 70, id, 2026, 40000, 40000, id, '130100', 7,"
    " '2026-01-01', now() - interval '9 days', now() - interval '9 days' from person limit 1"
)


async def test_premiums_and_what_waits_too_long(system: System, pages: Pages) -> None:
    await system.value(_LATE)
    try:
        page = await open_ops(pages, system, "viewer")
        card = page.locator("#premiums")
        row = card.locator("tbody tr").filter(has_text="河北省石家庄市").first
        await expect(row).to_contain_text("¥400.00", timeout=25_000)
        await expect(card).to_contain_text("退费没有答复")
        await expect(page.locator("#state")).to_contain_text("居民医保费代缴超过规定时间")
        assert await serious_findings(page) == []
        if folder := os.environ.get("QINJI_LOOK"):
            await page.screenshot(path=f"{folder}/ops.png", full_page=True)
        await page.set_viewport_size(PHONE)
        assert not await page.evaluate(_TOO_WIDE)
        if folder:
            await card.screenshot(path=f"{folder}/ops_phone.png")
    finally:
        await system.value("delete from premium_order where id = 70")


async def test_an_alarm_is_heard_until_somebody_is_on_it(system: System, pages: Pages) -> None:
    await system.value(_LATE)
    try:
        page = await open_ops(pages, system, "viewer")
        root, state = page.locator("html"), page.locator("#state")
        await expect(state).to_contain_text("居民医保费代缴超过规定时间", timeout=25_000)
        await expect(root).to_have_attribute("data-alarm", "on")
        await expect(root).to_have_attribute("data-spoken", re.compile("[1-9]"))
        assert re.match(r"\(\d+\) 告警", await page.title())
        item = state.locator("li").filter(has_text="居民医保费代缴")
        async with page.expect_popup() as opening:
            await item.get_by_role("link", name="怎么办").click()
        book = await opening.value
        await expect(book.locator("#PREMIUM_STUCK")).to_contain_text("qinji premium list --stuck")
        assert await serious_findings(book) == []
        for other in await state.locator("li").all_inner_texts():
            if "我来处理" in other:
                await state.get_by_role("button", name="我来处理").first.click()
                await page.fill("#seen-note", "已联系税务值班")
                assert await serious_findings(page) == []
                await page.locator("dialog").get_by_role("button", name="我来处理").click()
                await expect(page.locator("dialog")).to_have_count(0)
        await expect(item).to_contain_text("已联系税务值班")
        await expect(root).to_have_attribute("data-alarm", "off")
        assert await page.title() == "亲济值班台"
    finally:
        await system.value("delete from premium_order where id = 70")
        await system.value("delete from ops_note")


async def test_a_shift_leaves_a_note_and_an_auditor_sets_a_limit(
    system: System, pages: Pages
) -> None:
    try:
        page = await open_ops(pages, system)
        await page.fill("#hand-over", "石家庄两家店打印机坏了")
        await page.get_by_role("button", name="留言", exact=True).click()
        await expect(page.locator(".hand-overs li").first).to_contain_text("石家庄两家店打印机坏了")
        while not await page.locator("#limits[open]").count():  # cards above may grow meanwhile
            await page.click("#limits summary")
        await page.fill("#limit-refund_days", "4")
        row = page.locator("#limits tr").filter(has_text="退款在柜台等了")
        await row.get_by_role("button").click()
        await expect(page.locator("#limit-why-wrong")).to_contain_text("至少写四个字")
        await page.fill("#limit-why", "节日前窗口少")
        await row.get_by_role("button").click()
        await expect(row).to_contain_text("值班")
        assert await serious_findings(page) == []
        await page.get_by_role("button", name="告警声：开").click()
        await expect(page.get_by_role("button", name="告警声：关")).to_be_visible()
        viewer = await open_ops(pages, system, "viewer")
        await expect(viewer.locator(".hand-overs li").first).to_contain_text("石家庄两家店")
    finally:
        await system.value("delete from ops_limit")
        await system.value("delete from ops_note")


async def test_aid_that_did_not_pay_is_seen_by_reason_and_leads_to_its_bills(
    system: System, pages: Pages
) -> None:
    father = await system.member("诸葛建国", date(1955, 3, 12), current_fen=1_000)
    son = await system.member("诸葛明", current_fen=90_000)
    grant = await system.grant(son, father, "father")
    frozen = await system.world.call("POST", f"/aid/{grant}/freeze", None, son.token)
    assert frozen.status == 200
    paid = await system.till.settle(await system.sale(father, "45.00", DRUG))
    assert paid.ok
    await system.services.tallies.run(now=await all_written())
    page = await open_ops(pages, system, "viewer")
    row = page.locator("#unpaid tbody tr").filter(has_text="FROZEN")
    await expect(row).to_contain_text("河北省石家庄市")
    for name in ("今天", "24 小时", "7 天"):
        await page.get_by_role("button", name=name, exact=True).click()
        await expect(page.get_by_role("button", name=name, exact=True)).to_have_attribute(
            "aria-pressed", "true"
        )
        await expect(page.locator("#rate")).to_contain_text("所选时间内")
        await expect(row).to_have_count(1)
    await page.select_option("#span-compared", "last_week")
    await page.select_option("#span-province", "11")
    await expect(row).to_have_count(0)
    await page.select_option("#span-province", "13")
    await expect(row).to_have_count(1)
    assert await serious_findings(page) == []
    await row.get_by_role("button", name="看账单").click()
    found = page.locator("#find-messages tbody tr").filter(has_text=paid.msgid)
    await expect(found).to_contain_text("45.00")


async def test_a_slow_shop_is_seen_beside_the_others_and_leads_to_its_bills(
    system: System, pages: Pages
) -> None:
    patient = await system.member("诸葛明", current_fen=90_000)
    shop = await system.new_shop(name="演示等得久药房")
    till = await system.new_till(shop)
    for _ in range(5):
        sold = await till.settle(await system.sale(patient, "31.00", DRUG, till))
        assert sold.ok, sold.err_msg
    await system.value(
        "update request set received_at = received_at - interval '30 s' where fixmedins_code = $1",
        shop.code,
    )
    page = await open_ops(pages, system, "viewer", viewport=PHONE)
    pace = page.locator("#pace")
    await pace.locator("summary").click()
    row = pace.locator("tbody tr").filter(has_text=shop.code)
    await expect(row).to_contain_text("30.")
    await expect(pace.locator("tbody tr").first).to_contain_text(shop.code)
    await expect(pace.locator("tbody tr").filter(has_text="河北省石家庄市")).to_have_count(1)
    assert await serious_findings(page) == []
    assert not await page.evaluate(_TOO_WIDE)
    await page.select_option("#span-province", "11")
    await expect(row).to_have_count(0)
    await page.select_option("#span-province", "13")
    await row.get_by_role("button", name="看账单").click()
    found = page.locator("#find-messages tbody tr").filter(has_text=shop.code)
    await expect(found).to_have_count(5)


async def test_every_place_is_accessible_fits_and_speaks_english(
    system: System, pages: Pages
) -> None:
    page = await open_ops(pages, system, viewport={"width": 1280, "height": 800})
    for place in PLACES:
        await go(page, place)
        assert await serious_findings(page) == [], place
        assert not await page.evaluate(_TOO_WIDE), place
    await page.emulate_media(color_scheme="dark")
    await page.set_viewport_size(PHONE)
    await page.get_by_role("button", name="English").click()
    for place in PLACES:
        await go(page, place)
        assert await serious_findings(page, "color-contrast") == [], place
        assert not await page.evaluate(_TOO_WIDE), place
        if place in ("now", "story"):  # rules and names of places stay Chinese
            await page.evaluate("document.querySelectorAll('[lang=zh]').forEach((e) => e.remove())")
            text = (await page.inner_text(f"#place-{place}")).replace("医保", "")
            assert not CHINESE.search(text), text
    await page.get_by_role("button", name="中文").click()
    await expect(page.get_by_role("tab", name="现在")).to_be_visible()


async def test_a_rule_shows_what_it_rests_on(system: System, pages: Pages) -> None:
    page = await open_ops(pages, system)
    await go(page, "regions")
    await expect(page.get_by_text("国办发〔2024〕38号 · 2024-07-26").first).to_be_visible()
    link = page.get_by_role("link", name="武汉市人民政府：亲情账户操作指南").first
    await expect(link).to_have_attribute("href", re.compile(r"https://www\.wuhan\.gov\.cn/"))
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    assert await serious_findings(page) == []


async def test_it_is_honest_when_the_server_is_silent(system: System, pages: Pages) -> None:
    page = await open_ops(pages, system)

    async def silent(route: Route) -> None:
        await route.abort()

    await page.route("**/ops/api/figures", silent)
    await page.route("**/health/ready", silent)
    await at_once(page)
    state = page.locator("#state")
    await expect(state).to_have_attribute("data-state", "bad")
    await expect(state).to_contain_text("没有回答。下面是当时的数字，不是现在的。")
    await page.unroute("**/ops/api/figures", silent)
    await at_once(page)
    await expect(state).not_to_contain_text("没有回答。下面")


async def test_nothing_is_asked_while_hidden(system: System, pages: Pages) -> None:
    page = await pages.open("/ops")
    await page.clock.install()
    await fill_in(page, *await new_operator(system, "viewer"))
    await expect(page.locator("#rate .line.a").first).to_be_attached()
    await page.evaluate("""() => {
        window.asked = 0;
        const fetched = window.fetch;
        window.fetch = (...how) => { window.asked += 1; return fetched(...how); };
    }""")
    hide = """(hidden) => {
        Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});
        if (hidden) window.asked = 0;
        document.dispatchEvent(new Event('visibilitychange'));
    }"""
    await page.evaluate(hide, True)
    await page.clock.run_for(20_000)  # ten turns
    assert await page.evaluate("window.asked") == 0
    async with page.expect_request("**/ops/api/figures"):
        await page.evaluate(hide, False)
