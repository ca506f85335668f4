"""The demo's pharmacy: whose till ``qinji pos login --demo`` is, and what stands on its shelf."""

from __future__ import annotations

import csv
from functools import cache

from app.local.demo import FOLDER

SHELF = FOLDER / "shelf.csv"
"""Its price list: short name, national code, name, price in yuan."""


@cache
def pharmacy() -> dict[str, str]:
    """The first of ``institutions.csv``: what a till's login holds."""
    with (FOLDER / "institutions.csv").open(encoding="utf-8", newline="") as file:
        first = next(csv.DictReader(file))
    names = ("fixmedins_code", "fixmedins_name", "admdvs", "key_id", "secret")
    return {name: first[name] for name in names} | {"scheme": first["auth_scheme"]}


def shelf() -> list[dict[str, str]]:
    """What it sells: ``med_list_codg``, ``short``, ``name`` and ``pric`` of each."""
    with SHELF.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
