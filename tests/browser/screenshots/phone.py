"""The phone's pages and states, with a family that shares."""

from __future__ import annotations

from datetime import date
from typing import Any

from playwright.async_api import ViewportSize

from tests.browser.chromium import Pages
from tests.browser.phone_forms import answer, arrived, loaded, view
from tests.browser.phone_page import SCREEN, PhonePage, bind, open_phone, phone_of
from tests.browser.screenshots.album import Look, Scene, Stage
from tests.browser.system import System
from tests.browser.test_phone_medicine import AMOXICILLIN, sold
from tests.browser.till_page import TillPage
from tests.domain.notice.inbox import tell
from tests.till_world import Member

LOOKS = [
    Look("zh", dict(SCREEN)),
    Look("zh-dark", SCREEN | {"color_scheme": "dark"}),
    Look("zh-elder", SCREEN | {"look": {"elder": True}}),
    Look("en", SCREEN | {"look": {"language": "en"}}),
]
_CAPPED = "XQ99DEM005A001010100005"
_TALL: ViewportSize = {"width": 390, "height": 1600}
PAGES = [
    "family/family", "aid/aid", "aid/grant", "records/records", "records/records?kind=account",
    "bills/bills",
    "diagnosis/diagnosis", "preview/preview", "me/me", "settings/settings", "logins/logins",
    "cards/cards", "prescriptions/prescriptions",
    "elder/elder", "identity/identity", "consent/consent",
    "wallet/wallet", "wallet/send", "allot/allot",
]  # fmt: skip


async def usual(system: System, pages: Pages, member: Member, **more: Any) -> PhonePage:
    """A phone with the usual page: in elder mode it begins with the one made for that."""
    phone = await phone_of(system, pages, member, **more)
    if (more.get("look") or {}).get("elder"):
        await phone.go("codes/codes")
    return phone


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
    await view(phone, ".stay .quiet").click()
    await stage.shoot(phone.page, "02-without-consent")
    await view(phone, ".btn.primary").click()
    await view(phone, ".btn.primary").click()
    await phone.page.locator("dialog").wait_for()
    await stage.shoot(phone.page, "03-who-holds-the-phone")
    await phone.page.locator("dialog .choices button").last.click()
    await arrived(phone, "pages/identity/identity")
    await stage.shoot(phone.page, "04-identity")
    await view(phone, "radio[value=card]").click()
    await view(phone, ".btn.primary").click()
    await phone.page.set_viewport_size(_TALL)
    await stage.shoot(phone.page, "05-identity-missing")


async def codes_and_pages(stage: Stage) -> None:
    system = stage.system
    _, daughter = await family(stage)
    phone = await usual(system, stage.pages, daughter, **stage.look.options)
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
        await show(stage, phone, path, f"{number}-{path.split('/')[1].replace('?', '-')}")
    for number in range(3):
        await loaded(phone, "family/bind")
        await view(phone, f".way >> nth={number}").click()
        await view(phone, ".submit").click()
        await stage.shoot(phone.page, f"4{number}-bind-and-what-is-missing")


async def show(stage: Stage, phone: PhonePage, path: str, name: str) -> None:
    await loaded(phone, path)
    await stage.shoot(phone.page, name)


async def one_grant(stage: Stage) -> None:
    """A grant's form, frozen, explained; its bill, and the refund of it."""
    system = stage.system
    father, daughter = await family(stage)
    [grant] = (await system.world.call("GET", "/aid", token=daughter.token)).data
    paid = await system.till.settle(await system.sale(father, "45.00", _CAPPED))
    assert paid.ok, paid.err_msg
    phone = await usual(system, stage.pages, daughter, **stage.look.options)
    await phone.page.set_viewport_size(_TALL)
    await show(stage, phone, f"aid/grant?id={grant['id']}", "50-change-a-grant")
    await show(stage, phone, f"records/detail?id={paid.setlinfo['setl_id']}", "51-bill")
    await loaded(phone, "aid/aid")
    await view(phone, ".freeze").click()
    await view(phone, ".unfreeze").wait_for()
    await phone.is_so("document.querySelector('.toast').hidden")
    await stage.shoot(phone.page, "52-frozen")
    await show(stage, phone, f"diagnosis/diagnosis?beneficiary={grant['id']}", "53-why")
    ids = {key: paid.setlinfo[key] for key in ("setl_id", "mdtrt_id", "psn_no")}
    assert (await system.till.call("2103", {"data": ids})).ok
    await show(stage, phone, "records/records", "54-refunded")
    his = await usual(system, stage.pages, father, **stage.look.options)
    await his.page.set_viewport_size(_TALL)
    await show(stage, his, "family/family", "55-his-family")
    await show(stage, his, "aid/aid", "56-his-aid")
    await show(stage, his, "diagnosis/diagnosis", "57-his-why")
    await show(stage, his, f"records/detail?id={paid.setlinfo['setl_id']}", "58-his-bill")


async def nothing_yet(stage: Stage) -> None:
    """Empty lists, a dialog, and no network."""
    member = await stage.system.member("陈静", date(1980, 10, 10), "2", insutype="390")
    phone = await usual(stage.system, stage.pages, member, **stage.look.options)
    await phone.shown_code()
    for number, path in enumerate(("family/family", "aid/aid", "records/records", "me/me"), 60):
        await show(stage, phone, path, f"{number}-empty-{path.split('/')[0]}")
    await loaded(phone, "family/bind")
    await view(phone, ".way").first.click()
    await view(phone, "picker").first.click()
    await phone.page.locator("dialog").wait_for()
    await stage.shoot(phone.page, "64-picker")
    await phone.page.keyboard.press("Escape")
    await phone.page.context.set_offline(True)
    await phone.go("family/family")
    await phone.is_so("Boolean(getCurrentPages().at(-1).data.refusal)")
    await stage.shoot(phone.page, "65-no-network")


