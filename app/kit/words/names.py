"""Names and ID numbers as they are compared: whoever typed, scanned or exported them.

What is stored and shown is what the registry said. Two are the same when their forms are.
"""

from __future__ import annotations

import re
import unicodedata

from app.kit.words.normal import ASSIGNED, INVISIBLE, capitals

_DOTS = (
    ".\u00b7\u02d9\u0387\u1427\u16eb\u2022\u2024\u2027\u2218\u2219\u22c5\u25cf\u25e6\u2981"
    "\u2e31\u2e33\u3002\u30fb\u318d\ua78f\ufe52\uff0e\uff61\uff65\U00010101"
)
"""What stands for the middle dot of a name on some keyboard, in some encoding."""
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
_APOSTROPHES = "\u2018\u2019\u02bc\u02bb\u2032\uff07`\u00b4"
_RADICALS = dict(
    zip(
        "⺠⺩⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰",
        "民王虎西见角贝车长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙",
        strict=True,
    )
)
"""Parts of characters that texts copied out of a PDF have in the place of the whole (黄, 龙, 马):
those that are characters of their own. NFKC knows the others."""
_ALIKE = str.maketrans(
    dict.fromkeys(_DOTS, "·")
    | dict.fromkeys(_HYPHENS, "-")
    | dict.fromkeys(_APOSTROPHES, "'")
    | {"\u25cb": "〇", "\u25ef": "〇"}
    | _RADICALS
    | ASSIGNED
    | dict.fromkeys(INVISIBLE)
    | dict.fromkeys((*map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0xE0100, 0xE01F0))))
)
"""Selectors of variants say how a character is drawn, not which it is."""
_X = str.maketrans(dict.fromkeys("\u00d7\u2715\u2716\u03a7\u0425", "X"))
"""What looks like the last place of an ID number: signs of multiplication, Greek, Cyrillic."""
_BLANK = " \t\r\n\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_BLANKS = re.compile(f"[{_BLANK}]+")
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_BETWEEN = re.compile(f"(?<=[{_HAN}·]) | (?=[{_HAN}·])")
_ANY_HAN = re.compile(f"[{_HAN}]")
_RUN = re.compile("··+")
_PLAIN_NAME = re.compile("[\u4e00-\u9fff]*")


def written(text: str) -> str:
    """A text as it is kept: blanks of any kind are blanks, single and only inside; nothing
    invisible."""
    if not (text.isascii() or _PLAIN_NAME.fullmatch(text)):
        text = text.translate(_SEEN)
    return _BLANKS.sub(" ", text).strip(" ")


def name_form(name: str) -> str:
    """A name as it is compared.

    The many middle dots are one; blanks count between words of letters only; neither does case,
    nor how a character is encoded: half or full width, for compatibility, by GB18030's private use.
    """
    if _PLAIN_NAME.fullmatch(name):  # nearly always
        return name
    while (same := _folded(name)) != name:
        name = same
    return name


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFKC", name.translate(_ALIKE)).translate(_ALIKE)
    return _joined(unicodedata.normalize("NFKC", text.casefold()))


def _joined(text: str) -> str:
    text = _BETWEEN.sub("", _BLANKS.sub(" ", text))
    return _RUN.sub("·", text).strip(" ·")


def official(name: str) -> str:
    """A name as registers outside write it: a Chinese one in its own characters, with the middle
    dot and without blanks; one in letters as somebody wrote it."""
    text = unicodedata.normalize("NFKC", name.translate(_ALIKE)).translate(_ALIKE)
    return _joined(text) if _ANY_HAN.search(text) else written(name)


def number_form(number: str) -> str:
    """An ID number as it is compared: half-width capitals and digits, without blanks."""
    if number.isascii() and number.isalnum():  # nearly always
        return number.upper()
    while (same := _narrowed(number)) != number:
        number = same
    return number


def _narrowed(number: str) -> str:
    text = unicodedata.normalize("NFKC", number.translate(_SEEN).translate(_DASHES))
    text = "".join(
        str(unicodedata.decimal(one)) if one.isdecimal() else one for one in capitals(text)
    )
    return _BLANKS.sub("", text.translate(_X))


_SEEN = str.maketrans(dict.fromkeys(INVISIBLE))
_DASHES = str.maketrans(dict.fromkeys(_HYPHENS, "-"))
