"""Whatever stands where a method, an address or a header should is refused cleanly: no fault, no
traceback; and every answer of every door has the headers that keep it where it belongs."""

from __future__ import annotations

import logging

import pytest

from app.api.http.counting import counts
from tests.raw_calls import Raw, asked
from tests.till_world import Town

TARGETS = (
    "OPTIONS *", "GET *", "OPTIONS /", "CONNECT x:443", "CONNECT /api/v1/me", "GET http://x",
    "GET http://x/api/v1/me", "GET https://x:99999/", "GET http://", "GET http://[::1", "GET //",
    "GET //x/y", "GET ///", "GET /%ff", "GET /%00", "GET /%zz", "GET /api/v1/%2e%2e/%2e%2e",
    "GET ?x", "GET x", "GET /api", "GET /api/v1/", "POST /fsi", "GET /fsi/api/\xff",
    "GET /\xff\xfe", "GET /..", "TRACE /", "PROPFIND /api/v1/me", "PATCH /", "HEAD /",
    "HEAD /metrics", "HEAD /ops", "GET /?" + "a" * 9000, "GET /" + "a/" * 3000,
    "GET /api/v1/aid/" + "9" * 400, "GET /ops/api/story/\xff", "BREW /", "GET /#x", "GET /;x",
    "GET /api/v1/codes/\r", "DELETE /ops/api/x", "PUT /metrics", "POST /metrics", "GET /health",
    "GET /demo/till", "POST /demo/people", "LINK /till",
)  # fmt: skip
HEADERS = (
    "Expect: 100-continue", "Expect: x", "Expect: \xba",
    "Upgrade: websocket\r\nConnection: Upgrade",
    "Range: bytes=x", "If-None-Match: \xff", "If-None-Match: W/\"",
    "If-Modified-Since: 0001-01-01", "Cookie: \xff=;;=", "Accept-Language: \xff",
    "Accept-Encoding: \xff", "Authorization: Bearer \xff\xfe", "Date: x",
    "Authorization: " + "x" * 8000, "X-Forwarded-For: \xff, ,x", "Forwarded: for=\"",
    "Prefer: wait=999", "Content-Length: 0", "Content-Length: -1",
    "Content-Length: 9\r\nContent-Length: 8", "Host: y", "Transfer-Encoding: gzip, chunked",
    "Content-Type: \xff/x", "Content-Type: multipart/form-data", "Content-Encoding: \xff",
    "x-ca-key: \xff\r\nx-ca-signature: 1:\xff", "X-Request-Id: \xff", "\xff: x", "nothing", ": x",
    "A: \x00",
)  # fmt: skip
GARBAGE = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\r\n\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n",
    b"CONNECT  \r\nHost: x\r\n\r\n",
    b"GET /\r\n\r\n", b"\x00" * 100, b"GET / HTTP/1.1\r\n\r\n", b"G" * 10_000,
)  # fmt: skip
ALWAYS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
}


@pytest.fixture
def config() -> dict[str, float]:
    return {"read_deadline_s": 0.5}


def calls() -> list[bytes]:
    texts = [f"{target} HTTP/1.1\r\nHost: x\r\n\r\n" for target in TARGETS]
    for path in ("GET /api/v1/me", "POST /fsi/api/2102", "GET /", "GET /ops/api/figures"):
        texts += [f"{path} HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n" for header in HEADERS]
    return [text.encode("latin-1") for text in texts] + list(GARBAGE)


async def test_no_call_is_too_strange(
    town: Town, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = sum(doors.get("5xx", 0) for doors in counts()["doors"].values())
    for call in calls():
        raw = await Raw.open(town.url, call)
        head = (await raw.reader.read(100_000)).partition(b"\r\n\r\n")[0].decode("latin-1")
        raw.close()
        if not head:  # not even a line of a call
            continue
        if head.startswith("HTTP/1.1 100"):
            continue
        first, *lines = head.split("\r\n")
        assert 200 <= int(first.split()[1]) < 500, (call, head)
        found = dict(line.lower().split(": ", 1) for line in lines)
        assert "server" not in found, call
        for name, wanted in ALWAYS.items():
            assert found.get(name) == wanted.lower(), (call, head)
        assert "frame-ancestors 'none'" in found["content-security-policy"], call
    assert sum(doors.get("5xx", 0) for doors in counts()["doors"].values()) == before
    written = "".join(capfd.readouterr()) + caplog.text
    assert "Traceback" not in written and "unexpected" not in written, written[-3000:]
    assert (await town.world.client.get("/health/live")).status == 200


@pytest.mark.parametrize(
    "path",
    ["/", "/till", "/ops", "/health/live", "/metrics", "/api/v1/openapi.json", "/api/v1/me",
     "/ops/api/figures", "/fsi/api/2102", "/nowhere"],
)  # fmt: skip
async def test_every_door_answers_with_these_headers(town: Town, path: str) -> None:
    answer = await town.world.client.get(path)
    assert "Server" not in answer.headers
    for name, wanted in ALWAYS.items():
        assert answer.headers[name] == wanted
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "expected", ["x", "\xba", "100-contin\xbaue", "100-continue, x", '"', "\xff" * 900]
)
async def test_whatever_is_expected_each_door_answers_in_its_own_form(
    town: Town, expected: str, caplog: pytest.LogCaptureFixture
) -> None:
    for address, key in (
        ("POST /fsi/api/2102", b"infcode"),
        ("POST /api/v1/login", b"next_step"),
        ("GET /nowhere", b"next_step"),
        ("GET /health/live", b"live"),
    ):
        head = f"{address} HTTP/1.1\r\nHost: x\r\nExpect: {expected}\r\nContent-Length: 2"
        status, _, body = await asked(town.url, head + "\r\n\r\n{}")
        assert status not in (417, 500) and key in body, (address, status, body)
    assert [one.getMessage() for one in caplog.records if one.levelname == "ERROR"] == []


async def test_who_waits_before_he_sends_is_told_to_go_on(town: Town) -> None:
    head = "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 2"
    raw = await Raw.open(town.url, head + "\r\n\r\n")
    assert (await raw.answer())[0] == 100
    await raw.send("{}")
    assert (await raw.answer())[0] == 422
    raw.close()
