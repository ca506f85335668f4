"""Normal forms of texts that come from outside: typed, scanned, copied out of a sheet."""

from __future__ import annotations

import unicodedata

_INVISIBLE = "".join(map(chr, [*range(0x20), 0x7F, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF]))


def trimmed(text: str) -> str:
    """Without blanks of any kind, line ends, marks of a scanner and invisible characters around."""
    while (shorter := text.strip().strip(_INVISIBLE)) != text:
        text = shorter
    return text


def code_form(text: str) -> str:
    """A code as it is registered: half-width characters, nothing around it.

    Full-width letters and digits come from an input method that was left on (NFKC makes them half).
    """
    return trimmed(unicodedata.normalize("NFKC", text))
