"""The phone's pages, with a family that shares."""

from __future__ import annotations

from datetime import date

from tests.browser.phone_page import SCREEN, PhonePage, bind, open_phone, phone_of
from tests.browser.screenshots.album import Look, Scene, Stage
from tests.browser.till_page import TillPage
from tests.till_world import Member

LOOKS = [
    Look("zh", dict(SCREEN)),
    Look("zh-dark", SCREEN | {"color_scheme": "dark"}),
    Look("zh-elder", SCREEN | {"look": {"elder": True}}),
    Look("en", SCREEN | {"locale": "en-US"}),
]
_TALL = {"width": 390, "height": 1600}
PAGES = [
    "family/family", "aid/aid", "records/records", "diagnosis/diagnosis", "preview/preview",
    "me/me", "settings/settings",
]  # fmt: skip


async def family(stage: Stage) -> tuple[Member, Member]:
    """A father with 35.60 and the daughter who shows his code and pays the rest."""
    system = stage.system
    born = date(1955, 3, 12)
    father = await system.member("李建国", born, current_fen=2_060, carried_fen=1_500)
    daughter = await system.member("李敏", date(1983, 6, 18), "2", current_fen=200_000)
    await bind(system, daughter, father, "father")
    await system.grant(daughter, father, "father")
    return father, daughter


async def fathers_code(phone: PhonePage) -> str:
    """The father's code on the daughter's phone."""
    own = await phone.shown_code()
    await phone.page.get_by_text("**国").first.click()
    return await phone.code_after(own)


async def beginning(stage: Stage) -> None:
    phone = await open_phone(stage.pages, **stage.look.options)
    await phone.page.wait_for_load_state("networkidle")
    await stage.shoot(phone.page, "01-consent")


async def codes_and_pages(stage: Stage) -> None:
    system = stage.system
    _, daughter = await family(stage)
    phone = await phone_of(system, stage.pages, daughter, **stage.look.options)
    await phone.shown_code()
    await stage.shoot(phone.page, "10-my-code")
    code = await fathers_code(phone)
    await stage.shoot(phone.page, "11-fathers-code")
    till = TillPage(await stage.pages.open("/till"))
    await till.sign_in(await system.new_shop())
    await till.add("amoxilinx2", "toubaox2", "xietangshizhi")
    await till.scan(code)
    await till.settle()
    await till.phase("paid")
    await phone.page.locator(".paid .row").first.wait_for()
    await stage.shoot(phone.page, "12-paid")
    await phone.page.set_viewport_size(_TALL)  # a page scrolls inside the phone
    for number, path in enumerate(PAGES, 20):
        await phone.go(path)
        await phone.is_so("() => !/正在加载|Loading/.test(document.body.innerText)")
        await stage.shoot(phone.page, f"{number}-{path.split('/')[0]}")


SCENES: list[Scene] = [beginning, codes_and_pages]
