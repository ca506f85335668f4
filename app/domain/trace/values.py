"""Trace codes as values."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from app.kit.value import value
from app.regions.rules import Licence

PREFIX = 7
"""So many digits of a code of digits say which product it is."""
_GTIN = re.compile(r"\(01\)([0-9]{14})")


def product_of(code: str) -> str:
    """What of a code says which product in which package it is: its first seven digits, or the
    number of the product where it is a GS1 code."""
    found = _GTIN.match(code) if code.startswith("(") else None
    return code[:PREFIX] if found is None else found[1]


@value
class Scanned:
    """A code as it was scanned for a line. ``split``: what is sold is a part of that box."""

    code: str
    split: bool = False


@value
class Goods:
    """A bill's line, as far as codes ask. ``kind``: what kind of goods the catalogue says it is."""

    feedetl_sn: str
    med_list_codg: str
    kind: Licence
    count: Decimal
    codes: tuple[Scanned, ...]


class Coded(Protocol):
    """A line with codes, whatever else it is."""

    @property
    def feedetl_sn(self) -> str: ...

    @property
    def med_list_codg(self) -> str: ...

    @property
    def count(self) -> Decimal: ...

    @property
    def codes(self) -> tuple[Scanned, ...]: ...


@value
class Product:
    """What the beginning of a code stands for: the items it may be sold as, and how many of what is
    counted one box holds; None: nobody has told."""

    items: frozenset[str]
    units: Decimal | None = None


@value
class Sale:
    """A code that is sold and not given back.

    Attributes:
        slot: 1 for the first that stands, and so on: the same place is taken once in the database,
            whoever sells at the same moment.
        units: how much of a split box went, in what the line counts.
    """

    code: str
    settlement_id: int
    feedetl_sn: str
    fixmedins_code: str
    slot: int
    split: bool
    units: Decimal
    known: bool = True
    """Whether sales of its code were known to who made it: not of a whole box, as nearly all are,
    of which it is for the database to say that it is unsold."""


@value
class Bought:
    """A sale that stands, as far as whoever asks about the box needs it. ``sold_at``: no later than
    then."""

    person_id: int | None
    fixmedins_code: str
    split: bool
    settlement_id: int | None
    sold_at: datetime


@value
class Alert:
    """A code that is sold although it stands sold at another institution."""

    code: str
    settlement_id: int
    fixmedins_code: str
    first_settlement_id: int
    first_fixmedins_code: str
