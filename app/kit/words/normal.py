"""Normal forms of texts that come from outside: typed, scanned, copied out of a sheet."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = "".join(map(chr, [*range(0x20), 0x7F, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF]))
_SCANNER = re.compile(r"^\][A-Za-z][0-9]|\\[0-9]{6}")
"""Which kind of symbol it was (``]Q1``, ``]C0``), which character set it named (``\\000026``)."""


def trimmed(text: str) -> str:
    """Without blanks of any kind, line ends, marks of a scanner and invisible characters around."""
    while (shorter := text.strip().strip(_INVISIBLE)) != text:
        text = shorter
    return text


def code_form(text: str) -> str:
    """A code as it is registered: half-width characters, nothing around it.

    Full-width letters and digits come from an input method that was left on (NFKC makes them half).
    A digit that stands in no number stays what it is: ² is no 2.
    """
    half = (
        one if unicodedata.category(one) == "No" else unicodedata.normalize("NFKC", one)
        for one in text
    )
    return trimmed("".join(half))


def scan_form(text: str) -> str:
    """What a scanner read as a code, without what it adds itself, however it does."""
    while (shorter := _SCANNER.sub("", code_form(text))) != text:
        text = shorter
    return text
