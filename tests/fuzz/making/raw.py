"""Bytes that are no HTTP, or HTTP of a kind that nobody writes: for whatever reads the wire."""

from __future__ import annotations

import random

from app.clients.till.client import CALL_PATH
from tests.fuzz.case import Case
from tests.fuzz.making.grammar import torn

_METHODS = (
    "GET", "POST", "HEAD", "OPTIONS", "CONNECT", "TRACE", "PUT", "DELETE", "PATCH", "PRI", "get",
    "G ET", "X" * 300, "", "é", "POST\t", "PROPFIND", "\0",
)  # fmt: skip
_TARGETS = (
    "/", "*", "x:443", "http://x", "http://x/fsi/api/2102", "https://u:p@h:99999/x", "//", "///x",
    "/%", "/%00", "/%ff%fe", "/a b", "?", "/?", "/#", "", "/..%2f..%2fetc/passwd", "/" + "a" * 9000,
    "/" + "%41" * 3000, "/é", "/\\", "/;", "http://[::1", "http://[x]:y/", "http://:0/",
    "/api/v1/me", "/api/v1/aid/1", CALL_PATH, "/ops/api/me", "/ops/api/figures", "/metrics",
    "/health/ready", "/health/live", "/demo/people", "/till", "/ops", "/api/v1/../v1/me",
    "/miniprogram/app.json", "/api/v1/openapi.json",
    "/api/v1/institutions?q=" + "%f0%9f%99%82" * 30, "ws://x/y", "urn:x", "javascript:x",
    "/api/v1/me?" + "a=b&" * 2000, "/common/../../../etc/passwd", "/fsi/api/2102",
)  # fmt: skip
_FINE_TARGETS = (
    "/", "/api/v1/me", "/api/v1/aid/1", CALL_PATH, "/ops/api/me", "/metrics", "/health/ready",
    "/demo/people", "/till", "/ops", "/miniprogram/app.json", "/api/v1/openapi.json",
    "/common/x.js", "/ops/api/openapi.json", "/demo/till", "/api/v1/login", "/api/v1/nowhere",
    "/fsi/api/2102", "/api/v1/accounts/statement?first=2026-01-01&last=2026-12-31",
)  # fmt: skip
_VERSIONS = (
    "HTTP/1.1",
    "HTTP/1.0",
    "HTTP/0.9",
    "HTTP/2.0",
    "HTTP/9.9",
    "http/1.1",
    "",
    "HTTP/1.1 x",
)
_HEADERS = (
    "Host: x", "Host: ", "Host: x:99999", "Host: [::1", "Host: é", "Host: x\r\nHost: y",
    "Connection: close",
    "Connection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x",
    "Sec-WebSocket-Version: 13",
    "Upgrade: h2c\r\nHTTP2-Settings: x", "Content-Length: 5", "Content-Length: -1",
    "Content-Length: +2", "Content-Length: 2\r\nContent-Length: 3",
    "Content-Length: 99999999999999999999", "Content-Length: 0x2", "Content-Length: 2, 2",
    "Content-Length:\t2", "Content-Length : 2", "Transfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 2", "Transfer-Encoding: gzip, chunked",
    "Transfer-Encoding: x", "Transfer-Encoding: chunked, chunked", "transfer-encoding:\x0bchunked",
    "Content-Encoding: gzip", "Content-Encoding: ,", "Content-Type: application/json",
    "Content-Type: multipart/form-data; boundary=", "Content-Type: ;charset=\"",
    "Expect: 100-continue", "Expect: x", "Range: bytes=0-1,5-", "If-None-Match: *",
    "If-None-Match: \"", "If-None-Match: W/\"x", "If-Modified-Since: Sat, 99 Xxx 0000 99:99:99 GMT",
    "If-Range: x", "Cookie: a=b; c", "Cookie: \"", "Accept-Encoding: gzip;q=x",
    "Accept-Language: en", "Authorization: Bearer x", "Authorization: Bearer <<phone>>",
    "Authorization: Bearer <<ops>>", "X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: x, y,,",
    "X-Forwarded-For: [::1]:80", "X-Forwarded-For: " + "1," * 900, "X-Forwarded-Proto: x",
    "Forwarded: for=\"", " folded: x", "a: b\r\n c", "no colon", ": x", "a\0b: c", "a: \0",
    "a: \x7f\x80", "x" * 9000 + ": y", "x: " + "y" * 9000, "\r", "Prefer: wait=0",
    "x-ca-key: demo-pharmacy-1\r\nx-ca-signature: 1:2", "Keep-Alive: timeout=x", "Trailer: x",
    "TE: trailers", "Date: x", "Origin: null", "Sec-Fetch-Site: x", "Content-MD5: x",
)  # fmt: skip
_FINE_HEADERS = (
    "Connection: close", "Content-Type: application/json", "If-None-Match: *",
    "If-None-Match: W/\"x", "If-None-Match: \"a\", W/\"b\"", "Accept-Encoding: gzip;q=x",
    "Accept-Encoding: gzip, br", "Accept-Language: en", "Authorization: Bearer <<phone>>",
    "X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: x, y,,", "Range: bytes=0-1,5-",
    "If-Modified-Since: Sat, 99 Xxx 0000 99:99:99 GMT", "Prefer: wait=0", "Expect: 100-continue",
    "Cookie: a=b; c", "Cookie: \"; $Version=1; é=\x80", "Content-Type: ;charset=\"", "Origin: null",
    "X-Request-Id: x", "If-Range: x", "If-Unmodified-Since: 0", "Content-Encoding: gzip",
    "Upgrade: h2c", "Authorization: Bearer \xff\xfe", "Max-Forwards: 0",
)  # fmt: skip
_BODIES = (
    b"", b"{}", b"{}" * 9, b"2\r\n{}\r\n0\r\n\r\n", b"2;x=y\r\n{}\r\n0\r\nA: b\r\n\r\n", b"zz\r\n",
    b"-1\r\n{}\r\n", b"0\r\n", b"ffffffffffffffff\r\n{}", b"2\r\n{}0\r\n\r\n", b"2\n{}\n0\n\n",
    b"\0" * 50, b"\x1f\x8b\x08\0\0\0\0\0", b"--\r\n\r\n--",
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 3, b'{"code":"x"}',
)  # fmt: skip
_NONSENSE = (
    b"", b"\r\n\r\n", b"\n\n\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x05\x01\x00", b"\0" * 5000, b"GET", b"GET /\r\n\r\n",
    b"HELO x\r\n", b"*1\r\n$4\r\nPING\r\n", b"\xff" * 9,
    b"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\nGET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 3000,
)  # fmt: skip


