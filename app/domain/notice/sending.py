"""Sends what is to go out, to WeChat: at least once where somebody has agreed. The worker that had
a message in hand may be killed before or after WeChat took it; then it is sent again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from app.domain.notice.book import consents, messages
from app.domain.notice.kinds import Template
from app.domain.notice.rules.outside import (
    WeChatForm,
    again_at,
    page_of,
    tomorrow,
    values_of,
)
from app.domain.notice.values import Consent, Message, MessageState
from app.kit.clock import Clock
from app.outside.wechat_messages.sending import Sent, SubscribeMessages
from app.store.cells.shared import Shared
from app.store.database import Database

_AT_ONCE = 40
_IN_HAND = timedelta(seconds=60)
_USERS_AT_ONCE = 8
_BANNED_FOR = timedelta(hours=1)


class Messenger:
    """Sends messages. ``wechat``: None where there is none to ask."""

    def __init__(
        self,
        database: Database,
        shared: Shared,
        clock: Clock,
        wechat: SubscribeMessages | None,
        forms: Mapping[Template, WeChatForm],
    ) -> None:
        self._database = database
        self._shared = shared
        self._clock = clock
        self._wechat = wechat
        self._forms = forms
        self._paused_until: datetime | None = None
        self._room = asyncio.Semaphore(_USERS_AT_ONCE)

    async def close(self) -> None:
        if self._wechat is not None:
            await self._wechat.close()

    async def run(self) -> int:
        """Sends what is due; gives how many were taken in hand."""
        now, total = self._clock.now(), 0
        if self._wechat is None or (self._paused_until and now < self._paused_until):
            return 0
        self._paused_until = None
        while self._paused_until is None:
            taken = await messages.take(self._database, self._clock.now(), _IN_HAND, _AT_ONCE)
            await self._send_all(taken)
            total += len(taken)
            if len(taken) < _AT_ONCE:
                break
        return total

    async def _send_all(self, taken: list[Message]) -> None:
        """One user's messages go one after the other: WeChat refuses two at a moment (43108)."""
        async with self._shared.connection() as there:
            own = await consents.logins(there, {one.person_id for one in taken})
            to = {one.notice_id: one.login_id or own.get(one.person_id, 0) for one in taken}
            given = dict(await consents.of(there, set(to.values())))
        openids = await consents.openids(self._shared, set(to.values()))
        by_login: dict[int, list[Message]] = defaultdict(list)
        for one in taken:
            by_login[to[one.notice_id]].append(one)
        await asyncio.gather(
            *(
                self._send_to(login, openids.get(login), given, mine)
                for login, mine in by_login.items()
            )
        )

    async def _send_to(
        self,
        login_id: int,
        openid: str | None,
        given: dict[tuple[int, str], Consent],
        mine: list[Message],
    ) -> None:
        async with self._room:
            for message in sorted(mine, key=lambda one: one.notice_id):
                key, now = (login_id, message.template), self._clock.now()
                consent = given.get(key, Consent())
                form = self._forms.get(message.template)  # type: ignore[call-overload]
                if now > message.until:
                    await self._end(message, MessageState.TOO_LATE)
                elif openid is None or form is None or not consent.stands:
                    await self._end(message, MessageState.NO_CONSENT)
                elif self._paused_until is not None:
                    await messages.again(self._database, message.notice_id, self._paused_until)
                else:
                    given[key] = await self._send(message, login_id, openid, form, consent)

    async def _send(
        self, message: Message, login_id: int, openid: str, form: WeChatForm, consent: Consent
    ) -> Consent:
        """Sends one; gives what is left of the consent to it."""
        assert self._wechat is not None
        sent = await self._wechat.send(openid, form.id, values_of(message), page_of(message))
        now = self._clock.now()
        match sent:
            case Sent.DONE:
                await self._end(message, MessageState.SENT)
                await consents.use(self._shared, login_id, message.template, now)
                if not consent.lasting:
                    return Consent(consent.credits - 1)
            case Sent.NO_CONSENT:
                await self._end(message, MessageState.NO_CONSENT)
                await consents.none_left(self._shared, login_id, message.template, now)
                return Consent()
            case Sent.REFUSED:
                await self._end(message, MessageState.REFUSED)
            case Sent.LATER | Sent.UNKNOWN:
                await messages.again(
                    self._database, message.notice_id, again_at(now, message.tries)
                )
            case Sent.USED_UP | Sent.BANNED:
                until = tomorrow(now) if sent is Sent.USED_UP else now + _BANNED_FOR
                self._paused_until = until
                await messages.again(self._database, message.notice_id, until)
        return consent

    async def _end(self, message: Message, state: MessageState) -> None:
        await messages.end(self._database, message.notice_id, state, self._clock.now())
