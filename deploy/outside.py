"""Plays what lies outside Qinji: WeChat's login and an identity provider. For tests and the demo.

    python deploy/outside.py --port 8090

Nothing asks this server unless QINJI_WECHAT_BASE_URL and QINJI_IDENTITY_BASE_URL point to it.

WeChat (``GET /sns/jscode2session``): ``demo-<who>`` or ``demo-<who>-<anything>`` logs in ``<who>``
once; ``zero-<who>`` does so with ``errcode: 0`` in the answer. ``busy``, ``quota``, ``risk``,
``odd``, ``empty``, ``broken``, ``http500`` and ``slow`` (each also with ``-<anything>``) provoke
what their names say. Any other code is invalid.

Identity (``POST /identity/face/check``): ticket ``face-ok-<anything>`` passes; ``face-busy``,
``face-broken``, ``face-empty``, ``face-slow`` provoke faults; the rest fails. One ticket is one
check: asked again it gives the same reference. ``POST /identity/card/check``: password ``123456``
passes; three wrong ones block the card for a while.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import hashlib
import json
import secrets
import time
from dataclasses import dataclass, field

from aiohttp import web

APPID = "wx-demo-appid"
APP_SECRET = "demo-app-secret"
IDENTITY_KEY = "demo-identity-key"
CARD_PASSWORD = "123456"
WRONG_TRIES = 3

_PROVOKED = {
    "busy": (-1, "system error"),
    "quota": (45011, "api minute-quota reach limit mustslower retry next minute"),
    "risk": (40226, "code blocked"),
    "odd": (50001, "no such thing in any list"),
}


@dataclass
class Outside:
    """What the played services remember."""

    appid: str = APPID
    app_secret: str = APP_SECRET
    identity_key: str = IDENTITY_KEY
    slow_s: float = 8.0
    block_s: float = 600.0
    used_codes: set[str] = field(default_factory=set)
    session_keys: list[str] = field(default_factory=list)
    checks: int = 0
    wrong: dict[str, list[float]] = field(default_factory=dict)


OUTSIDE = web.AppKey("outside", Outside)


def make_outside(outside: Outside | None = None) -> web.Application:
    """The aiohttp application that plays the outside."""
    app = web.Application()
    app[OUTSIDE] = outside or Outside()
    app.add_routes(
        [
            web.get("/sns/jscode2session", code_to_session),
            web.post("/identity/face/check", face_check),
            web.post("/identity/card/check", card_check),
        ]
    )
    return app


def openid_of(who: str) -> str:
    """The openid WeChat gives to a person of the demo."""
    digest = hashlib.sha256(who.encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]


async def code_to_session(request: web.Request) -> web.StreamResponse:
    """WeChat's code2Session, with its true forms."""
    outside, query = request.app[OUTSIDE], request.query
    for name, errcode in (("appid", 41002), ("secret", 41004), ("js_code", 41008)):
        if not query.get(name):
            return _wechat({"errcode": errcode, "errmsg": f"{name} missing" + _rid()})
    if query["appid"] != outside.appid:
        return _wechat({"errcode": 40013, "errmsg": "invalid appid" + _rid()})
    if query["secret"] != outside.app_secret:
        return _wechat({"errcode": 40125, "errmsg": "invalid appsecret" + _rid()})
    code = query["js_code"]
    kind, _, rest = code.partition("-")
    if kind in _PROVOKED:
        errcode, errmsg = _PROVOKED[kind]
        return _wechat({"errcode": errcode, "errmsg": errmsg + _rid()})
    if kind == "slow":
        await asyncio.sleep(outside.slow_s)
        return _wechat({"errcode": -1, "errmsg": "system error" + _rid()})
    if kind == "broken":
        return web.Response(text="<html>gateway</html>", content_type="text/html")
    if kind == "http500":
        return web.Response(status=500, text='{"openid": "not to be believed"}')
    if kind == "empty":
        return _wechat({})
    if kind not in ("demo", "zero") or not rest or query.get("grant_type") != "authorization_code":
        return _wechat({"errcode": 40029, "errmsg": "invalid code" + _rid()})
    return _log_in(outside, code, rest.partition("-")[0], with_zero=kind == "zero")


def _log_in(outside: Outside, code: str, who: str, *, with_zero: bool) -> web.Response:
    if code in outside.used_codes:
        return _wechat({"errcode": 40163, "errmsg": "code been used" + _rid()})
    outside.used_codes.add(code)
    session_key = base64.b64encode(secrets.token_bytes(16)).decode()
    outside.session_keys.append(session_key)
    answer: dict[str, object] = {"session_key": session_key, "openid": openid_of(who)}
    if with_zero:
        answer |= {"errcode": 0, "errmsg": "ok", "unionid": "u" + openid_of("union" + who)[1:]}
    return _wechat(answer)


def _rid() -> str:
    return f", rid: {secrets.token_hex(4)}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"


def _wechat(body: dict[str, object]) -> web.Response:
    # WeChat labels its JSON as plain text.
    return web.Response(text=json.dumps(body), content_type="text/plain")


async def face_check(request: web.Request) -> web.StreamResponse:
    """Compares a face taken by the provider's own page, known here by its ticket."""
    outside = request.app[OUTSIDE]
    asked = await _asked(request, "ticket", "name", "cert_type", "certno")
    if isinstance(asked, web.Response):
        return asked
    ticket = asked["ticket"]
    if ticket.startswith("face-busy"):
        return web.json_response({"error": "busy"}, status=503)
    if ticket.startswith("face-broken"):
        return web.Response(text="<html>gateway</html>")
    if ticket.startswith("face-empty"):
        return web.json_response({})
    if ticket.startswith("face-slow"):
        await asyncio.sleep(outside.slow_s)
    passed = ticket.startswith("face-ok-")
    reference = "face-" + hashlib.sha256(ticket.encode()).hexdigest()[:24]
    return web.json_response(
        {"passed": passed, "provider_ref": reference, "score": 96.5 if passed else 41.0}
    )


async def card_check(request: web.Request) -> web.StreamResponse:
    """Checks a social-security card's number and password."""
    outside = request.app[OUTSIDE]
    asked = await _asked(request, "card_no", "password", "name", "cert_type", "certno")
    if isinstance(asked, web.Response):
        return asked
    now = time.monotonic()
    card = asked["card_no"]
    wrong = [at for at in outside.wrong.get(card, []) if now - at < outside.block_s]
    passed = len(wrong) < WRONG_TRIES and asked["password"] == CARD_PASSWORD
    outside.wrong[card] = [] if passed else [*wrong, now]
    return web.json_response(
        {
            "passed": passed,
            "provider_ref": "card-" + secrets.token_hex(12),
            "score": 100 if passed else 0,
            "blocked": len(wrong) >= WRONG_TRIES,
        }
    )


async def _asked(request: web.Request, *names: str) -> dict[str, str] | web.Response:
    outside = request.app[OUTSIDE]
    if request.headers.get("Authorization") != f"Bearer {outside.identity_key}":
        return web.json_response({"error": "unauthorized"}, status=401)
    try:
        body = json.loads(await request.read())
        asked = {name: str(body[name]) for name in names}
    except (ValueError, KeyError, TypeError):
        return web.json_response({"error": "bad request"}, status=400)
    outside.checks += 1
    return asked


def main() -> None:
    """Runs the server on this machine only, until SIGTERM or Ctrl-C."""
    parser = argparse.ArgumentParser(description="plays WeChat and an identity provider")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    web.run_app(make_outside(), host="127.0.0.1", port=port, access_log=None, print=None)


if __name__ == "__main__":
    main()
