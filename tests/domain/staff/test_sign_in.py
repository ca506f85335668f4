"""Operators sign in with their own name and password; guessing is slow, and written down."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from app.domain.staff import passwords
from app.domain.staff.sessions import IDLE, LONGEST
from app.domain.staff.tries import ADDRESS_MAX, PAIR_MAX
from app.domain.staff.values import Secret
from tests.api.ops.conftest import NightShift

REAL_N = passwords._N


async def audit(night: NightShift) -> list[tuple[str | None, str]]:
    rows = await night.town.rows(
        "select o.name, s.result from ops_sign_in s left join ops_operator o"
        " on o.id = s.operator_id order by s.id"
    )
    return [(row["name"], row["result"]) for row in rows]


async def test_an_operator_signs_in_and_out(night: NightShift) -> None:
    name, password = await night.operator("viewer")
    answer = await night.try_sign_in(name, password)
    assert answer.status == 200
    token = answer.data["token"]
    assert answer.data["operator"] == {"name": name, "role": "viewer"}
    assert (await night.call("GET", "/me", token=token)).data == {"name": name, "role": "viewer"}
    assert (await night.call("POST", "/sign-out", token=token)).status == 200
    assert (await night.call("GET", "/me", token=token)).reason == "OPS_SIGN_IN_REQUIRED"
    assert await audit(night) == [(name, "in"), (name, "out")]


async def test_what_was_wrong_is_not_told(night: NightShift) -> None:
    name, password = await night.operator("viewer")
    wrong = await night.try_sign_in(name, password + "x")
    nobody = await night.try_sign_in("nobody", password)
    assert await night.town.services.operators.disable(name)
    disabled = await night.try_sign_in(name, password)
    told = [{**one.body, "request_id": ""} for one in (wrong, nobody, disabled)]
    assert told[0] == told[1] == told[2]
    assert (wrong.status, wrong.reason) == (403, "OPS_SIGN_IN_FAILED")
    assert await audit(night) == [(name, "wrong"), (None, "unknown"), (name, "disabled")]


async def test_a_password_is_taken_as_typed(night: NightShift) -> None:
    name = "空格"
    assert await night.town.services.operators.add(name, "viewer", "  two spaces  ")
    assert (await night.try_sign_in(name, "two spaces")).status == 403
    assert (await night.try_sign_in(name, "  two spaces  ")).status == 200


async def test_the_hash_is_salted_and_its_parameters_are_kept(
    night: NightShift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_N", REAL_N)
    operators = night.town.services.operators
    await operators.add("甲", "viewer", "the same password")
    await operators.add("乙", "viewer", "the same password")
    one, two = await night.town.rows("select * from ops_operator order by name")
    assert one["password_hash"] != two["password_hash"]
    assert one["password_salt"] != two["password_salt"]
    assert one["scrypt_n"] * one["scrypt_r"] * one["scrypt_p"] >= 2**19
    # An operator whose hash was made with others still signs in.
    old = Secret(
        passwords._scrypt("the same password", b"s" * 16, 2**12, 8, 1), b"s" * 16, 2**12, 8, 1
    )
    await night.town.value(
        "update ops_operator set password_hash = $1, password_salt = $2, scrypt_n = $3,"
        " scrypt_r = $4, scrypt_p = $5 where name = '甲'",
        old.hash,
        old.salt,
        old.n,
        old.r,
        old.p,
    )
    assert (await night.try_sign_in("甲", "the same password")).status == 200


async def test_guessing_is_locked_even_many_at_once(night: NightShift) -> None:
    name, password = await night.operator("viewer")
    guesses = [night.try_sign_in(name, f"guess {n}") for n in range(PAIR_MAX + 5)]
    answers = sorted(one.reason for one in await asyncio.gather(*guesses))
    assert answers == ["OPS_SIGN_IN_FAILED"] * PAIR_MAX + ["OPS_TRIES"] * 5
    right = await night.try_sign_in(name, password)
    assert (right.status, right.reason) == (429, "OPS_TRIES")
    assert sorted(await audit(night)) == [(name, "locked")] + [(name, "wrong")] * PAIR_MAX
    # Another operator, at the same place, is not locked out by it.
    assert (await night.try_sign_in(*await night.operator("viewer"))).status == 200


async def test_right_sign_ins_are_no_tries(night: NightShift) -> None:
    name, password = await night.operator("viewer")
    for _ in range(ADDRESS_MAX + 2):
        assert (await night.try_sign_in(name, password)).status == 200


async def test_disabling_acts_at_once(night: NightShift) -> None:
    name, password = await night.operator("auditor")
    token = (await night.try_sign_in(name, password)).data["token"]
    assert await night.town.services.operators.disable(name)
    assert (await night.call("GET", "/figures", token=token)).reason == "OPS_SIGN_IN_REQUIRED"
    assert await night.town.services.operators.set_password(name, "another password")
    assert (await night.call("GET", "/figures", token=token)).reason == "OPS_SIGN_IN_REQUIRED"
    assert (await night.try_sign_in(name, "another password")).status == 200


@pytest.mark.parametrize("disabled", [False, True])
@pytest.mark.parametrize("password", ["another password", None])
async def test_a_log_in_ends_with_its_password(
    night: NightShift, password: str | None, disabled: bool
) -> None:
    """Not looked at in between, on two devices, with the same word again too."""
    name, first = await night.operator("auditor")
    tokens = [(await night.try_sign_in(name, first)).data["token"] for _ in range(2)]
    others = await night.sign_in()
    operators = night.town.services.operators
    if disabled:
        assert await operators.disable(name)
    assert await operators.set_password(name, password or first)
    for token in tokens:
        for path in ("/me", "/figures", "/audit/looks"):
            assert (await night.call("GET", path, token=token)).reason == "OPS_SIGN_IN_REQUIRED"
    fresh = (await night.try_sign_in(name, password or first)).data["token"]
    for token in (fresh, others):
        assert (await night.call("GET", "/me", token=token)).status == 200


async def test_a_log_in_that_begins_while_the_password_changes_has_ended(
    night: NightShift, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, password = await night.operator("viewer")
    operators, right = night.town.services.operators, passwords.holds

    def slow(given: str, secret: Secret) -> bool:
        asyncio.run_coroutine_threadsafe(
            operators.set_password(name, "another password"), loop
        ).result(10)
        return right(given, secret)

    loop = asyncio.get_running_loop()
    monkeypatch.setattr(passwords, "holds", slow)
    token = (await night.try_sign_in(name, password)).data["token"]
    assert (await night.call("GET", "/me", token=token)).reason == "OPS_SIGN_IN_REQUIRED"


async def test_a_log_in_of_before_marks_signs_in_again(night: NightShift) -> None:
    token = await night.sign_in()
    redis = night.town.services.cache.redis
    [key] = await redis.keys("qinji:ops:session:*")
    entry = json.loads(await redis.get(key))
    del entry["secret"]
    await redis.set(key, json.dumps(entry), ex=60)
    assert (await night.call("GET", "/me", token=token)).reason == "OPS_SIGN_IN_REQUIRED"


@pytest.mark.parametrize("left", ["idle", "long"])
async def test_a_session_ends(night: NightShift, left: str) -> None:
    token = await night.sign_in("viewer")
    clock = night.town.clock
    if left == "idle":
        clock.advance(IDLE.total_seconds())
    else:
        for _ in range(int(LONGEST / (IDLE - timedelta(minutes=1))) + 1):
            clock.advance((IDLE - timedelta(minutes=1)).total_seconds())
            last = await night.call("GET", "/me", token=token)
    last = await night.call("GET", "/me", token=token)
    assert last.reason == "OPS_SIGN_IN_REQUIRED"


async def test_a_phone_s_token_opens_nothing_here_and_the_other_way(night: NightShift) -> None:
    someone = await night.town.member("王芳")
    assert (await night.call("GET", "/figures", token=someone.token)).status == 401
    phone = await night.town.world.call("GET", "/me", token=await night.sign_in())
    assert (phone.status, phone.reason) == (401, "LOGIN_REQUIRED")


async def test_only_an_auditor_opens_stories_and_the_audit(night: NightShift) -> None:
    viewer = await night.sign_in("viewer")
    for method, path in (("GET", "/audit/looks"), ("GET", "/audit/sign-ins")):
        refused = await night.call(method, path, token=viewer)
        assert (refused.status, refused.reason) == (403, "OPS_AUDITOR_ONLY")
    refused = await night.story(viewer, setl_id="1")
    assert refused.reason == "OPS_AUDITOR_ONLY"
    auditor = await night.sign_in("auditor")
    lines = (await night.call("GET", "/audit/sign-ins", token=auditor)).data
    assert [line["result"] for line in lines] == ["in", "in"]
    assert lines[0]["address"] == "127.0.0.1"
    older = await night.call("GET", f"/audit/sign-ins?before={lines[0]['id']}", token=auditor)
    assert [line["id"] for line in older.data] == [lines[1]["id"]]
