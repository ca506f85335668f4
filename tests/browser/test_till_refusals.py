"""What a cashier reads when the centre says no: why, and what would help."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.chromium import Pages
from tests.browser.eyes import serious_findings
from tests.browser.system import System
from tests.browser.till_page import DESK, TillPage


async def test_a_code_that_was_used_is_refused_with_what_helps(
    system: System, till: TillPage
) -> None:
    patient = await system.member("卫一", current_fen=10_000)
    code = (await system.show(patient))["code"]
    assert (await system.till.decode(code)).ok
    await till.scan(code)
    shown = till.side.locator(".notice.bad")
    await expect(shown).to_be_visible()
    again = await system.till.decode(code)
    reason, _, words = again.err_msg.partition(" ")
    sentence = await shown.locator(".said").inner_text()
    step = (await shown.locator(".then").inner_text()).removeprefix("→ ")
    assert sentence + step == words
    await expect(shown.locator(".code")).to_have_text(reason, use_inner_text=True)
    assert await serious_findings(till.page) == []
    await till.page.get_by_role("button", name="给顾客看").click()
    await expect(till.page.locator("dialog")).to_contain_text(sentence)


async def test_a_bill_that_is_refused_can_be_changed(system: System, till: TillPage) -> None:
    patient = await system.member("卫二", current_fen=10_000)
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilin")
    await till.previewed()
    await system.value("update person set suspended = true where id = $1 returning id", patient.id)
    await till.settle()
    await expect(till.side.locator(".notice.bad .said")).to_be_visible()
    await till.phase("open")
    assert await system.balance(patient) == 10_000
    await system.value("update person set suspended = false where id = $1 returning id", patient.id)
    await till.add("amoxilin")
    await till.settle()
    await till.phase("paid")
    assert await till.payers() == {"个人账户": "25.60"}


async def test_a_wrong_secret_is_told_at_once(system: System, pages: Pages) -> None:
    shop = await system.new_shop()
    till = TillPage(await pages.open("/till", viewport=DESK))
    for field, value in {
        "code": shop.code,
        "name": shop.name,
        "admdvs": shop.admdvs,
        "keyId": shop.key_id,
        "secret": "not it",
        "opterName": "王芳",
    }.items():
        await till.page.fill(f"#in-{field}", value)
    await till.page.uncheck("#in-pair")
    await till.page.click("button[type=submit]")
    await expect(till.page.locator("[role=alert] .code")).to_have_text("SIGNATURE_INVALID")
    kept = await till.page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert "not it" not in kept


async def test_a_sign_in_that_has_ended_leads_to_signing_in(system: System, pages: Pages) -> None:
    patient = await system.member("卫三", current_fen=10_000)
    shop = await system.new_shop()
    till = TillPage(await pages.open("/till", viewport=DESK))
    await till.sign_in(shop)
    sql = "update till_sign_in set signed_out_at = now() where fixmedins_code = $1 returning 1"
    await system.value(sql, shop.code)
    await till.scan((await system.show(patient))["code"])
    await till.page.get_by_role("button", name="重新签到").click()
    await expect(till.page.locator("#in-code")).to_have_value(shop.code)
