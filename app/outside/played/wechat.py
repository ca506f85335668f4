"""Plays WeChat's login, with its true forms: ``GET /sns/jscode2session``.

``demo-<who>`` or ``demo-<who>-<anything>`` logs in ``<who>`` once; ``zero-<who>`` does so with
``errcode: 0`` in the answer. ``busy``, ``quota``, ``risk``, ``odd``, ``empty``, ``broken``,
``http500`` and ``slow`` (each also with ``-<anything>``) provoke what their names say. Any other
code is invalid.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import secrets

from aiohttp import web

from app.outside.played.keys import APP_SECRET, APPID

_PROVOKED = {
    "busy": (-1, "system error"),
    "quota": (45011, "api minute-quota reach limit mustslower retry next minute"),
    "risk": (40226, "code blocked"),
    "odd": (50001, "no such thing in any list"),
}


class PlayedWeChat:
    """What WeChat remembers: the codes that were used, and the session keys it gave."""

    def __init__(self, slow_s: float) -> None:
        self.session_keys: list[str] = []
        self._slow_s = slow_s
        self._used_codes: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        """Its address."""
        return [web.get("/sns/jscode2session", self._code_to_session)]

    async def _code_to_session(self, request: web.Request) -> web.StreamResponse:
        query = request.query
        for name, errcode in (("appid", 41002), ("secret", 41004), ("js_code", 41008)):
            if not query.get(name):
                return _wechat({"errcode": errcode, "errmsg": f"{name} missing" + _rid()})
        if query["appid"] != APPID:
            return _wechat({"errcode": 40013, "errmsg": "invalid appid" + _rid()})
        if query["secret"] != APP_SECRET:
            return _wechat({"errcode": 40125, "errmsg": "invalid appsecret" + _rid()})
        code = query["js_code"]
        kind, _, rest = code.partition("-")
        if kind in _PROVOKED:
            errcode, errmsg = _PROVOKED[kind]
            return _wechat({"errcode": errcode, "errmsg": errmsg + _rid()})
        if kind == "slow":
            await asyncio.sleep(self._slow_s)
            return _wechat({"errcode": -1, "errmsg": "system error" + _rid()})
        if kind == "broken":
            return web.Response(text="<html>gateway</html>", content_type="text/html")
        if kind == "http500":
            return web.Response(status=500, text='{"openid": "not to be believed"}')
        if kind == "empty":
            return _wechat({})
        if (
            kind not in ("demo", "zero")
            or not rest
            or query.get("grant_type") != "authorization_code"
        ):
            return _wechat({"errcode": 40029, "errmsg": "invalid code" + _rid()})
        return self._log_in(code, rest.partition("-")[0], with_zero=kind == "zero")

    def _log_in(self, code: str, who: str, *, with_zero: bool) -> web.Response:
        if code in self._used_codes:
            return _wechat({"errcode": 40163, "errmsg": "code been used" + _rid()})
        self._used_codes.add(code)
        session_key = base64.b64encode(secrets.token_bytes(16)).decode()
        self.session_keys.append(session_key)
        answer: dict[str, object] = {"session_key": session_key, "openid": openid_of(who)}
        if with_zero:
            answer |= {"errcode": 0, "errmsg": "ok", "unionid": "u" + openid_of("union" + who)[1:]}
        return _wechat(answer)


def openid_of(who: str) -> str:
    """The openid WeChat gives to a person of the demo."""
    digest = hashlib.sha256(who.encode()).digest()
    return "o" + base64.urlsafe_b64encode(digest).decode()[:27]


def _rid() -> str:
    return f", rid: {secrets.token_hex(4)}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"


def _wechat(body: dict[str, object]) -> web.Response:
    # WeChat labels its JSON as plain text.
    return web.Response(text=json.dumps(body), content_type="text/plain")
