"""What a phone sends and sees of its inbox."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator

from app.api.http.endpoint import Form, View
from app.domain.notice.kinds import TOPICS, Help, Tab, Template, Topic
from app.domain.notice.service import Answer
from app.domain.notice.values import Quiet, Unread, Wishes
from app.kit.reasons import INVALID_INPUT, Language, Refusal

_ID = r"^[0-9]{1,19}$"
Id = Annotated[str, Field(pattern=_ID)]


class InboxQuery(Form):
    """A page, newest first; ``before``: the last id of the page before. ``wait``: how long to wait,
    in seconds, for the inbox to become another than the one of ``known``, the ``state`` that the
    phone was told."""

    before: Id | None = None
    limit: int = Field(default=20, ge=1, le=100)
    wait: int = Field(default=0, ge=0, le=20)
    known: str = Field(default="", max_length=40)


class ReadForm(Form):
    """What was read: notices by their ids, or all; of all, those that put a dot on a tab, and none
    newer than ``upto``."""

    ids: list[Id] = Field(default_factory=list, max_length=100)
    all: bool = Field(default=False, strict=True)
    tab: Tab | None = None
    upto: Id | None = None


class HelpView(View):
    """What one tap leads to: a page, or what is done at once; ``id``: of the record it is about."""

    to: Help
    id: str


class NoticeView(View):
    """A line of the inbox, in the language asked for."""

    id: str
    kind: str
    topic: Topic
    title: str
    text: str
    at: str
    read: bool
    helps: list[HelpView]


class TabsView(View):
    """How many unread notices put a dot on each tab besides 我的."""

    codes: int = 0
    family: int = 0
    aid: int = 0


class UnreadView(View):
    """What nobody has read; ``state`` is the same as long as nothing comes and nothing is read."""

    unread: int
    tabs: TabsView
    state: str


class InboxView(UnreadView):
    """A page of the inbox, newest first; ``next``: ask for what lies before it."""

    items: list[NoticeView]
    next: str | None


class TopicForm(Form):
    """Whether I am told of a topic: in the inbox, and outside the app (WeChat)."""

    topic: Topic
    inbox: bool = Field(strict=True)
    outside: bool = Field(strict=True)


class QuietForm(Form):
    """Shanghai's hours in which nothing goes out; the second may be the next day's."""

    from_hour: int = Field(ge=0, le=23, strict=True)
    until_hour: int = Field(ge=0, le=23, strict=True)

    @model_validator(mode="after")
    def _not_a_whole_day(self) -> QuietForm:
        if self.from_hour == self.until_hour:
            raise ValueError("the hours are the same")
        return self


class SettingsForm(Form):
    """What changes; topics left out stay as they are, ``quiet`` null ends the quiet hours."""

    topics: list[TopicForm] = Field(default_factory=list, max_length=len(TOPICS))
    quiet: QuietForm | None = None

    def on(self, before: Wishes) -> Wishes:
        """The wishes with what changes.

        Raises:
            Refusal: INVALID_INPUT: a topic that nobody does without in the inbox.
        """
        inbox, outside = set(before.off_inbox), set(before.off_outside)
        for one in self.topics:
            if TOPICS[one.topic].fixed and not one.inbox:
                raise Refusal(
                    INVALID_INPUT,
                    detail="账号安全的消息不能关闭",
                    detail_en="nobody does without the notices on security",
                )
            (inbox.discard if one.inbox else inbox.add)(one.topic)
            (outside.discard if one.outside else outside.add)(one.topic)
        quiet = before.quiet
        if "quiet" in self.model_fields_set:
            wanted = self.quiet
            quiet = None if wanted is None else Quiet(wanted.from_hour, wanted.until_hour)
        return Wishes(frozenset(inbox), frozenset(outside), quiet)


class TopicView(View):
    """A topic, and whether I am told of it; ``fixed``: in the inbox always."""

    topic: Topic
    name: str
    inbox: bool
    outside: bool
    fixed: bool


class QuietView(View):
    """Shanghai's hours in which nothing goes out."""

    from_hour: int
    until_hour: int


class MessageTemplateView(View):
    """One of WeChat's templates, of which ``wx.requestSubscribeMessage`` asks by its id.

    ``lasting``: a yes is for good; those and the others are not asked for together. ``left``: how
    many messages I have agreed to, null: any number.
    """

    template: Template
    id: str
    lasting: bool
    left: int | None


class NoticeSettingsView(View):
    """What I am told of, where, and when not. ``templates``: empty where nothing goes out."""

    topics: list[TopicView]
    quiet: QuietView | None
    templates: list[MessageTemplateView]


class ConsentForm(Form):
    """What ``wx.requestSubscribeMessage`` said of one template."""

    template: Template
    result: Answer


class ConsentsForm(Form):
    """What it said of those that were asked for."""

    results: list[ConsentForm] = Field(min_length=1, max_length=3)


def unread_of(unread: Unread) -> dict[str, Any]:
    """What a phone is told of what it has not read."""
    tabs = {tab: count for tab, count in unread.tabs.items() if tab != "me"}
    return {"unread": unread.count, "tabs": TabsView(**tabs), "state": unread.state}


def topics_of(wished: Wishes, language: Language) -> list[TopicView]:
    """All topics, as somebody wishes them."""
    return [
        TopicView(
            topic=code,
            name=words.zh if language == "zh" else words.en,
            inbox=words.fixed or code not in wished.off_inbox,
            outside=code not in wished.off_outside,
            fixed=words.fixed,
        )
        for code, words in TOPICS.items()
    ]
