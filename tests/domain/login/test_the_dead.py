"""Who is registered as deceased is logged in nowhere, and nobody logs in as the person."""

from __future__ import annotations

from tests.domain.events.test_events import happens
from tests.till_world import Town


async def test_the_log_ins_of_the_dead_end_at_once_with_their_sessions(town: Town) -> None:
    father = await town.member("李老")
    again = await town.world.log_in(f"m{father.id}x")
    other = await town.member("李敏")
    await happens(town, "died", father)
    for token in (father.token, again):
        assert (await town.world.call("GET", "/me", None, token)).reason == "LOGIN_REQUIRED"
        assert (await town.world.call("GET", "/sessions", None, token)).status == 401
    assert (await town.world.call("GET", "/me", None, other.token)).status == 200
    assert await town.value("select count(*) from login where person_id = $1", father.id) == 0
    token = await town.world.log_in(f"m{father.id}x")
    assert (await town.world.call("GET", "/me", None, token)).reason == "IDENTITY_REQUIRED"
    assert (await town.world.identify(token, father)).reason == "PERSON_UNKNOWN"
    assert await town.value("select count(*) from login where person_id = $1", father.id) == 0


async def test_sessions_that_outlive_the_moment_can_do_nothing(town: Town) -> None:
    """Redis was away when they should have ended: the database says whose they are."""
    father = await town.member("李老", current_fen=50_000)
    held = await town.services.cache.redis.keys("session:*")
    kept = {key: await town.services.cache.redis.dump(key) for key in held}
    await happens(town, "died", father)
    for key, value in kept.items():
        await town.services.cache.redis.restore(key, 0, value, replace=True)
    refused = await town.world.call("POST", "/credentials", {"holder": "me"}, father.token)
    assert refused.reason in ("IDENTITY_REQUIRED", "LOGIN_REQUIRED")
