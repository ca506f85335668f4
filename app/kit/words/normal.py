"""Normal forms of texts that come from outside: typed, scanned, copied out of a sheet."""

from __future__ import annotations

import re
import unicodedata

_AROUND = "".join(map(chr, [*range(0x20), 0x7F, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF]))
INVISIBLE = "".join(
    map(
        chr,
        [
            *range(0x200B, 0x2010),  # no width, joiners, marks of direction
            *range(0x202A, 0x202F),  # a phone's address book puts them around numbers
            *range(0x2060, 0x2065),
            *range(0x2066, 0x206A),
            0xAD,
            0x180E,
            0xFEFF,
        ],
    )
)
"""Characters that nobody sees and nobody typed."""
_GBK_ROWS = (
    "⺁𠂇𠂉𠃌⺄㑳㑇⺈⺋龴㖞㘚㘎⺌⺗㥮㤘龵㧏㧟㩳㧐龶龷㭎㱮㳠⺧𡗗龸⺪䁖䅟⺮䌷⺳⺶⺷𢦏䎱"
    "䎬⺻䏝䓖䙡䙌龹䜣䜩䝼䞍⻊䥇䥺䥽䦂䦃䦅䦆䦟䦛䦷䦶龺𤇾䲣䲟䲠䲡䱷䲢䴓䴔䴕䴖䴗䴘䴙䶮龻"
)
ASSIGNED: dict[str, str] = {
    **{chr(0xE815 + place): one for place, one in enumerate(_GBK_ROWS)},
    **dict(zip(map(chr, range(0xE78D, 0xE797)), "︐︒︑︓︔︕︖︗︘︙", strict=True)),
    "\ue7c7": "ḿ",
    "\ue7c8": "ǹ",
}
"""Characters of GB18030 that older encodings of it have at a place for private use, and where
Unicode has them now: 䶮 was U+E863."""
_TO_ASSIGNED = str.maketrans(ASSIGNED)
_NO_TEXT = frozenset(("Cc", "Cf", "Cs", "Co"))
_SCANNER = re.compile(r"^\][A-Za-z][0-9]|\\[0-9]{6}")
"""Which kind of symbol it was (``]Q1``, ``]C0``), which character set it named (``\\000026``)."""


def trimmed(text: str) -> str:
    """Without blanks of any kind, line ends, marks of a scanner and invisible characters around."""
    while (shorter := text.strip().strip(_AROUND)) != text:
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


def capitals(text: str) -> str:
    """With capital letters, as long as before. What would grow (ß to SS) stays what it is: its
    length has been looked at already, or will be where it is kept."""
    if text.isascii():
        return text.upper()
    return "".join(large if len(large := one.upper()) == 1 else one for one in text)


def capital_form(text: str) -> str:
    """A code as it is registered where it has no small letters."""
    return capitals(code_form(text))


def scan_form(text: str) -> str:
    """What a scanner read as a code, without what it adds itself, however it does."""
    while (shorter := _SCANNER.sub("", code_form(text))) != text:
        text = shorter
    return text


def assigned(text: str) -> str:
    """Characters that an older encoding has for private use, at their own place."""
    return text if text.isascii() else text.translate(_TO_ASSIGNED)


def is_text(text: str) -> bool:
    """Whether a text holds only what a line of text may: no control or format characters, no
    private use but GB18030's.

    What this Python doesn't know yet (its Unicode is older than the newest characters of names) is
    no reason to refuse it.
    """
    return text.isprintable() or all(map(_is_of_text, text))


def _is_of_text(character: str) -> bool:
    if ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF:
        return False  # never characters, in any version
    return unicodedata.category(character) not in _NO_TEXT or character in ASSIGNED
