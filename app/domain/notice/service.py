"""A person's inbox: read, marked as read, and what it shall hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Literal

from app.domain.notice import repository
from app.domain.notice.book import consents
from app.domain.notice.kinds import KINDS, Tab, Template
from app.domain.notice.rules.outside import WeChatForm
from app.domain.notice.rules.words import people_in
from app.domain.notice.telling import topic
from app.domain.notice.values import USUAL, Consent, Notice, Unread, Wishes
from app.kit.clock import Clock
from app.store.cache import CacheError
from app.store.cells.shared import Shared
from app.store.database import Database
from app.store.news import News

_ALL = 2**63 - 1
Answer = Literal["accept", "reject", "ban", "filter"]
"""What ``wx.requestSubscribeMessage`` says of a template."""


class Notices:
    """The inbox room's service."""

    def __init__(
        self,
        database: Database,
        shared: Shared,
        news: News,
        clock: Clock,
        forms: Mapping[Template, WeChatForm],
    ) -> None:
        """``forms``: WeChat's templates, of which people are asked; none: nothing goes out."""
        self.forms = forms
        self._database = database
        self._shared = shared
        self._news = news
        self._clock = clock

    async def page(self, person_id: int, before: int | None, limit: int) -> list[Notice]:
        """A person's notices, newest first."""
        upto = _ALL if before is None else before
        return await repository.page(self._database, person_id, upto, limit)

    async def unread(self, person_id: int) -> Unread:
        """What a person has not read."""
        counts, newest = await repository.unread(self._database, person_id)
        tabs: dict[str, int] = {}
        for kind, count in counts.items():
            tab = KINDS[kind].tab
            tabs[tab] = tabs.get(tab, 0) + count
        count = sum(counts.values())
        return Unread(count, tabs, f"{newest}-{count}")

    async def read(self, person_id: int, notice_ids: Collection[int]) -> None:
        """Marks notices as read; what is not the person's is left alone."""
        await repository.mark_read(self._database, person_id, self._clock.now(), notice_ids)
        await self._changed(person_id)

    async def read_all(self, person_id: int, tab: Tab | None, upto: int | None) -> None:
        """Marks all notices as read, or those of a tab; none that is newer than ``upto``, which
        the reader may not have seen."""
        kinds = [code for code, kind in KINDS.items() if tab is None or kind.tab == tab]
        last, now = _ALL if upto is None else upto, self._clock.now()
        await repository.mark_kinds_read(self._database, person_id, now, kinds, last)
        await self._changed(person_id)

    async def wishes(self, person_id: int) -> Wishes:
        """What a person wishes to be told of."""
        async with self._database.connection() as connection:
            found = await repository.wishes(connection, [person_id])
        return found.get(person_id, USUAL)

    async def wish(self, person_id: int, wished: Wishes) -> None:
        await repository.wish(self._database, person_id, wished)

    async def consents(self, login_id: int) -> dict[Template, Consent]:
        """What a WeChat user has agreed to, by template."""
        async with self._shared.connection() as there:
            found = await consents.of(there, [login_id])
        return {form: found.get((login_id, form), Consent()) for form in self.forms}

    async def answered(self, login_id: int, form: Template, answer: Answer) -> None:
        """A WeChat user has answered WeChat's question. That is said by the phone: what is not true
        of it WeChat says at the next message (43101)."""
        if form not in self.forms or answer in ("reject", "filter"):
            return
        lasting = self.forms[form].lasting
        given = Consent(
            credits=int(answer == "accept" and not lasting),
            lasting=answer == "accept" and lasting,
            banned=answer == "ban",
        )
        await consents.say(self._shared, login_id, form, given, self._clock.now())

    async def forget(self, login_id: int) -> None:
        """A WeChat user's agreements go, and with them whatever could be sent in WeChat."""
        await consents.forget(self._shared, login_id)

    async def _changed(self, person_id: int) -> None:
        """Other open pages of the person's are told; without Redis they look by themselves."""
        with suppress(CacheError, OSError):
            await self._news.publish([topic(person_id)])


def people_and_shops(notices: Sequence[Notice]) -> tuple[set[int], set[str]]:
    """Whom and which institutions notices name."""
    people = {person for one in notices for person in people_in(one.params)}
    return people, {str(one.params["shop"]) for one in notices if "shop" in one.params}
