"""Who a till is: both schemes, the clock, replays, and nobody for another institution."""

from __future__ import annotations

import asyncio
import hashlib
import json

import pytest

from app.clients.till.sale import sale_input
from app.clients.till.signing import SCHEMES, Headers, sign_hmac_sm3, sign_tif
from tests.till_world import Shop, Town


def signed_in(town: Town, shop: Shop) -> bytes:
    node = {"opter_no": "T01", "mac": "m", "ip": "i"}
    body = json.loads(town.till.body("9001", {"signIn": node}, town.till.new_msgid()))
    return json.dumps(body | {"fixmedins_code": shop.code, "sign_no": ""}).encode()


def now(town: Town) -> int:
    return int(town.clock.now().timestamp())


async def told(town: Town, body: bytes, headers: Headers) -> str:
    answer = await town.ask(body, headers=headers)
    return answer.err_msg.split(" ")[0] or "OK"


@pytest.mark.parametrize("scheme", ["hmac-sm3", "tif"])
async def test_a_right_signature_and_its_wrong_sisters(town: Town, scheme: str) -> None:
    shop, other = await town.new_shop(scheme), await town.new_shop(scheme)
    sign = SCHEMES[scheme]
    body = signed_in(town, shop)
    assert await told(town, body, sign(shop.key_id, shop.secret, body, now(town))) == "OK"
    wrong = {
        "secret": sign(shop.key_id, shop.secret + "x", body, now(town)),
        "key": sign("no-such-key", shop.secret, body, now(town)),
        "another's secret": sign(shop.key_id, other.secret, body, now(town)),
        "long key": sign("k" * 5000, shop.secret, body, now(town)),
    }
    for name, headers in wrong.items():
        assert await told(town, body, headers) == "SIGNATURE_INVALID", name
    headers = sign(other.key_id, other.secret, body, now(town))
    assert await told(town, body, headers) == "NOT_YOUR_INSTITUTION"


@pytest.mark.parametrize("scheme", ["hmac-sm3", "tif"])
async def test_the_clock_has_a_window_of_300_seconds(town: Town, scheme: str) -> None:
    shop = await town.new_shop(scheme)
    for off, expected in [(-301, "CLOCK_SKEW"), (-300, "OK"), (300, "OK"), (301, "CLOCK_SKEW")]:
        body = signed_in(town, shop)
        headers = SCHEMES[scheme](shop.key_id, shop.secret, body, now(town) + off)
        assert await told(town, body, headers) == expected, off


async def test_headers_that_are_no_signature(town: Town) -> None:
    body = signed_in(town, town.shop)
    good = sign_hmac_sm3(town.shop.key_id, town.shop.secret, body, now(town))
    stamp, _, value = good["x-ca-signature"].partition(":")
    cases: list[tuple[Headers, str]] = [
        ({}, "SIGNATURE_MISSING"),
        ({"x-ca-key": town.shop.key_id}, "SIGNATURE_MISSING"),
        (good | {"x-ca-signature": stamp}, "SIGNATURE_MISSING"),
        (good | {"x-ca-signature": f"{stamp}:{value[:-1]}"}, "SIGNATURE_INVALID"),
        (good | {"x-ca-signature": f"{stamp}:é"}, "SIGNATURE_INVALID"),
        (good | {"x-ca-signature": f"{int(stamp) + 1}:{value}"}, "SIGNATURE_INVALID"),
        (sign_tif(town.shop.key_id, town.shop.secret, body, now(town)), "SIGNATURE_INVALID"),
    ]
    for headers, expected in cases:
        assert await told(town, body, headers) == expected, headers


async def test_a_stamp_that_is_no_time_is_refused_though_it_is_signed(town: Town) -> None:
    tif = await town.new_shop("tif")
    body = signed_in(town, tif)
    for stamp in ("", "soon", "-1", "1e9", "9" * 30, "１７"):
        headers = sign_tif(tif.key_id, tif.secret, body, stamp)  # type: ignore[arg-type]
        answer = await told(town, body, headers)
        assert answer in ("CLOCK_SKEW", "SIGNATURE_INVALID"), stamp


async def test_milliseconds_are_taken_too(town: Town) -> None:
    body = signed_in(town, town.shop)
    headers = sign_hmac_sm3(town.shop.key_id, town.shop.secret, body, now(town) * 1000 + 5)
    assert await told(town, body, headers) == "OK"


async def test_hmac_covers_the_body_and_tif_does_not(town: Town) -> None:
    body = signed_in(town, town.shop)
    headers = sign_hmac_sm3(town.shop.key_id, town.shop.secret, body, now(town))
    assert await told(town, body.replace(b"V1.0", b"V1.1"), headers) == "SIGNATURE_INVALID"
    tif = await town.new_shop("tif")
    body = signed_in(town, tif)
    headers = sign_tif(tif.key_id, tif.secret, body, now(town))
    assert await told(town, body.replace(b"V1.0", b"V1.1"), headers) == "OK"


