"""The national envelope: every field refused by its name when it is not right."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

from app.api.tills.wire.envelope import FIELDS
from app.clients.till.signing import sign_hmac_sm3
from tests.till_world import Town


def message(town: Town, infno: str = "9001") -> dict[str, Any]:
    node = {"opter_no": town.till.operator.opter, "mac": "m", "ip": "i"}
    body = town.till.body(infno, {"signIn": node}, town.till.new_msgid())
    return dict(json.loads(body))


def raw(value: Any) -> bytes:
    return json.dumps(value).encode()


async def told(town: Town, value: Any, **more: Any) -> str:
    answer = await town.ask(raw(value), **more)
    return answer.err_msg or "OK"


async def test_a_field_that_is_not_right_is_named(town: Town) -> None:
    for name, (longest, required, _) in FIELDS.items():
        wrong: list[Any] = [
            "x" * (longest + 1),
            "a\x00b",
            "a\x1bb",
            "\ue000",
            "\udc80",
            ["x"],
            {"x": 1},
            True,
            1.5,
        ]
        for value in wrong:
            answer = await told(town, message(town) | {name: value})
            assert answer.startswith(f"ENVELOPE_INVALID 报文不合规范：{name} "), (name, value)
        for value in ("", None, "missing"):
            body = message(town) | {name: value}
            if value == "missing":
                del body[name]
            answer = await told(town, body)
            if required:
                assert answer.startswith(f"ENVELOPE_INVALID 报文不合规范：{name} 不能为空"), name
            else:
                assert answer == "OK", (name, value, answer)


async def test_a_field_of_full_length_is_fine(town: Town) -> None:
    full = {
        name: "x" * longest
        for name, (longest, _, _) in FIELDS.items()
        if name not in ("infno", "opter", "inf_time", "fixmedins_code", "sign_no", "enc_type")
    }
    assert await told(town, message(town) | full) == "OK"


async def test_a_body_that_is_no_message(town: Town) -> None:
    deep = b'{"input":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    for body in (b"", b"\xff\xfe", b"{", b"[]", b"1", b'"x"', b"null", deep, b"9" * 10_000):
        answer = await town.ask(body)
        assert answer.err_msg.startswith("ENVELOPE_INVALID 报文不合规范：body "), body[:20]


async def test_input_has_its_bounds(town: Town) -> None:
    deep: Any = {"x": 1}
    for _ in range(9):
        deep = {"x": deep}
    wrong: list[Any] = [
        None,
        "text",
        [],
        1,
        {"signIn": {"x": "y" * 40_000}},
        deep,
        {"a\x00": 1},
        {"x": ["\x07"]},
    ]
    for value in wrong:
        answer = await told(town, message(town) | {"input": value})
        assert answer.startswith("ENVELOPE_INVALID 报文不合规范：input "), str(value)[:50]


async def test_no_depth_of_nesting_is_a_fault(town: Town) -> None:
    for depth in (*range(7, 12), *range(100, 1000, 50), 3000):
        body = raw(message(town) | {"input": "?"}).replace(
            b'"?"', b'{"a":' * depth + b"1" + b"}" * depth
        )
        status, text = await town.post(body)
        assert status == 200 and "INTERNAL" not in text, depth


async def test_a_time_that_is_none_is_refused(town: Town) -> None:
    for value in ("2026-11-21", "2026-13-01 00:00:00", "2026-11-21T12:00:00", "21-11-2026 12:00"):
        answer = await told(town, message(town) | {"inf_time": value})
        assert answer.startswith("ENVELOPE_INVALID 报文不合规范：inf_time "), value


async def test_the_answer_has_the_national_form(town: Town) -> None:
    for body in (message(town), message(town, "1101"), {"x": 1}):
        status, text = await town.post(raw(body))
        answer = json.loads(text)
        assert status == 200
        assert set(answer) == {
            "infcode",
            "inf_refmsgid",
            "refmsg_time",
            "respond_time",
            "warn_msg",
            "err_msg",
            "output",
        }
        assert re.fullmatch(r"[0-9]{6}20261121120000[0-9]{10}", answer["inf_refmsgid"])
        assert answer["refmsg_time"] == answer["respond_time"] == "20261121120000000"
        assert (answer["infcode"] == 0) is not bool(answer["err_msg"])
        assert len(answer["err_msg"]) <= 200


async def test_both_forms_of_the_address(town: Town) -> None:
    body = raw(message(town))
    now = int(town.clock.now().timestamp())
    headers = sign_hmac_sm3(town.shop.key_id, town.shop.secret, body, now)
    client = town.world.client
    other = await client.post("/fsi/api/9002", data=body, headers=headers)
    assert "infno 与请求地址不一致" in (await other.json())["err_msg"]
    same = await client.post("/fsi/api/9001", data=body, headers=headers)
    assert (await same.json())["infcode"] == 0


async def test_an_unknown_transaction(town: Town) -> None:
    assert (await told(town, message(town, "4101"))).startswith("TRANSACTION_UNKNOWN ")


async def test_a_message_that_is_too_large(town: Town) -> None:
    answer = await told(town, message(town) | {"input": {"x": "y" * 300_000}})
    assert answer.startswith("ENVELOPE_INVALID 报文不合规范：body 报文过大")


async def test_signing_in_and_out(town: Town) -> None:
    till = await town.new_till(town.shop)
    assert (await till.sign_in()).ok and len(till.sign_no) == 20
    other = await town.new_till(await town.new_shop())
    other.sign_no = till.sign_no
    assert (await other.person("token")).err_msg.startswith("SIGN_IN_UNKNOWN ")
    assert (await other.sign_in()).ok, "whatever number it had before"
    sign_no = till.sign_no
    assert (await till.sign_out()).ok
    till.sign_no = sign_no
    assert (await till.person("token")).err_msg.startswith("SIGN_IN_UNKNOWN ")
    till.sign_no = ""
    again = await till.call("9002", {"signOut": {"sign_no": sign_no, "opter_no": "T01"}})
    assert again.err_msg.startswith("SIGN_IN_UNKNOWN ")
    stranger = await till.call("9001", {"signIn": {"opter_no": "T02", "mac": "m", "ip": "i"}})
    assert stranger.err_msg.startswith("INPUT_INVALID 交易输入不合规范：opter_no ")


async def test_an_operator_has_one_number_a_day(town: Town) -> None:
    """At every terminal, and signing in again; signed out at one, out at all."""
    window, corner = await town.new_till(town.shop), await town.new_till(town.shop)
    for till in (window, corner, window):
        assert (await till.sign_in()).ok
    assert window.sign_no == corner.sign_no == town.till.sign_no
    answers = await asyncio.gather(*(window.sign_in() for _ in range(5)))
    assert {one.output["signinoutb"]["sign_no"] for one in answers} == {window.sign_no}
    of_today = window.sign_no
    assert (await corner.sign_out()).ok
    assert (await window.person("token")).err_msg.startswith("SIGN_IN_UNKNOWN ")
    assert (await window.sign_in()).ok and window.sign_no != of_today
    of_today = window.sign_no
    town.clock.advance(24 * 3600)
    assert (await window.sign_in()).ok and window.sign_no != of_today


async def test_an_encrypted_message_is_refused_by_its_field(town: Town) -> None:
    answer = await told(town, message(town) | {"enc_type": "SM4"})
    assert answer.startswith("ENVELOPE_INVALID 报文不合规范：enc_type ")


async def test_a_refusal_is_told_in_english_only_to_a_till_that_says_so(town: Town) -> None:
    body = raw(message(town) | {"infno": "9999"})
    shop, now = town.shop, int(town.clock.now().timestamp())
    for more, chinese in (
        ({"Prefer": "wait=5, lang=en"}, False),
        ({"Prefer": "lang=en"}, False),
        ({"Prefer": "wait=5, lang=zh"}, True),
        ({"Accept-Language": "en-US,en"}, True),
    ):
        now += 1
        signed = sign_hmac_sm3(shop.key_id, shop.secret, body, now)
        reason, _, words = (await town.ask(body, headers=signed | more)).err_msg.partition(" ")
        assert reason == "TRANSACTION_UNKNOWN"
        assert words.isascii() is not chinese, (more, words)
        if not chinese:
            first, *rest = words.split(". ")
            assert first and rest, "the next step stands after the sentence"
