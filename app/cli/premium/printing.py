"""Premiums as lines for staff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from app.api.reasons import because
from app.domain.premium.looking import Told
from app.domain.premium.models import Order, State
from app.domain.premium.rules.overview import Overview
from app.domain.premium.words import DAYS, OVERDUE, STATES
from app.kit.clock import local
from app.kit.money import yuan_text
from app.ledger.holds import HoldState
from app.regions.periods import PERIODS
from app.regions.text.places import place_name
from app.regions.text.show import columns
from app.words import Word

_STUCK_TOLD = 20
_HOLDS = {
    HoldState.PENDING: "冻结中 held",
    HoldState.POSTED: "已缴税务 paid to the tax office",
    HoldState.VOIDED: "已退回 given back",
    HoldState.EXPIRED: "已退回 given back",
    HoldState.REFUNDED: "已退费 refunded",
}
_CAPS = {period.key: Word(period.zh, period.en) for period in PERIODS}
_STANDING = ["统筹区 pool", "状态 state", "笔 count", "元 yuan", "余额不足 short", "最早 oldest"]
_LISTED = ["编号 id", "参保人 resident", "参保地 place", "年度 year", "元 yuan", "状态 state",
           "下单 ordered"]  # fmt: skip


def overview(found: Overview) -> Iterator[str]:
    """How many stand where, what waits too long, which days come."""
    rows = [_STANDING]
    for one in found.standing:
        short = str(one.short) if one.state is State.PLANNED else ""
        rows.append(
            [
                place_name(one.pool.ljust(6, "0")),
                _both(STATES[one.state]),
                str(one.count),
                yuan_text(one.fen),
                short,
                _at(one.oldest),
            ]
        )
    if len(rows) > 1:
        yield from columns(rows, right=(2, 3, 4))
    else:
        yield "没有代缴。No premiums."
    for late in found.stuck[:_STUCK_TOLD]:
        what = _both(OVERDUE[late.what])
        yield f"超期 LATE: {late.order.id} {_at(late.since)} {what}"
    more = len(found.stuck) - _STUCK_TOLD
    if more > 0:
        yield f"另有 {more} 笔超期，见 qinji premium list --stuck。{more} more are late."
    for coming in found.deadlines:
        names = "、".join(coming.places)
        yield f"{coming.day} {_both(DAYS[coming.what])} {coming.year}: {names}"
    yield f"{len(found.stuck)} 笔超期。{len(found.stuck)} late."


def listed(orders: Sequence[Order], names: Mapping[int, str]) -> Iterator[str]:
    """Orders, one a line."""
    rows = [
        [
            str(one.id),
            names.get(one.person_id, ""),
            place_name(one.place),
            str(one.year),
            yuan_text(one.amount_fen),
            _both(STATES[one.state]),
            _at(one.created_at),
        ]
        for one in orders
    ]
    yield from columns([_LISTED, *rows], right=(4,))


def one(found: Told, names: Mapping[int, str]) -> Iterator[str]:
    """One order in full; people by their masked names."""
    order = found.order
    resident, asker = names.get(order.person_id, ""), names.get(order.asked_by, "")
    yield f"{order.id}  {resident}  {place_name(order.place)}  {order.year} 年度 benefit year"
    bought = "、".join(map(str, order.bought_years))
    with_years = f"，含补缴 with {bought}" if bought else ""
    yield f"{yuan_text(order.amount_fen)} 元{with_years}，由 {asker} 办理 ordered by {asker}"
    yield f"{_both(STATES[order.state])}，待遇起 covers from {order.covers_from}"
    for words, moment in _moments(order):
        yield f"  {_at(moment)}  {words}"
    if order.charge_on is not None and order.state is State.PLANNED:
        short = "，余额不足 too little now" if order.short_since else ""
        yield f"  {order.charge_on}  扣款日 to be charged{short}"
    if order.tax_ref:
        yield f"  税务编号 tax office's number: {order.tax_ref}"
    if order.reason:
        told = because(order.reason, order.params)
        yield f"  {told.reason.sentence('zh', **told.params)} ({order.reason})"
    for hold in found.holds:
        name, sum_ = names.get(hold.person_id, ""), yuan_text(hold.amount_fen)
        by = f"共济 aid {hold.grant_id}" if hold.grant_id else "本人 own"
        yield f"  {name}  {sum_} 元  {by}  {_HOLDS[hold.state]}"
    for cap in found.caps:
        name, scope = names.get(cap.donor_id, ""), "全部 all" if cap.all_of_donor else "该亲属 pair"
        words = _both(_CAPS[cap.key]) if cap.key in _CAPS else cap.key
        yield f"  {name}  {words} {yuan_text(cap.amount_fen)} 元（{scope}）"
    if found.overdue is not None:
        what, since = found.overdue
        yield f"超期 LATE: {_both(OVERDUE[what])}，自 since {_at(since)}"


def _moments(order: Order) -> Iterator[tuple[str, datetime]]:
    moments = (
        ("下单 ordered", order.created_at),
        ("交税务 to the tax office", order.submitted_at),
        ("税务确认 confirmed", order.paid_at),
        ("入库 booked", order.booked_at),
        ("申请退费 refund asked for", order.refund_asked_at),
        ("了结 ended", order.ended_at),
    )
    for words, moment in moments:
        if moment is not None:
            yield words, moment
    if order.void_asked:
        yield "已请税务作废 asked to forget it", order.submitted_at or order.created_at


def _both(word: Word) -> str:
    return f"{word.zh} {word.en}"


def _at(moment: datetime) -> str:
    return f"{local(moment):%Y-%m-%d %H:%M}"
