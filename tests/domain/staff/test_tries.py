"""Guessing is slow wherever it comes from, and nobody locks another out by it."""

from __future__ import annotations

from typing import Any

import pytest

from app.api.http.serving.address import Proxies
from app.api.http.serving.doorkeeper import DOORKEEPER
from app.domain.staff.tries import (
    ADDRESS_MAX,
    CROWDED_MAX,
    KNOWN_S,
    NAME_MAX,
    PAIR_MAX,
    WINDOW_S,
)
from tests.api.ops.conftest import NightShift
from tests.phone_world import Answer


async def from_address(night: NightShift, address: str, name: str, password: str) -> Answer:
    """A try that the proxy in front of us hands on."""
    headers = {"X-Forwarded-For": address}
    return await night.try_sign_in(name, password, headers=headers)


def forget_devices(night: NightShift) -> None:
    """The next call comes from another device."""
    night.town.world.client.session.cookie_jar.clear()


async def audited(night: NightShift) -> list[tuple[str, str]]:
    rows = await night.town.rows("select address, result from ops_sign_in order by id")
    return [(row["address"], row["result"]) for row in rows]


async def test_wrong_names_lock_their_own_address_behind_a_proxy(night: NightShift) -> None:
    name, password = await night.operator("viewer")
    for n in range(ADDRESS_MAX):
        answer = await from_address(night, "203.0.113.9", f"name {n}", "a guess")
        assert answer.reason == "OPS_SIGN_IN_FAILED"
    for _ in range(3):
        answer = await from_address(night, "203.0.113.9", "yet another", "a guess")
        assert (answer.status, answer.reason) == (429, "OPS_TRIES")
    assert (await from_address(night, "203.0.113.9", name, password)).reason == "OPS_TRIES"
    assert (await from_address(night, "203.0.113.10", name, password)).status == 200
    found = await audited(night)
    assert found == [
        *[("203.0.113.9", "unknown")] * ADDRESS_MAX,
        ("203.0.113.9", "locked"),
        ("203.0.113.10", "in"),
    ]


async def test_addresses_of_one_line_are_one(night: NightShift) -> None:
    for n in range(ADDRESS_MAX):
        await from_address(night, f"2001:db8:1:2::{n:x}", f"name {n}", "a guess")
    answer = await from_address(night, "2001:db8:1:2:ffff::1", "another", "a guess")
    assert answer.reason == "OPS_TRIES"
    answer = await from_address(night, "2001:db8:1:3::1", "another", "a guess")
    assert answer.reason == "OPS_SIGN_IN_FAILED"


