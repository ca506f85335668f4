"""Reads the packs a second time, in the plainest way: dicts out of TOML, the most local rule that
holds on the day wins, and of one pack the one that began last."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

Packs = dict[str, dict[str, Any]]


def read(folder: Path) -> Packs:
    packs: Packs = {}
    for path in sorted(folder.glob("*.toml")):
        pack = tomllib.loads(path.read_text(encoding="utf-8"))
        packs[pack["region"]["code"]] = pack
    return packs


def rules_at(packs: Packs, place: str, day: date) -> dict[str, Any]:
    """The rules at a place on a day, as ``section.name`` → value, "unlimited" as None."""
    found: dict[str, Any] = {}
    for code in ("00", place[:2], place[:4]):
        blocks = packs[code]["rules"] if code in packs else []
        for block in sorted(blocks, key=lambda block: block["from"]):
            if block["from"] <= day <= block.get("until", date.max):
                for section, values in block.items():
                    for name, value in values.items() if isinstance(values, dict) else ():
                        found[f"{section}.{name}"] = None if value == "unlimited" else value
    return found


def same_pool(packs: Packs, a: str, b: str) -> bool:
    if a[:2] == b[:2] and packs.get(a[:2], {}).get("region", {}).get("one_pool"):
        return True
    return a[:4] == b[:4]


def same(packs: Packs, area: str, a: str, b: str) -> bool:
    """Whether two places lie in the same pool, province or nation."""
    if area == "pool":
        return same_pool(packs, a, b)
    return area == "nation" or a[:2] == b[:2]
