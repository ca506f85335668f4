"""The till's states."""

from __future__ import annotations

from datetime import date

from tests.browser.screenshots.album import Look, Scene, Stage
from tests.browser.till_page import PIN, Line, TillPage, paired_till
from tests.till_world import Member, Shop

LOOKS = [
    Look("zh", {"viewport": {"width": 1280, "height": 800}}),
    Look("en-dark", {
        "viewport": {"width": 1024, "height": 768}, "locale": "en-US", "color_scheme": "dark",
    }),
]  # fmt: skip


async def _signed_in(stage: Stage, shop: Shop | None = None) -> TillPage:
    till = TillPage(await stage.pages.open("/till", **stage.look.options))
    await till.page.wait_for_selector("#demo-fill")
    await till.sign_in(shop or await stage.system.new_shop(name="安康大药房"))
    return till


async def _family(stage: Stage) -> tuple[Member, Member]:
    system = stage.system
    born = date(1955, 3, 12)
    father = await system.member("李建国", born, current_fen=2_060, carried_fen=1_500)
    daughter = await system.member("李敏", date(1983, 6, 18), "2", current_fen=200_000)
    await system.grant(daughter, father, "father")
    return father, daughter


async def _ready(stage: Stage) -> tuple[TillPage, Member]:
    father, _ = await _family(stage)
    till = await _signed_in(stage)
    await till.add("amoxilinx2", "toubaox2", "xietangshizhi")
    await till.scan((await stage.system.show(father))["code"])
    await till.previewed()
    return till, father


async def signing_in(stage: Stage) -> None:
    page = await stage.pages.open("/till", **stage.look.options)
    await page.wait_for_selector("#demo-fill")
    await stage.shoot(page, "01-sign-in")
    await page.click("#demo-fill")
    await page.fill("#in-secret", "wrong")
    await page.click("button[type=submit]")
    await page.wait_for_selector(".notice.bad")
    await stage.shoot(page, "02-sign-in-refused", whole=True)


async def selling(stage: Stage) -> None:
    father, _ = await _family(stage)
    till = await _signed_in(stage)
    await stage.shoot(till.page, "10-empty")
    await till.page.keyboard.press("F3")
    await till.page.keyboard.type("a")
    await stage.shoot(till.page, "11-finding")
    await till.page.keyboard.press("Escape")
    await till.add("amoxilinx2", "toubaox2", "xietangshizhi")
    await till.page.keyboard.press("F2")
    await till.scan("123")
    await stage.shoot(till.page, "12-not-a-code")
    await till.page.fill("#scan", "")
    await till.scan((await stage.system.show(father))["code"])
    await till.previewed()
    await stage.shoot(till.page, "13-preview")
    await till.page.locator(".side button.plain").click()
    await stage.shoot(till.page, "14-to-the-customer")
    await till.page.keyboard.press("Escape")
    await till.settle()
    await till.phase("paid")
    await stage.shoot(till.page, "15-paid", whole=True)
    await till.page.evaluate("window.print = () => {}")
    await till.page.keyboard.press("F7")
    await till.page.emulate_media(media="print")
    await stage.shoot(till.page, "16-printed", whole=True)


async def a_long_basket(stage: Stage) -> None:
    till = await _signed_in(stage)
    patient = await stage.system.member("欧阳小明", date(1990, 1, 1), current_fen=900_000)
    await till.scan((await stage.system.show(patient))["code"])
    await till.add("amoxilinx2", "buluofen", "erjia", "anlv", "atuo", "aspirin", "lvlei", "meng")
    await till.previewed()
    await stage.shoot(till.page, "17-long-basket", whole=True)


async def refusals(stage: Stage) -> None:
    father, _ = await _family(stage)
    code = (await stage.system.show(father))["code"]
    await stage.system.till.decode(code)
    till = await _signed_in(stage)
    await till.add("amoxilin")
    await till.scan(code)
    await till.page.wait_for_selector(".side .notice.bad")
    await stage.shoot(till.page, "20-refused")
    await till.page.locator(".side button.plain").last.click()
    await stage.shoot(till.page, "21-refused-to-the-customer")


async def a_slow_centre(stage: Stage) -> None:
    till, _ = await _ready(stage)
    line = await Line(till.page, "2102").hold()
    line.mode = "impatient"
    async with stage.system.drainer_away():
        await till.settle()
        await till.phase("waiting")
        await stage.shoot(till.page, "30-processing")
    await till.phase("paid")


async def put_aside(stage: Stage) -> None:
    till, _ = await _ready(stage)
    line = await Line(till.page, "2102").hold()
    line.mode = "cut before"
    await till.settle()
    await till.phase("unknown")
    await till.page.keyboard.press("F8")
    await stage.shoot(till.page, "34-put-aside-asked")
    await till.page.keyboard.press("Enter")
    await till.phase("open")
    await till.page.unroute_all()
    other = await stage.system.member("王秀英", date(1957, 11, 5), "2", current_fen=500)
    await till.scan((await stage.system.show(other))["code"])
    await till.add("amoxilinx2")
    await till.page.keyboard.press("F6")
    await till.page.wait_for_selector(".aside-one .good")
    await till.add("toubao")
    await stage.shoot(till.page, "35-put-aside")


async def in_cash(stage: Stage) -> None:
    till, _ = await _ready(stage)
    async with till.page.context.expect_page() as opening:
        await till.page.click("#customer")
    shown = await opening.value
    await shown.set_viewport_size({"width": 1024, "height": 700})
    await shown.wait_for_selector(".goods li")
    await stage.shoot(shown, "50-customer-preview")
    await till.settle()
    await till.phase("paid")
    await till.page.keyboard.press("F4")
    await till.page.keyboard.type("100")
    await stage.shoot(till.page, "18-change")
    await shown.wait_for_selector(".change")
    await stage.shoot(shown, "51-customer-paid")


