"""The token with which WeChat's server interface is called: one for all processes, in Redis,
fetched by one of them at a time (WeChat's ``stable_token``)."""

from __future__ import annotations

import asyncio
import secrets

from app.kit.log import logger
from app.outside.outbound import Outbound, OutsideAway
from app.store.cache import Cache

_TOKEN, _LOCK, _FORCED = "wechat:token", "wechat:token:lock", "wechat:token:forced"
_LOCK_MS = 10_000
_LOOK_S, _LOOKS = 0.1, 80
_EARLY_S = 300
_FORCE_AGAIN_MS = 60_000
"""WeChat gives a new token before the old one's time no oftener than twice a minute."""
log = logger(__name__)


class NoToken(Exception):
    """WeChat gave no token; ``errcode``: its own number for why."""

    def __init__(self, errcode: int) -> None:
        super().__init__(errcode)
        self.errcode = errcode


class AccessToken:
    """The token of one mini-program.

    Args:
        cache: sealed, since who has the token may act for the mini-program.
    """

    def __init__(self, outbound: Outbound, cache: Cache, appid: str, secret: str) -> None:
        self._outbound = outbound
        self._cache = cache
        self._appid = appid
        self._secret = secret

    async def get(self, bad: str = "") -> str:
        """The token. ``bad``: the one that WeChat has refused; another is fetched.

        Raises:
            NoToken, OutsideAway, CacheError.
        """
        mine = secrets.token_hex(8)
        for _ in range(_LOOKS):
            held = await self._cache.get(_TOKEN)
            if held is not None and held["token"] != bad:
                return str(held["token"])
            if await self._cache.redis.set(_LOCK, mine, nx=True, px=_LOCK_MS):
                try:
                    return await self._fetch(bad)
                finally:
                    if await self._cache.redis.get(_LOCK) == mine.encode():
                        await self._cache.delete(_LOCK)
            await asyncio.sleep(_LOOK_S)  # somebody else fetches it
        raise OutsideAway

    async def _fetch(self, bad: str) -> str:
        held = await self._cache.get(_TOKEN)  # whoever had the lock before may have fetched it
        if held is not None and held["token"] != bad:
            return str(held["token"])
        forced = bad != "" and await self._cache.redis.set(
            _FORCED, "1", nx=True, px=_FORCE_AGAIN_MS
        )
        body = {
            "grant_type": "client_credential",
            "appid": self._appid,
            "secret": self._secret,
            "force_refresh": bool(forced),
        }
        answer = await self._outbound.ask("POST", "/cgi-bin/stable_token", body=body)
        token, lives_s = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(lives_s, int) or not token:
            errcode = answer.get("errcode")
            log.warning("wechat_token_refused", errcode=errcode)
            raise NoToken(errcode if isinstance(errcode, int) else 0)
        await self._cache.set(_TOKEN, {"token": token}, max(lives_s - _EARLY_S, 30))
        return token