@pytest.mark.parametrize("scheme", ["hmac-sm3", "tif"])
async def test_a_signature_counts_once(town: Town, scheme: str) -> None:
    shop = await town.new_shop(scheme)
    body = signed_in(town, shop)
    headers = SCHEMES[scheme](shop.key_id, shop.secret, body, now(town))
    assert await told(town, body, headers) == "OK"
    assert await told(town, body, headers) == "REPLAYED"
    town.clock.advance(299)
    assert await told(town, body, headers) == "REPLAYED"


async def test_tif_headers_carry_no_other_body_after_a_refusal(town: Town) -> None:
    shop = await town.new_shop("tif")
    good = signed_in(town, shop)
    packed = {"Content-Encoding": "gzip"}
    refused: list[tuple[bytes, Headers, str]] = [
        (b"{", {}, "ENVELOPE_INVALID"),
        (good.replace(b"9001", b"9999"), {}, "TRANSACTION_UNKNOWN"),
        (good.replace(shop.code.encode(), town.shop.code.encode()), {}, "NOT_YOUR_INSTITUTION"),
        (good, packed, "ENCODING_UNSUPPORTED"),
    ]
    for body, more, reason in refused:
        headers = sign_tif(shop.key_id, shop.secret, body, now(town))
        assert await told(town, body, headers | more) == reason
        assert await told(town, good, headers) == "REPLAYED", reason


async def test_tif_headers_sent_to_a_wrong_address_are_used_up(town: Town) -> None:
    shop = await town.new_shop("tif")
    body = signed_in(town, shop)
    headers = sign_tif(shop.key_id, shop.secret, body, now(town))
    await town.world.client.post("/fsi/api/no-such", data=body, headers=headers)
    assert await told(town, body, headers) == "REPLAYED"


async def test_tif_headers_of_a_clock_ahead_do_not_wait_for_their_time(town: Town) -> None:
    shop = await town.new_shop("tif")
    body = signed_in(town, shop)
    headers = sign_tif(shop.key_id, shop.secret, body, now(town) + 400)
    assert await told(town, body, headers) == "CLOCK_SKEW"
    town.clock.advance(200)
    assert await told(town, body, headers) == "REPLAYED"


@pytest.mark.parametrize("scheme", ["hmac-sm3", "tif"])
async def test_an_emptied_redis_lets_no_signature_in_again(town: Town, scheme: str) -> None:
    shop = await town.new_shop(scheme)
    body = signed_in(town, shop)
    headers = SCHEMES[scheme](shop.key_id, shop.secret, body, now(town) + 300)
    assert await told(town, body, headers) == "OK"
    await town.services.cache.redis.flushall()
    assert await told(town, body, headers) == "REPLAYED"
    town.clock.advance(600)
    await town.till.sign_in()  # tidies up
    assert await told(town, body, headers) == "REPLAYED", "kept as long as the clock lets it in"


async def test_a_signature_is_forgotten_when_its_time_is_over(town: Town) -> None:
    shop, marks = await town.new_shop("tif"), []
    for _ in range(2):
        body = signed_in(town, shop)
        headers = sign_tif(shop.key_id, shop.secret, body, now(town))
        await told(town, body, headers)
        named = f"{shop.key_id}\0{headers['x-tif-nonce']}"
        marks.append(hashlib.sha256(named.encode()).digest())
        town.clock.advance(400)
    kept = await town.rows("select mark from signature_use where mark = any($1)", marks)
    assert [row["mark"] for row in kept] == marks[1:]


async def test_one_signature_sent_many_times_at_once_counts_once(town: Town) -> None:
    shop = await town.new_shop("tif")
    body = signed_in(town, shop)
    headers = sign_tif(shop.key_id, shop.secret, body, now(town))
    answers = await asyncio.gather(*(told(town, body, headers) for _ in range(20)))
    assert sorted(answers) == ["OK"] + ["REPLAYED"] * 19


async def test_the_very_same_settlement_gets_its_stored_answer(town: Town) -> None:
    father = await town.member("李强", current_fen=20_000)
    given = sale_input(await town.sale(father, "50.00"), town.clock.now())
    body = town.till.body("2102", given, town.till.new_msgid(), father.place)
    headers = sign_hmac_sm3(town.shop.key_id, town.shop.secret, body, now(town))
    first = await town.ask(body, headers=headers)
    second = await town.ask(body, headers=headers)
    assert first.ok and first.output == second.output
    assert await town.balance(father) == 15_000


async def test_a_tif_nonce_is_refused_even_for_a_settlement(town: Town) -> None:
    shop = await town.new_shop("tif")
    till = await town.new_till(shop)
    father = await town.member("李强", current_fen=20_000)
    given = sale_input(await town.sale(father, "50.00", till=till), town.clock.now())
    body = till.body("2102", given, till.new_msgid(), father.place)
    headers = sign_tif(shop.key_id, shop.secret, body, now(town))
    assert await told(town, body, headers) == "OK"
    assert await told(town, body, headers) == "REPLAYED"
    again = sign_tif(shop.key_id, shop.secret, body, now(town))
    assert await told(town, body, again) == "OK"
    assert await town.balance(father) == 15_000
