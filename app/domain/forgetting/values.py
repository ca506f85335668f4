"""What stands in the way of forgetting a person, and that somebody was forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.domain.counter.values import Paper
from app.words import Word

NOBODY = "已注销"
"""Stands in the place of a name that is gone."""


class Why(StrEnum):
    """Why somebody can't be forgotten, by a code that stays."""

    INSURED = "INSURED_STILL"
    MONEY = "MONEY_LEFT"
    HELD = "MONEY_HELD"
    ON_ITS_WAY = "MONEY_ON_ITS_WAY"
    TIED = "TIES_LEFT"
    DISPUTED = "DISPUTE_OPEN"
    KEPT = "KEPT_BY_LAW"
    GONE = "FORGOTTEN_ALREADY"


REASONS: Mapping[Why, Word] = {
    Why.INSURED: Word(
        "这个人还在参保。",
        "This person is insured still.",
        "请先由参保地登记终止参保。",
        "Let the place of insurance end the insurance first.",
    ),
    Why.MONEY: Word(
        "账户里还有钱。",
        "There is money in the accounts.",
        "请先结清账户（qinji account pay-out）。",
        "Pay the accounts out first (qinji account pay-out).",
    ),
    Why.HELD: Word(
        "有钱冻结着，或有居民医保费还没有办结。",
        "Money is held, or a premium isn't decided yet.",
        "请等税务部门答复后再试。",
        "Try again when the tax office has answered.",
    ),
    Why.ON_ITS_WAY: Word(
        "医保钱包里有转账还没有办结。",
        "Money of the wallet is on its way.",
        "请等对方接受、退回或过期。",
        "Wait until it is accepted, refused or over.",
    ),
    Why.TIED: Word(
        "还有没有解除的家庭共济或亲情成员。",
        "A grant of mutual aid or a family tie hasn't ended.",
        "请先在窗口解除。",
        "End them at the counter first.",
    ),
    Why.DISPUTED: Word(
        "有待处理款、待复核业务或提问还没有办结。",
        "A task of the counter, a proposal or a question about this person is open.",
        "请先在窗口办结。",
        "Let the counter close it first.",
    ),
    Why.KEPT: Word(
        "法律要求保存的就医记录还没有到期，最早{day}。",
        "The law has records of care kept until {day}.",
        "到期后再办理。",
        "Try again after that day.",
    ),
    Why.GONE: Word(
        "这个人的资料已经删除。",
        "This person is forgotten already.",
        "不必再办理。",
        "Nothing is left to be done.",
    ),
}
"""Each in a sentence, and what to do about it."""


@dataclass(frozen=True, slots=True)
class InTheWay:
    """One thing that stands in the way; ``until``: the day on which it ends by itself."""

    why: Why
    until: date | None = None

    def lines(self) -> Iterator[str]:
        """As staff read it, in both languages."""
        word, day = REASONS[self.why], str(self.until)
        yield f"{self.why} {word.zh}{word.about_zh}".format(day=day)
        yield f"{self.why} {word.en} {word.about_en}".format(day=day)


class NotForgotten(Exception):
    """Something stands in the way; nothing was done."""

    def __init__(self, ways: list[InTheWay]) -> None:
        self.ways = ways
        super().__init__("\n".join(line for way in ways for line in way.lines()))


@dataclass(frozen=True, slots=True)
class Forgotten:
    """That a person was forgotten: on which form, and by whom."""

    act_id: int
    psn_no: str
    paper: Paper
    clerk: str
    at: datetime