async def a_broken_line(stage: Stage) -> None:
    till, _ = await _ready(stage)
    line = await Line(till.page, "2102").hold()
    reversal = await Line(till.page, "2601").hold()
    line.mode = reversal.mode = "cut after"
    await till.settle()
    await till.phase("unknown")
    await stage.shoot(till.page, "31-unknown")
    await till.page.keyboard.press("F4")
    await stage.shoot(till.page, "31-void-asked")
    await till.page.click("#sure")
    await till.page.wait_for_selector("[data-phase=undoing] .notice.bad")
    await stage.shoot(till.page, "32-reversing")
    reversal.mode = "up"
    await till.phase("undone")
    await stage.shoot(till.page, "33-reversed")


async def the_day(stage: Stage) -> None:
    system, shop = stage.system, await stage.system.new_shop(name="安康大药房")
    patient = await system.member("王秀英", date(1957, 11, 5), "2", current_fen=30_000)
    till = await _signed_in(stage, shop)
    await till.page.click("#tab-day")
    await till.page.wait_for_selector("#place-day .card + .stack .card")
    await stage.shoot(till.page, "40-day-empty")
    await till.page.click("#tab-sale")
    for words in (["amoxilinx3", "danshen"], ["toubaox2"], ["xietangshizhi"]):
        await till.scan((await system.show(patient))["code"])
        await till.add(*words)
        await till.settle()
        await till.phase("paid")
    await till.page.click("#tab-day")
    rows = till.page.locator("#place-day tr", has=till.page.locator(".code"))
    await rows.nth(2).locator("button").nth(1).click()
    await till.page.fill("#back0", "1")
    await stage.shoot(till.page, "41-return")
    await till.page.click("#sure")
    await till.phase("paid")
    await stage.shoot(till.page, "42-returned")
    await till.page.click("#tab-day")
    await rows.nth(2).locator("button.grave").click()
    await stage.shoot(till.page, "43-cancel")
    await till.page.click("#sure")
    await till.phase("paid")
    await stage.shoot(till.page, "44-cancelled")
    await till.page.click("#tab-day")
    await rows.nth(4).wait_for()
    await stage.shoot(till.page, "45-day", whole=True)
    await till.page.click("#tab-statement")
    await till.page.click("#reconcile")
    await till.page.wait_for_selector(".notice.good")
    await stage.shoot(till.page, "46-even")
    other = await system.new_till(shop)
    await other.settle(await system.sale(patient, "12.00", "XQ99DEM006A001010100006", other))
    await till.page.click("#reconcile")
    await till.page.wait_for_selector(".notice.warn")
    await stage.shoot(till.page, "47-differences")
    await till.page.click("#tab-shift")
    await till.page.wait_for_selector("#place-shift .slip")
    await stage.shoot(till.page, "48-shift", whole=True)


async def ways_of_paying(stage: Stage) -> None:
    system, shop = stage.system, await stage.system.new_shop(name="安康大药房")
    poor = await system.member("王秀英", date(1957, 11, 5), "2", current_fen=1_000)
    till = await _signed_in(stage, shop)
    page = till.page
    for words, way in (
        (["amoxilinx3", "danshen"], "cash"),
        (["toubaox2"], "wechat"),
        (["xietangshizhi"], "card"),
    ):
        await till.scan((await system.show(poor))["code"])
        await till.add(*words)
        await till.settle()
        await till.phase("paid")
        await page.check(f"input[name=way][value={way}]")
    other = await system.new_till(shop)
    await other.settle(await system.sale(poor, "12.80", "XQ99DEM001A001010100001", other))
    await page.click("#tab-day")
    rows = page.locator("#place-day tr", has=page.locator(".code"))
    await rows.nth(2).locator("button.grave").click()
    await page.click("#sure")
    await till.phase("paid")
    await page.check("input[name=way][value=cash]")
    await stage.shoot(page, "60-way-back")
    await page.click("#tab-day")
    await rows.nth(4).wait_for()
    await stage.shoot(page, "61-day-by-way", whole=True)
    await rows.nth(1).locator("button").first.click()
    await page.wait_for_selector("#slip-way")
    await stage.shoot(page, "62-way-of-a-slip")
    await page.locator("dialog button.main").click()
    await page.click("#tab-shift")
    await page.select_option("#shift-cashier", "")
    await page.wait_for_selector("#place-shift .drawers")
    await stage.shoot(page, "63-shift-by-way", whole=True)


async def pairing(stage: Stage) -> None:
    shop = await stage.system.new_shop(name="安康大药房")
    till = await paired_till(stage.pages, shop, **stage.look.options)
    page = till.page
    await till.add("amoxilinx2", "toubaox2")
    await page.click("#lock-now")
    await stage.shoot(page, "50-locked")
    await page.fill("#pin", "583027")
    await page.click("#pin-go")
    await page.wait_for_selector("#lock [role=alert] .said")
    await stage.shoot(page, "51-wrong-pin")
    await page.fill("#pin", PIN)
    await page.click("#pin-go")
    await page.wait_for_selector("#lock", state="detached")
    await page.locator("header button").last.click()
    await page.wait_for_selector("#pin-go")
    await stage.shoot(page, "52-shift-begins")
    await page.click("#manager")
    await page.fill("#manager-secret", shop.secret)
    await page.click("#manager-go")
    await page.wait_for_selector("#cashiers .cashier")
    await stage.shoot(page, "53-cashiers")


SCENES: list[Scene] = [
    signing_in, selling, a_long_basket, refusals, a_slow_centre, a_broken_line, put_aside, in_cash,
    the_day, ways_of_paying, pairing,
]  # fmt: skip
