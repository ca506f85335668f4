"""注销 on the phone: what becomes of what, the own data as a file, the question, and the end."""

from __future__ import annotations

import asyncio
from datetime import date
from pathlib import Path

from playwright.async_api import expect

from tests.browser.chromium import Pages
from tests.browser.phone_forms import answer, arrived, loaded, view
from tests.browser.phone_page import bind, phone_of
from tests.browser.system import System
from tests.browser.test_phone_look import NARROW, wrongs

OLD = date(1955, 3, 12)


async def test_an_account_is_closed_after_its_data_were_kept(system: System, pages: Pages) -> None:
    father = await system.member("李建国", OLD, current_fen=500)
    daughter = await system.member("李敏", gend="2", current_fen=90_000)
    await system.grant(daughter, father, "father")
    await bind(system, daughter, father, "father")
    phone = await phone_of(system, pages, daughter)
    await loaded(phone, "settings/settings")
    await view(phone, ".leaving").click()
    await arrived(phone, "pages/leaving/leaving")
    ends = " ".join((await view(phone, ".ends").inner_text()).split())
    for said in ("1 项立即解除，不再付钱", "我能出示的 1 位", "至少保存 30 年", "凭社保卡"):
        assert said in ends, ends
    async with phone.page.expect_download() as saving:
        await view(phone, ".export").click()
    saved = await saving.value
    assert saved.suggested_filename == "我的亲济数据.csv"
    table = await asyncio.to_thread(Path(await saved.path()).read_text, "utf-8-sig")
    assert "【家庭共济】" in table and "我替对方付" in table

    await expect(view(phone, ".close"), "not before it was understood").to_be_disabled()
    await view(phone, ".choice").click()
    await view(phone, ".close").click()
    assert "不能撤回" in await answer(phone, "取消")
    assert phone.times("POST /leaving") == 0
    await view(phone, ".close").click()
    await answer(phone, "注销")
    await view(phone, ".closed").wait_for()
    kept = await phone.page.evaluate(
        "[...Object.keys(localStorage), ...Object.keys(sessionStorage)].sort()"
    )
    assert not {"wx.token", "wx.consent", "wx.helper"} & set(kept), kept
    answered = await system.world.call("GET", "/aid", token=father.token)
    assert all(one["state"] == "ended" for one in answered.data)
    await phone.tap("重新开始使用")
    await arrived(phone, "pages/consent/consent")


async def test_the_page_in_every_look(system: System, pages: Pages) -> None:
    daughter = await system.member("李敏", gend="2", current_fen=90_000)
    father = await system.member("李建国", OLD)
    await system.grant(daughter, father, "father")
    phone = await phone_of(system, pages, daughter, **NARROW)
    await loaded(phone, "leaving/leaving")
    assert await wrongs(phone) == []
