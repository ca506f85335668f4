"""Sends one subscribe message to one WeChat user."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from app.kit.log import logger
from app.outside.outbound import Outbound, OutsideAway
from app.outside.wechat_messages.token import AccessToken, NoToken
from app.outside.wechat_messages.values import fitted
from app.store.cache import CacheError

_TOKEN_BAD = frozenset({40001, 40014, 42001})
log = logger(__name__)


class Sent(Enum):
    """What became of a message."""

    DONE = "done"
    NO_CONSENT = "no_consent"
    """The user has not agreed, or has no consent left (43101)."""
    REFUSED = "refused"
    """WeChat never takes this one: no such user or template, values or words that it refuses."""
    LATER = "later"
    """It was not sent: WeChat is busy, or gives no token."""
    UNKNOWN = "unknown"
    """No answer: it may have been sent."""
    USED_UP = "used_up"
    """No more messages today (45009)."""
    BANNED = "banned"
    """The mini-program may send none for a while (43107)."""


_MEANS = {
    0: Sent.DONE,
    43101: Sent.NO_CONSENT,
    40003: Sent.REFUSED,
    40037: Sent.REFUSED,
    41030: Sent.REFUSED,
    45168: Sent.REFUSED,
    47003: Sent.REFUSED,
    45009: Sent.USED_UP,
    43107: Sent.BANNED,
}
"""By WeChat's number; the rest is tried again: busy (-1), another message at the same moment
(43108), too many a minute (45011, 45047), and what we don't know."""


class SubscribeMessages:
    """The adapter to WeChat's server for one mini-program."""

    def __init__(self, outbound: Outbound, token: AccessToken) -> None:
        self._outbound = outbound
        self._token = token

    async def send(
        self, openid: str, template_id: str, values: Mapping[str, str], page: str
    ) -> Sent:
        """Sends ``values`` by field; ``page``: what a tap on it opens. A token that WeChat refuses
        is exchanged and the message sent once more."""
        body = {
            "touser": openid,
            "template_id": template_id,
            "page": page,
            "data": {name: {"value": fitted(name, text)} for name, text in values.items()},
            "lang": "zh_CN",
        }
        bad = ""
        for _ in range(2):
            try:
                token = await self._token.get(bad)
            except NoToken as error:
                return Sent.USED_UP if error.errcode == 45009 else Sent.LATER
            except (OutsideAway, CacheError, OSError):
                return Sent.LATER
            try:
                answer = await self._outbound.ask(
                    "POST",
                    "/cgi-bin/message/subscribe/send",
                    query={"access_token": token},
                    body=body,
                )
            except OutsideAway:
                return Sent.UNKNOWN
            errcode = answer.get("errcode", 0)
            if errcode not in _TOKEN_BAD:
                return _means(errcode)
            bad = token
        return Sent.LATER

    async def close(self) -> None:
        await self._outbound.close()


def _means(errcode: object) -> Sent:
    found = _MEANS.get(errcode) if isinstance(errcode, int) else None
    if found is not Sent.DONE:
        log.warning("wechat_message_refused", errcode=errcode if found else str(errcode)[:12])
    return found or Sent.LATER
