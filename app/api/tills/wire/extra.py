"""``exp_content`` of an answer: a text of at most 4,000 characters, as the table has it."""

from __future__ import annotations

from typing import Any

from app.api.tills.wire.fields import EXTRA, EXTRA_MAX
from app.api.tills.wire.values import dumps

_GIVEN_UP = ("steps", "reasons", "parts", "drug_trac_info", "legs")
"""Lists whose ends are left out, in this order, of what would be too long."""


def write_extras(output: object) -> None:
    """Writes as a text what the nodes of an output explain beside their fields."""
    nodes = list(output.values()) if isinstance(output, dict) else [output]
    for node in nodes:
        for row in node if isinstance(node, list) else (node,):
            if isinstance(row, dict) and isinstance(row.get(EXTRA), dict):
                row[EXTRA] = as_text(row[EXTRA])


def as_text(told: dict[str, Any]) -> str:
    """An object as JSON, its lists shortened until it is short enough; nothing: an empty text."""
    if not told:
        return ""
    text = dumps(told).decode()
    for name in _GIVEN_UP:
        rest = list(told.get(name, ()))
        while rest and len(text) > EXTRA_MAX:
            rest = rest[: len(rest) * 3 // 4]
            text = dumps(told | {name: rest, "cut": True}).decode()
        if len(text) <= EXTRA_MAX:
            return text
        told = told | {name: rest, "cut": True}
    return text[:EXTRA_MAX]
