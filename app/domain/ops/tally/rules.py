"""What a row counts as, and which span somebody wants. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from app.domain.aid.errors import ACCOUNT_USE_DECLINED, ITEM_OUT_OF_SCOPE, NO_AID_GRANT
from app.domain.ops.tally.values import SLOT, Counted, Slot, Span, Sum
from app.domain.settlement.model import Kind, State
from app.domain.settlement.rules import errors as settling
from app.kit.clock import local_date, midnight
from app.kit.money import fen_from_yuan

Range = Literal["hour", "today", "day", "week"]
Row = Mapping[str, Any]
Compared = Literal["yesterday", "last_week"]
NOT_ASKED = NO_AID_GRANT.code
"""Nobody had been made to pay for the patient, so nobody was asked: counted, but not as asked."""
_OTHERS = frozenset(
    reason.code
    for reason in (
        ITEM_OUT_OF_SCOPE,
        ACCOUNT_USE_DECLINED,
        settling.ONLY_PAYERS_OF_BEFORE,
        settling.PURSE_NOT_FOR_PART,
        settling.WALLET_NOT_HERE,
        settling.WALLET_OTHER_PLACE,
        settling.WALLET_OTHER_TERMINAL,
    )
)
"""Reasons that bills tell and that are none of mutual aid's."""
_OF_STATE = {
    State.REFUSED: Counted.REFUSED,
    State.VOID: Counted.VOID,
    State.SET_ASIDE: Counted.SET_ASIDE,
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY = timedelta(days=1)
_COMPARED = {"yesterday": _DAY, "last_week": 7 * _DAY}


def counted(rows: Iterable[tuple[datetime, Row]], places: Mapping[str, str]) -> dict[Slot, Sum]:
    """What rows of settlements and of messages that were not done count as, each with when it was
    made. ``places``: of institutions, by code."""
    found: dict[Slot, Sum] = {}
    for made_at, row in rows:
        begins = slot_of(made_at)
        for kind, place, reason, fen in _counts(row, places):
            found.setdefault(Slot(begins, kind, place, reason), Sum()).add(fen)
    return found


def _counts(row: Row, places: Mapping[str, str]) -> list[tuple[Counted, str, str, int]]:
    if row["state"] != State.DONE:
        place = places.get(row["fixmedins_code"], "")[:2]
        return [(_OF_STATE[State(row["state"])], place, row["reason"] or "", 0)]
    place = row["mdtrtarea_admvs"][:2]
    if row["kind"] != Kind.SETTLED:
        return [(Counted.UNDONE, place, "", -row["medfee_sumamt_fen"])]
    if row["rest"]:  # what is left after a part return is no other bill
        return []
    return [(Counted.SETTLED, place, "", row["medfee_sumamt_fen"]), *_unpaid(row)]


def _unpaid(row: Row) -> list[tuple[Counted, str, str, int]]:
    """Why mutual aid left a part of the bill in cash that it might have paid; each reason once, and
    the bill itself."""
    reasons = {one["code"]: one["params"] for one in row["reasons"]}
    outside = reasons.get(ITEM_OUT_OF_SCOPE.code, {}).get("amount", "0")
    fen = row["cash_pay_fen"] - fen_from_yuan(outside)
    why = sorted(set(reasons) - _OTHERS)
    if fen <= 0 or not why:
        return []
    pool = row["insuplc_admdvs"][:4]
    bill = [] if why == [NOT_ASKED] else [""]
    return [(Counted.UNPAID, pool, reason, fen) for reason in (*why, *bill)]


def slot_of(moment: datetime) -> datetime:
    """When the ten minutes of a moment begin."""
    return moment - (moment - _EPOCH) % SLOT


def span_of(wanted: Range | date, compared: Compared, now: datetime) -> Span:
    """The stretch that is wanted; what is going on now belongs to it."""
    until = slot_of(now) + SLOT
    back = _COMPARED[compared]
    if isinstance(wanted, date):
        begin = midnight(wanted)
        return Span(begin, begin + _DAY, SLOT, back)
    if wanted == "today":
        return Span(midnight(local_date(now)), until, SLOT, back)
    if wanted == "week":
        hour = timedelta(hours=1)
        end = until + (_EPOCH - until) % hour
        return Span(end - 7 * _DAY, end, hour, 7 * _DAY)
    return Span(until - (timedelta(hours=1) if wanted == "hour" else _DAY), until, SLOT, back)
