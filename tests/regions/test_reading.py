"""The mission's checklist (``mission.toml``) and the second reading of the sources
(``reading.toml``): every claim names a test that is there."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.regions.sources import ID, sources
from tests.regions.test_facts import FACTS

ROOT = Path(__file__).parents[2]
ROWS = [f"M{row:02}" for row in range(1, 50)]
"""The checklist's rows."""


def read(name: str) -> list[dict[str, Any]]:
    claims = tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))["claim"]
    return list(claims)


MISSION, READING = read("mission.toml"), read("reading.toml")
CLAIMS = MISSION + READING


@cache
def collected(path: str) -> frozenset[str]:
    """The tests that pytest collects from a file."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    names = (node.name for node in tree.body if isinstance(node, functions))
    return frozenset(name for name in names if name.startswith("test_"))


def missing(claim: dict[str, Any]) -> list[str]:
    """What a claim names and nobody finds."""
    rows = {f"{place} {day} {key}" for place, day, key, _ in FACTS}
    gone = [one for one in claim.get("facts", []) if one not in rows]
    for node in claim.get("tests", []):
        path, _, name = node.partition("::")
        if name not in collected(path):
            gone.append(node)
    return gone + [one for one in re.findall(ID, claim["source"]) if one not in sources()]


@pytest.mark.parametrize("claim", CLAIMS, ids=[claim["id"] for claim in CLAIMS])
def test_a_claim_has_its_test(claim: dict[str, Any]) -> None:
    assert claim.keys() <= {"id", "source", "says", "tests", "facts", "not_built", "ignored"}
    assert claim["says"] and missing(claim) == []
    assert claim.get("tests") or claim.get("facts") or claim.get("not_built") or "ignored" in claim


def test_claims_are_numbered_in_order() -> None:
    numbers = [claim["id"] for claim in READING]
    assert numbers == sorted(set(numbers)) and len(numbers) > 50


def test_each_row_of_the_checklist_bears_its_number_and_a_test() -> None:
    assert [claim["id"] for claim in MISSION] == ROWS
    bare = [claim["id"] for claim in MISSION if not (claim.get("tests") or claim.get("facts"))]
    assert bare == [claim["id"] for claim in MISSION if "ignored" in claim] == ["M27"]


def test_what_is_gone_is_named() -> None:
    claim = {"source": "S1", "tests": [f"{Path(__file__).name}::test_x"], "facts": ["1 2 3"]}
    assert missing(claim) == ["1 2 3", "test_reading.py::test_x", "S1"]
