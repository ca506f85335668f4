"""The demo's pharmacy: whose till ``qinji pos login --demo`` is, and what stands on its shelf."""

from __future__ import annotations

import csv

from app.local.demo import FOLDER

SHELF = FOLDER / "shelf.csv"
"""Its price list: short name, national code, name, price in yuan."""

DEMO = {
    "base_url": "http://127.0.0.1:8080",
    "fixmedins_code": "P13010200001",
    "fixmedins_name": "演示安康大药房",
    "admdvs": "130100",
    "key_id": "demo-pharmacy-1",
    "secret": "demo-secret-not-for-real-use-1",
    "scheme": "hmac-sm3",
}
"""The first pharmacy of ``institutions.csv``."""


def shelf() -> list[dict[str, str]]:
    """What it sells: ``med_list_codg``, ``short``, ``name`` and ``pric`` of each."""
    with SHELF.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
