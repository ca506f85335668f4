"""A clerk's morning at the counter: people without a phone from nothing to a paid bill, by
keyboard; a second one's yes; and a clerk who tries what he may not."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from playwright.async_api import FilePayload, Page, Route, ViewportSize, expect

from app.clients.till.client import Item, Sale
from app.kit.clock import local_date
from app.ledger.kinds import AccountKind
from tests.api.tills.test_cards import card_of
from tests.browser.chromium import Pages
from tests.browser.counter_page import alert, found, look, open_counter, relative, send
from tests.browser.eyes import read_codes, serious_findings
from tests.browser.system import System
from tests.phone_world import Someone
from tests.till_world import Member, open_account

DRUG = "XQ99DEM001A001010100001"
WIDE: ViewportSize = {"width": 1280, "height": 800}
NARROW: ViewportSize = {"width": 1024, "height": 768}
_TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


async def person(
    system: System, name: str, brdy: date, gend: str = "1", fen: int | None = None
) -> Someone:
    """Somebody without a phone, insured in Shijiazhuang."""
    someone = await system.world.add(name, brdy, gend, place="130100")
    if fen is not None:
        await open_account(system.services, someone.id, AccountKind.CURRENT, fen, "130100")
    return someone


async def test_an_answer_that_comes_late_puts_nobody_else_on_the_page(
    system: System, pages: Pages
) -> None:
    first = await person(system, "赵来早", date(1950, 1, 2), fen=1_000)
    second = await person(system, "钱到晚", date(1951, 3, 4), "2", fen=2_000)
    page = await open_counter(pages, system)
    late = asyncio.Event()

    async def hold_up(route: Route) -> None:
        answer = await route.fetch()
        if first.name in (route.request.post_data or ""):
            await late.wait()
        await route.fulfill(response=answer)

    await page.route("**/counter/api/persons**", hold_up)
    await look(page, first)
    await expect(page.locator("#told")).to_contain_text("正在查找")
    await found(page, second)
    late.set()
    await page.wait_for_load_state("networkidle")
    await expect(page.locator("#person-name")).to_have_text("**晚")
    await look(page, first)
    await expect(page.locator("#person-name")).to_have_text("**早")
    # An act of the first that is done when the second stands there.
    late.clear()

    async def hold_up_acts(route: Route) -> None:
        await late.wait()
        await route.continue_()

    await page.route("**/counter/api/persons/*/*", hold_up_acts)
    await page.keyboard.press("c")
    await page.fill("form.act [name=paper_form]", "JB-LATE")
    await page.keyboard.press("Enter")
    await found(page, second)
    late.set()
    await expect(page.locator("#told")).to_contain_text("JB-LATE")
    await expect(page.locator("#person-name")).to_have_text("**晚")
    await expect(page.locator("#slip-on")).to_have_count(0)


async def pay(system: System, page: Page, someone: Someone, yuan: str) -> dict[str, str]:
    """The code is shown on the counter's screen, and the till beside it scans it."""
    await found(page, someone)
    await page.keyboard.press("c")
    await send(page, "JB-CODE")
    await expect(page.locator(".shown-picture")).to_be_visible()
    shown = await page.inner_text("#shown-code")
    assert read_codes(await page.locator(".shown-picture").screenshot())["QRCode"] == shown
    decoded = await system.till.decode(shown)
    assert decoded.ok, decoded.err_msg
    sql = "select psn_no, insutype, insuplc_admdvs from person where id = $1"
    [row] = await system.rows(sql, someone.id)
    item = Item(DRUG, Decimal(1), Decimal(yuan))
    sale = Sale(row[0], decoded.output["ecToken"], row[1], row[2], [item])
    paid = await system.till.settle(sale)
    assert paid.ok, paid.err_msg
    told: dict[str, str] = paid.output["setlinfo"]
    return told


async def pay_by_card(system: System, someone: Someone, yuan: str) -> dict[str, str]:
    """The till reads the social-security card: no phone, and no code either."""
    sql = "select psn_no, insutype, insuplc_admdvs from person where id = $1"
    [row] = await system.rows(sql, someone.id)
    owner = Member(**vars(someone), psn_no=row[0], insutype=row[1], place=row[2])
    card = await card_of(system, owner)
    seen = await card.read()
    assert seen.ok, seen.err_msg
    item = Item(DRUG, Decimal(1), Decimal(yuan))
    paid = await system.till.settle(replace(card.sale(yuan), items=[item]))
    assert paid.ok, paid.err_msg
    told: dict[str, str] = paid.output["setlinfo"]
    return told


