"""The national text's own signature: ``cainfo`` by SM2 over the header's fields. Its keys, its
forms, its clock, and that only one message ever comes under it, though it covers no input."""

from __future__ import annotations

import asyncio
import base64
import json
from dataclasses import replace
from typing import Any

import pytest

from app.clients.till.answer import Answer
from app.clients.till.client import TillClient
from app.clients.till.sale import sale_input
from app.clients.till.signing import sign_hmac_sm3, sign_sm2
from app.kit.sm2.keys import N, private_key, signature_der
from app.kit.sm2.signing import HERE, sign
from tests.till_world import Shop, Town, add_shop, sm2_secret

pytestmark = pytest.mark.skipif(not HERE, reason="no SM2 for this machine")
SIGN_IN = {"signIn": {"opter_no": "T01", "mac": "m", "ip": "i"}}


def code(answer: Answer) -> str:
    return answer.err_msg.split(" ")[0] or "OK"


class Signing:
    """A pharmacy that signs so, and what it sends."""

    def __init__(self, town: Town, shop: Shop, till: TillClient) -> None:
        self.town, self.shop, self.till = town, shop, till

    def message(self, infno: str = "9001", given: dict[str, Any] | None = None) -> bytes:
        body = self.till.body(infno, given or SIGN_IN, self.till.new_msgid())
        return self.signed(body)

    def signed(self, body: bytes, secret: str = "") -> bytes:
        shop = self.shop
        return sign_sm2(shop.key_id, secret or shop.secret, body, self.town.clock.now())

    def by_hand(self, change: dict[str, Any], *, empties: bool = True) -> bytes:
        """A message whose header is signed as it stands, with fields changed or (None) left out."""
        message: dict[str, Any] = json.loads(self.message())
        for name, value in change.items():
            message[name] = value
            if value is None:
                del message[name]
        header = sorted((n, v) for n, v in message.items() if n not in ("cainfo", "input"))
        base = "&".join(f"{name}={value}" for name, value in header if value or empties)
        message["cainfo"] = sign(private_key(self.shop.secret), base.encode())
        return json.dumps(message).encode()

    async def told(self, body: bytes, **more: Any) -> str:
        return code(await self.ask(body, **more))

    async def ask(self, body: bytes, **more: Any) -> Answer:
        """Without a signature in the headers."""
        return await self.town.ask(body, **{"headers": {}} | more)


@pytest.fixture
async def signing(town: Town) -> Signing:
    shop = await town.new_shop("sm2")
    return Signing(town, shop, await town.new_till(shop))


async def test_a_whole_sale_is_signed_by_sm2(signing: Signing) -> None:
    town, till = signing.town, signing.till
    patient = await town.member("李强", current_fen=20_000)
    assert (await till.sign_in()).ok
    sale = await town.sale(patient, "50.00", till=till)
    assert (await till.preview(sale)).ok
    paid = await till.settle(sale)
    assert paid.ok and await town.balance(patient) == 15_000
    info = paid.setlinfo
    gone = await till.cancel(info["setl_id"], info["mdtrt_id"], patient.psn_no, patient.place)
    assert gone.ok and await town.balance(patient) == 20_000


async def test_a_wrong_signature_tells_nothing(signing: Signing) -> None:
    town, good = signing.town, json.loads(signing.message())
    other = await town.new_shop("sm2")
    raw = signature_der(good["cainfo"]) or b""
    wrong: dict[str, bytes] = {
        "another's key": signing.signed(signing.message(), other.secret),
        "an unknown key": json.dumps(good | {"app_id": "nosuchkey"}).encode(),
        "another name": json.dumps(good | {"opter_name": "x"}).encode(),
        "another number": json.dumps(good | {"msgid": f"{good['msgid'][:-1]}x"}).encode(),
        "a field more": json.dumps(good | {"dev_no2": "x"}).encode(),
        "a field less": json.dumps({n: v for n, v in good.items() if n != "infver"}).encode(),
        "no number": json.dumps(good | {"cainfo": "A" * 88}).encode(),
        "too large": json.dumps(good | {"cainfo": f"{N:064x}" * 2}).encode(),
        "no base64": json.dumps(good | {"cainfo": "?" * 88}).encode(),
        "cut short": json.dumps(good | {"cainfo": raw.hex()[:-2]}).encode(),
        "of a secret's": json.dumps(good | {"app_id": town.shop.key_id}).encode(),
        "a list": json.dumps(good | {"dev_no": ["x"]}).encode(),
    }
    told = {name: (await signing.ask(body)).err_msg for name, body in wrong.items()}
    missing = {name for name, said in told.items() if said.startswith("SIGNATURE_MISSING")}
    assert missing <= {"a list"}
    assert len({said for name, said in told.items() if name not in missing}) == 1, told
    assert all(said.startswith("SIGNATURE_") for said in told.values())
    assert await signing.told(json.dumps(good).encode()) == "OK"


async def test_every_form_of_a_signature_is_taken(signing: Signing) -> None:
    for form in ("hex", "HEX", "der", "derhex"):
        message = json.loads(signing.message())
        der = signature_der(message["cainfo"]) or b""
        raw = base64.b64decode(message["cainfo"])
        message["cainfo"] = {
            "hex": raw.hex(),
            "HEX": raw.hex().upper(),
            "der": base64.b64encode(der).decode(),
            "derhex": der.hex(),
        }[form]
        assert await signing.told(json.dumps(message).encode()) == "OK", form


