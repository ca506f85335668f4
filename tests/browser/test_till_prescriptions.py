"""A prescription at the till's page: chosen, checked by the pharmacist's code, settled."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from playwright.async_api import expect

from app.domain.prescription.values import Draft
from tests.browser.eyes import serious_findings
from tests.browser.system import System
from tests.browser.till_page import TillPage
from tests.till_world import Member

AMOXICILLIN = "XQ99DEM001A001010100001"
_EMPTY = (
    "fixmedinsHilistId",
    "drugProdname",
    "drugDosform",
    "prdrName",
    "medcWayCodg",
    "medcBegntime",
    "medcEndtime",
    "usedFrquCodg",
    "hospApprFlag",
    "selfPayRea",
    "realDscr",
)
DRUG = dict.fromkeys(_EMPTY, "") | {
    "medListCodg": AMOXICILLIN,
    "drugGenname": "阿莫西林胶囊",
    "drugSpec": "0.25g*24",
    "drugCnt": "2",
    "drugDosunt": "盒",
    "medcWayDscr": "口服",
    "medcDays": "3",
    "sinDoscnt": "1",
    "sinDosunt": "粒",
    "usedFrquName": "每日三次",
}
VISIT = {
    "prscDeptName": "内科",
    "prscDrName": "王医生",
    "maindiagCode": "J06.900",
    "maindiagName": "感冒",
    "diseCondDscr": "",
    "diseCodg": "",
    "diseName": "",
}
HEAD = {"rxTypeCode": "1", "longRxFlag": "0", "rxExraAttrCode": "02"}


async def issued(system: System, member: Member) -> str:
    """A prescription of two boxes; its number."""
    prescriptions, now = system.services.prescriptions, system.services.clock.now()
    draft = Draft(
        fixmedins_code="H1",
        msgid=f"rx{member.id}",
        admdvs=member.place,
        hosp_rxno=f"N{member.id}",
        person_id=member.id,
        mdtrt_id="1",
        med_type="41",
        prescribed_at=now,
        ends_at=now + timedelta(days=3),
        items={AMOXICILLIN: Decimal(2)},
        details={"head": HEAD, "visit": VISIT, "drugs": [DRUG], "diseases": []},
    )
    trace, number = await prescriptions.check(draft)
    said = {"hiRxno": number, "rxTraceCode": trace, "mdtrtId": "1", "fixmedinsName": "市第一医院"}
    seal = prescriptions.sign("H1", said, b"x")
    await prescriptions.issue("H1", said, member.id, b"x", seal)
    return number


async def test_a_prescription_is_checked_and_sold(system: System, till: TillPage) -> None:
    patient = await system.member("方一", current_fen=10_000)
    pharmacist = await system.member("方药师")
    number = await issued(system, patient)
    await till.scan((await system.show(patient))["code"])
    await expect(till.page.locator("#patient")).to_contain_text("*一")
    await till.page.keyboard.press("F1")
    dialog = till.page.locator("dialog")
    await expect(dialog.get_by_role("button", name="市第一医院 内科")).to_be_focused()
    await till.page.keyboard.press("Enter")
    await expect(dialog).to_contain_text("阿莫西林胶囊 0.25g*24 口服 每日三次")
    await expect(till.page.locator("#pharmacist")).to_be_focused()
    assert await serious_findings(till.page) == []
    await till.scan("123")
    await expect(dialog).to_contain_text("这里有 3 位")
    await till.page.fill("#pharmacist", "")
    await till.scan((await system.show(pharmacist))["code"])
    await expect(dialog).to_have_count(0)
    await expect(till.page.locator(".basket")).to_contain_text("处方 阿莫西林")
    await till.settle()
    await till.phase("paid")
    assert await till.total() == "25.60"
    sql = "select lines::text from settlement where id = $1"
    assert number in str(await system.value(sql, int(await till.slip_number())))


async def test_who_has_none_is_told(system: System, till: TillPage) -> None:
    patient = await system.member("方二", current_fen=10_000)
    await till.scan((await system.show(patient))["code"])
    await till.page.get_by_role("button", name="电子处方").click()
    await expect(till.page.locator("dialog")).to_contain_text("没有可取药的电子处方")
    await till.page.keyboard.press("Escape")
    await till.phase("open")
