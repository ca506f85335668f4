"""An event as a bureau writes it: what each kind needs, what it may say. Pure.

The same for a line of a file and for an object over HTTP. ``details`` holds what a kind needs
besides: ``insutype`` (a changed plan), ``insuplc_admdvs`` (a move), ``psn_type``, ``other`` (the
spouse of a divorce, the row that stays of two that are one: a psn_no), ``card_no`` (a lost card).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from app.domain.events.kinds import Kind
from app.domain.events.values import NOTHING_SAID, Said
from app.domain.registry.imports import fields as check
from app.domain.registry.imports.lines import Bad
from app.kit.clock import SHANGHAI
from app.kit.value import value
from app.words import NORMAL, RETIRED, SUSPENDED, Insutype

COLUMNS = ("event_id", "psn_no", "kind", "at", "details")
KINDS = frozenset(Kind) - {Kind.REGISTERED}
"""What a bureau may say."""
_PLANS = frozenset(Insutype)
_MAY: Mapping[Kind, tuple[str, ...]] = {
    Kind.RESUMED: ("insutype", "insuplc_admdvs", "psn_type"),
    Kind.CHANGED_PLAN: ("insutype", "psn_type"),
    Kind.MOVED: ("insuplc_admdvs",),
    Kind.RETIRED: ("psn_type",),
    Kind.DIVORCED: ("other",),
    Kind.MERGED: ("other",),
    Kind.CARD_LOST: ("card_no",),
}
_MUST: Mapping[Kind, str] = {
    Kind.CHANGED_PLAN: "insutype",
    Kind.MOVED: "insuplc_admdvs",
    Kind.DIVORCED: "other",
    Kind.MERGED: "other",
    Kind.CARD_LOST: "card_no",
}
_PAIR = re.compile(r"[;\s]+")
_EVENT_ID_MAX = 64


@value
class Written:
    """An event that is rightly written. ``other``: a psn_no; ``details``: what is kept sealed."""

    event_id: str
    psn_no: str
    kind: Kind
    at: datetime
    said: Said = NOTHING_SAID
    other: str | None = None
    details: str | None = None


def read(
    event_id: str, psn_no: str, kind: str, at: str, details: Mapping[str, Any] | str, now: datetime
) -> Written:
    """Checks an event.

    Raises:
        Bad: the first column that is wrong, and why.
    """
    if not event_id:
        raise Bad("event_id", "empty")
    check.token("event_id", event_id, _EVENT_ID_MAX)
    check.alnum("psn_no", psn_no, 30)
    check.code("kind", kind, frozenset(map(str, KINDS)))
    what, moment = Kind(kind), _moment(at, now)
    said = _details(details)
    for name in sorted(said.keys() - set(_MAY.get(what, ()))):
        raise Bad("details", f"{name[:20]}: not of this kind")
    need = _MUST.get(what)
    if need is not None and need not in said:
        raise Bad("details", f"{need} is missing")
    return Written(
        event_id,
        psn_no,
        what,
        moment,
        _said(what, said),
        _other(said, psn_no),
        _card(said),
    )


def _moment(at: str, now: datetime) -> datetime:
    """ISO 8601; without an offset in China; a day alone: its beginning."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        raise Bad("at", "must be a day or a moment, as 2026-11-27 or 2026-11-27T09:00") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=SHANGHAI)
    if moment.year < date.min.year + 1900 or moment > now:
        raise Bad("at", "lies ahead: send it when it has happened" if moment > now else "too early")
    return moment


def _details(details: Mapping[str, Any] | str) -> dict[str, str]:
    """An object; in a file also ``name=value``, divided by blanks or semicolons."""
    found: Any = details
    if isinstance(details, str):
        text = details.strip()
        if text.startswith("{"):
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                raise Bad("details", "is no JSON object") from None
        else:
            pairs = [pair.partition("=") for pair in _PAIR.split(text) if pair]
            if any(not middle for _, middle, _ in pairs):
                raise Bad("details", "must be name=value, or a JSON object")
            found = {name: told for name, _, told in pairs}
    if not isinstance(found, dict | Mapping):
        raise Bad("details", "is no JSON object")
    for name, told in found.items():
        if not isinstance(told, str) or not told:
            raise Bad("details", f"{str(name)[:20]}: must be a text")
    return dict(found)


def _said(kind: Kind, said: Mapping[str, str]) -> Said:
    plan, place, type_ = (said.get(name) for name in ("insutype", "insuplc_admdvs", "psn_type"))
    if plan is not None and plan not in _PLANS:
        raise Bad("details", f"insutype: one of {', '.join(sorted(_PLANS))}")
    try:
        if place is not None:
            check.digits("insuplc_admdvs", place, 6)
        if type_ is not None:
            check.digits("psn_type", type_, 2, 4)
    except Bad as bad:
        raise Bad("details", f"{bad.column}: {bad.reason}") from None
    if kind is Kind.RETIRED and not (type_ or RETIRED).startswith(RETIRED):
        raise Bad("details", f"psn_type: of the retired it begins with {RETIRED}")
    status = {Kind.STOPPED: SUSPENDED, Kind.RESUMED: NORMAL}.get(kind)
    return Said(status, plan, place, type_ or (RETIRED if kind is Kind.RETIRED else None))


def _other(said: Mapping[str, str], psn_no: str) -> str | None:
    other = said.get("other")
    if other is None:
        return None
    try:
        check.alnum("other", other, 30)
    except Bad as bad:
        raise Bad("details", f"other: {bad.reason}") from None
    if other == psn_no:
        raise Bad("details", "other: the same person")
    return other


def _card(said: Mapping[str, str]) -> str | None:
    card = said.get("card_no")
    if card is None:
        return None
    try:
        return check.text("card_no", card, 32)
    except Bad as bad:
        raise Bad("details", f"card_no: {bad.reason}") from None
