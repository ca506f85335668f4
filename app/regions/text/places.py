"""What insured places are called (SOURCES N9): people read names, not six digits."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

_TABLE = Path(__file__).parent / "places.csv"
_DIGITS = 6
_OF_ITS_OWN = "99"
"""Insured with the province or city itself (139900, 130199)."""


@cache
def _names() -> dict[str, str]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {row["admdvs"]: row["name"] for row in csv.DictReader(file)}


def known_place(place: str) -> bool:
    """Whether there is a place with these six digits."""
    return place in _names()


def provinces() -> list[str]:
    """All provinces, six digits each, in their order."""
    return sorted(place for place in _names() if place.endswith("0000"))


def place_name(place: str) -> str:
    """A place of six digits by name, with what it lies in: 北京市东城区, 石家庄市长安区.

    Of a place that the table doesn't know, what it lies in, with the digits; else the digits.
    """
    if len(place) != _DIGITS or not place.isdigit():
        return place
    names = _names()
    province, city = names.get(f"{place[:2]}0000", ""), names.get(f"{place[:4]}00", "")
    own = names.get(place)
    if place.endswith("0000") and own:
        return own
    if place[2:] == f"{_OF_ITS_OWN}00" and province:
        return f"{province}本级"
    if own:
        return f"{province}{own}" if place.endswith("00") or not city else f"{city}{own}"
    if city and place.endswith(_OF_ITS_OWN):
        return f"{city}本级"
    if place.endswith("00") and province.endswith("市"):
        return province
    nearest = (city and f"{province}{city}") or province
    return f"{nearest}（{place}）" if nearest else place


def named_like(text: str, most: int) -> list[str]:
    """Places whose name or digits begin so, or have it inside; provinces and cities first."""
    wanted = text.strip()
    if not wanted:
        return []
    found = [
        place
        for place, name in _names().items()
        if (place.startswith(wanted) if wanted.isdigit() else wanted in name)
    ]
    return sorted(found, key=lambda place: (len(place.rstrip("0")), place))[:most]
