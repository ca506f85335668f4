"""All that is played, on one server. A new port adds its part here."""

from __future__ import annotations

from aiohttp import web

from app.outside.played.identity import PlayedIdentity
from app.outside.played.tax import PlayedTaxOffice
from app.outside.played.wechat import PlayedWeChat
from app.outside.played.wechat_messages import PlayedMessages


class Outside:
    """The played services; each remembers what it was asked.

    ``slow_s``: how many seconds an answer takes that is asked to be slow.
    """

    def __init__(self, slow_s: float = 8.0) -> None:
        self.wechat = PlayedWeChat(slow_s)
        self.messages = PlayedMessages()
        self.identity = PlayedIdentity(slow_s)
        self.tax = PlayedTaxOffice()

    def application(self) -> web.Application:
        """The aiohttp application that plays them."""
        app = web.Application()
        for played in (self.wechat, self.messages, self.identity, self.tax):
            app.add_routes(played.routes())
        return app