async def test_a_clerk_s_morning(system: System, pages: Pages) -> None:
    page = await open_counter(pages, system, viewport=WIDE)
    daughter = await person(system, "李敏", date(1980, 5, 17), "2", 500_00)
    father = await person(system, "李老", date(1950, 3, 7), "1", 0)
    mother = await person(system, "王秀兰", date(1952, 4, 8), "2", 0)
    son = await person(system, "李小强", date(2004, 6, 1), "1", 0)
    widow = await person(system, "赵桂英", date(1948, 1, 2), "2", 80_00)

    # The daughter lets her parents and her son use her account; all three are here.
    await found(page, daughter)
    for number, (other, relation) in enumerate(
        ((father, "father"), (mother, "mother"), (son, "son"))
    ):
        await page.keyboard.press("g")
        await expect(page.locator("form.act [name=other_name]")).to_be_focused()
        await relative(page, other, relation)
        await page.locator("form.act [name=cap_day]").fill("200")
        await send(page, f"JB-10{number}")
        await page.keyboard.press("Enter")
        await expect(page.locator("#panel > *")).to_have_count(0)
    grants = page.get_by_role("region", name="家庭共济").locator("tbody tr")
    await expect(grants).to_have_count(3)
    await expect(grants.first).to_contain_text("可以支付")

    # The widow asks for her neighbour as family only; she waits, and later says yes at the counter.
    await page.keyboard.press("b")
    await relative(page, father, "father", agreed=False)
    await send(page, "JB-104")
    await found(page, father)
    await (
        page.get_by_role("region", name="亲情成员")
        .get_by_role("button", name="同意")
        .press("Enter")
    )
    await send(page, "JB-105")
    await expect(page.get_by_role("region", name="亲情成员")).to_contain_text("有效")

    # For one use, and paused until a day, on which it goes on by itself.
    await found(page, daughter)
    await grants.last.get_by_role("button", name="暂停到…").press("Enter")
    until = local_date(system.clock.now()) + timedelta(days=2)
    await page.locator("form.act [name=pause_until]").fill(until.isoformat())
    await send(page, "JB-110")
    await expect(grants.last).to_contain_text("暂停中")
    await grants.last.get_by_role("button", name="解冻").press("Enter")
    await send(page, "JB-111")
    await expect(grants.last).to_contain_text("可以支付")

    # Wallet, freeze and unfreeze, limits.
    await found(page, widow)
    await page.keyboard.press("w")
    await send(page, "JB-106")
    await found(page, daughter)
    for name, form in (("冻结", "JB-107"), ("解冻", "JB-108")):
        await grants.last.get_by_role("button", name=name, exact=True).press("Enter")
        await send(page, form)
    await grants.last.get_by_role("button", name="限额").press("Enter")
    await page.locator("form.act [name=cap_use]").fill("abc")
    await page.locator("form.act [name=paper_form]").fill("JB-109")
    await page.keyboard.press("Enter")
    await expect(alert(page)).to_contain_text("12.50")
    await page.locator("form.act [name=cap_use]").fill("30.5")
    await page.keyboard.press("Enter")
    await expect(page.locator("#slip-on")).to_be_focused()
    await expect(grants.last).to_contain_text("单次30.50元")

    # Five bills, each by the patient's own code.
    for someone in (father, mother, son, widow, daughter):
        told = await pay(system, page, someone, "12.00")
        assert Decimal(str(told["psn_cash_pay"])) == 0, (someone.name, told)
    # And each by card, who has no phone and needs nobody's.
    for someone in (father, mother, son, widow, daughter):
        told = await pay_by_card(system, someone, "9.00")
        assert told["mdtrt_cert_type"] == "03"
        assert Decimal(str(told["psn_cash_pay"])) == 0, (someone.name, told)
        aided = someone in (father, mother, son)
        assert (Decimal(str(told["acct_mulaid_pay"])) == 9) is aided, "the daughter pays for three"
    people = [one.id for one in (daughter, father, mother, son, widow)]
    written = await system.rows(
        "select kind, person_id from counter_act where person_id = any($1::bigint[]) order by id",
        people,
    )
    assert [row["kind"] for row in written].count("grant_confirm") == 3
    assert [row["kind"] for row in written].count("code") == 5
    assert {row["person_id"] for row in written} == set(people)
    looks = "select count(*) from ops_look where what = 'person' and person_id = any($1::bigint[])"
    assert await system.value(looks, people) >= 12
    assert await serious_findings(page) == []


