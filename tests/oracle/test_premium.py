"""House and oracle agree on premiums: price, window, waiting period, who is excluded, who pays."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

from app.regions.loader import PACKS, Rulebook
from tests.oracle import premium, premium_cases, rulebook

CASES = 2_000
MADE_UP = 4_000
PACKED = ["110105", "130100", "330302", "340100", "350100", "350200", "310115"]
"""Where packs have prices and windows, and one place where they have none."""


def test_they_agree_over_all_packs() -> None:
    told = compare(PACKS, range(CASES), PACKED)
    for kind in ("paid", "not paid", "WINDOW_CLOSED", "EXCLUDED_GROUP", "PREMIUM_NOT_HERE"):
        assert told[kind] > 50, told


def test_they_agree_over_rules_no_region_has_yet(tmp_path: Path) -> None:
    told = made_up(tmp_path, MADE_UP)
    for kind in ("paid", "not paid", "waits", "buys back", "YEAR_NOT_MISSED", "NOT_RESIDENT_PLAN"):
        assert told[kind] > 50, told


def made_up(folder: Path, count: int, first: int = 0) -> Counter[str]:
    """Cases over made-up packs, eight sets of them."""
    told: Counter[str] = Counter()
    for seed in range(8):
        packs = folder / str(seed)
        packs.mkdir()
        premium_cases.write_packs(packs, seed)
        places = [
            f"{code}9900" if len(code) == 2 else f"{code}02"
            for code in rulebook.read(packs)
            if code != "00"
        ]
        told += compare(
            packs, range(first + seed * count // 8, first + (seed + 1) * count // 8), places
        )
    return told


def compare(folder: Path, numbers: range, places: list[str]) -> Counter[str]:
    """Puts each case to both; counts what the cases were about."""
    packs, house = rulebook.read(folder), Rulebook.load(folder)
    told: Counter[str] = Counter()
    for number in numbers:
        case = premium_cases.make(Random(number), places)
        ours, houses = premium.outcome(case, packs), premium_cases.house(case, house)
        assert houses == ours, f"case {number} of {folder.name}: {houses} {ours} {case}"
        if "refused" in ours:
            told[ours["refused"]] += 1
            continue
        told["not paid" if ours["legs"] is None else "paid"] += 1
        told["waits"] += bool(ours["waiting"])
        told["buys back"] += bool(case["premium"]["bought"])
    return told
