"""What a scan of goods says: a product's barcode, or the trace code of one box (as the till's page
reads it, ``box.js``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.kit.words.normal import scan_form

GTIN = 14
_DIGITS = re.compile(r"[0-9]{20}\Z")
_SIGNS = re.compile(r"(?=.*[A-Z])(?=.*[0-9])[A-Z0-9()/+=_.-]{10,100}\Z")
"""In capitals, as they are printed: what a hand types in small letters is something else."""
_BARCODE = re.compile(r"[0-9]{8}\Z|[0-9]{12,14}\Z")
_BRACKETS = re.compile(r"(?:\([0-9]{2,4}\)[^()]+)+\Z")
_ELEMENT = re.compile(r"\(([0-9]{2,4})\)([^()]+)")
_FIXED = {"01": 14, "11": 6, "13": 6, "15": 6, "17": 6}
"""So long is what these elements of a GS1 code hold."""
_GS, _SEPARATOR = "\x1d", "|"


@dataclass(frozen=True, slots=True)
class Box:
    """The product's barcode as 14 digits, and the box's own code; empty: not said."""

    barcode: str = ""
    code: str = ""


def box_of(text: str) -> Box | None:
    """What was scanned; None: neither a product nor a box."""
    scanned = scan_form(text.replace(_GS, _SEPARATOR))
    if _DIGITS.match(scanned):
        return Box(code=scanned)
    if _BARCODE.match(scanned):
        return Box(gtin(scanned)) if _is_gtin(scanned) else None
    parts = _elements(scanned.upper())
    barcode = next((held for name, held in parts if name == "01"), "")
    if _is_gtin(barcode):
        whole = "".join(f"({name}){held}" for name, held in parts)
        return Box(barcode, whole if any(name == "21" for name, _ in parts) else "")
    return Box(code=scanned) if _SIGNS.match(scanned) else None


def gtin(barcode: str) -> str:
    """A barcode of any length as 14 digits."""
    return barcode.rjust(GTIN, "0")


def _elements(scanned: str) -> list[tuple[str, str]]:
    """The elements of a GS1 code: in brackets, or one after the other as a scanner gives them."""
    if _BRACKETS.match(scanned):
        return [(name, held) for name, held in _ELEMENT.findall(scanned)]
    if not re.match(r"01[0-9]{14}", scanned):
        return []
    found, rest = [], scanned
    while len(rest) > 2:
        name, ends = rest[:2], rest.find(_SEPARATOR)
        end = 2 + _FIXED[name] if name in _FIXED else len(rest) if ends < 0 else ends
        found.append((name, rest[2:end]))
        rest = rest[end:].removeprefix(_SEPARATOR)
    return found


def _is_gtin(barcode: str) -> bool:
    if not _BARCODE.match(barcode):
        return False
    weighed = (int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(gtin(barcode)))
    return sum(weighed) % 10 == 0
