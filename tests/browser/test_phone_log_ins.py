"""The list of log-ins on the phone: told of a new one, ended by a tap."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.chromium import Pages
from tests.browser.phone_forms import view
from tests.browser.phone_page import PhonePage, phone_of
from tests.browser.system import System
from tests.till_world import Member


async def log_in(system: System, member: Member, device: str) -> str:
    """The same WeChat user on another device."""
    body = {"code": system.world.code(f"m{member.id}x"), "device": device}
    answer = await system.world.call("POST", "/login", body)
    assert answer.status == 200, answer.body
    return str(answer.data["token"])


async def is_out(system: System, token: str) -> bool:
    return (await system.world.call("GET", "/me", token=token)).status == 401


async def start_anew(phone: PhonePage) -> None:
    await phone.page.goto("about:blank")
    async with phone.page.expect_response("**/api/v1/sessions"):
        await phone.page.goto("/")
    await phone.shown_code()


async def test_a_log_in_elsewhere_is_told_at_the_next_start_and_ended_by_a_tap(
    system: System, pages: Pages
) -> None:
    member = await system.member("罗兰", current_fen=1_000)
    phone = await phone_of(system, pages, member)
    await phone.shown_code()
    await phone.is_so("Boolean(localStorage.getItem('wx.logins.seen'))")
    await expect(view(phone, ".new-login"), "the one of before is no news").to_have_count(0)
    stranger = await log_in(system, member, "HUAWEI Mate 60")
    await start_anew(phone)
    await view(phone, ".new-login").get_by_text("HUAWEI Mate 60").click()
    row = view(phone, ".login").filter(has_text="HUAWEI Mate 60")
    await row.get_by_text("新登录").wait_for()
    await view(phone, ".login").first.get_by_text("本机").wait_for()
    assert not await is_out(system, stranger)
    await row.get_by_text("结束").click()
    await row.wait_for(state="detached")
    assert await is_out(system, stranger)
    assert not await is_out(system, member.token)
    await start_anew(phone)
    await expect(view(phone, ".new-login"), "it was looked at").to_have_count(0)


async def test_all_the_others_are_ended_by_a_tap(system: System, pages: Pages) -> None:
    member = await system.member("罗兰", current_fen=1_000)
    others = [member.token, *[await log_in(system, member, "") for _ in range(2)]]
    phone = await phone_of(system, pages, member)
    await phone.shown_code()
    await phone.go("me/me")
    await phone.tap("登录的设备")
    await view(phone, ".login").nth(3).wait_for()
    await phone.tap("结束其他全部登录")
    await phone.says("没有在其他设备上登录。")
    assert [await is_out(system, token) for token in others] == [True] * 3
    logins = phone.times("POST /login")
    await phone.go("me/me")
    await phone.says("我的账户")
    assert phone.times("POST /login") == logins
