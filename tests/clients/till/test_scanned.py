"""What a scanner reads of goods: products' barcodes, boxes' trace codes, GS1 codes with both."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.clients.till.sale import Item
from app.clients.till.scanned import Box, box_of
from app.clients.till.till import TillError, items

GTIN = "06901234567892"
TRACE = "81234560000000000017"
SERIAL = f"(01){GTIN}(17)271130(21)S1"
SCANS: dict[str, tuple[str, str] | None] = {
    TRACE: ("", TRACE),
    f"]C1{TRACE}\r\n": ("", TRACE),
    "".join(chr(ord(one) + 0xFEE0) for one in TRACE): ("", TRACE),
    "6901234567892": (GTIN, ""),
    GTIN: (GTIN, ""),
    "6901234567893": None,
    SERIAL: (GTIN, SERIAL),
    f"]d201{GTIN}1727113010L1\x1d21S1": (GTIN, f"(01){GTIN}(17)271130(10)L1(21)S1"),
    f"01{GTIN}21s1": (GTIN, f"(01){GTIN}(21)S1"),
    f"(01){GTIN}(17)271130": (GTIN, ""),
    "YA8123456-0001/7": ("", "YA8123456-0001/7"),
    "4" * 28: None,
    "12345": None,
    "amoxilinx2": None,
    "XQ99DEM001x3": None,
    "阿莫西林": None,
    "": None,
}
"""What a scanner or a hand types, and the product's and the box's code in it (``box.js`` too)."""


@pytest.mark.parametrize("text", list(SCANS))
def test_a_scan_is_a_product_or_a_box(text: str) -> None:
    wanted = SCANS[text]
    assert box_of(text) == (None if wanted is None else Box(*wanted))


def _shelf() -> dict[str, Item]:
    one = Item("XQ1", Decimal(1), Decimal("12.80"), "阿莫西林")
    two = Item("XQ2", Decimal(1), Decimal("9.00"), "布洛芬")
    return {"amo": one, "XQ1": one, GTIN: one, "bu": two, "XQ2": two}


def _said(*words: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.med_list_codg, str(one.cnt), one.codes) for one in items(words, _shelf())]


def test_boxes_are_scanned_behind_their_item() -> None:
    other = TRACE[:-1] + "8"
    assert _said("amo", TRACE) == [("XQ1", "1", (TRACE,))]
    assert _said("6901234567892", TRACE, other, "bu") == [
        ("XQ1", "2", (TRACE, other)),
        ("XQ2", "1", ()),
    ]
    assert _said("6901234567892", "6901234567892", TRACE) == [("XQ1", "2", (TRACE,))]
    assert _said(SERIAL, "bux2") == [("XQ1", "1", (SERIAL,)), ("XQ2", "2", ())]
    assert _said("bux3", f"~{TRACE}") == [("XQ2", "3", (f"~{TRACE}",))]
    assert _said(f"amo={TRACE}") == [("XQ1", "1", (TRACE,))]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ((TRACE,), "of which item"),
        (("amo", TRACE, TRACE), "twice"),
        (("amo", TRACE, "bu", TRACE), "twice"),
        (("6923456789012",), "not in the price list"),
    ],
)
def test_a_scan_that_says_nothing_is_told(words: tuple[str, ...], why: str) -> None:
    with pytest.raises(TillError, match=why):
        items(words, _shelf())
