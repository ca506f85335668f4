"""A row of goods as it is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import IntEnum
from hashlib import blake2b

import orjson

from app.kit.value import value


class Kind(IntEnum):
    """``goods_upload.kind``."""

    STOCK = 1
    CHANGE = 2
    PURCHASE = 3
    PURCHASE_RETURN = 4
    SALE = 5
    SALE_RETURN = 6


DELETED_BY: Mapping[str, tuple[Kind, ...]] = {
    "1": (Kind.STOCK,),
    "2": (Kind.CHANGE,),
    "3": (Kind.PURCHASE, Kind.PURCHASE_RETURN),
    "4": (Kind.SALE, Kind.SALE_RETURN),
}
"""What ``inv_data_type`` of 3507 means."""


@value
class Upload:
    """One row.

    Attributes:
        line: what makes it the same row when it is told again: document, line and codes.
        insured: a sale to an insured person, who settled it; None: no sale.
        details: the rest of what was told, as it is answered again.
    """

    kind: Kind
    line: tuple[str, ...]
    fixmedins_bchno: str
    fixmedins_hilist_id: str
    med_list_codg: str
    happened_on: date
    details: Mapping[str, str]
    codes: tuple[str, ...] = ()
    split: bool = False
    insured: bool | None = None
    settlement_id: int | None = None
    mdtrt_sn: str = ""

    @property
    def key(self) -> int:
        """By which it counts once."""
        return _hashed((*self.line, *sorted(self.codes)))

    @property
    def content(self) -> int:
        """By which a repeat is told from another row under the same key."""
        said = orjson.dumps(dict(sorted(self.details.items()))).decode()
        return _hashed((said, self.happened_on.isoformat(), str(self.settlement_id)))


def _hashed(parts: tuple[str, ...]) -> int:
    said = "\n".join(parts).encode()
    return int.from_bytes(blake2b(said, digest_size=8).digest(), signed=True)
