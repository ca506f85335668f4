"""The code on the phone: drawn, renewed, dead, offline, hidden, paid with."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from playwright.async_api import expect

from app.clients.till.client import Item
from tests.browser.chromium import Pages
from tests.browser.phone_forms import arrived, view
from tests.browser.phone_page import PhonePage, bind, phone_of
from tests.browser.system import System
from tests.crash.fleet import until
from tests.till_world import Member

GOODS = "XQ99DEM001A001010100001"


async def settle(system: System, patient: Member, code: str, yuan: str) -> dict[str, object]:
    """The till decodes a code and settles a bill with it."""
    decoded = await system.till.decode(code)
    assert decoded.ok, decoded.err_msg
    items = [Item(GOODS, Decimal(1), Decimal(yuan))]
    settled = await system.till.settle(
        system.sale_of(patient, str(decoded.output["ecToken"]), items)
    )
    assert settled.ok, settled.err_msg
    told: dict[str, object] = settled.output["setlinfo"]
    return told


async def legs(phone: PhonePage) -> dict[str, str]:
    """Who paid what, as the page shows it."""
    await phone.page.locator(".paid .row").first.wait_for()
    texts = await phone.page.locator(".paid .row").all_inner_texts()
    return dict(text.split("\n", 1) for text in texts)


async def test_a_decoder_reads_both_pictures_and_the_page_shows_who_paid(
    system: System, pages: Pages
) -> None:
    """A daughter shows her father's code; he pays first, she the rest."""
    father = await system.member("李大年", date(1955, 3, 12), current_fen=1_000)
    daughter = await system.member("李小敏", gend="2", current_fen=200_000)
    await bind(system, daughter, father, "father")
    await system.grant(daughter, father, "father")
    phone = await phone_of(system, pages, daughter)
    own = await phone.shown_code()
    await phone.tap("父亲 **年")
    code = await phone.code_after(own)
    assert await phone.read_screen() == {"QRCode": code, "Code128": code}
    await expect(phone.page.locator(".whose")).to_have_text("父亲 **年", use_inner_text=True)

    told = await settle(system, father, code, "14.50")
    paid = await legs(phone)
    assert Decimal(str(told["acct_mulaid_pay"])) == Decimal("4.50")
    assert paid == {"个人账户": "10.00元", "家庭共济 **敏": "4.50元"}
    await expect(phone.page.locator(".paid .headline")).to_have_text(
        "已付清 14.50元", use_inner_text=True
    )
    await expect(phone.page.locator(".paid .seal.good")).to_have_count(1)
    assert await phone.read_screen() == {}


async def test_the_barcode_turned_on_a_tap_is_larger_and_is_read(
    system: System, pages: Pages
) -> None:
    phone = await phone_of(system, pages, await system.member("郑直", current_fen=100))
    code = await phone.shown_code()
    await phone.page.locator(".bars-place").click()
    await phone.page.locator(".big").wait_for()
    await phone.is_so(
        "document.querySelector('.big-code').height > document.querySelector('.bars').width"
    )
    assert await phone.read_screen() == {"Code128": code}
    await phone.page.locator(".big").click()
    await expect(phone.page.locator(".big")).to_have_count(0)


async def test_a_code_is_renewed_at_70_percent_and_the_one_before_still_pays(
    system: System, pages: Pages
) -> None:
    patient = await system.member("高兴", current_fen=9_000)
    phone = await phone_of(system, pages, patient, clock=True)
    first = await phone.shown_code()
    left = await phone.page.locator(".countdown").inner_text()
    now = await phone.page.evaluate("Date.now()")
    await phone.page.clock.pause_at((now + (int(left.split()[0]) - 20) * 1000) / 1000)
    assert await phone.shown_code() == first
    assert phone.times("POST /credentials") == 1
    await phone.page.clock.run_for(3_000)  # 17 of 60 seconds are left
    await phone.code_after(first)
    assert phone.times("POST /credentials") == 2
    await phone.page.clock.resume()
    await settle(system, patient, first, "12.00")
    assert await legs(phone) == {"个人账户": "12.00元"}
    assert await system.balance(patient) == 7_800


async def test_offline_is_said_and_a_dead_code_is_covered_and_unreadable(
    system: System, pages: Pages
) -> None:
    phone = await phone_of(system, pages, await system.member("时迁", current_fen=100), clock=True)
    code = await phone.shown_code()
    await phone.page.context.set_offline(True)
    await phone.page.clock.fast_forward(43_000)
    await phone.says("网络不通，码到时间后不能自动更新。")
    assert "会自动更新" not in await phone.page.locator(".countdown").inner_text()
    assert (await phone.read_screen())["QRCode"] == code
    await phone.page.clock.fast_forward(18_000)
    await phone.says("这个码已失效")
    await phone.says("连上网络后会自动换新码。没有网络时，用实体社保卡或身份证也能结算。")
    await expect(phone.page.locator(".cover .btn"), "no button that can't succeed").to_have_count(0)
    assert await phone.read_screen() == {}
    await phone.page.context.set_offline(False)
    await phone.page.clock.fast_forward(4_000)
    await phone.code_after(code)
    assert "QRCode" in await phone.read_screen()


