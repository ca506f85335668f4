"""WeChat's code2Session: a login code from the phone for the user's openid."""

from __future__ import annotations

import re

from app.kit.log import logger
from app.kit.reasons import Reason, Refusal
from app.outside import errors
from app.outside.outbound import Outbound, OutsideAway

log = logger(__name__)

REASONS: dict[int, Reason] = {
    -1: errors.WECHAT_BUSY,
    40013: errors.WECHAT_APPID_WRONG,
    40029: errors.WECHAT_CODE_INVALID,
    40125: errors.WECHAT_SECRET_WRONG,
    40163: errors.WECHAT_CODE_USED,
    40226: errors.WECHAT_USER_BLOCKED,
    41002: errors.WECHAT_APPID_MISSING,
    41004: errors.WECHAT_SECRET_MISSING,
    41008: errors.WECHAT_CODE_MISSING,
    45011: errors.WECHAT_QUOTA,
}
_RID = re.compile(r"rid: ([0-9a-f-]{1,40})")
_OPENID_MAX = 128


class WeChat:
    """The adapter to WeChat's server for one mini-program."""

    def __init__(self, outbound: Outbound, appid: str, secret: str) -> None:
        self._outbound = outbound
        self._appid = appid
        self._secret = secret

    async def openid(self, code: str) -> str:
        """The user who got this login code. The session_key that comes along is dropped here.

        Raises:
            Refusal: one of the WECHAT_* reasons; WECHAT_BUSY and WECHAT_AWAY may be tried again.
        """
        query = {
            "appid": self._appid,
            "secret": self._secret,
            "js_code": code,
            "grant_type": "authorization_code",
        }
        try:
            answer = await self._outbound.ask("GET", "/sns/jscode2session", query=query)
        except OutsideAway:
            raise Refusal(errors.WECHAT_AWAY) from None
        openid = answer.get("openid")
        if isinstance(openid, str) and 0 < len(openid) <= _OPENID_MAX:
            return openid
        raise _refusal(answer.get("errcode"), answer.get("errmsg"))

    async def close(self) -> None:
        await self._outbound.close()


def _refusal(errcode: object, errmsg: object) -> Refusal:
    if not isinstance(errcode, int):
        return Refusal(errors.WECHAT_AWAY)
    rid = _RID.search(errmsg) if isinstance(errmsg, str) else None
    log.warning("wechat_refused", errcode=errcode, rid=rid.group(1) if rid else None)
    reason = REASONS.get(errcode)
    if reason is None:
        return Refusal(errors.WECHAT_REFUSED, errcode=errcode)
    return Refusal(reason)
