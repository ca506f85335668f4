"""The night shift's states, with a few dozen settlements behind them."""

from __future__ import annotations

from datetime import date

from playwright.async_api import expect

from tests.browser.ops_page import ask, fill_in, go, open_ops
from tests.browser.screenshots.album import Look, Scene, Stage
from tests.feeds import all_written

LOOKS = [
    Look("zh", {"viewport": {"width": 1280, "height": 800}}),
    Look("en-dark", {
        "viewport": {"width": 1280, "height": 800}, "locale": "en-US", "color_scheme": "dark",
    }),
    Look("zh-wide", {"viewport": {"width": 1440, "height": 900}}),
    Look("zh-phone-dark", {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}),
]  # fmt: skip
_DRUG = "XQ99DEM001A001010100001"


async def _night(stage: Stage) -> str:
    """Settlements, a refusal, a cancel and a reversal; the setl_id of the cancelled one."""
    system = stage.system
    father = await system.member("李建国", date(1955, 3, 12), current_fen=2_060)
    daughter = await system.member("李敏", date(1983, 6, 18), "2", current_fen=900_000)
    grant = await system.grant(daughter, father, "father")
    first = await system.till.settle(await system.sale(father, "60.00", _DRUG))
    for yuan in range(10, 40):
        last = await system.till.settle(await system.sale(daughter, f"{yuan}.00", _DRUG))
        assert last.ok, last.err_msg
    info = first.setlinfo
    for _ in range(3):  # the later ones are refused
        await system.till.cancel(info["setl_id"], info["mdtrt_id"], father.psn_no, father.place)
    await system.world.call("POST", f"/aid/{grant}/freeze", None, daughter.token)
    for _ in range(2):  # what the second has too little for, nobody pays
        assert (await system.till.settle(await system.sale(father, "14.00", _DRUG))).ok
    await system.services.tallies.run(now=await all_written())
    await system.till.reverse(last.msgid, "2102", daughter.psn_no, daughter.place)
    return str(info["setl_id"])


async def signing_in(stage: Stage) -> None:
    page = await stage.pages.open("/ops", **stage.look.options)
    await fill_in(page, "nobody", "not a password")
    await expect(page.get_by_role("alert")).to_be_visible()
    await stage.shoot(page, "01-sign-in-refused")


async def night_shift(stage: Stage) -> None:
    setl_id = await _night(stage)
    page = await open_ops(stage.pages, stage.system, **stage.look.options)
    await expect(page.locator("#refusals li").first).to_be_visible()
    await expect(page.locator("#unpaid tbody tr").first).to_be_visible()
    await page.locator("#pace summary").click()
    await expect(page.locator("#pace tbody tr").first).to_be_visible()
    await stage.shoot(page, "10-now", whole=True)
    await go(page, "find")
    await page.check("#find-way-number")
    await page.fill("#find-number", setl_id)
    await page.fill("#find-why", "顾客来电：扣款不对")
    await page.click("#find-bills button.main")
    await expect(page.locator("#find-bills tbody tr")).to_have_count(1)
    await page.click("#find-messages button[type=submit]")
    await expect(page.locator("#find-messages tbody tr").first).to_be_visible()
    await stage.shoot(page, "15-find", whole=True)
    await go(page, "regions")
    await stage.shoot(page, "20-regions")
    await go(page, "log_ins")
    await stage.shoot(page, "25-log-ins")
    await ask(page, setl_id=setl_id)
    await expect(page.locator(".timeline > li")).to_have_count(2)
    await stage.shoot(page, "30-story", whole=True)
    await go(page, "audit")
    await expect(page.locator("#audit-looks tbody tr").first).to_be_visible()
    await stage.shoot(page, "40-audit")


async def silence(stage: Stage) -> None:
    page = await open_ops(stage.pages, stage.system, **stage.look.options)
    for address in ("**/ops/api/figures", "**/health/ready"):
        await page.route(address, lambda route: route.abort())
    await expect(page.locator("#state")).to_have_attribute("data-state", "bad")
    await stage.shoot(page, "50-silent")


SCENES: list[Scene] = [signing_in, night_shift, silence]
