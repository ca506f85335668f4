"""How few taps the daily journeys take: each tap and each field that is filled in counts as one."""

from __future__ import annotations

from datetime import date

from playwright.async_api import Locator, expect

from tests.browser.chromium import Pages
from tests.browser.phone_forms import arrived, field, loaded, view
from tests.browser.phone_page import PhonePage, bind, open_phone, phone_of
from tests.browser.system import System
from tests.browser.test_phone_codes import settle

BORN = date(1955, 3, 12)


class Fingers:
    """Taps and types on a phone, and counts it."""

    def __init__(self, phone: PhonePage) -> None:
        self.phone = phone
        self.count = 0

    async def tap(self, what: str | Locator) -> None:
        place = view(self.phone, what) if isinstance(what, str) else what
        await place.first.click()
        self.count += 1

    async def write(self, label: str, text: str) -> None:
        await field(self.phone, label).first.fill(text)
        self.count += 1


async def test_from_a_new_phone_to_the_own_code(system: System, pages: Pages) -> None:
    someone = await system.world.add("马上", date(1980, 5, 17))
    phone = await open_phone(pages)
    await phone.page.evaluate(f"sessionStorage.setItem('demo.who', 'taps{someone.id}')")
    fingers = Fingers(phone)
    await fingers.tap(".stay .primary")
    await arrived(phone, "pages/identity/identity")
    await fingers.write("姓名", someone.name)
    await fingers.write("身份证号码", someone.certno)
    await fingers.tap(view(phone, ".btn.primary"))
    dialog = phone.page.locator("dialog")
    await fingers.tap(dialog.get_by_role("button", name="通过", exact=True))
    await phone.shown_code()
    assert fingers.count == 5


async def test_a_father_is_bound_and_paid_for(system: System, pages: Pages) -> None:
    father = await system.member("李大拇", BORN, current_fen=0)
    daughter = await system.member("李小指", gend="2", current_fen=200_000)
    hers = await phone_of(system, pages, daughter)
    await hers.shown_code()
    fingers = Fingers(hers)
    await fingers.tap(".offer .parents")
    await arrived(hers, "pages/family/bind")
    await fingers.tap(view(hers, ".near").get_by_role("button", name="父亲"))
    await fingers.write("亲属姓名", father.name)
    await fingers.write("身份证号码", father.certno)
    await fingers.tap(".submit")
    await arrived(hers, "pages/family/family")
    assert fingers.count == 5

    his = await phone_of(system, pages, father)
    theirs = Fingers(his)
    await theirs.tap(".ask-me .agree")
    await view(his, ".ask-me").wait_for(state="detached")
    assert theirs.count == 1
    family = (await system.world.call("GET", "/family", token=daughter.token)).data
    assert [one["state"] for one in family["i_may_show"]] == ["active"]

    await hers.go("codes/codes")
    await hers.shown_code()
    fingers = Fingers(hers)
    await fingers.tap(view(hers, "tab-bar, .bar").get_by_text("亲情", exact=True))
    await fingers.tap(".set-up")
    await arrived(hers, "pages/aid/grant")
    await fingers.tap(".usual >> nth=1")
    await fingers.tap("[role=checkbox] >> nth=-1")
    await fingers.tap(".submit")
    await arrived(hers, "pages/aid/aid")
    assert fingers.count <= 6
    [grant] = (await system.world.call("GET", "/aid", token=daughter.token)).data
    assert grant["cap_month_fen"] == 20_000


async def test_why_it_did_not_pay_and_what_mends_it(system: System, pages: Pages) -> None:
    father = await system.member("李大问", BORN, current_fen=0)
    daughter = await system.member("李小答", gend="2", current_fen=200_000)
    await bind(system, daughter, father, "father")
    grant = await system.grant(daughter, father, "father")
    await system.world.call("POST", f"/aid/{grant}/freeze", token=daughter.token)
    phone = await phone_of(system, pages, daughter)
    own = await phone.shown_code()
    await view(phone, ".person").filter(has_text="**问").click()
    await settle(system, father, await phone.code_after(own), "14.50")
    await phone.says("您已冻结这项共济")
    fingers = Fingers(phone)
    await fingers.tap(".unpaid .why-fix")
    await phone.says("办好了，请再扫一次")
    assert fingers.count <= 2


async def test_what_a_sum_would_come_to(system: System, pages: Pages) -> None:
    father = await system.member("李大算", BORN, current_fen=0)
    daughter = await system.member("李小算", gend="2", current_fen=200_000)
    await system.grant(daughter, father, "father")
    phone = await phone_of(system, pages, father)
    await loaded(phone, "me/me")
    fingers = Fingers(phone)
    await fingers.tap(view(phone, ".row").filter(has_text="能不能付"))
    await arrived(phone, "pages/diagnosis/diagnosis")
    await fingers.write("买多少钱的药", "80")
    await fingers.tap(".ask-amount")
    await view(phone, ".answer").wait_for()
    await expect(view(phone, ".answer")).to_contain_text("家庭共济\n80.00元", use_inner_text=True)
    assert fingers.count + 1 <= 4, "and the tab before"


async def test_the_last_purchase_is_worked_out_again(system: System, pages: Pages) -> None:
    patient = await system.member("李大买", BORN, current_fen=10_000)
    phone = await phone_of(system, pages, patient)
    await settle(system, patient, await phone.shown_code(), "14.50")
    await loaded(phone, "me/me")
    fingers = Fingers(phone)
    await fingers.tap(".bills")
    await arrived(phone, "pages/bills/bills")
    await fingers.tap(".my-bill")
    await arrived(phone, "pages/records/detail")
    await fingers.tap(".work-out")
    await arrived(phone, "pages/preview/preview")
    await view(phone, ".result").wait_for()
    await expect(view(phone, ".result")).to_contain_text("个人账户\n14.50元", use_inner_text=True)
    assert fingers.count + 1 <= 4, "and the tab before"