async def test_a_second_one_s_yes_and_what_a_clerk_may_not(system: System, pages: Pages) -> None:
    clerk = await open_counter(pages, system, viewport=NARROW)
    approver = await open_counter(pages, system, "approver", viewport=NARROW)
    someone = await person(system, "孙大爷", date(1945, 3, 3), "1", 100_00)
    told = await pay(system, clerk, someone, "10.00")
    await system.value(
        "insert into counter_task (id, kind, person_id, settlement_id, transfer_id, amount_fen,"
        " created_at) values ($1, 'refund_without_account', $1, $2, $1, 1000, now())",
        someone.id,
        int(told["setl_id"]),
    )
    await clerk.keyboard.press("Alt+2")
    await clerk.get_by_role("button", name="提交复核").last.press("Enter")
    await clerk.fill("#refund-form", "TK-1")
    await clerk.fill("#refund-reason", "账户已注销，退至本人银行卡")
    await clerk.keyboard.press("Enter")
    await expect(clerk.get_by_text("自己提交的")).to_be_visible()
    await expect(clerk.get_by_role("button", name="同意退款")).to_have_count(0)
    await approver.keyboard.press("Alt+2")
    await approver.get_by_role("button", name="同意退款").press("Enter")
    await expect(approver.get_by_role("status")).to_contain_text("退还待处理款")
    assert await serious_findings(approver) == []
    assert await system.value("select done_at from counter_task where id = $1", someone.id)
    await approver.keyboard.press("Alt+4")
    await expect(approver.get_by_role("region", name="办理记录")).to_contain_text("TK-1")

    # What was proposed by the approver's own hand is for another one.
    far = await system.world.add("周远", date(1950, 5, 5), "1", place="420100")
    await clerk.keyboard.press("Alt+1")
    await look(clerk, far)
    await expect(alert(clerk)).to_contain_text("不在您服务的地区参保")
    await expect(clerk.locator("#search")).to_be_focused()
    await clerk.keyboard.type("无名 110101199001011234")
    await clerk.keyboard.press("Enter")
    await expect(alert(clerk)).to_contain_text("没有查到")
    await clerk.keyboard.press("Control+a")
    await clerk.keyboard.type("只有姓名")
    await clerk.keyboard.press("Enter")
    await expect(alert(clerk)).to_contain_text("请先写姓名")
    auditor = await open_counter(pages, system, "auditor", viewport=NARROW)
    await expect(auditor.get_by_role("tab")).to_have_count(2)
    await expect(auditor.get_by_role("tabpanel")).to_be_visible()
    viewer = await pages.open("/counter")
    name, password = "值班看图", "kQ7-long-enough"
    assert await system.services.operators.add(name, "viewer", password)
    await viewer.fill("#name", name)
    await viewer.fill("#password", password)
    await viewer.keyboard.press("Enter")
    await expect(alert(viewer)).to_contain_text("不在这个页面工作")
    refused = "select count(*) from ops_look where what = 'refused' and person_id = $1"
    assert await system.value(refused, far.id) == 1


async def test_papers_are_uploaded_and_every_state_is_readable(
    system: System, pages: Pages
) -> None:
    donor = await person(system, "陈强", date(1979, 2, 2), "1", 300_00)
    old = await person(system, "陈老", date(1949, 2, 2), "1", 0)
    header = (
        "form_no,kind,psn_name,psn_cert_type,certno,other_name,other_cert_type,other_certno,"
        "relation,agreed,reason,ends_on,cap_per_use,cap_day,cap_month,cap_year,proof_kind,proof_no"
    )
    both = ",".join(f"{one.name},01,{one.certno}" for one in (donor, old))
    good = f"P-1,grant,{both},father,1,书面授权,,,,,,,"
    table = "\n".join([header, good, good.replace("P-1", "P-2").replace("father", "dog"), ""])
    for size in (WIDE, NARROW):
        page = await open_counter(pages, system, viewport=size)
        await page.keyboard.press("Alt+3")
        file = FilePayload(name="papers.csv", mimeType="text/csv", buffer=table.encode())
        await page.set_input_files("#papers-file", file)
        await page.get_by_role("button", name="上传并办理").press("Enter")
        done = "办理1条" if size is WIDE else "已办理过1条"
        await expect(page.locator("#papers-told")).to_contain_text(done)
        await expect(page.locator("#papers-told")).to_contain_text("relation")
        for place in ("papers", "refunds", "acts", "serve"):
            await page.click(f"#tab-{place}")
            assert await serious_findings(page) == [], place
            assert not await page.evaluate(_TOO_WIDE), place
        await found(page, donor)
        assert await serious_findings(page) == []
        assert not await page.evaluate(_TOO_WIDE)
        for letter in "gbwrc":
            await page.keyboard.press(letter)
            await expect(page.locator("form.act")).to_be_visible()
            assert await serious_findings(page) == [], letter
            assert not await page.evaluate(_TOO_WIDE), letter
            await page.keyboard.press("Escape")
            await expect(page.locator("form.act")).to_have_count(0)
        await page.keyboard.press("w")
        await page.fill("form.act [name=paper_form]", "JB-1")
        await page.keyboard.press("Escape")
        await expect(page.locator("[data-key=w]")).to_be_focused()
        await page.keyboard.press("n")
        await expect(page.locator("#search")).to_be_focused()
        await page.get_by_role("button", name="English").click()
        await found(page, donor)
        text = await page.inner_text("body")
        stays = re.compile(r"[\u4e00-\u9fff]+")
        left = set(stays.findall(text)) - {"中文"}
        assert not {one for one in left if len(one) > 8}, left


async def test_the_confirmation_is_what_is_printed(system: System, pages: Pages) -> None:
    someone = await person(system, "钱婆婆", date(1946, 8, 8), "2", 0)
    page = await open_counter(pages, system, viewport=WIDE)
    await page.evaluate("window.print = () => { window.printed = true }")
    await found(page, someone)
    await page.keyboard.press("w")
    await send(page, "JB-200")
    await page.keyboard.press("p")
    assert await page.evaluate("window.printed")
    await page.emulate_media(media="print")
    await expect(page.locator("#to-print .slip")).to_contain_text("JB-200")
    await expect(page.locator("header.bar")).to_be_hidden()
    await expect(page.locator("main")).to_be_hidden()
