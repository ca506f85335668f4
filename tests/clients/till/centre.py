"""A small centre that plays the tills' door: a real server, with the answers a test scripts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from app.clients.till.client import CALL_PATH
from app.kit.sm import hmac_sm3

SECRET = "an-invented-secret-1"
LENGTHS = {
    "msgid": (30, 30), "mdtrtarea_admvs": (6, 6), "insuplc_admdvs": (0, 6),
    "recer_sys_code": (1, 10), "dev_no": (0, 100), "cainfo": (0, 1024), "signtype": (0, 10),
    "infver": (1, 6), "opter_type": (1, 3), "opter": (1, 30), "opter_name": (1, 50),
    "inf_time": (19, 19), "fixmedins_code": (12, 12), "fixmedins_name": (1, 20),
    "sign_no": (0, 30),
}  # fmt: skip

Body = dict[str, Any]


def signed(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the till signed by one of the two schemes."""
    if "x-ca-key" in headers:
        stamp, _, signature = headers["x-ca-signature"].partition(":")
        expected = hmac_sm3(SECRET.encode(), stamp.encode() + b"\n" + body).hex().upper()
        return headers["x-ca-key"] == "key-1" and signature == expected
    stamp, nonce = headers["x-tif-timestamp"], headers["x-tif-nonce"]
    text = f"{stamp}{SECRET}{nonce}{stamp}"
    return (
        headers["x-tif-paasid"] == "key-1"
        and headers["x-tif-signature"] == hashlib.sha256(text.encode()).hexdigest()
    )


def ok(output: Body | None = None) -> Body:
    return {
        "infcode": "0",
        "inf_refmsgid": "130000" + "2" * 14 + "0" * 10,
        "err_msg": "",
        "output": output or {},
    }


def no(err_msg: str) -> Body:
    return {"infcode": -1, "inf_refmsgid": "", "err_msg": err_msg, "output": None}


@dataclass
class Centre:
    """What came in, and who answers it; an answer of None breaks the connection."""

    answer: Callable[[Body], Body | None] = lambda body: ok()
    bodies: list[bytes] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)
    url: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def calls(self) -> list[Body]:
        return [json.loads(body) for body in self.bodies]

    async def handle(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        body = json.loads(raw)
        self.bodies.append(raw)
        self.headers.append(request.headers.copy())
        if not signed(request.headers, raw):
            return web.json_response(no("SIGNATURE_WRONG 签名不一致"))
        for name, (shortest, longest) in LENGTHS.items():
            if not shortest <= len(body[name]) <= longest:
                self.faults.append(f"{name}: {len(body[name])}")
        answer = self.answer(body)
        if answer is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        return web.json_response(answer)


@asynccontextmanager
async def running(centre: Centre) -> AsyncIterator[Centre]:
    """The centre behind a real port."""
    app = web.Application()
    app.router.add_post(CALL_PATH, centre.handle)
    async with TestServer(app) as server:
        centre.url = str(server.make_url(""))
        yield centre
    assert centre.faults == []