async def test_hidden_it_asks_nothing_and_back_it_has_a_new_code(
    system: System, pages: Pages
) -> None:
    phone = await phone_of(system, pages, await system.member("尹士", current_fen=100), clock=True)
    code = await phone.shown_code()
    # The last that a start asks.
    await phone.is_so("Boolean(localStorage.getItem('wx.logins.seen'))")
    await phone.turn(hidden=True)
    asked = len(phone.asked)
    await phone.page.clock.fast_forward(300_000)
    assert len(phone.asked) == asked
    await phone.turn(hidden=False)
    await phone.code_after(code)
    assert phone.times("POST /credentials") == 2


async def test_a_bill_settled_while_it_was_hidden_is_there_on_return(
    system: System, pages: Pages
) -> None:
    patient = await system.member("归来", current_fen=9_000)
    phone = await phone_of(system, pages, patient)
    code = await phone.shown_code()
    await phone.turn(hidden=True)
    await settle(system, patient, code, "12.00")
    await phone.turn(hidden=False)
    assert await legs(phone) == {"个人账户": "12.00元"}
    assert phone.times("POST /credentials") == 1
    await phone.tap("继续亮码")
    await phone.code_after(code)


async def test_the_card_says_what_is_still_to_be_done_and_stays_true(
    system: System, pages: Pages
) -> None:
    """First what is owed in cash; then what the till takes back, at once, on the same card."""
    father = await system.member("李大壮", date(1955, 3, 12), current_fen=3_000)
    phone = await phone_of(system, pages, father)
    code = await phone.shown_code()
    decoded = await system.till.decode(code)
    items = [Item(GOODS, Decimal(3), Decimal("12.80"))]
    sale = system.sale_of(father, str(decoded.output["ecToken"]), items)
    settled = await system.till.settle(sale)
    assert settled.ok, settled.err_msg
    card = phone.page.locator(".paid")
    await phone.says("还需付现金 8.40元")
    await phone.says("医保已付 30.00元")
    await expect(card.locator(".seal.open")).to_have_count(1)

    info = settled.setlinfo
    ids = {name: info[name] for name in ("setl_id", "mdtrt_id", "psn_no")}
    line = settled.output["detlcutinfo"][0]["feedetl_sn"]
    detail = [{"feedetl_sn": line, "cnt": "1"}]
    part = await system.till.call("2103A", {"data": ids, "drugdetail": detail})
    assert part.ok, part.err_msg
    await phone.says("退了一部分，现付 25.60元")
    await expect(card.locator(".was")).to_have_text("38.40元", use_inner_text=True)
    await phone.says("柜台应退您现金 8.40元")
    await expect(card).to_have_count(1)

    rest = part.setlinfo
    back = await system.till.cancel(rest["setl_id"], rest["mdtrt_id"], father.psn_no, father.place)
    assert back.ok, back.err_msg
    await phone.says("已全部退回")
    assert await card.count() == 1 and await card.locator(".seal.back").count() == 1
    await phone.tap("查看这笔明细")
    await phone.says("阿莫西林")


async def test_who_shows_the_code_reads_the_bill_and_unfreezes_on_the_spot(
    system: System, pages: Pages
) -> None:
    father = await system.member("李大福", date(1955, 3, 12), current_fen=0)
    daughter = await system.member("李小芳", gend="2", current_fen=200_000)
    await bind(system, daughter, father, "father")
    grant = await system.grant(daughter, father, "father")
    await system.world.call("POST", f"/aid/{grant}/freeze", token=daughter.token)
    phone = await phone_of(system, pages, daughter)
    own = await phone.shown_code()
    await phone.tap("父亲 **福")
    code = await phone.code_after(own)
    await settle(system, father, code, "14.50")
    await phone.says("还需付现金 14.50元")
    await phone.says("这次没有用到共济")
    await phone.tap("解冻")

    async def goes_on() -> bool:
        [now] = (await system.world.call("GET", "/aid", token=daughter.token)).data
        return bool(now["state"] == "active")

    await until(goes_on, "the grant goes on")
    await phone.tap("查看这笔明细")
    await arrived(phone, "pages/records/detail")
    await view(phone, ".items").wait_for()
    await expect(phone.page.get_by_text("没有找到这条记录")).to_have_count(0)


async def test_a_refusal_of_the_office_has_its_telephone(system: System, pages: Pages) -> None:
    member = await system.member("王远", current_fen=100)
    await system.value("update person set suspended = true where id = $1", member.id)
    phone = await phone_of(system, pages, member)
    await phone.says("拨打医保服务热线 12393")
    await expect(phone.page.locator(".notice .ring")).to_have_count(1)
