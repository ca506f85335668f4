"""The family account over real HTTP: adding, confirming, ending, and whose code may be shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.domain.family.errors import BINDING_ENDED, BINDING_PENDING, CONSENT_MISSING
from app.domain.registry.errors import MISUSE_SUSPENSION
from app.kit.reasons import NOT_FOUND, Refusal
from tests.people_factory import made_up_certno
from tests.phone_world import Answer, Someone, World, at, claim, together

PROOF = {"kind": "birth_certificate", "reference": "A0-1"}
SIGNED = {"commitment": "data:image/png;base64,c2lnbmVk", "proof": PROOF}
CHILD = date(2018, 3, 1)


async def bind(world: World, token: str, someone: Someone, relation: str, **more: Any) -> Answer:
    body = claim(someone) | {"relation": relation} | more
    return await world.call("POST", "/family", body, token)


async def may_show(world: World, shower: Someone, binding: Answer) -> str:
    """``OK``, or the reason why not."""
    try:
        found = await world.services.family.may_show(shower.id, int(binding.data["id"]))
    except Refusal as refusal:
        return refusal.reason.code
    assert found.shower_id == shower.id
    return "OK"


async def test_a_child_is_added_at_once_by_a_signed_commitment(world: World) -> None:
    token, mother = await world.member("王芳", gend="2")
    child = await world.add("李小明", CHILD)
    answer = await bind(world, token, child, "son", **SIGNED)
    assert answer.status == 201
    data = dict(answer.data)
    assert data.pop("id") and data.pop("person_id") == str(child.id)
    assert not data.pop("i_pay")["can_pay"] and not data.pop("pays_me")["can_pay"]
    assert data == {
        "direction": "out",
        "name": "**明",
        "relation": "son",
        "relation_zh": "儿子",
        "other_is": "儿子",
        "state": "active",
        "since": "2026-11-21T12:00:00.000+08:00",
        "expires_at": None,
        "can_show": True,
        "why_not": None,
        "to_confirm": False,
    }
    assert await may_show(world, mother, answer) == "OK"
    row = await world.services.shared.row(
        "select * from family_binding where id = $1", int(answer.data["id"])
    )
    assert row is not None
    assert len(row["commitment_digest"]) == len(row["proof_digest"]) == 32
    assert PROOF["reference"].encode() not in row["proof_digest"]
    assert (row["consent"], row["proof_kind"]) == ("commitment", "birth_certificate")
    assert row["proof_ref"].startswith("kin-"), "the check outside can be found again"


async def test_a_grown_up_relative_confirms_from_the_own_session(world: World) -> None:
    token, son = await world.member("李明")
    mothers, mother = await world.member("王芳", date(1950, 1, 1), "2")
    answer = await bind(world, token, mother, "mother", **SIGNED)
    assert (answer.status, answer.data["state"], answer.data["can_show"]) == (201, "pending", False)
    assert answer.data["why_not"]["reason"] == "BINDING_PENDING"
    assert answer.data["expires_at"] == "2026-11-28T12:00:00.000+08:00"
    assert await may_show(world, son, answer) == BINDING_PENDING.code
    (waiting,) = (await world.call("GET", "/family", token=mothers)).data["may_show_me"]
    assert (waiting["name"], waiting["relation_zh"]) == ("*明", "儿子")
    assert waiting["to_confirm"] is True
    path = f"/family/{answer.data['id']}/confirm"
    own = await world.call("POST", path, token=token)
    assert (own.status, own.reason) == (403, "HOLDER_MUST_CONFIRM")
    world.clock.advance(60)
    for _ in range(2):
        done = await world.call("POST", path, token=mothers)
        assert (done.status, done.data["state"], done.data["to_confirm"]) == (200, "active", False)
    assert await may_show(world, son, answer) == "OK"
    listed = (await world.call("GET", "/family", token=token)).data
    assert [item["can_show"] for item in listed["i_may_show"]] == [True]
    assert listed["may_show_me"] == []
    assert listed["i_may_show"][0]["since"] == "2026-11-21T12:01:00.000+08:00"


@pytest.mark.parametrize(
    ("moment", "state"), [(at(2026, 11, 21, 23, 59), "active"), (at(2026, 11, 22, 0, 0), "pending")]
)
async def test_sixteen_is_reached_on_the_birthday_in_china(
    world: World, moment: Any, state: str
) -> None:
    token, _ = await world.member("李明")
    child = await world.add("李小明", date(2010, 11, 22))
    world.clock.set(moment)
    assert (await bind(world, token, child, "son", **SIGNED)).data["state"] == state


@pytest.mark.parametrize(
    ("given", "status", "reason"),
    [
        ({}, 422, "COMMITMENT_MISSING"),
        ({"proof": PROOF}, 422, "COMMITMENT_MISSING"),
        ({"commitment": "signed"}, 422, "RELATION_UNPROVEN"),
    ],
)
async def test_a_child_needs_commitment_and_proof(
    world: World, given: dict[str, Any], status: int, reason: str
) -> None:
    token, _ = await world.member("李明")
    answer = await bind(world, token, await world.add("李小明", CHILD), "son", **given)
    assert (answer.status, answer.reason) == (status, reason)


@pytest.mark.parametrize("newborn", [False, True])
async def test_who_is_no_guardian_binds_no_child_and_learns_of_none(
    world: World, newborn: bool
) -> None:
    """By the registers outside, which are asked before anybody is looked for here."""
    token, stranger = await world.member("钱七")
    world.outside.identity.strangers.add(stranger.certno)
    child = await world.add("李小明", CHILD, **({"cert_type": "990201"} if newborn else {}))
    told = []
    for certno in (child.certno, made_up_certno(CHILD), "K123456789"):
        named = claim(child) | ({"psn_cert_type": "990201"} if newborn else {}) | {"certno": certno}
        if newborn or certno[0] != "K":
            body = named | {"relation": "son"} | SIGNED
            answer = await world.call("POST", "/family", body, token)
            told.append({**answer.body, "request_id": ""})
    assert [one["reason"] for one in told] == ["NOT_GUARDIAN"] * (3 if newborn else 2)
    assert all(one == told[0] for one in told)
    assert (await world.call("GET", "/family", token=token)).data["i_may_show"] == []


async def test_only_a_guardian_is_told_that_a_child_is_not_registered(world: World) -> None:
    token, _ = await world.member("李明")
    nobody = Someone(0, "李小明", made_up_certno(CHILD), "1", CHILD)
    assert (await bind(world, token, nobody, "son", **SIGNED)).reason == "PERSON_UNKNOWN"


async def test_a_minor_signs_for_nobody(world: World) -> None:
    token, _ = await world.member("李大宝", date(2009, 1, 1))
    brother = await world.add("李小宝", CHILD)
    answer = await bind(world, token, brother, "younger_brother", **SIGNED)
    assert (answer.status, answer.reason) == (403, "GUARDIAN_REQUIRED")


async def test_at_sixteen_the_own_consent_is_needed(world: World) -> None:
    token, father = await world.member("李明")
    child = await world.add("李小明", date(2010, 11, 22))
    answer = await bind(world, token, child, "son", **SIGNED)
    assert await may_show(world, father, answer) == "OK"
    world.clock.set(at(2026, 11, 22, 0, 0))
    assert await may_show(world, father, answer) == CONSENT_MISSING.code
    childs = await world.log_in("child")
    assert (await world.identify(childs, child)).status == 200
    (waiting,) = (await world.call("GET", "/family", token=childs)).data["may_show_me"]
    assert (waiting["state"], waiting["to_confirm"]) == ("active", True)
    assert waiting["relation_zh"] == "父亲"
    done = await world.call("POST", f"/family/{answer.data['id']}/confirm", token=childs)
    assert (done.status, done.data["can_show"]) == (200, True)
    assert await may_show(world, father, answer) == "OK"


@pytest.mark.parametrize("side", ["shower", "holder"])
@pytest.mark.parametrize("confirmed", [True, False])
async def test_either_side_ends_it_at_once(world: World, side: str, confirmed: bool) -> None:
    sons, son = await world.member("李明")
    mothers, mother = await world.member("王芳", date(1950, 1, 1), "2")
    answer = await bind(world, sons, mother, "mother")
    path = f"/family/{answer.data['id']}"
    if confirmed:
        assert (await world.call("POST", path + "/confirm", token=mothers)).status == 200
    for _ in range(2):
        ended = await world.call("DELETE", path, token=sons if side == "shower" else mothers)
        assert (ended.status, ended.data) == (200, None)
    if side == "holder" and not confirmed:
        # He is not told that there is somebody who has said no: it waits until it lapses.
        assert await may_show(world, son, answer) == BINDING_PENDING.code
        assert (await bind(world, sons, mother, "mother")).reason == "ALREADY_BOUND"
        assert (await world.call("GET", "/family", token=mothers)).data["may_show_me"] == []
        declined = await world.call("POST", path + "/confirm", token=mothers)
        assert declined.reason == "BINDING_ENDED"
        assert (await world.call("DELETE", path, token=sons)).status == 200
    assert await may_show(world, son, answer) == BINDING_ENDED.code
    for token in (sons, mothers):
        listed = (await world.call("GET", "/family", token=token)).data
        assert (listed["i_may_show"], listed["may_show_me"]) == ([], [])
    again = await world.call("POST", path + "/confirm", token=mothers)
    assert (again.status, again.reason) == (409, "BINDING_ENDED")
    assert (await bind(world, sons, mother, "mother")).status == 201


async def test_strangers_find_nothing(world: World) -> None:
    sons, _ = await world.member("李明")
    mothers, mother = await world.member("王芳", date(1950, 1, 1), "2")
    strangers, stranger = await world.member("赵六")
    answer = await bind(world, sons, mother, "mother")
    path = f"/family/{answer.data['id']}"
    for method, where in (("DELETE", path), ("POST", path + "/confirm")):
        refused = await world.call(method, where, token=strangers)
        assert (refused.status, refused.reason) == (404, "NOT_FOUND")
    assert (await world.call("POST", path + "/confirm", token=mothers)).status == 200
    assert await may_show(world, stranger, answer) == NOT_FOUND.code
    assert await may_show(world, mother, answer) == NOT_FOUND.code, "it goes one way"


async def test_a_request_lapses_after_seven_days(world: World) -> None:
    sons, son = await world.member("李明")
    _mothers, mother = await world.member("王芳", date(1950, 1, 1), "2")
    answer = await bind(world, sons, mother, "mother")
    week = 7 * 24 * 3600
    world.clock.advance(week)
    assert await may_show(world, son, answer) == BINDING_PENDING.code
    world.clock.advance(1)
    fresh = await world.log_in(f"m{mother.id}x")
    again = await world.log_in(f"m{son.id}x")
    assert await may_show(world, son, answer) == BINDING_ENDED.code
    assert (await world.call("GET", "/family", token=fresh)).data["may_show_me"] == []
    late = await world.call("POST", f"/family/{answer.data['id']}/confirm", token=fresh)
    assert (late.status, late.reason) == (409, "BINDING_ENDED")
    assert (await bind(world, again, mother, "mother")).status == 201


async def test_a_suspended_relatives_code_is_not_shown(world: World) -> None:
    token, father = await world.member("李明")
    child = await world.add("李小明", CHILD, suspended=True)
    answer = await bind(world, token, child, "son", **SIGNED)
    assert answer.data["can_show"] is False
    assert await may_show(world, father, answer) == MISUSE_SUSPENSION.code


async def test_both_ways_at_the_same_time(world: World) -> None:
    husbands, husband = await world.member("李明")
    wifes, wife = await world.member("王芳", gend="2")
    first = await bind(world, husbands, wife, "wife")
    second = await bind(world, wifes, husband, "husband")
    assert (first.status, second.status) == (201, 201)
    assert (
        await world.call("POST", f"/family/{first.data['id']}/confirm", token=wifes)
    ).status == 200
    assert (
        await world.call("POST", f"/family/{second.data['id']}/confirm", token=husbands)
    ).status == 200
    listed = (await world.call("GET", "/family", token=wifes)).data
    assert [item["relation_zh"] for item in listed["i_may_show"]] == ["丈夫"]
    assert [item["relation_zh"] for item in listed["may_show_me"]] == ["丈夫"]


async def test_a_reason_comes_in_english_too(world: World) -> None:
    token, _ = await world.member("李明")
    await bind(world, token, await world.add("王芳", date(1950, 1, 1), "2"), "mother")
    listed = await world.call("GET", "/family", token=token, headers={"Accept-Language": "en"})
    assert listed.data["i_may_show"][0]["why_not"]["message"].startswith("The relative")


GOOD = {
    "psn_name": "李明", "psn_cert_type": "01", "certno": "130100198001010010", "relation": "son",
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"psn_name": ""}, {"psn_name": "李" * 51}, {"psn_name": "\x00"}, {"psn_cert_type": ""},
        {"certno": ""}, {"certno": "1" * 51}, {"certno": "1\x00"}, {"certno": None},
        {"relation": ""}, {"relation": "cousin"}, {"relation": 51}, {"relation": None},
        {"commitment": ""}, {"commitment": 1}, {"commitment": "a" * (64 * 1024 + 1)},
        {"proof": "A0-1"}, {"proof": {}}, {"proof": {"kind": "letter", "reference": "1"}},
        {"proof": {"kind": "notarised", "reference": ""}},
        {"proof": {"kind": "notarised", "reference": "1" * 201}},
        {"proof": {"kind": "notarised", "reference": "1\x00"}}, {"holder": 1},
    ],
)  # fmt: skip
async def test_a_bad_request_is_refused_clearly(world: World, change: dict[str, Any]) -> None:
    token, _ = await world.member("李明")
    answer = await world.call("POST", "/family", GOOD | change, token)
    assert (answer.status, answer.reason) == (422, "INVALID_INPUT")


async def test_a_commitment_of_any_text_is_taken(world: World) -> None:
    token, _ = await world.member("李明")
    for text in ("a\x00b", "签" * (64 * 1024 // 3)):
        child = await world.add("李小明", CHILD)
        answer = await bind(world, token, child, "son", commitment=text, proof=PROOF)
        assert answer.status == 201


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e3", "9" * 19, "9" * 40, "%00", "１"])
async def test_an_impossible_id_finds_nothing(world: World, number: str) -> None:
    token, _ = await world.member("李明")
    for method, path in (("DELETE", f"/family/{number}"), ("POST", f"/family/{number}/confirm")):
        answer = await world.call(method, path, token=token)
        assert (answer.status, answer.reason) == (404, "NOT_FOUND")


async def test_without_a_person_there_is_no_family(world: World) -> None:
    token = await world.log_in()
    for method, path in (
        ("GET", "/family"),
        ("POST", "/family"),
        ("DELETE", "/family/1"),
        ("POST", "/family/1/confirm"),
    ):
        assert (await world.call(method, path, token=token)).reason == "IDENTITY_REQUIRED"
        assert (await world.call(method, path)).reason == "LOGIN_REQUIRED"


async def test_names_come_masked_only(world: World) -> None:
    token, _ = await world.member("李明")
    child = await world.add("李小明", CHILD)
    answer = await bind(world, token, child, "son", **SIGNED)
    listed = await world.call("GET", "/family", token=token)
    for text in (str(answer.body), str(listed.body)):
        assert "李小明" not in text
        assert child.certno not in text


async def test_ending_and_confirming_at_once_leaves_it_ended(world: World) -> None:
    sons, son = await world.member("李明")
    mothers, mother = await world.member("王芳", date(1950, 1, 1), "2")
    answer = await bind(world, sons, mother, "mother")
    path = f"/family/{answer.data['id']}"
    await together(
        world.call("POST", path + "/confirm", token=mothers), world.call("DELETE", path, token=sons)
    )
    assert await may_show(world, son, answer) == BINDING_ENDED.code
