"""Made-up packs: parameters at random, so that combinations no region has today are tried too."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

_CAPS = ["unlimited", "unlimited", 1, 100, 3_000, 50_000]
_LICENCES = ["drug", "slices", "device", "disinfectant", "service", "health_food"]

_PARTS = [
    "deductible", "ratio", "outpatient", "purchase", "first_share", "over_limit", "fully_selfpaid",
    "vaccine", "checkup",
]  # fmt: skip


def write(folder: Path, seed: int) -> None:
    """A nation, provinces 21 to 29 and in each a pool 2x03, all with a change in 2024."""
    chance = Random(seed)
    whole = (Path(__file__).parents[2] / "app/regions/packs/00-nation.toml").read_text("utf-8")
    (folder / "00.toml").write_text(whole, encoding="utf-8")
    for province in range(21, 30):
        for code in (f"{province}", f"{province}03"):
            (folder / f"{code}.toml").write_text(_pack(chance, code), encoding="utf-8")


def _pack(chance: Random, code: str) -> str:
    one_pool = "\none_pool = true" if len(code) == 2 and chance.random() < 0.2 else ""
    text = f'[region]\ncode = "{code}"\nname = "{code}"{one_pool}\n'
    for begins in ("2021-04-01", "2024-06-15"):
        text += f'\n[[rules]]\nfrom = {begins}\nsource = "made up"\ncertainty = "D"\n'
        for section, values in _sections(chance).items():
            text += f"[rules.{section}]\n"
            for name, value in values.items():
                if chance.random() < 0.6:
                    text += f"{name} = {_toml(value)}\n"
        text += _purses(Random(f"{code} {begins}"))
    return text


def _purses(chance: Random) -> str:
    order = chance.choice([["own", "wallet", "donors"], ["own", "donors", "wallet"]])
    text = f"[rules.purses]\norder = {_toml(order)}\n"
    if chance.random() < 0.5:
        return text
    for part in _PARTS:
        if chance.random() < 0.5:
            own = chance.sample(["current", "carried_over"], chance.choice([1, 2]))
            others = chance.sample(["donors", "wallet"], chance.choice([0, 1, 2, 2]))
            text += f"{part} = {_toml([*own, *others])}\n"
    return text


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        inside = ", ".join(f"{key} = {json.dumps(one)}" for key, one in value.items())
        return f"{{ {inside} }}"
    return json.dumps(value)


def _sections(chance: Random) -> dict[str, dict[str, Any]]:
    pick = chance.choice
    return {
        "aid": {
            "area": pick(["pool", "province", "nation"]),
            "use_area": pick(["pool", "province", "nation", "nation"]),
            "fund_source": pick(["all", "all", "carried_over", "allotted"]),
            "floor_fen": pick([0, 0, 1, 10_000, 100_000]),
            "cap_per_use_fen": pick(_CAPS),
            "cap_day_fen": pick(_CAPS),
            "cap_week_fen": pick(_CAPS),
            "cap_month_fen": pick(_CAPS),
            "cap_year_fen": pick(_CAPS),
            "cap_share": pick(["unlimited", "unlimited", "0.5", "0.333", "1"]),
            "cap_scope": pick(["pair", "donor"]),
            "own_first": pick(["exhaust", "exhaust", "zero_required"]),
            "donor_order": pick(["balance_desc", "bind_first", "bind_last", "user_order"]),
            "tie_break": pick(["bind_first", "name"]),
            "max_donors": pick(["unlimited", 1, 2, 3]),
            "allow_partial": pick([True, False]),
            "max_out": pick(["unlimited", 1, 2, 4]),
            "max_in": pick(["unlimited", 1, 2]),
            "chain": pick([True, True, False]),
            "ask_wait_s": pick([1, 15, 20]),
            "ask_silence": pick(["without", "refuse"]),
        },
        "scope": {
            "fully_selfpaid": pick([True, False]),
            "over_limit": pick([True, False]),
            "first_share": pick([True, False]),
            "licences": ["drug", *chance.sample(_LICENCES, chance.randrange(6))],
        },
        "wallet": {
            "use_area": pick(["pool", "province", "nation", "nation"]),
            "place_choice": True,
        },
        "own": {
            "spend_first": pick(["current", "carried_over"]),
            "carried_over_only": pick([True, False, False]),
        },
        "benefit_employee": _benefit(chance),
        "benefit_resident": _benefit(chance),
    }


def _benefit(chance: Random) -> dict[str, Any]:
    pick = chance.choice

    def by_level(values: list[Any]) -> dict[str, Any]:
        return {level: pick(values) for level in ("basic", "second", "third")}

    return {
        "pooled": pick([True, True, True, False]),
        "deductible_per": pick(["year", "visit"]),
        "deductible_fen": by_level([0, 100, 1_000, 20_000]),
        "deductible_ceiling_fen": pick(["unlimited", 0, 500, 20_100]),
        "ratio_active": by_level(["0", "0.5", "0.555", "1"]),
        "ratio_retired": by_level(["0.65", "0.905", "1"]),
        "cap_per": pick(["year", "month"]),
        "cap_active_fen": pick(["unlimited", 0, 5_000, 100_100]),
        "cap_retired_fen": pick(["unlimited", 5_000, 400_000]),
        "away": pick(["same", "lower", "nothing"]),
        "away_points": pick(["0", "0.05", "0.6", "1"]),
    }
