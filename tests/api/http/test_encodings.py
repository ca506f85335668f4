"""A packed body is refused wherever it comes, and never unpacked; of a till's message nothing is
parsed before its signature holds."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from aiohttp import http_parser

from app.api.tills import handlers
from app.api.tills.wire.envelope import parse as right
from app.clients.till.client import CALL_PATH
from app.clients.till.signing import sign_hmac_sm3
from tests.raw_calls import asked
from tests.till_world import Town

ADDRESSES = (
    "POST /api/v1/login", "GET /api/v1/me", "POST /ops/api/session", "GET /", "GET /health/live",
    "GET /metrics", "POST /nowhere", "POST /fsi/api/2102", f"POST {CALL_PATH}", "PUT /till",
    "POST /FSI/api/2102", "GET //fsi/api", "POST /Fsi", "POST /fsix",
)  # fmt: skip


def _is_for_tills(address: str) -> bool:
    return address.partition(" ")[2].lstrip("/").lower().partition("/")[0] == "fsi"


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "identity, GZIP", "x"])
async def test_a_packed_body_is_refused_unopened(
    town: Town, monkeypatch: pytest.MonkeyPatch, encoding: str
) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("unpacked")

    monkeypatch.setattr(http_parser.DeflateBuffer, "feed_data", never)
    packed = gzip.compress(b"0" * 5_000_000)
    for address in ADDRESSES:
        head = (
            f"{address} HTTP/1.1\r\nHost: x\r\nContent-Encoding: {encoding}\r\n"
            f"Content-Length: {len(packed)}\r\n\r\n"
        )
        status, _, body = await asked(town.url, head.encode() + packed)
        assert (status, b"ENCODING_UNSUPPORTED" in body) == (415, True), address
        assert set(json.loads(body)) >= ({"infcode"} if _is_for_tills(address) else {"reason"})


@pytest.mark.parametrize("encoding", ["", "identity", "Identity"])
async def test_what_says_that_it_is_not_packed_is_taken(town: Town, encoding: str) -> None:
    answer = await town.world.call(
        "POST",
        "/login",
        {"code": town.world.code()},
        headers={"Content-Encoding": encoding},
    )
    assert answer.status == 200


async def test_nothing_unsigned_is_parsed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = []

    def parse(raw: bytes) -> Any:
        parsed.append(raw)
        return right(raw)

    monkeypatch.setattr(handlers, "parse", parse)
    shop, now = town.shop, int(town.clock.now().timestamp())
    body = b'{"input":[' + b"1," * 120_000 + b"1]}"
    good = sign_hmac_sm3(shop.key_id, shop.secret, body, now)
    for headers, reason in (
        ({}, "SIGNATURE_MISSING"),
        (sign_hmac_sm3("nobody", shop.secret, body, now), "SIGNATURE_INVALID"),
        (sign_hmac_sm3(shop.key_id, "wrong", body, now), "SIGNATURE_INVALID"),
        (sign_hmac_sm3(shop.key_id, shop.secret, body, now - 1000), "CLOCK_SKEW"),
    ):
        assert (await town.ask(body, headers=headers)).err_msg.startswith(reason)
    assert parsed == []
    assert (await town.ask(body, headers=good)).err_msg.startswith("ENVELOPE_INVALID")
    assert parsed == [body]