async def a_code_s_life(stage: Stage) -> None:
    """Turned, offline, dead and covered."""
    member = await stage.system.member("李强", current_fen=12_000)
    phone = await usual(stage.system, stage.pages, member, clock=True, **stage.look.options)
    await phone.go("codes/codes")  # large letters begin with a page of their own
    await phone.shown_code()
    await view(phone, ".bars-place").click()
    await phone.page.locator(".big").wait_for()
    await stage.shoot(phone.page, "70-turned")
    await phone.page.locator(".big").click()
    await phone.page.context.set_offline(True)
    await phone.page.clock.fast_forward(43_000)
    await phone.page.locator(".drawn.live").wait_for()
    await stage.shoot(phone.page, "71-offline")
    await phone.page.clock.fast_forward(18_000)
    await phone.page.locator(".drawn:not(.live)").wait_for()
    await stage.shoot(phone.page, "72-dead")


async def premium(stage: Stage) -> None:
    """A year's premium for a father: what it costs, ordered, too little."""
    system = stage.system
    father = await system.member("李建国", date(1955, 3, 12), insutype="390")
    mother = await system.member("王桂英", date(1957, 8, 2), "2", insutype="390")
    daughter = await system.member("李敏", date(1983, 6, 18), "2", current_fen=70_000)
    for parent, relation in ((father, "father"), (mother, "mother")):
        await system.grant(daughter, parent, relation, purposes=["medical", "premium"])
    phone = await usual(system, stage.pages, daughter, **stage.look.options)
    await phone.page.set_viewport_size(_TALL)
    await show(stage, phone, "premium/premium", "80-premium")
    await view(phone, ".pay").last.click()
    await answer(
        phone, "缴费" if stage.look.options.get("look", {}).get("language") != "en" else "Pay"
    )
    await view(phone, ".order").first.wait_for()
    await phone.is_so("document.querySelector('.toast').hidden")
    await stage.shoot(phone.page, "81-premium-ordered")
    await view(phone, ".choice").nth(1).click()
    await view(phone, ".offer .why").first.wait_for()
    await stage.shoot(phone.page, "82-premium-too-little")


async def told_and_asked(stage: Stage) -> None:
    """The inbox, a rule that is read, a box that is looked up, a card that has come."""
    system = stage.system
    father, daughter = await family(stage)
    paid = await system.till.settle(await system.sale(father, "45.00", _CAPPED))
    assert paid.ok, paid.err_msg
    await tell(system, 3)
    phone = await usual(system, stage.pages, daughter, **stage.look.options)
    await phone.page.set_viewport_size(_TALL)
    await show(stage, phone, "notices/notices", "83-inbox")
    await show(stage, phone, "notices/settings", "84-what-is-told")
    await loaded(phone, "medicine/medicine")
    await stage.shoot(phone.page, "86-a-box")
    code = f"8557{system.services.database.ids.next() % 10**16:016d}"
    for slot, who, name in ((1, daughter, "mine"), (2, father, "sold-before")):
        await sold(system, code, who, system.services.database.ids.next(), slot, slot)
        await loaded(phone, f"medicine/medicine?code={code}")
        await view(phone, ".found").wait_for()
        await stage.shoot(phone.page, f"87-a-box-{name}")
    await a_rule(stage, father)
    await a_card(stage)


async def a_rule(stage: Stage, father: Member) -> None:
    system = stage.system
    paid = await system.till.settle(await system.sale(father, "14.00", AMOXICILLIN))
    assert paid.ok, paid.err_msg
    phone = await usual(system, stage.pages, father, **stage.look.options)
    await phone.page.set_viewport_size(_TALL)
    await loaded(phone, f"records/detail?id={paid.setlinfo['setl_id']}")
    await view(phone, ".steps .link").first.click(timeout=15_000)
    await arrived(phone, "pages/rule/rule")
    await phone.page.frame_locator(".view:not([hidden]) iframe").locator(".rules .asked").wait_for()
    await stage.shoot(phone.page, "85-a-rule")


async def a_card(stage: Stage) -> None:
    system = stage.system
    mother = await system.member("王桂英", date(1957, 8, 2), "2")
    son = await system.member("李强", date(1985, 1, 20), current_fen=80_000)
    made = await system.try_grant(son, mother, "mother")
    assert made.status == 201, made.body
    sent = await system.world.call(
        "POST", "/invitations", {"kind": "grant", "id": made.data["id"]}, son.token
    )
    assert sent.status == 201, sent.body
    hers = await usual(system, stage.pages, mother, **stage.look.options)
    await hers.page.set_viewport_size(_TALL)
    await show(stage, hers, f"card/index?token={sent.data['token']}", "88-a-card")


async def leaving(stage: Stage) -> None:
    """What ends with an account, and when it has ended."""
    _, daughter = await family(stage)
    phone = await usual(stage.system, stage.pages, daughter, **stage.look.options)
    await phone.page.set_viewport_size(_TALL)
    await show(stage, phone, "leaving/leaving", "90-leaving")
    await view(phone, ".choice").click()
    await view(phone, ".close").click()
    await phone.page.locator("dialog").wait_for()
    await stage.shoot(phone.page, "91-leaving-asked")
    await phone.page.locator("dialog.modal button").last.click()
    await view(phone, ".closed").wait_for()
    await stage.shoot(phone.page, "92-left")


SCENES: list[Scene] = [
    beginning,
    premium,
    codes_and_pages,
    one_grant,
    nothing_yet,
    a_code_s_life,
    told_and_asked,
    leaving,
]
