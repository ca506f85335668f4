"""The inbox on the phone: a dot on the tabs, what is said, one tap to what helps."""

from __future__ import annotations

import asyncio
from datetime import date

from playwright.async_api import Locator, Route, expect

from tests.browser.chromium import Pages
from tests.browser.phone_forms import answer, arrived, loaded, pick, view
from tests.browser.phone_page import PhonePage, phone_of
from tests.browser.system import System
from tests.domain.notice.inbox import tell

OLD = date(1955, 3, 12)
DRUG = "XQ99DEM001A001010100001"


def dot_on(phone: PhonePage, tab: str) -> Locator:
    """What a tab of the page that is open says is unread."""
    return phone.page.locator(f".view:not([hidden]) .tab .mark.{tab} + .unread-dot")


async def test_a_donor_sees_a_use_and_freezes_with_one_tap(system: System, pages: Pages) -> None:
    father = await system.member("李建国", OLD, current_fen=0)
    daughter = await system.member("李敏", gend="2", current_fen=300_000)
    grant = await system.grant(daughter, father, "father")
    await tell(system, 3)
    phone = await phone_of(system, pages, daughter)
    await loaded(phone, "me/me")
    dot = dot_on(phone, "me")
    await expect(dot).to_have_text("1")
    paid = await system.till.settle(await system.sale(father, "25.00", DRUG))
    assert paid.ok, paid.err_msg
    await view(phone, ".notices").click()
    await arrived(phone, "pages/notices/notices")
    await phone.says("现在可以用您的个人账户")
    await tell(system, 3)
    told = view(phone, ".told").filter(has_text="用您的个人账户付了")
    await told.wait_for()
    await told.get_by_text("看账单").click()
    await arrived(phone, "pages/records/detail")
    await phone.page.evaluate("wx.navigateBack()")
    await arrived(phone, "pages/notices/notices")
    await told.locator(".freeze").click()
    await answer(phone, "马上冻结")
    frozen = f"select frozen_at is not null from aid_grant where id = {grant}"
    await system.until(f"select 1 where ({frozen})")
    await loaded(phone, "me/me")
    await expect(dot).to_have_count(0)


async def test_a_request_puts_a_dot_on_its_tab_until_it_was_seen(
    system: System, pages: Pages
) -> None:
    father = await system.member("李建国", OLD)
    daughter = await system.member("李敏", gend="2", current_fen=300_000)
    assert (await system.try_grant(daughter, father, "father")).status == 201
    await tell(system, 3)
    phone = await phone_of(system, pages, father)
    await phone.shown_code()
    dot = dot_on(phone, "aid")
    await expect(dot).to_have_text("1")
    await loaded(phone, "aid/aid")
    await expect(dot).to_have_count(0)


async def test_topics_and_quiet_hours_are_chosen(system: System, pages: Pages) -> None:
    man = await system.member("赵选", current_fen=1_000)
    phone = await phone_of(system, pages, man)
    await loaded(phone, "notices/settings")
    await view(phone, "switch[aria-label='我的账单 消息']").click()
    await view(phone, "switch.quiet").click()
    await pick(phone, "从", "21点")
    await view(phone, ".ask").first.click()
    await answer(phone, "允许")
    await phone.says("还可以提醒 1 次")
    wished = "select 1 from notice_setting where quiet_from = 21 and off_inbox = '{{bill}}'"
    await system.until(f"{wished.replace('{{', '{').replace('}}', '}')} and person_id = {man.id}")
    await loaded(phone, "notices/settings")
    await expect(view(phone, "switch[aria-label='我的账单 消息']")).to_have_attribute(
        "aria-checked", "false"
    )


async def test_who_goes_on_before_the_answer_is_there_sees_the_dot(
    system: System, pages: Pages
) -> None:
    father = await system.member("李建国", OLD)
    daughter = await system.member("李敏", gend="2", current_fen=300_000)
    await system.grant(daughter, father, "father")
    await tell(system, 3)
    asked, late = asyncio.Event(), asyncio.Event()

    async def hold_up(route: Route) -> None:
        asked.set()
        await late.wait()
        await route.continue_()

    phone = await phone_of(system, pages, daughter, routes={"**/notices?limit=1": hold_up})
    await phone.shown_code()
    await asked.wait()
    await loaded(phone, "me/me")
    late.set()
    dot = dot_on(phone, "me")
    await expect(dot).to_have_text("1")
    await expect(view(phone, ".unread")).to_contain_text("1")
    assert phone.times("GET /notices") == 1
