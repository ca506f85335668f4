"""Consent, log-in, real-name check, and logging in anew without a word."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.browser.chromium import Pages
from tests.browser.phone_forms import answer, arrived, view
from tests.browser.phone_page import open_phone, phone_of
from tests.browser.system import System


async def test_who_does_not_agree_is_told_what_works_without_and_nothing_is_asked(
    system: System, pages: Pages
) -> None:
    phone = await open_phone(pages)
    await phone.tap("不同意")
    await phone.says("在医院、药店用实体社保卡或身份证结算。")
    await phone.tap("再看一遍说明")
    await phone.says("同意并继续")
    assert phone.asked == []
    stored = await phone.page.evaluate("[Object.keys(localStorage), Object.keys(sessionStorage)]")
    assert stored == [[], ["begun"]]


async def test_a_new_phone_from_consent_to_the_code(system: System, pages: Pages) -> None:
    phone = await open_phone(pages)
    page = phone.page
    await phone.says("出示自己和亲属的医保码")
    await phone.tap("同意并继续")
    await phone.says("演示：选择使用这部手机的人")
    await phone.tap("陈静")
    await arrived(phone, "pages/identity/identity")
    await phone.tap("开始认证")
    await phone.says("请填写姓名")
    await phone.says("请填写身份证号码")
    await page.get_by_label("身份证号码").fill("13010219491332")
    await phone.says("没有 19491332 这一天")
    await phone.tap("填入身份信息")
    await phone.tap("开始认证")
    await page.get_by_role("button", name="不通过").click()
    await phone.says("人脸核验未通过。")
    await phone.says("改用社保卡号和密码核验")
    await phone.tap("社保卡和密码")
    await page.get_by_label("社保卡卡号").fill("1234567890")
    await page.get_by_label("社保卡密码").fill("123456")
    await phone.tap("开始认证")
    await arrived(phone, "pages/codes/codes")
    assert len(await phone.shown_code()) == 28
    await phone.tap("以后再说")
    await phone.page.reload()
    await phone.shown_code()
    await expect(view(phone, ".offer")).to_have_count(0)
    assert phone.times("POST /login") == 1
    stored = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert not re.search(r"\d{18}", stored)
    assert "陈静" not in stored
    assert "token" not in await page.evaluate("JSON.stringify({...localStorage})")
    assert await page.evaluate("location.search") == ""


async def test_who_withdraws_the_agreement_is_logged_out(system: System, pages: Pages) -> None:
    member = await system.member("罗兰", current_fen=1_000)
    phone = await phone_of(system, pages, member)
    await phone.shown_code()
    mine = await system.world.call("GET", "/sessions", token=member.token)
    assert mine.data["count"] == 2
    await phone.go("consent/consent")
    await phone.tap("撤回同意")
    assert "还会付钱" in await answer(phone, "取消")
    assert phone.times("POST /logout") == 0, "it was only asked"
    await phone.tap("撤回同意")
    async with phone.page.expect_response("**/api/v1/logout"):
        await answer(phone, "撤回同意")
    await phone.says("您已撤回同意")
    await expect(phone.page.get_by_text("没有读取您的任何信息")).to_have_count(0)
    await phone.says("在医院、药店用实体社保卡或身份证结算。")
    mine = await system.world.call("GET", "/sessions", token=member.token)
    assert [one["present"] for one in mine.data["sessions"]] == [True]
    assert "token" not in await phone.page.evaluate("JSON.stringify({...sessionStorage})")


async def test_a_session_that_is_gone_is_renewed_once_and_silently(
    system: System, pages: Pages
) -> None:
    member = await system.member("罗兰", current_fen=1_000)
    phone = await phone_of(system, pages, member)
    first = await phone.shown_code()
    redis = system.services.cache.redis
    await redis.delete(*[key async for key in redis.scan_iter("session:*")])
    logins = phone.times("POST /login")
    await phone.go("me/me")
    await phone.says("我的账户")
    assert phone.times("POST /login") == logins + 1
    await phone.go("codes/codes")
    await phone.code_after(first)
    assert phone.times("POST /login") == logins + 1


async def test_who_can_t_log_in_is_told_so_once(system: System, pages: Pages) -> None:
    phone = await open_phone(pages, who="x")
    await phone.says("办理前需要先完成实名认证。")
    await phone.page.route(
        "**/api/v1/login",
        lambda route: route.fulfill(
            status=401,
            json={
                "code": 401,
                "reason": "LOGIN_REQUIRED",
                "message": "登录已失效，请重新登录。",
                "next_step": "请重新打开小程序登录。",
                "retryable": False,
                "request_id": "",
            },
        ),
    )
    await phone.page.evaluate("wx.removeStorageSync('token')")
    logins = phone.times("POST /login")
    await phone.go("me/me")
    await phone.says("登录已失效，请重新登录。")
    assert phone.times("POST /login") == logins + 1


async def test_pages_of_who_is_not_known_yet_are_no_alarm(system: System, pages: Pages) -> None:
    phone = await open_phone(pages, who=f"calm{system.world.run}")
    for path in ("codes/codes", "family/family", "aid/aid", "me/me"):
        await phone.go(path)
        await view(phone, ".notice .btn").wait_for()
        await expect(view(phone, ".notice.bad")).to_have_count(0)
        await expect(view(phone, ".notice")).to_have_text(
            "办理前需要先完成实名认证。\n去实名认证", use_inner_text=True
        )
