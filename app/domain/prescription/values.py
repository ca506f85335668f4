"""Prescriptions as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from decimal import Decimal
from enum import IntEnum

from app.kit.value import value


class State(IntEnum):
    """``prescription.state``."""

    CHECKED = 0
    """Looked at before the doctor signs (7101): nobody sees it yet."""
    ISSUED = 1
    WITHDRAWN = 2
    SOLD = 3
    """Sold for cash: used up whole (7207)."""


class Use(IntEnum):
    """How much of one is dispensed."""

    NONE = 1
    WHOLE = 2
    PART = 3


class Opinion(IntEnum):
    """What a pharmacist says (``rxChkStasCodg``)."""

    PASSED = 1
    REFUSED = 2


@value
class Share:
    """One item of a prescription: how much of it was prescribed, and how much is dispensed."""

    prescribed: Decimal
    dispensed: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal:
        return self.prescribed - self.dispensed


@value
class Prescribed:
    """A prescription as a settlement looks at it.

    Attributes:
        items: by the national code of the item.
        fetched: institutions that have downloaded it.
        passed: those of them whose pharmacist has found it right.
    """

    id: int
    hi_rxno: str
    person_id: int
    med_type: str
    state: State
    ends_at: datetime
    items: Mapping[str, Share]
    fetched: frozenset[str] = frozenset()
    passed: frozenset[str] = frozenset()

    @property
    def use(self) -> Use:
        if self.state is State.SOLD or all(not one.left for one in self.items.values()):
            return Use.WHOLE
        return Use.PART if any(one.dispensed for one in self.items.values()) else Use.NONE

    def less(self, gone: Mapping[str, Decimal]) -> Prescribed:
        """The same after so much of its items was dispensed, or (below zero) given back."""
        return replace(
            self,
            items={
                item: replace(share, dispensed=share.dispensed + gone.get(item, Decimal(0)))
                for item, share in self.items.items()
            },
        )


@value
class Asked:
    """A bill's line that is to be dispensed on a prescription."""

    feedetl_sn: str
    med_list_codg: str
    count: Decimal


@value
class Dispensed:
    """What a settlement dispenses by one line; ``freed_by``: what has undone it in the same go."""

    settlement_id: int
    feedetl_sn: str
    prescription_id: int
    med_list_codg: str
    fixmedins_code: str
    count: Decimal
    freed_by: int | None = None


@value
class Draft:
    """What a doctor's system says before it signs (7101).

    Attributes:
        details: everything that isn't counted, by name: what was found, how it is to be taken.
        items: how much of each item.
    """

    fixmedins_code: str
    msgid: str
    admdvs: str
    hosp_rxno: str
    person_id: int
    mdtrt_id: str
    med_type: str
    prescribed_at: datetime
    ends_at: datetime
    items: Mapping[str, Decimal]
    details: Mapping[str, object] = field(hash=False, compare=False)


@value
class Access:
    """One pharmacy may fetch one prescription for a while."""

    id: int
    token: str = field(repr=False)
    expires_at: datetime


@value
class Listed:
    """A prescription of a patient's list, as whoever it is shown to sees it at first."""

    id: int
    hi_rxno: str
    fixmedins_code: str
    prescribed_at: datetime
    ends_at: datetime
    state: State
    details: Mapping[str, object] = field(repr=False, hash=False, compare=False)
    items: Mapping[str, Share] = field(default_factory=dict, hash=False, compare=False)


@value
class Verdict:
    """A pharmacist's check of one prescription."""

    serial: int
    opinion: Opinion
    details: Mapping[str, str] = field(repr=False, hash=False, compare=False)
    at: datetime