def call(dice: random.Random) -> Case:
    """One connection's bytes."""
    roll = dice.random()
    if roll < 0.05:
        return Case("raw", "bytes", "", dice.choice(_NONSENSE), framed=False)
    if roll < 0.08:
        return Case("raw", "bytes", "", dice.randbytes(dice.randrange(1, 300)), framed=False)
    calls = [_one(dice) for _ in range(dice.choice((1, 1, 1, 1, 2, 3)))]
    whole = b"".join(calls)
    if dice.random() < 0.2:
        whole = torn(dice, whole)
    return Case("raw", "http", "", whole, framed=False)


def _one(dice: random.Random) -> bytes:
    plain = dice.random()
    method = dice.choice(("GET", "POST")) if plain < 0.4 else dice.choice(_METHODS)
    version = "HTTP/1.1" if dice.random() < 0.85 else dice.choice(_VERSIONS)
    end = "\r\n" if dice.random() < 0.95 else dice.choice(("\n", "\r", "\r\r\n"))
    target = dice.choice(_FINE_TARGETS if dice.random() < 0.5 else _TARGETS)
    lines = [f"{method} {target} {version}"]
    if dice.random() < 0.85:
        lines.append("Host: x")
    lines += [
        dice.choice(_FINE_HEADERS if dice.random() < 0.75 else _HEADERS)
        for _ in range(dice.choice((0, 1, 1, 2, 3, 5)))
    ]
    body = b"" if method == "GET" and plain < 0.4 else dice.choice(_BODIES)
    if body and dice.random() < 0.8:
        lines.append(f"Content-Length: {len(body)}")
    return end.join([*lines, "", ""]).encode("latin-1", "replace") + body
