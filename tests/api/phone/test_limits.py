"""Limits of the phones' door: a row for every call that does something, kept also when all come at
once or Redis is emptied, and the same for whoever is asked for."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.api.application import endpoints
from app.api.http.counting import counts
from app.api.phone.limits.table import LIMITS
from app.domain.limit.service import Limits
from app.domain.limit.values import Limit, Row
from app.kit.reasons import Refusal
from app.store.cache import CacheError
from tests.people_factory import made_up_certno
from tests.phone_world import Answer, Someone, World, claim, together

OLD = date(1950, 1, 1)


@pytest.fixture
def config() -> dict[str, Any]:
    """As they are in use: the other tests have them a thousand times."""
    return {"phone_limits_times": 1}


def nobody() -> Someone:
    return Someone(0, "李老", made_up_certno(OLD), "1", OLD)


async def ask(world: World, token: str, other: Someone, **headers: str) -> Answer:
    """Asks to show somebody's code, and takes it back, so that no other limit is reached."""
    body = claim(other) | {"relation": "father"}
    answer = await world.call("POST", "/family", body, token, headers=headers)
    if answer.status == 201:
        await world.call("DELETE", f"/family/{answer.data['id']}", token=token)
    return answer


def test_every_call_that_does_something_or_waits_has_a_row() -> None:
    doing = {(one.method, one.path) for one in endpoints() if one.method != "GET"}
    waiting = {(one.method, one.path) for one in endpoints() if "wait" in one.query.model_fields}
    guessed = {("GET", "/medicines/{code}")}
    assert set(LIMITS) == doing | waiting | guessed
    for call, row in LIMITS.items():
        assert row.limits, call
        assert row.at_once or call not in waiting


async def test_ten_people_a_day_may_be_asked_for(world: World) -> None:
    """Known or not; also after a night of tries without Redis."""
    token, _ = await world.member("钱七")
    known = await world.add("李老", OLD)
    for other in (known, *(nobody() for _ in range(9))):
        assert (await ask(world, token, other)).status == 201
        await world.services.cache.redis.delete(
            *[key async for key in world.services.cache.redis.scan_iter("limit:*")]
        )
    refused = await ask(world, token, nobody())
    assert (refused.status, refused.reason) == (429, "TOO_OFTEN")
    assert "1天最多 10 次" in refused.body["message"]
    assert (await ask(world, token, await world.add("李老", OLD))).reason == "TOO_OFTEN"
    world.clock.advance(86_401)
    assert (await ask(world, token, nobody())).status == 201


async def test_three_times_a_day_for_one_number_whoever_has_it(world: World) -> None:
    known = await world.add("李老", OLD)
    told = []
    for other in (known, nobody(), replace(known, name="王老")):
        token, _ = await world.member("钱七")
        told.append([(await ask(world, token, other)).reason for _ in range(4)])
    assert told == [["OK", "OK", "OK", "TOO_OFTEN"]] * 3


async def test_many_at_once_get_no_more(world: World) -> None:
    token, _ = await world.member("钱七")
    one = nobody()
    answers = await together(*(ask(world, token, one) for _ in range(12)))
    counted = Counter(answer.reason for answer in answers)
    assert counted["TOO_OFTEN"] >= 2 and counted["OK"] <= 3


async def test_ten_strangers_use_up_a_number_and_an_address_its_hundred(world: World) -> None:
    one = nobody()
    for number in range(11):
        token, _ = await world.member("钱七")
        answer = await ask(world, token, one)
        assert answer.reason == ("OK" if number < 10 else "TOO_OFTEN")
    where = {"X-Forwarded-For": f"evil, 2001:db8::{world.run}"}
    last = ""
    for number in range(101):
        if number % 10 == 0:
            token, _ = await world.member("钱七")
        last = (await ask(world, token, nobody(), **where)).reason
        assert last == ("OK" if number < 100 else "TOO_OFTEN"), number


async def test_what_lies_with_oneself_uses_up_nothing(world: World) -> None:
    token, me = await world.member("钱七")
    for _ in range(12):
        assert (await ask(world, token, me)).reason == "BIND_SELF"
    assert (await ask(world, token, nobody())).status == 201


async def test_a_number_is_claimed_ten_times_a_day_by_whatever_log_ins(world: World) -> None:
    victim = await world.add("李老", OLD)
    told = []
    for number in range(12):
        token = await world.log_in(f"fresh{number}")
        answer = await world.identify(
            token, victim, method="face", ticket=f"no-{world.run}-{number}"
        )
        told.append(answer.reason)
    assert told == ["FACE_FAILED"] * 10 + ["TOO_OFTEN"] * 2
    token, other = await world.log_in("own"), await world.add("李老", OLD)
    assert (await world.identify(token, other)).status == 200, "another number is another matter"


async def test_codes_log_ins_and_previews_have_a_pace(world: World) -> None:
    token, _ = await world.member("李明")
    shown = [
        (await world.call("POST", "/credentials", {"holder": "me"}, token)).reason
        for _ in range(22)
    ]
    assert shown == ["OK"] * 20 + ["TOO_OFTEN"] * 2
    response = await world.client.post(
        "/api/v1/credentials", json={}, headers={"Authorization": f"Bearer {token}"}
    )
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    assert counts()["limits"]["POST /credentials"] >= 3
    world.clock.advance(60)
    assert (await world.call("POST", "/credentials", {"holder": "me"}, token)).status == 201
    for number in range(21):
        answer = await world.call("POST", "/login", {"code": world.code("again")})
        assert answer.reason == ("OK" if number < 20 else "TOO_OFTEN")


async def test_one_log_in_waits_for_six_codes_at_once(world: World) -> None:
    token, _ = await world.member("李明")
    shown = (await world.call("POST", "/credentials", {"holder": "me"}, token)).data["id"]
    path = f"/credentials/{shown}?wait=2"
    polls = [asyncio.create_task(world.call("GET", path, token=token)) for _ in range(9)]
    told = Counter(answer.reason for answer in await asyncio.gather(*polls))
    assert told == {"OK": 6, "WAITS_AT_ONCE": 3}
    assert (await world.call("GET", f"/credentials/{shown}", token=token)).status == 200


@pytest.mark.parametrize("closed", [True, False])
async def test_without_redis_identity_and_binding_are_closed_and_the_rest_open(
    world: World, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    services = world.services
    limits = Limits(services.database, services.cache, world.clock, services.people.cipher, 1)

    async def away(*_: object) -> int:
        raise CacheError

    monkeypatch.setattr(services.cache, "count", away)
    row = Row((Limit(("person",), 1, 60),), closed=closed)
    if closed:
        with pytest.raises(CacheError):
            await limits.take("x", row, {"person": "1"})
    else:
        assert await limits.take("x", row, {"person": "1"}) == []
    rows = {call: row.closed for call, row in LIMITS.items()}
    for path in ("/login", "/identity", "/family", "/aid", "/aid/{id}/confirm"):
        assert rows["POST", path]
    assert not rows["POST", "/preview"]


async def test_what_is_kept_names_nobody(world: World) -> None:
    token, _ = await world.member("钱七")
    one = nobody()
    await ask(world, token, one)
    rows = await world.services.database.rows("select key from limit_use")
    assert rows and all(len(row["key"]) == 32 for row in rows)
    with pytest.raises(Refusal):
        for _ in range(2):
            await world.services.limits.take(
                "y", Row((Limit(("target",), 1, 60, "kept"),)), {"target": one.certno}
            )
