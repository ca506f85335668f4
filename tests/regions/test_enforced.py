"""Every parameter that packs hold decides something: code outside regions/ reads it."""

from __future__ import annotations

import ast
from pathlib import Path

from app.regions.periods import COLUMNS
from app.regions.rules import PARTS, DisplayRules, Rules, ScopeRules

APP = Path(__file__).parents[2] / "app"
HOLDERS = {"rules", "aid", "scope", "own", "terms", "family", "credential", "dating", "repeats"}
HOLDERS |= {"display", "wallet", "purses"}
HOLDERS |= {"showers", "holders"}
"""What code calls the rules, or a section of them, when it reads a parameter."""


def _read_outside_regions() -> set[str]:
    found = set()
    for file in APP.rglob("*.py"):
        if file.relative_to(APP).parts[0] in (
            "regions",
            "cli",
            "api",
        ):  # a door that shows it enforces nothing
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                holder = node.value
                name = getattr(holder, "attr", getattr(holder, "id", ""))
                found |= {node.attr} if name in HOLDERS else set()
    return found


def test_every_parameter_of_the_packs_is_read_by_a_rule() -> None:
    names = {
        name
        for section in Rules.model_fields.values()
        for name in getattr(section.annotation, "model_fields", {})
    }
    names -= {*COLUMNS, *DisplayRules.model_fields}  # caps are read as one; the doors display
    names -= {*PARTS} - {*ScopeRules.model_fields}  # parts' purses are read by the part's name
    assert "purses_of" in _read_outside_regions()
    assert names - _read_outside_regions() == set()
