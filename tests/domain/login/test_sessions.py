"""How long a session lives, and what ends it."""

from __future__ import annotations

import pytest

from app.kit.sm import sm3
from app.store.sessions import token_in
from tests.phone_world import World

TTL = 7 * 24 * 3600


async def alive(world: World, token: str) -> bool:
    """Whether a token is good: without a person the family account says 403, not 401."""
    answer = await world.call("GET", "/family", token=token)
    assert answer.reason in ("IDENTITY_REQUIRED", "LOGIN_REQUIRED", "OK")
    assert (answer.status == 401) == (answer.reason == "LOGIN_REQUIRED")
    return answer.status != 401


async def test_a_session_lives_on_with_every_call(world: World) -> None:
    token = await world.log_in()
    for _ in range(3):
        world.clock.advance(TTL - 1)
        assert await alive(world, token)
    world.clock.advance(TTL)
    assert not await alive(world, token)
    world.clock.advance(-TTL)
    assert not await alive(world, token), "an ended session does not come back"


async def test_redis_forgets_a_session_by_itself(world: World) -> None:
    token = await world.log_in()
    left = await world.services.cache.redis.pttl(f"session:{sm3(token.encode()).hex()}")
    assert 0 < left <= TTL * 1000


async def test_logout_ends_this_session_only(world: World) -> None:
    one, other = await world.log_in("a"), await world.log_in("a")
    assert (await world.call("POST", "/logout", token=one)).status == 200
    assert not await alive(world, one)
    assert await alive(world, other)
    again = await world.call("POST", "/logout", token=one)
    assert (again.status, again.reason) == (401, "LOGIN_REQUIRED")


@pytest.mark.parametrize(
    "header",
    [
        "", "Bearer", "Bearer ", "Bearer x", "Basic dTpw", "Bearer " + "a" * 43,
        "Bearer " + "a" * 42, "Bearer " + "a" * 44, "Bearer " + "a" * 43 + " b",
        "Bearer " + "é" * 43, "Bearer " + "a" * 6000,
    ],
)  # fmt: skip
async def test_a_malformed_header_is_no_session(world: World, header: str) -> None:
    answer = await world.call("GET", "/family", headers={"Authorization": header})
    assert (answer.status, answer.reason) == (401, "LOGIN_REQUIRED")


def test_a_token_is_43_plain_characters_or_none() -> None:
    assert token_in("Bearer " + "a" * 43) == "a" * 43
    for bad in ("\udcff" * 43, "é" * 43, "a" * 42 + " ", "a" * 42 + "\n", "a" * 42, "a" * 44):
        assert token_in("Bearer " + bad) is None


async def test_the_scheme_is_read_in_any_case(world: World) -> None:
    token = await world.log_in()
    answer = await world.call("GET", "/family", headers={"Authorization": f"bearer {token}"})
    assert answer.reason == "IDENTITY_REQUIRED"


async def test_after_flushall_people_log_in_again_and_nothing_else_is_lost(world: World) -> None:
    token, someone = await world.member("张三丰")
    await world.services.cache.redis.flushall()
    answer = await world.call("GET", "/family", token=token)
    assert (answer.status, answer.reason) == (401, "LOGIN_REQUIRED")
    again = await world.call("POST", "/login", {"code": world.code(f"m{someone.id}x")})
    assert again.data["person"]["name"] == "**丰"
    assert (await world.call("GET", "/family", token=again.data["token"])).status == 200


async def test_without_redis_the_answer_is_503_and_not_401(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await world.log_in()

    async def away(*command: object, **options: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(world.services.cache.redis, "execute_command", away)
    answer = await world.call("GET", "/family", token=token)
    assert (answer.status, answer.reason) == (503, "UNAVAILABLE")
