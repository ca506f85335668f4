"""The real-name check: both ways, its limits, and one person for one login."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.phone_world import Someone, World, at, claim, together

FACE = {"method": "face", "ticket": "face-ok-1"}
CARD = {"method": "card", "card_no": "CARD0001", "password": "123456"}


def face(world: World, tag: str = "1") -> dict[str, str]:
    return {"method": "face", "ticket": f"face-ok-{world.run}-{tag}"}


async def person_of(world: World, token: str) -> int | None:
    session = await world.services.login.session(f"Bearer {token}")
    assert session is not None
    return session.person_id


async def checks_of(world: World, token: str) -> list[dict[str, Any]]:
    session = await world.services.login.session(f"Bearer {token}")
    assert session is not None
    rows = await world.services.database.rows(
        "select * from identity_check where login_id = $1 order by id", session.login_id
    )
    return [dict(row) for row in rows]


@pytest.mark.parametrize("method", ["face", "card"])
async def test_a_pass_binds_the_login_for_sessions_there_are(world: World, method: str) -> None:
    someone = await world.add("李明")
    token = await world.log_in()
    before = await world.call("GET", "/family", token=token)
    assert (before.status, before.reason) == (403, "IDENTITY_REQUIRED")
    proof = face(world) if method == "face" else {**CARD, "card_no": f"C{world.run}"}
    answer = await world.identify(token, someone, **proof)
    assert answer.status == 200
    assert answer.data == {
        "name": "*明",
        "certno": f"130***********{someone.certno[-4:]}",
        "insutype": "310",
        "region_name": "河北省",
    }
    assert (await world.call("GET", "/family", token=token)).status == 200
    assert await person_of(world, token) == someone.id
    (check,) = await checks_of(world, token)
    assert (check["method"], check["passed"], check["score_band"]) == (method, True, "high")
    assert (check["person_id"], check["provider"]) == (someone.id, "http")


@pytest.mark.parametrize(
    ("proof", "reason", "other_way"),
    [
        ({"method": "face", "ticket": "face-no"}, "FACE_FAILED", "社保卡"),
        ({**CARD, "password": "000000"}, "CARD_CHECK_FAILED", "人脸"),
    ],
)
async def test_a_failed_check_is_recorded_and_names_the_other_way(
    world: World, proof: dict[str, str], reason: str, other_way: str
) -> None:
    someone = await world.add("李明")
    token = await world.log_in()
    tag = {"ticket": f"face-no-{world.run}"} if "ticket" in proof else {"card_no": world.run}
    answer = await world.identify(token, someone, **proof | tag)
    assert (answer.status, answer.reason) == (403, reason)
    assert other_way in answer.body["next_step"]
    (check,) = await checks_of(world, token)
    assert (check["passed"], check["person_id"], check["score_band"]) == (False, None, "low")
    assert await person_of(world, token) is None


async def test_who_is_registered_is_told_to_nobody_without_proof(world: World) -> None:
    known = await world.add("李明")
    other = "98" if known.certno.endswith("99") else "99"
    unknown = Someone(0, "李明", known.certno[:-2] + other, "1", known.brdy)
    misnamed = Someone(0, "李亮", known.certno, "1", known.brdy)
    token = await world.log_in()
    for tag, someone in enumerate((known, unknown, misnamed)):
        answer = await world.identify(token, someone, method="face", ticket=f"no-{world.run}-{tag}")
        assert answer.reason == "FACE_FAILED"
    for tag, someone in enumerate((unknown, misnamed)):
        answer = await world.identify(token, someone, **face(world, str(tag)))
        assert (answer.status, answer.reason) == (404, "PERSON_UNKNOWN")
    assert await person_of(world, token) is None


async def test_five_failures_an_hour_and_no_more(world: World) -> None:
    someone = await world.add("李明")
    token = await world.log_in()
    before = world.outside.identity.checks
    answers = await together(
        *(
            world.identify(token, someone, method="face", ticket=f"no-{world.run}-{n}")
            for n in range(20)
        )
    )
    reasons = sorted(answer.reason for answer in answers)
    assert reasons == ["FACE_FAILED"] * 5 + ["IDENTITY_TRIES"] * 15
    assert world.outside.identity.checks - before == 5
    assert (await world.identify(token, someone, **face(world))).status == 429
    world.clock.advance(3601)
    assert (await world.identify(token, someone, **face(world))).status == 200


@pytest.mark.parametrize("ticket", ["face-busy", "face-broken", "face-empty"])
async def test_a_provider_that_is_away_costs_no_try(world: World, ticket: str) -> None:
    someone = await world.add("李明")
    token = await world.log_in()
    for _ in range(6):
        answer = await world.identify(token, someone, method="face", ticket=ticket)
        assert (answer.status, answer.reason) == (503, "IDENTITY_AWAY")
    assert await checks_of(world, token) == []
    assert (await world.identify(token, someone, **face(world))).status == 200


async def test_a_check_counts_once(world: World) -> None:
    one, other = await world.add("李明"), await world.add("王芳", gend="2")
    first, second = await world.log_in("a"), await world.log_in("b")
    assert (await world.identify(first, one, **face(world))).status == 200
    answer = await world.identify(second, other, **face(world))
    assert (answer.status, answer.reason) == (409, "PROOF_USED")
    assert await person_of(world, second) is None


async def test_the_newer_login_takes_over_at_once(world: World) -> None:
    someone = await world.add("李明")
    old, new = await world.log_in("old"), await world.log_in("new")
    assert (await world.identify(old, someone)).status == 200
    assert (await world.identify(new, someone)).status == 200
    lost = await world.call("GET", "/family", token=old)
    assert (lost.status, lost.reason) == (403, "IDENTITY_TAKEN")
    assert "2026-11-21 12:00" in lost.body["message"], "whose it was is told"
    assert (await world.call("GET", "/family", token=new)).status == 200
    again = {"method": "card", "card_no": "c", "password": "123456"}
    assert (await world.identify(old, someone, **again)).status == 200
    assert (await world.call("GET", "/family", token=old)).status == 200
    assert (await world.call("GET", "/family", token=new)).reason == "IDENTITY_TAKEN"


async def test_many_logins_at_once_leave_one_bound(world: World) -> None:
    someone = await world.add("李明")
    tokens = [await world.log_in(f"w{n}") for n in range(8)]
    answers = await together(*(world.identify(token, someone) for token in tokens))
    assert {answer.status for answer in answers} == {200}
    bound = [await person_of(world, token) for token in tokens]
    assert sorted(bound, key=str) == sorted([someone.id] + [None] * 7, key=str)


async def test_a_bound_login_is_nobody_elses(world: World) -> None:
    token, someone = await world.member("李明")
    other = await world.add("王芳", gend="2")
    asked = world.outside.identity.checks
    answer = await world.identify(token, other, **face(world))
    assert (answer.status, answer.reason) == (409, "IDENTITY_BOUND")
    assert world.outside.identity.checks == asked, "the provider is not even asked"
    assert (await world.identify(token, someone, **face(world, "2"))).status == 200
    assert await person_of(world, token) == someone.id


async def test_below_fourteen_no_face_without_a_guardian(world: World) -> None:
    child = await world.add("李小明", brdy=date(2012, 11, 22))
    token = await world.log_in()
    world.clock.set(at(2026, 11, 21, 23, 59))
    answer = await world.identify(token, child, **face(world))
    assert (answer.status, answer.reason) == (403, "GUARDIAN_REQUIRED")
    assert "亲情账户" in answer.body["next_step"]
    assert world.outside.identity.checks == 0, "no face of the child is checked"
    world.clock.set(at(2026, 11, 22, 0, 0))
    assert (await world.identify(token, child, **face(world))).status == 200


async def test_below_fourteen_by_the_registry_too(world: World) -> None:
    child = await world.add("李小明", brdy=date(2012, 11, 22))
    await world.services.database.value(
        "update person set brdy = '2012-11-22', certno_index = $2 where id = $1",
        child.id,
        world.services.people.cipher.index("certno:01", "130100198001010010"),
    )
    child.certno = "130100198001010010"
    token = await world.log_in()
    answer = await world.identify(token, child, **face(world))
    assert answer.reason == "GUARDIAN_REQUIRED"
    assert await person_of(world, token) is None


@pytest.mark.parametrize("config", [{"identity_base_url": ""}])
async def test_without_a_provider_the_counter_is_the_way(world: World) -> None:
    someone = await world.add("李明")
    answer = await world.identify(await world.log_in(), someone)
    assert (answer.status, answer.reason) == (503, "IDENTITY_NOT_OFFERED")


async def test_identity_needs_a_login(world: World) -> None:
    someone = await world.add("李明")
    answer = await world.call("POST", "/identity", claim(someone) | {"proof": FACE})
    assert answer.status == 401


GOOD = {"psn_name": "李明", "psn_cert_type": "01", "certno": "130100198001010010", "proof": FACE}


@pytest.mark.parametrize(
    "change",
    [
        {"psn_name": ""}, {"psn_name": "李" * 51}, {"psn_name": "李\x00明"}, {"psn_name": None},
        {"psn_name": 1}, {"psn_cert_type": "1"}, {"psn_cert_type": "aa"},
        {"psn_cert_type": "0" * 7},
        {"psn_cert_type": "0\n1"}, {"certno": ""}, {"certno": "1" * 51}, {"certno": "1\x002"},
        {"certno": 130}, {"proof": None}, {"proof": {}}, {"proof": []}, {"proof": "face"},
        {"proof": {"method": "other"}}, {"proof": {"method": "face"}},
        {"proof": {"method": "face", "ticket": ""}},
        {"proof": {"method": "face", "ticket": "a" * 201}},
        {"proof": {"method": "face", "ticket": "a\x00"}}, {"proof": {**FACE, "image": "aaaa"}},
        {"proof": {"method": "card", "card_no": "1"}}, {"proof": {**CARD, "password": "1" * 41}},
        {"proof": {**CARD, "card_no": ""}}, {"proof": {**CARD, "card_no": ["1"]}}, {"extra": 1},
    ],
)  # fmt: skip
async def test_a_bad_identity_is_refused_clearly(world: World, change: dict[str, Any]) -> None:
    answer = await world.call("POST", "/identity", GOOD | change, await world.log_in())
    assert (answer.status, answer.reason) == (422, "INVALID_INPUT")
    assert "130100198001010010" not in str(answer.body)
    assert world.outside.identity.checks == 0


@pytest.mark.parametrize("missing", ["psn_name", "psn_cert_type", "certno", "proof"])
async def test_an_incomplete_identity_is_refused_clearly(world: World, missing: str) -> None:
    body = {name: value for name, value in GOOD.items() if name != missing}
    answer = await world.call("POST", "/identity", body, await world.log_in())
    assert (answer.status, answer.reason) == (422, "INVALID_INPUT")
    assert missing in answer.body["message"]
