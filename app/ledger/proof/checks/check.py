"""What a check is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Over = Literal["account", "transfer", "settlement", "request"]


@dataclass(frozen=True, slots=True)
class Check:
    """One law. ``sql`` takes the range of ids of table ``over`` as $1 (excluded) and $2."""

    name: str
    zh: str
    over: Over
    sql: str
