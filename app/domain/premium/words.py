"""What staff call an order's states, what it waits for, and the days that come."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.premium.models import State
from app.domain.premium.rules.waits import DayOf, Overdue
from app.words import Word

STATES: Mapping[State, Word] = {
    State.PLANNED: Word("待扣款", "planned"),
    State.RESERVED: Word("已冻结", "reserved"),
    State.SUBMITTED: Word("税务办理中", "at the tax office"),
    State.PAID: Word("已缴费", "paid"),
    State.BOOKED: Word("已入库", "booked"),
    State.RELEASED: Word("未缴成", "released"),
    State.REFUND_ASKED: Word("退费办理中", "refund asked for"),
    State.REFUNDED: Word("已退费", "refunded"),
}
OVERDUE: Mapping[Overdue, Word] = {
    "charge": Word("到期没有扣款", "was not charged on its day"),
    "hand_over": Word("没有交给税务部门", "was not handed to the tax office"),
    "answer": Word("税务部门没有答复", "no answer from the tax office"),
    "forget": Word(
        "已请作废，税务部门没有答复", "asked to be forgotten, no answer from the tax office"
    ),
    "refund": Word("退费没有答复", "no answer about a refund"),
}
DAYS: Mapping[DayOf, Word] = {
    "closes": Word("缴费截止", "last day to pay"),
    "charged": Word("集中扣款", "accounts are charged"),
}
