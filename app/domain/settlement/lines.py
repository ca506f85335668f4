"""A settled line as it is stored with its settlement; this module alone knows the JSON. Pure.

``settlement.lines`` holds one object a line: sums in fen, and texts for price, count and ratio.
What the catalogue said is kept with the line, so that a part return or a replay sees what the
settlement saw.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from app.domain.settlement.bill import Line, LineSplit, Terms
from app.domain.trace.values import Scanned
from app.regions.rules import Goods
from app.words import ItemLevel

_WESTERN_DRUG = "101"
"""What an item's list is taken for in rows of before the list was kept."""


def stored(parts: Iterable[LineSplit]) -> list[dict[str, object]]:
    """The lines as JSON."""
    return [_stored(part) for part in parts]


def read(rows: Iterable[dict[str, Any]]) -> tuple[LineSplit, ...]:
    """The lines that were stored."""
    return tuple([_read(row) for row in rows])


def _stored(part: LineSplit) -> dict[str, object]:
    line, terms = part.line, part.terms
    limit = terms.price_limit if terms else None
    found: dict[str, object] = {
        "sn": line.feedetl_sn,
        "code": line.med_list_codg,
        "name": terms.name if terms else "",
        "fen": line.amount_fen,
        "cnt": str(line.count),
        "pric": str(line.price),
        "limit": None if limit is None else str(limit),
        "prop": str(terms.selfpay_prop) if terms else "1",
        "lv": terms.chrgitm_lv if terms else ItemLevel.SELF_PAID,
        "own": part.fulamt_ownpay_fen,
        "over": part.overlmt_fen,
        "pre": part.preselfpay_fen,
        "scope": part.inscp_scp_fen,
        "known": terms is not None,
        "rx": line.prescribed,
        "lt": terms.list_type if terms else "",
        "lic": terms.licence if terms else "",
    }
    if terms and terms.goods:
        found["goods"] = terms.goods
    if line.codes:
        found["trac"] = [[one.code, one.split] for one in line.codes]
    if line.rxno:
        found["rxno"] = line.rxno
    return found


def _read(row: dict[str, Any]) -> LineSplit:
    line = Line(
        row["sn"],
        row["code"],
        row["fen"],
        _decimal(row["cnt"]),
        _decimal(row["pric"]),
        row.get("rx", False),
        codes=tuple([Scanned(*one) for one in row.get("trac", ())]),
        rxno=row.get("rxno", ""),
    )
    terms = None
    if row["known"]:
        terms = _terms(
            row["name"],
            row.get("lt", _WESTERN_DRUG),
            row["lv"],
            row["prop"],
            row["limit"],
            row.get("lic", ""),
            row.get("goods"),
        )
    return LineSplit(line, terms, row["own"], row["over"], row["pre"], row["scope"])


# The same goods are sold all day: their prices, counts and terms are made of texts once.
_decimal = lru_cache(5_000)(Decimal)


@lru_cache(5_000)
def _terms(
    name: str,
    list_type: str,
    level: str,
    share: str,
    limit: str | None,
    licence: str,
    goods: Goods | None,
) -> Terms:
    price_limit = None if limit is None else Decimal(limit)
    return Terms(name, list_type, level, Decimal(share), price_limit, licence, goods)
