"""What of a prescription may be dispensed: by whom, to whom, until when, how much. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from app.domain.prescription.errors import (
    RX_DISPENSED,
    RX_EXPIRED,
    RX_ITEM_UNKNOWN,
    RX_MED_TYPE,
    RX_NOT_CHECKED,
    RX_NOT_HERE,
    RX_OF_OTHER,
    RX_TOO_MUCH,
    RX_UNKNOWN,
    RX_USED_UP,
    RX_WITHDRAWN,
)
from app.domain.prescription.values import Asked, Prescribed, State, Use
from app.domain.prescription.words import EXPIRED, STATES
from app.kit.clock import local
from app.kit.reasons import Refusal
from app.kit.value import value
from app.words import Word

_OURS = re.compile(r"RX[0-9]{25}\Z")


def number_of(admdvs: str, prescription_id: int) -> str:
    """The national number (``hiRxno``) of a prescription that is issued at a place."""
    return f"RX{admdvs}{prescription_id:019d}"


def is_ours(rxno: str) -> bool:
    """Whether a line's number is of our form: any other is the institution's own, or another
    centre's."""
    return _OURS.match(rxno) is not None


@value
class Buying:
    """Who buys what for whom, when."""

    fixmedins_code: str
    person_id: int
    med_type: str
    at: datetime


def check_dispensable(rxno: str, found: Prescribed | None, buying: Buying) -> Prescribed:
    """The prescription, if it may be dispensed at all: what is somebody else's is told first, and
    nothing more of it.

    Raises:
        Refusal: RX_UNKNOWN, RX_OF_OTHER, RX_WITHDRAWN, RX_USED_UP, RX_EXPIRED, RX_NOT_HERE,
            RX_NOT_CHECKED, RX_MED_TYPE.
    """
    if found is None or found.state is State.CHECKED:
        raise Refusal(RX_UNKNOWN)
    if found.person_id != buying.person_id:
        raise Refusal(RX_OF_OTHER, rxno=rxno)
    check_open(found, buying.at)
    if buying.fixmedins_code not in found.fetched:
        raise Refusal(RX_NOT_HERE, rxno=rxno)
    if buying.fixmedins_code not in found.passed:
        raise Refusal(RX_NOT_CHECKED, rxno=rxno)
    if found.med_type != buying.med_type:
        raise Refusal(RX_MED_TYPE, rxno=rxno, med_type=found.med_type)
    return found


def check_open(found: Prescribed, at: datetime) -> None:
    """Refuses one of which nothing can be had any more.

    Raises:
        Refusal: RX_WITHDRAWN, RX_USED_UP, RX_EXPIRED.
    """
    if found.state is State.WITHDRAWN:
        raise Refusal(RX_WITHDRAWN, rxno=found.hi_rxno)
    if found.use is Use.WHOLE:
        raise Refusal(RX_USED_UP, rxno=found.hi_rxno)
    if at >= found.ends_at:
        ended = local(found.ends_at).isoformat(" ", "minutes")[:16]
        raise Refusal(RX_EXPIRED, rxno=found.hi_rxno, ended=ended)


def check_lines(found: Prescribed, lines: Sequence[Asked]) -> dict[str, Decimal]:
    """How much of each item lines ask for, if so much is left.

    Raises:
        Refusal: RX_ITEM_UNKNOWN, RX_TOO_MUCH.
    """
    asked: dict[str, Decimal] = {}
    for line in lines:
        item = line.med_list_codg
        share = found.items.get(item)
        if share is None:
            raise Refusal(RX_ITEM_UNKNOWN, rxno=found.hi_rxno, line=line.feedetl_sn, code=item)
        asked[item] = asked.get(item, Decimal(0)) + line.count
        if asked[item] > share.left:
            raise Refusal(
                RX_TOO_MUCH,
                rxno=found.hi_rxno,
                code=item,
                left=plain(share.left),
                asked=plain(asked[item]),
            )
    return asked


def check_again(found: Prescribed, again: Mapping[str, Decimal]) -> None:
    """Refuses to dispense once more what was given back, when it is withdrawn or somebody else has
    it since: a restored bill is no new one, so nothing else is asked.

    Raises:
        Refusal: RX_WITHDRAWN, RX_USED_UP.
    """
    if found.state is State.WITHDRAWN:
        raise Refusal(RX_WITHDRAWN, rxno=found.hi_rxno)
    left = {item: share.left for item, share in found.items.items()}
    gone = found.state is State.SOLD or any(left.get(i, 0) < much for i, much in again.items())
    if gone:
        raise Refusal(RX_USED_UP, rxno=found.hi_rxno)


def check_withdrawable(found: Prescribed) -> None:
    """Refuses to withdraw what is dispensed, be it in part.

    Raises:
        Refusal: RX_DISPENSED.
    """
    if found.use is not Use.NONE:
        raise Refusal(RX_DISPENSED, rxno=found.hi_rxno)


def stands(state: State, ends_at: datetime, at: datetime) -> tuple[str, Word]:
    """What a prescription is now: its code and what people call it."""
    if state is State.ISSUED and at >= ends_at:
        return EXPIRED
    return STATES[state]


def plain(number: Decimal) -> str:
    """A quantity without zeros at its end."""
    return f"{number.normalize():f}"
