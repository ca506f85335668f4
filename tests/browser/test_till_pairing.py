"""A machine is paired once; then cashiers have a number and a PIN, and it locks by itself."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.chromium import Pages
from tests.browser.eyes import serious_findings
from tests.browser.system import System
from tests.browser.till_page import PIN, paired_till
from tests.till_world import Shop

OTHER = "583027"


async def _enter(page: Page, number: str, pin: str) -> None:
    await page.fill("#pin-opter", number)
    await page.fill("#pin", pin)
    await page.click("#pin-go")


async def _let_in(system: System, shop: Shop, number: str, name: str, pin: str) -> None:
    till = await system.new_till(shop)
    data = {"opter_no": number, "opter_name": name, "pin": pin}
    told = await till.call("9001B", {"data": data})
    assert told.ok, told.err_msg


async def test_a_machine_is_paired_once_and_its_secret_lies_nowhere_in_clear(
    system: System, pages: Pages
) -> None:
    shop = await system.new_shop()
    till = await paired_till(pages, shop)
    page = till.page
    await expect(page.locator("header")).to_contain_text("王芳")
    kept = await page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert shop.secret not in kept and PIN not in kept
    hands_out = """async () => {
        const opened = await new Promise((done) => {
            const asking = indexedDB.open("qinji-till", 1);
            asking.onsuccess = () => done(asking.result);
        });
        const key = await new Promise((done) => {
            const asked = opened.transaction("keys").objectStore("keys").get("machine");
            asked.onsuccess = () => done(asked.result);
        });
        return crypto.subtle.exportKey("raw", key).then(() => true, () => key.extractable);
    }"""
    assert await page.evaluate(hands_out) is False

    await page.reload()
    await page.wait_for_selector("#scan")
    await expect(page.locator("header")).to_contain_text("王芳")
    await page.get_by_role("button", name="签退").click()
    await expect(page.locator("#pin-opter")).to_have_value("01")
    await expect(page.locator("#pin")).to_be_focused()
    assert await serious_findings(page) == []
    await page.keyboard.type(PIN)
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#scan")
    await expect(page.locator("header")).to_contain_text("王芳")


async def test_a_shift_changes_in_seconds_and_the_slips_say_who_sold(
    system: System, pages: Pages
) -> None:
    shop = await system.new_shop()
    await _let_in(system, shop, "02", "赵敏", OTHER)
    patient = await system.member("钱一", current_fen=20_000)
    till = await paired_till(pages, shop)
    await till.page.get_by_role("button", name="签退").click()
    await _enter(till.page, "02", PIN)
    await expect(till.page.locator("[role=alert]")).to_contain_text("再错4次")
    assert await serious_findings(till.page) == []
    await _enter(till.page, "02", OTHER)
    await till.page.wait_for_selector("#scan")
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilin")
    await till.settle()
    await till.phase("paid")
    sent = "select opter, dev_no from request where fixmedins_code = $1 and infno = '2102'"
    [row] = await system.rows(sent, shop.code)
    assert row["opter"] == "02" and row["dev_no"].startswith("一号台·")
    await till.page.click("#tab-day")
    await expect(till.page.locator("#place-day")).to_contain_text("赵敏")


async def test_a_locked_till_keeps_its_basket_and_says_nothing(
    system: System, pages: Pages
) -> None:
    shop = await system.new_shop()
    await _let_in(system, shop, "02", "赵敏", OTHER)
    patient = await system.member("钱二", current_fen=20_000)
    till = await paired_till(pages, shop)
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilin", "toubaox2")
    await till.previewed()
    await till.page.click("#lock-now")
    lock = till.page.locator("#lock")
    await expect(lock).to_contain_text("王芳")
    assert await serious_findings(till.page) == []
    for key in ("Escape", "F9", "F8"):
        await till.page.keyboard.press(key)
    # A scanner that is used meanwhile sells nothing to nobody.
    await till.scan((await system.show(patient))["code"])
    await expect(lock.locator("[role=alert] .said")).to_be_visible()
    await expect(lock).to_be_visible()
    await till.phase("open")
    await _enter(till.page, "02", OTHER)
    await expect(lock).to_have_count(0)
    await expect(till.page.locator("header")).to_contain_text("赵敏")
    assert await till.total() == "68.80"
    await till.settle()
    await till.phase("paid")
    sent = "select opter from request where fixmedins_code = $1 and infno = '2102'"
    assert [row["opter"] for row in await system.rows(sent, shop.code)] == ["02"]
    await till.page.click("#lock-now")
    await till.page.reload()
    await expect(lock).to_contain_text("赵敏")
    await _enter(till.page, "02", OTHER)
    await expect(lock).to_have_count(0)
    await till.page.reload()
    await till.page.wait_for_selector("#scan")
    await expect(till.page.locator("header")).to_contain_text("赵敏")
    await expect(lock).to_have_count(0)


async def test_the_manager_lets_cashiers_in_and_go_with_the_secret(
    system: System, pages: Pages
) -> None:
    shop = await system.new_shop()
    till = await paired_till(pages, shop)
    page = till.page
    await page.get_by_role("button", name="签退").click()
    await page.click("#manager")
    await page.fill("#manager-secret", "wrong")
    await page.click("#manager-go")
    await expect(page.locator("dialog")).to_contain_text("密钥不对")
    await page.fill("#manager-secret", shop.secret)
    await page.click("#manager-go")
    cashiers = page.locator("#cashiers")
    await expect(cashiers).to_contain_text("王芳")
    for number, text in (("#new-opter", "02"), ("#new-name", "赵敏"), ("#new-pin", "123456")):
        await page.fill(number, text)
    await page.click("#let-in")
    await expect(page.locator("dialog")).to_contain_text("太容易猜")
    await page.fill("#new-pin", OTHER)
    await page.click("#let-in")
    await expect(cashiers).to_contain_text("赵敏")
    assert await serious_findings(page) == []
    await page.get_by_role("button", name="停用王芳").click()
    await expect(cashiers).not_to_contain_text("王芳")
    await page.get_by_role("button", name="关闭").click()
    await _enter(page, "01", PIN)
    await expect(page.locator("[role=alert]")).to_contain_text("工号或密码不对")
    await _enter(page, "02", OTHER)
    await page.wait_for_selector("#scan")

    await page.get_by_role("button", name="签退").click()
    await page.click("#manager")
    await page.fill("#manager-secret", shop.secret)
    await page.click("#manager-go")
    await page.click("#unpair")
    await page.wait_for_selector("#in-secret")
    assert await page.evaluate("localStorage.getItem('qinji.till.paired')") is None


async def test_a_till_that_nobody_touches_is_told_idle_once(page: Page) -> None:
    """With a millisecond in the place of five minutes."""
    told = """async () => {
        const { whenIdle } = await import("/till/shop/idle.js");
        let times = 0;
        let tell;
        const first = new Promise((done) => { tell = done; });
        const watch = whenIdle(1, () => { times += 1; tell(); });
        await first;
        const second = new Promise((done) => { tell = done; });
        watch.again();
        await second;
        watch.stop();
        return times;
    }"""
    assert await page.evaluate(told) == 2
