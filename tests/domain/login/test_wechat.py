"""Logging in with WeChat's codes, over real HTTP."""

from __future__ import annotations

import pytest

from app.kit.reasons import Refusal
from app.outside.outbound import Outbound
from app.outside.played.keys import APP_SECRET, APPID
from app.outside.played.wechat import openid_of
from app.outside.wechat import REASONS, WeChat
from tests.phone_world import World, together


async def test_a_new_user_gets_a_token_and_no_person(world: World) -> None:
    answer = await world.call("POST", "/login", {"code": world.code()})
    assert answer.status == 200
    assert set(answer.data) == {"token", "expires_at", "server_time", "person"}
    assert answer.data["person"] is None
    assert len(answer.data["token"]) == 43
    assert answer.data["expires_at"] == "2026-11-28T12:00:00.000+08:00"
    assert answer.data["server_time"] == "2026-11-21T12:00:00.000+08:00"


async def test_errcode_zero_beside_an_openid_is_a_success(world: World) -> None:
    answer = await world.call("POST", "/login", {"code": f"zero-{world.run}"})
    assert answer.status == 200


@pytest.mark.parametrize(
    ("code", "status", "reason", "retryable"),
    [
        ("busy", 503, "WECHAT_BUSY", True),
        ("quota", 429, "WECHAT_QUOTA", True),
        ("risk", 403, "WECHAT_USER_BLOCKED", False),
        ("odd", 502, "WECHAT_REFUSED", False),
        ("never-issued", 422, "WECHAT_CODE_INVALID", False),
        ("demo-", 422, "WECHAT_CODE_INVALID", False),
        ("broken", 503, "WECHAT_AWAY", True),
        ("empty", 503, "WECHAT_AWAY", True),
        ("http500", 503, "WECHAT_AWAY", True),
    ],
)
async def test_each_refusal_of_wechat_has_its_own_reason(
    world: World, code: str, status: int, reason: str, retryable: bool
) -> None:
    answer = await world.call("POST", "/login", {"code": code})
    assert (answer.status, answer.reason) == (status, reason)
    assert answer.body["retryable"] is retryable


@pytest.mark.parametrize(
    ("appid", "secret", "code", "reason"),
    [
        ("wx-other", APP_SECRET, "demo-a", "WECHAT_APPID_WRONG"),
        (APPID, "other", "demo-a", "WECHAT_SECRET_WRONG"),
        ("", APP_SECRET, "demo-a", "WECHAT_APPID_MISSING"),
        (APPID, "", "demo-a", "WECHAT_SECRET_MISSING"),
        (APPID, APP_SECRET, "", "WECHAT_CODE_MISSING"),
    ],
)
async def test_a_wrong_set_up_is_told_apart(
    world: World, appid: str, secret: str, code: str, reason: str
) -> None:
    wechat = WeChat(Outbound(world.outside_url, 5.0), appid, secret)
    try:
        with pytest.raises(Refusal) as refusal:
            await wechat.openid(code)
    finally:
        await wechat.close()
    assert refusal.value.reason.code == reason


async def test_no_refusal_of_wechat_is_a_401() -> None:
    assert 401 not in {reason.status for reason in REASONS.values()}
    assert len({reason.code for reason in REASONS.values()}) == len(REASONS)


async def test_a_slow_and_an_absent_wechat_are_away(world: World) -> None:
    for url, code in ((world.outside_url, "slow"), ("http://127.0.0.1:9", "demo-a")):
        wechat = WeChat(Outbound(url, 0.2), APPID, APP_SECRET)
        try:
            with pytest.raises(Refusal) as refusal:
                await wechat.openid(code)
        finally:
            await wechat.close()
        assert refusal.value.reason.code == "WECHAT_AWAY"


async def test_a_code_logs_in_once(world: World) -> None:
    code = world.code()
    first = await world.call("POST", "/login", {"code": code})
    second = await world.call("POST", "/login", {"code": code})
    assert (second.status, second.reason) == (409, "WECHAT_CODE_USED")
    still = await world.call("POST", "/logout", token=first.data["token"])
    assert still.status == 200


async def test_one_code_many_times_at_once_logs_in_once(world: World) -> None:
    code = world.code()
    answers = await together(*(world.call("POST", "/login", {"code": code}) for _ in range(20)))
    assert sorted(answer.status for answer in answers) == [200] + [409] * 19


async def test_the_first_login_many_times_at_once_makes_one_login(world: World) -> None:
    answers = await together(
        *(world.call("POST", "/login", {"code": world.code("crowd")}) for _ in range(20))
    )
    assert {answer.status for answer in answers} == {200}
    openid = openid_of(f"crowd{world.run}")
    count = "select count(*) from login where openid = $1"
    assert await world.services.database.value(count, openid) == 1


@pytest.mark.parametrize(
    "body",
    [
        None, [], "text", 7, {}, {"code": ""}, {"code": "   "}, {"code": None}, {"code": 7},
        {"code": ["a"]}, {"code": "a" * 129}, {"code": "a\x00b"}, {"code": "a\nb"},
        {"code": "demo-a", "more": 1},
    ],
)  # fmt: skip
async def test_a_bad_login_is_refused_clearly(world: World, body: object) -> None:
    answer = await world.call("POST", "/login", body)
    assert (answer.status, answer.reason) == (422, "INVALID_INPUT")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"code": "\\ud800"}',
        b"[" * 100_000,
        b'{"code": ' + b"9" * 5000 + b"}",
    ],
)
async def test_a_body_that_is_no_json_is_refused_clearly(world: World, raw: bytes) -> None:
    answer = await world.call("POST", "/login", data=raw)
    assert (answer.status, answer.reason) == (422, "INVALID_INPUT")


async def test_a_huge_body_is_refused_clearly(world: World) -> None:
    answer = await world.call("POST", "/login", {"code": "a" * 300_000})
    assert (answer.status, answer.reason) == (413, "TOO_LARGE")
