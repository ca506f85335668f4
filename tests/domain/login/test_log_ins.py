"""The list of log-ins: seen by whose they are, ended by a tap, at once and everywhere."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.kit.clock import iso
from app.kit.sm import sm3
from tests.phone_world import Answer, World, make_world

DAY = 24 * 3600
UNUSED, LONGEST = 7 * DAY, 90 * DAY


@pytest.fixture
async def other_process(
    world: World, migrated: str, redis_url: str, tmp_path: Path, config: dict[str, Any]
) -> AsyncIterator[World]:
    """A second process over the same stores."""
    async with make_world(migrated, redis_url, tmp_path, config) as made:
        yield made


async def log_in(world: World, who: str, device: str = "", agent: str = "") -> str:
    body = {"code": world.code(who), "device": device}
    answer = await world.call("POST", "/login", body, headers={"User-Agent": agent})
    return str(answer.data["token"])


async def listed(world: World, token: str) -> list[dict[str, Any]]:
    answer = await world.call("GET", "/sessions", token=token)
    assert answer.status == 200, answer.body
    assert answer.data["count"] == len(answer.data["sessions"])
    return list(answer.data["sessions"])


async def ended(world: World, token: str) -> bool:
    return (await world.call("GET", "/family", token=token)).status == 401


def key(token: str) -> str:
    return f"session:{sm3(token.encode()).hex()}"


async def test_each_log_in_is_listed_the_present_one_first(world: World) -> None:
    mac = await log_in(world, "a", agent="Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)")
    world.clock.advance(60)
    begun = iso(world.clock.now())
    phone = await log_in(world, "a", device="HUAWEI  Mate\n60")
    await log_in(world, "b", device="a stranger's")
    world.clock.advance(UNUSED / 2)
    assert not await ended(world, phone)
    of_mac = await listed(world, mac)
    assert [one["device"] for one in of_mac] == ["Mac", "HUAWEI Mate 60"]
    assert [one["present"] for one in of_mac] == [True, False]
    assert (of_mac[1]["begun_at"], of_mac[1]["used_at"]) == (begun, iso(world.clock.now()))
    of_phone = await listed(world, phone)
    assert [one["device"] for one in of_phone] == ["HUAWEI Mate 60", "Mac"]
    assert {one["id"] for one in of_phone} == {one["id"] for one in of_mac}
    told = json.dumps(of_phone)
    for secret in (phone, mac, key(phone), key(mac), sm3(phone.encode()).hex()):
        assert secret not in told


async def test_one_is_ended_the_others_live(world: World) -> None:
    one, other, stranger = [await log_in(world, who) for who in ("a", "a", "b")]
    lost = next(item["id"] for item in await listed(world, one) if not item["present"])
    refused = await world.call("DELETE", f"/sessions/{lost}", token=stranger)
    assert (refused.status, refused.reason) == (404, "NOT_FOUND")
    assert not await ended(world, other)
    assert (await world.call("DELETE", f"/sessions/{lost}", token=one)).status == 200
    assert await ended(world, other)
    assert not await ended(world, one)
    assert len(await listed(world, one)) == 1
    again = await world.call("DELETE", f"/sessions/{lost}", token=one)
    assert (again.status, again.reason) == (404, "NOT_FOUND")


async def test_the_others_are_ended_in_every_process(world: World, other_process: World) -> None:
    """Also without a real-name check: nobody is refused it."""
    tokens = [await log_in(world, "a") for _ in range(3)]
    stranger = await log_in(world, "b")
    for token in tokens:
        assert not await ended(other_process, token)
    answer = await world.call("POST", "/sessions/end-others", token=tokens[1])
    assert (answer.status, answer.data) == (200, {"ended": 2})
    assert [await ended(other_process, token) for token in tokens] == [True, False, True]
    assert [await ended(world, token) for token in tokens] == [True, False, True]
    assert not await ended(world, stranger)
    answer = await world.call("POST", "/sessions/end-others", token=tokens[1])
    assert (answer.status, answer.data) == (200, {"ended": 0})


async def waits(world: World, token: str) -> asyncio.Task[Answer]:
    shown = await world.call("POST", "/credentials", {"holder": "me"}, token)
    path = f"/credentials/{shown.data['id']}?wait=20&known=shown"
    waiting = asyncio.create_task(world.call("GET", path, token=token))
    await asyncio.sleep(0.5)
    assert not waiting.done()
    return waiting


@pytest.mark.parametrize("how", ["one", "others", "logout"])
async def test_what_waits_ends_with_its_log_in(
    world: World, other_process: World, how: str
) -> None:
    token, someone = await world.member("张三丰")
    other = await log_in(world, f"m{someone.id}x")
    waiting, going_on = await waits(other_process, token), await waits(other_process, other)
    [lost] = [one["id"] for one in await listed(world, other) if not one["present"]]
    if how == "one":
        await world.call("DELETE", f"/sessions/{lost}", token=other)
    elif how == "others":
        await world.call("POST", "/sessions/end-others", token=other)
    else:
        await world.call("POST", "/logout", token=token)
    answer = await asyncio.wait_for(waiting, 1.5)
    assert (answer.status, answer.reason) == (401, "LOGIN_REQUIRED")
    await asyncio.sleep(2.5)
    assert not going_on.done()
    going_on.cancel()


async def test_what_waits_ends_also_when_the_news_is_lost(world: World) -> None:
    token, _ = await world.member("张三丰")
    waiting = await waits(world, token)
    await world.services.cache.redis.delete(key(token))
    assert (await asyncio.wait_for(waiting, 4)).status == 401


async def test_one_that_is_used_every_week_ends_too(world: World) -> None:
    answer = await world.call("POST", "/login", {"code": world.code("a")})
    token = answer.data["token"]
    for _ in range(14):
        world.clock.advance(6 * DAY)
        assert not await ended(world, token)
    left_ms = await world.services.cache.redis.pttl(key(token))
    assert left_ms <= (LONGEST - 14 * 6 * DAY) * 1000
    fresh = await log_in(world, "a")
    world.clock.advance(LONGEST - 14 * 6 * DAY - 1)
    assert not await ended(world, token)
    assert len(await listed(world, fresh)) == 2
    world.clock.advance(1)
    assert len(await listed(world, fresh)) == 1
    assert await ended(world, token)
    world.clock.advance(-DAY)
    assert await ended(world, token), "an ended session does not come back"


async def make_old(world: World, token: str) -> None:
    """As sessions were kept before there was a list."""
    redis = world.services.cache.redis
    entry = json.loads(await redis.get(key(token)))
    old = {"login_id": entry["login_id"], "used_at": entry["used_at"]}
    await redis.set(key(token), json.dumps(old), px=UNUSED * 1000)
    await redis.delete(f"sessions:{entry['login_id']}")


async def test_one_of_before_begins_at_its_next_use(world: World) -> None:
    token = await log_in(world, "a", device="HUAWEI")
    await make_old(world, token)
    world.clock.advance(DAY)
    begun = iso(world.clock.now())
    assert not await ended(world, token)
    world.clock.advance(DAY)
    [found] = await listed(world, token)
    assert (found["begun_at"], found["device"], found["present"]) == (begun, "", True)
    world.clock.advance(DAY)
    assert [one["begun_at"] for one in await listed(world, token)] == [begun]


async def test_one_of_before_that_nobody_has_used_since_is_ended_too(world: World) -> None:
    lost, mine, stranger = [await log_in(world, who) for who in ("a", "a", "b")]
    await make_old(world, lost)
    await make_old(world, mine)
    await make_old(world, stranger)
    assert len(await listed(world, mine)) == 1, "it is in no list yet"
    assert (await world.call("POST", "/sessions/end-others", token=mine)).status == 200
    assert await ended(world, lost)
    assert await ended(world, lost)
    assert not await ended(world, mine)
    assert not await ended(world, stranger)
    assert not await ended(world, await log_in(world, "a")), "a new one is none of before"


async def test_the_list_lives_and_goes_with_its_sessions(world: World) -> None:
    one, other = await log_in(world, "a"), await log_in(world, "a")
    redis = world.services.cache.redis
    login_id = json.loads(await redis.get(key(one)))["login_id"]
    assert 0 < await redis.pttl(f"sessions:{login_id}") <= UNUSED * 1000
    await redis.delete(key(other))  # as Redis does when its time has come
    assert await redis.scard(f"sessions:{login_id}") == 2  # type: ignore[misc]
    assert len(await listed(world, one)) == 1
    assert await redis.scard(f"sessions:{login_id}") == 1  # type: ignore[misc]
    await world.call("POST", "/logout", token=one)
    assert not await redis.exists(f"sessions:{login_id}")


async def test_a_list_that_redis_has_lost_is_made_again_by_use(world: World) -> None:
    token = await log_in(world, "a")
    await world.services.cache.redis.delete(*await world.services.cache.redis.keys("sessions:*"))
    assert await listed(world, token) == []
    world.clock.advance(UNUSED / 100)
    assert len(await listed(world, token)) == 1