async def test_empty_fields_are_signed_or_left_out(signing: Signing) -> None:
    for empties in (True, False):
        assert await signing.told(signing.by_hand({}, empties=empties)) == "OK"
        assert await signing.told(signing.by_hand({"dev_no": None}, empties=empties)) == "OK"
    assert await signing.told(signing.by_hand({"dev_no": 17})) == "OK", "a number is its digits"


async def test_without_a_channel_the_institution_itself_is_the_key(town: Town) -> None:
    shop = await town.new_shop("sm2")
    shop = replace(shop, key_id=shop.code)
    await add_shop(town.services, shop, town.clock.now())
    signing = Signing(town, shop, await town.new_till(shop))
    assert await signing.told(signing.by_hand({"app_id": None})) == "OK"
    assert await signing.told(signing.by_hand({"app_id": ""})) == "OK"


async def test_the_clock_is_the_message_s_own(signing: Signing) -> None:
    told = []
    for off in (-301, -300, 300, 301):
        signing.town.clock.advance(off)
        body = signing.message()
        signing.town.clock.advance(-off)
        told.append(await signing.told(body))
    assert told == ["CLOCK_SKEW", "OK", "OK", "CLOCK_SKEW"]
    assert await signing.told(signing.by_hand({"inf_time": "soon"})) == "CLOCK_SKEW"
    ahead = signing.by_hand({})
    signing.town.clock.advance(-400)
    assert await signing.told(ahead) == "CLOCK_SKEW"
    signing.town.clock.advance(400)
    other = json.dumps(json.loads(ahead) | {"input": {"signIn": {}}}).encode()
    assert await signing.told(other) == "REPLAYED", "what came too early doesn't wait for its time"


async def test_no_other_input_comes_under_a_signature(signing: Signing) -> None:
    town, till = signing.town, signing.till
    patient = await town.member("李强", current_fen=20_000)
    given = sale_input(await town.sale(patient, "50.00", till=till), town.clock.now())
    body = signing.signed(till.body("2102", given, till.new_msgid(), patient.place))
    message = json.loads(body)
    message["input"]["druginfo"]["invono"] = "other"
    assert await signing.told(body) == "OK"
    others = [json.dumps(message | {"input": {"pad": n}}).encode() for n in range(3)]
    assert await asyncio.gather(*map(signing.told, others)) == ["REPLAYED"] * 3
    assert await asyncio.gather(*map(signing.told, others)) == ["REPLAYED"] * 3
    assert await signing.told(json.dumps(message).encode()) == "REPLAYED"
    assert await town.balance(patient) == 15_000
    again = await signing.ask(body)
    assert again.ok, "the very same message gets its stored answer"
    assert await signing.told(signing.signed(body)) == "OK", "signed anew as well"
    assert await town.balance(patient) == 15_000


async def test_what_is_answered_anew_counts_once_a_signature(signing: Signing) -> None:
    body = signing.message()
    told = [code(one) for one in await asyncio.gather(*(signing.ask(body) for _ in range(9)))]
    assert sorted(told) == ["OK", *["REPLAYED"] * 8]
    await signing.town.services.cache.redis.flushall()
    signing.town.clock.advance(299)
    assert await signing.told(body) == "REPLAYED"


async def test_keys_are_exchanged_as_secrets_are(signing: Signing) -> None:
    town, old = signing.town, signing.shop
    new = replace(old, secret=sm2_secret())
    await add_shop(town.services, new, town.clock.now())
    fresh = Signing(town, new, await town.new_till(new))
    assert [await one.told(one.message()) for one in (signing, fresh)] == ["OK", "OK"]
    by_secret = replace(old, scheme="hmac-sm3", secret="a-secret-of-the-shop")
    await add_shop(town.services, by_secret, town.clock.now())
    body = (await town.new_till(by_secret)).body("9001", SIGN_IN, signing.till.new_msgid())
    now = int(town.clock.now().timestamp())
    headers = sign_hmac_sm3(old.key_id, by_secret.secret, body, now)
    assert await signing.told(body, headers=headers) == "OK"
    assert await fresh.told(fresh.message()) == "OK", "the key of before, for a day"
    town.clock.advance(24 * 3600)
    assert await fresh.told(fresh.message()) == "SIGNATURE_INVALID"


async def test_nobody_signs_for_another_institution(signing: Signing) -> None:
    other = await signing.town.new_shop("sm2")
    body = signing.by_hand({"fixmedins_code": other.code})
    assert await signing.told(body) == "NOT_YOUR_INSTITUTION"


async def test_what_is_not_signed_is_not_parsed(signing: Signing) -> None:
    nonsense = b'{"cainfo": "' + b"A" * 88 + b'", "fixmedins_code": "P99999999999", [[[['
    assert await signing.told(nonsense) == "SIGNATURE_INVALID"
    assert await signing.told(b'{"cainfo": ""}') == "SIGNATURE_MISSING"
    assert await signing.told(b"[" * 5_000) == "SIGNATURE_MISSING"
    named = f'{{"cainfo": "{"A" * 88}", "fixmedins_code": "P1", "app_id": "{signing.shop.key_id}"'
    assert await signing.told(named.encode()) == "ENVELOPE_INVALID"
    long = b'{"infno": "9101", "cainfo": "' + b"A" * 88 + b'", "x": "' + b"x" * 300_000 + b'"}'
    assert await signing.told(long) == "SIGNATURE_INVALID", "no long file of a stranger's is read"


async def test_tif_is_for_who_is_marked(town: Town) -> None:
    shop = await town.new_shop("tif")
    till = await town.new_till(shop)
    assert (await till.sign_in()).ok
    await town.value(
        "update institution set tif_allowed = false where fixmedins_code = $1 returning 1",
        shop.code,
    )
    assert code(await till.sign_in()) == "SIGNATURE_INVALID"