async def test_what_a_stranger_says_of_the_own_address_counts_for_nothing(
    night: NightShift, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = night.town.world.client.app
    assert app is not None
    monkeypatch.setattr(app[DOORKEEPER], "proxies", Proxies.read("10.0.0.0/8"))
    for n in range(ADDRESS_MAX):
        await from_address(night, f"203.0.113.{n}", f"name {n}", "a guess")
    answer = await from_address(night, "203.0.113.99", "another", "a guess")
    assert answer.reason == "OPS_TRIES"
    assert {address for address, _ in await audited(night)} == {"127.0.0.1"}


async def test_behind_a_proxy_that_hands_nothing_on_a_known_device_gets_in(
    night: NightShift,
) -> None:
    """Strangers at the same address have used up its tries, and those of the name there."""
    name, password = await night.operator("viewer")
    assert (await night.try_sign_in(name, password)).status == 200
    jar = night.town.world.client.session.cookie_jar
    kept = list(jar)
    for round_ in range(3):
        jar.clear()
        for _ in range(PAIR_MAX + 1):
            await night.try_sign_in(name, "a guess")
        for n in range(ADDRESS_MAX):
            await night.try_sign_in(f"name {round_} {n}", "a guess")
        assert (await night.try_sign_in(name, password)).reason == "OPS_TRIES"
        jar.update_cookies({one.key: one for one in kept}, night.town.world.client.make_url("/"))
        assert (await night.try_sign_in(name, "slipped")).reason == "OPS_SIGN_IN_FAILED"
        assert (await night.try_sign_in(name, password)).status == 200


async def test_a_name_is_never_locked_everywhere(night: NightShift) -> None:
    name, password = await night.operator("viewer")
    for round_ in range(2):
        refused = 0
        for n in range(NAME_MAX // PAIR_MAX + 5):
            for _ in range(PAIR_MAX + 2):
                answer = await from_address(night, f"198.51.{100 + round_}.{n}", name, "a guess")
                refused += answer.reason == "OPS_SIGN_IN_FAILED"
        # Each further address has a single guess.
        assert refused == (NAME_MAX + 5 * CROWDED_MAX if round_ == 0 else 15 * CROWDED_MAX)
        right = await from_address(night, f"203.0.113.{round_}", name, password)
        assert right.status == 200
        forget_devices(night)
    guesser = await from_address(night, "198.51.101.1", name, password)
    assert guesser.reason == "OPS_TRIES"


async def test_a_known_device_has_tries_of_its_own_but_not_more(night: NightShift) -> None:
    name, password = await night.operator("viewer")
    other = await night.operator("viewer")
    assert (await night.try_sign_in(name, password)).status == 200
    for _ in range(PAIR_MAX):
        assert (await night.try_sign_in(name, "a guess")).reason == "OPS_SIGN_IN_FAILED"
    for _ in range(3):
        assert (await night.try_sign_in(name, password)).reason == "OPS_TRIES"
    assert [result for _, result in await audited(night)].count("locked") == 1
    # It is known for one name only, and nobody's word makes it known.
    assert (await night.try_sign_in(*other)).status == 200
    redis = night.town.services.cache.redis
    [key] = await redis.keys("qinji:ops:tries:d:*")
    assert 0 < await redis.pttl(key) <= WINDOW_S * 1000


async def test_a_device_is_told_by_a_cookie_that_no_script_reads(night: NightShift) -> None:
    name, password = await night.operator("viewer")

    async def sign_in() -> Any:
        body = {"name": name, "password": password}
        client = night.town.world.client
        response = await client.post("/ops/api/sign-in", json=body)
        [cookie] = response.cookies.values()
        return cookie

    cookie = await sign_in()
    assert cookie["httponly"] and cookie["samesite"] == "Strict"
    assert (cookie["path"], cookie["max-age"]) == ("/ops/api/sign-in", str(KNOWN_S))
    assert name not in cookie.key
    assert (await sign_in()).value == cookie.value
    redis = night.town.services.cache.redis
    keys = await redis.keys("qinji:ops:device:*")
    kept = [key + (await redis.get(key) or b"") for key in keys]
    assert len(kept) == 1 and cookie.value.encode() not in kept[0] and name.encode() not in kept[0]
    await redis.delete(*keys)  # forgotten: what a device says itself makes it known no more
    assert (await sign_in()).value != cookie.value


@pytest.mark.parametrize("said", ["x", "é" * 43, "a" * 43, "../" * 14, "; ; =", "a" * 4000])
async def test_a_made_up_device_is_a_stranger(night: NightShift, said: str) -> None:
    name, password = await night.operator("viewer")
    response = await night.town.world.client.post(
        "/ops/api/sign-in", json={"name": name, "password": password}
    )
    [cookie] = response.cookies
    forget_devices(night)
    headers = {"Cookie": f"{cookie}={said}".encode().decode("latin-1")}
    for n in range(PAIR_MAX + 2):
        answer = await night.try_sign_in(name, "a guess", headers=headers)
        assert answer.reason == ("OPS_SIGN_IN_FAILED" if n < PAIR_MAX else "OPS_TRIES")


async def test_one_device_serves_several(night: NightShift) -> None:
    crew = [await night.operator("viewer") for _ in range(3)]
    for name, password in crew:
        assert (await night.try_sign_in(name, password)).status == 200
    keys = await night.town.services.cache.redis.keys("qinji:ops:device:*")
    for name, password in crew:
        assert (await night.try_sign_in(name, password)).status == 200
    assert len(keys) == len(crew)
    assert sorted(await night.town.services.cache.redis.keys("qinji:ops:device:*")) == sorted(keys)


async def test_tries_come_back_after_a_while(night: NightShift) -> None:
    name, password = await night.operator("viewer")
    for _ in range(PAIR_MAX + 1):
        await night.try_sign_in(name, "a guess")
    redis = night.town.services.cache.redis
    keys = await redis.keys("qinji:ops:tries:*")
    assert len(keys) == 3
    for key in keys:
        assert 0 < await redis.pttl(key) <= WINDOW_S * 1000
        await redis.pexpire(key, 0)
    assert (await night.try_sign_in(name, password)).status == 200
