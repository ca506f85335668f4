"""When something goes out, with what, and when it is tried again."""

from __future__ import annotations

import pytest

from app.domain.notice.rules.outside import (
    WeChatForm,
    again_at,
    due,
    forms_of,
    tomorrow,
    values_of,
)
from app.domain.notice.values import Message, Quiet
from tests.phone_world import at


@pytest.mark.parametrize(
    ("hour", "quiet", "goes"),
    [
        (12, None, (21, 12)),
        (12, Quiet(22, 7), (21, 12)),
        (23, Quiet(22, 7), (22, 7)),
        (3, Quiet(22, 7), (21, 7)),
        (7, Quiet(22, 7), (21, 7)),
        (13, Quiet(12, 14), (21, 14)),
        (14, Quiet(12, 14), (21, 14)),
    ],
)
def test_nothing_goes_out_in_quiet_hours(
    hour: int, quiet: Quiet | None, goes: tuple[int, int]
) -> None:
    assert due(at(2026, 11, 21, hour), quiet) == at(2026, 11, *goes)


def test_a_setting_names_templates() -> None:
    assert forms_of("") == {}
    assert forms_of("money=a-1,rights=b_2*") == {
        "money": WeChatForm("a-1", False),
        "rights": WeChatForm("b_2", True),
    }


def test_a_message_says_what_when_and_how_much() -> None:
    now = at(2026, 11, 21)
    values = values_of(Message(1, 2, None, "aid_used", "money", 4_000, now, now, now))
    assert values == {
        "thing1": "亲属使用了您的共济",
        "amount2": "¥40.00",
        "time3": "2026年11月21日 12:00",
        "thing4": "点开看详情，可以马上处理",
    }


def test_tries_come_ever_later() -> None:
    now = at(2026, 11, 21)
    waits = [(again_at(now, tries) - now).total_seconds() for tries in (1, 2, 3, 30)]
    assert waits == [5, 10, 20, 1800]
    assert tomorrow(at(2026, 11, 21, 23)) == at(2026, 11, 22, 0)
