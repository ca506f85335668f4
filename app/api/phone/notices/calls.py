"""通知 at the phones' door: the inbox, what was read, and what it shall hold."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from app.api.http.endpoint import ID_MAX, Call, Endpoint, Nothing, Resource
from app.api.phone.notices.views import (
    ConsentsForm,
    HelpView,
    InboxQuery,
    InboxView,
    MessageTemplateView,
    NoticeSettingsView,
    NoticeView,
    QuietView,
    ReadForm,
    SettingsForm,
    UnreadView,
    topics_of,
    unread_of,
)
from app.domain.notice.kinds import TOPICS
from app.domain.notice.rules.words import helps, sentence
from app.domain.notice.service import Notices, people_and_shops
from app.domain.notice.telling import topic
from app.domain.notice.values import Notice, Unread, Wishes
from app.domain.registry.service import People
from app.kit.clock import iso
from app.kit.reasons import INVALID_INPUT, Refusal
from app.store.news import News

_LOOK_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class Needs:
    """What this door calls."""

    notices: Notices
    people: People
    news: News


async def inbox(call: Call[Needs, Nothing, InboxQuery]) -> InboxView:
    """GET /notices; with ``wait`` a long poll."""
    query, notices = call.query, call.services.notices
    unread = await _changed(call)
    before = None if query.before is None else min(int(query.before), ID_MAX)
    found = await notices.page(call.person_id, before, query.limit + 1)
    page = found[: query.limit]
    following = str(page[-1].id) if len(found) > query.limit else None
    return InboxView(items=await _views(call, page), next=following, **unread_of(unread))


async def _changed(call: Call[Needs, Any, InboxQuery]) -> Unread:
    """What is unread, once it is another than the phone knows, or its patience is over."""
    services, me, loop = call.services, call.person_id, asyncio.get_running_loop()
    deadline = loop.time() + call.query.wait
    with services.news.expect(topic(me)) as event:
        while True:
            unread = await services.notices.unread(me)
            left_s = deadline - loop.time()
            if unread.state != call.query.known or left_s <= 0:
                return unread
            with suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), min(left_s, _LOOK_EVERY_S))
            event.clear()


async def read(call: Call[Needs, ReadForm, Nothing]) -> UnreadView:
    """PATCH /notices"""
    notices, form = call.services.notices, call.body
    if form.all == bool(form.ids):
        raise Refusal(
            INVALID_INPUT,
            detail="应选择若干条，或选择全部，二者填其一",
            detail_en="say either ids or all",
        )
    if form.all:
        upto = None if form.upto is None else min(int(form.upto), ID_MAX)
        await notices.read_all(call.person_id, form.tab, upto)
    else:
        await notices.read(call.person_id, [min(int(one), ID_MAX) for one in form.ids])
    return UnreadView(**unread_of(await notices.unread(call.person_id)))


async def settings(call: Call[Needs, Any, Nothing]) -> NoticeSettingsView:
    """GET /notices/settings"""
    return await _settings(call, await call.services.notices.wishes(call.person_id))


async def change(call: Call[Needs, SettingsForm, Nothing]) -> NoticeSettingsView:
    """PATCH /notices/settings"""
    notices = call.services.notices
    wished = call.body.on(await notices.wishes(call.person_id))
    await notices.wish(call.person_id, wished)
    return await _settings(call, wished)


async def consents(call: Call[Needs, ConsentsForm, Nothing]) -> NoticeSettingsView:
    """POST /notices/consents"""
    notices, session = call.services.notices, call.session
    assert session is not None
    for one in call.body.results:
        await notices.answered(session.login_id, one.template, one.result)
    return await settings(call)


async def _settings(call: Call[Needs, Any, Any], wished: Wishes) -> NoticeSettingsView:
    quiet, notices, session = wished.quiet, call.services.notices, call.session
    assert session is not None
    given = await notices.consents(session.login_id)
    return NoticeSettingsView(
        topics=topics_of(wished, call.language),
        quiet=quiet and QuietView(from_hour=quiet.from_hour, until_hour=quiet.until_hour),
        templates=[
            MessageTemplateView(
                template=name,
                id=form.id,
                lasting=form.lasting,
                left=None if given[name].lasting else given[name].credits,
            )
            for name, form in notices.forms.items()
        ],
    )


async def _views(call: Call[Needs, Any, Any], page: Sequence[Notice]) -> list[NoticeView]:
    people, language = call.services.people, call.language
    named, at = people_and_shops(page)
    names = await people.masked_names(named) if named else {}
    shops = await people.institution_names(at) if at else {}
    return [
        NoticeView(
            id=str(one.id),
            kind=one.kind.code,
            topic=one.kind.topic,
            title=getattr(TOPICS[one.kind.topic], language),
            text=sentence(one.kind, one.params, language, names, shops),
            at=iso(one.at),
            read=one.read_at is not None,
            helps=[HelpView(to=to, id=record) for to, record in helps(one.kind, one.params)],
        )
        for one in page
    ]


ENDPOINTS = [
    Endpoint("GET", "/notices", inbox, "我的消息（可长轮询）", "person", InboxView,
             query=InboxQuery),
    Endpoint("PATCH", "/notices", read, "标为已读", "person", UnreadView, body=ReadForm),
    Endpoint("GET", "/notices/settings", settings, "消息设置", "person", NoticeSettingsView),
    Endpoint("POST", "/notices/consents", consents, "微信订阅消息：同意了什么", "person",
             NoticeSettingsView, body=ConsentsForm),
    Endpoint("PATCH", "/notices/settings", change, "修改消息设置", "person", NoticeSettingsView,
             body=SettingsForm),
]  # fmt: skip

RESOURCE = Resource(Needs, ENDPOINTS)
