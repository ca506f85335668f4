"""Prescriptions on the phone: seen, and the code for one shown to the pharmacy."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from playwright.async_api import expect

from app.domain.prescription.values import Draft
from tests.browser.chromium import Pages
from tests.browser.phone_forms import view
from tests.browser.phone_page import phone_of
from tests.browser.system import System
from tests.till_world import Member

DRUG = {
    "medListCodg": "X", "drugGenname": "阿莫西林胶囊", "drugSpec": "0.25g*24", "drugCnt": "2",
    "drugDosunt": "盒", "medcWayDscr": "口服", "sinDoscnt": "1", "sinDosunt": "粒",
    "usedFrquName": "每日三次",
}  # fmt: skip


async def issued(system: System, member: Member) -> str:
    """A prescription's number."""
    prescriptions, now = system.services.prescriptions, system.services.clock.now()
    visit = {"prscDeptName": "内科", "prscDrName": "王医生", "maindiagName": "急性支气管炎"}
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
        items={"X": Decimal(2)},
        details={"visit": visit, "drugs": [DRUG]},
    )
    trace, number = await prescriptions.check(draft)
    said = {"hiRxno": number, "rxTraceCode": trace, "mdtrtId": "1", "fixmedinsName": "市第一医院"}
    seal = prescriptions.sign("H1", said, b"x")
    await prescriptions.issue("H1", said, member.id, b"x", seal)
    return number


async def test_a_prescription_is_seen_and_its_code_is_shown(system: System, pages: Pages) -> None:
    member = await system.member("安远", current_fen=1_000)
    phone = await phone_of(system, pages, member)
    await phone.shown_code()
    await phone.go("me/me")
    await phone.tap("电子处方")
    await phone.says("没有电子处方。医生开了电子处方，会在这里看到。")
    number = await issued(system, member)
    await phone.go("prescriptions/prescriptions")
    card = view(phone, ".prescription")
    await card.get_by_text("阿莫西林胶囊 0.25g*24").wait_for()
    text = await card.inner_text()
    for said in ("市第一医院 · 内科 · 王医生", "未使用", "诊断：急性支气管炎", "还可取 2盒"):
        assert said in text, text
    await view(phone, ".show").click()
    await phone.says("只能用一次")
    code = (await view(phone, ".digits").inner_text()).replace(" ", "")
    assert len(code) == 40 and (await phone.read_screen())["QRCode"] == code
    found = await system.services.circulation.by_code(code, "P1")
    assert found.token
    await view(phone, ".hide").click()
    await expect(view(phone, ".digits")).to_have_count(0)
    await system.value(
        "update prescription set state = 2, withdrawn_at = now() where hi_rxno = $1", number
    )
    await view(phone, ".show").click()
    await phone.says("已由开方机构撤销")
