"""What a life event's effect means for the one whom it concerns. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from app.domain.events.kinds import EffectKind
from app.domain.events.kinds import Kind as Event
from app.domain.notice.values import Params, Telling
from app.kit.value import value

_SAID = {
    Event.STOPPED: ("已停止或暂停参保", "it was stopped or suspended"),
    Event.RESUMED: ("已恢复参保", "it runs again"),
    Event.CHANGED_PLAN: ("参加的险种变了", "you are in another plan"),
    Event.MOVED: ("参保地变了", "you are insured at another place"),
    Event.RETIRED: ("已登记退休", "you are registered as retired"),
    Event.DIVORCED: ("已登记离婚", "you are registered as divorced"),
    Event.CARD_LOST: ("社保卡已挂失", "your social-security card was reported lost"),
    Event.REGISTERED: ("参保信息已更新", "what is registered of it was updated"),
}
"""What happened, of what is told by itself: a birthday is told by what it asks for, and an end to
those who are left."""
Record = Mapping[str, Any]


@value
class Did:
    """One effect on one person.

    Attributes:
        ref_id: the grant, binding or order.
        again: another sender has said the same of the same moment before.
        moved: the same event took the account along, which is told by itself.
    """

    id: int
    person_id: int
    kind: EffectKind
    event: Event
    ref_id: int | None
    again: bool
    moved: bool
    at: datetime


def told(did: Did, record: Record | None) -> Iterator[Telling]:
    """What is told of it, by the record as it is now: what is over meanwhile asks for nothing."""
    found: tuple[str, Params] | None = None
    match did.kind:
        case EffectKind.NOTED:
            said = _SAID.get(did.event)
            if said is not None and not (did.again or did.moved):
                found = "event_noted", {"cause": said[0], "cause_en": said[1]}
        case EffectKind.ACCOUNT_MOVED:
            found = "account_moved", {}
        case _ if record is not None and record["stands"]:
            found = _of_record(did, record)
    if found is not None:
        yield Telling(did.person_id, found[0], did.id, did.at, found[1])


def _of_record(did: Did, record: Record) -> tuple[str, Params] | None:
    mine = did.person_id == record["one_id"]
    other = f"@{record['other_id'] if mine else record['one_id']}"
    number = str(did.ref_id)
    match did.kind:
        case EffectKind.GRANT_STANDS | EffectKind.GRANT_FREED:
            params: Params = {"grant": number, "name": other}
            return did.kind.value, params
        case EffectKind.BINDING_TO_CONFIRM:
            kind = "binding_to_confirm_child" if mine else "binding_to_confirm"
            return kind, {"binding": number, "name": other}
        case EffectKind.PREMIUM_OPEN:
            whose, year = f"@{record['one_id']}", str(record["year"])
            return "premium_open", {"order": number, "name": whose, "year": year}
    return None
