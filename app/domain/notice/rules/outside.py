"""What goes out of the house, when, and again after what. Pure.

A message says of what kind a thing is, when it was and how much, and never who, where or why.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.notice.kinds import KINDS, Template
from app.domain.notice.values import Message, Quiet
from app.kit.clock import SHANGHAI, local
from app.kit.value import value
from app.outside.wechat_messages.values import amount, time

NEWS_FOR = timedelta(hours=24)
"""So long something is news outside."""
_FIRST_S, _LONGEST_S = 5, 1800
_HINT = "点开看详情，可以马上处理"
PAGE = "pages/notices/notices"


@value
class WeChatForm:
    """A template as it is set up at WeChat: its id, and whether its consents are for good."""

    id: str
    lasting: bool


def forms_of(text: str) -> dict[Template, WeChatForm]:
    """The templates that a setting names: ``money=ID,rights=ID*``, the star for those for good."""
    found: dict[Template, WeChatForm] = {}
    for part in filter(None, text.split(",")):
        name, _, number = part.partition("=")
        found[name] = WeChatForm(number.rstrip("*"), number.endswith("*"))  # type: ignore[index]
    return found


def values_of(message: Message) -> dict[str, str]:
    """A message's values by the fields of its template."""
    what = KINDS[message.kind].outside
    if message.template == "money":
        return {
            "thing1": what,
            "amount2": amount(message.fen or 0),
            "time3": time(message.at),
            "thing4": _HINT,
        }
    return {"thing1": what, "time2": time(message.at), "thing3": _HINT}


def page_of(message: Message) -> str:
    """What a tap opens. The notice's number is our key by which one that came twice is known."""
    return f"{PAGE}?n={message.notice_id}"


def due(now: datetime, quiet: Quiet | None) -> datetime:
    """When something may go out: now, or when the quiet hours are over."""
    there = local(now)
    if quiet is None or not _is_quiet(there.hour, quiet):
        return now
    end = there.replace(hour=quiet.until_hour, minute=0, second=0, microsecond=0)
    return end if end > there else end + timedelta(days=1)


def _is_quiet(hour: int, quiet: Quiet) -> bool:
    if quiet.from_hour < quiet.until_hour:
        return quiet.from_hour <= hour < quiet.until_hour
    return hour >= quiet.from_hour or hour < quiet.until_hour


def again_at(now: datetime, tries: int) -> datetime:
    """When the next try is after so many."""
    return now + timedelta(seconds=min(_FIRST_S * 2 ** min(tries - 1, 20), _LONGEST_S))


def tomorrow(now: datetime) -> datetime:
    """When WeChat counts a new day's messages."""
    there = local(now) + timedelta(days=1)
    return datetime(there.year, there.month, there.day, tzinfo=SHANGHAI)
