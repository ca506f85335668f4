"""JSON of all kinds, right, at its bounds and wrong: values by a field's type, and what can be done
to a whole text."""

from __future__ import annotations

import copy
import json
import random
import re
from typing import Any

from tests.api.mutations import HOSTILE, Raw, leaves

_ODD = (
    "药", "é", "e\u0301", "ﬁ", "１２", "Ⅷ", "\u200b", "\u202e", "\ufeff", "\u00ad", "🙂", "👨‍👩‍👧",
    "𠮷", "ß", "\ue5e5", "\uffff", "İ", "\u2028", "ﷺ", "\u0e33", "〇", "·", "％", "＝", "’",
    "\U0010ffff",
)  # fmt: skip
_NUMBERS = (
    "0", "1", "-1", "0.01", "0.001", "-0.00", "00.10", "1.10", ".5", "5.", "+1", "1e2", "1E+2",
    "1,000", "99999999999999.99", "100000000000000", "9999999999999999", "92233720368547758.07",
    "92233720368547758.08", "0.000001", "0.0000001", "999999999999.9999", "1000000000000",
    "0" * 40 + "1", "1." + "0" * 60, "１.００", "∞", "½", "٣", "0x1F", "NaN", "-Infinity", "1e-7",
)  # fmt: skip
_MOMENTS = (
    "<<now>>", "<<today>>", "1899-12-31 23:59:59", "1900-01-01 00:00:00", "2200-12-31 23:59:59",
    "2201-01-01", "0000-00-00", "0001-01-01", "9999-12-31 23:59:59", "2026-02-29",
    "2024-02-29 24:00:00", "2026-13-01", "2026-1-5 9:00:00", "2026-11-21T12:00:00",
    "2026-11-21 12:00:00.5", "20261121", "2026/11/21", "2026-W47-6", "2026-11-21 12:00:60",
    "2026-11-21+08:00", "1986-05-04 00:30:00", "1927-12-31 23:54:08", "2026-11-21 12:00:00Z",
    "２０２６-11-21", "-2026-11-21", "2026-11-21 1:2:3",
)  # fmt: skip
DICTIONARY = {
    "insutype": ("310", "390", "320", "510", "999", "0"),
    "mdtrt_cert_type": ("01", "02", "03", "99"),
    "med_type": ("11", "14", "41", "21", "9901", "1", "1234567"),
    "clr_type": ("11", "21", "41", "99"),
    "psn_cert_type": ("01", "02", "99", "990102"),
    "businessType": ("01301", "02121", "03132", "04107", "00000", ""),
    "acct_used_flag": ("0", "1", "2", ""),
    "refd_setl_flag": ("0", "1", "2", ""),
    "rx_circ_flag": ("0", "1", "x"),
    "vali_flag": ("0", "1", "9"),
}  # fmt: skip


_PLACES_MAX = 3000
"""A message of more places grows no further."""
_AGAIN, _RAW = "\ue000", "\ue001"
"""Marks on a key that is there twice, and around a text that JSON would write otherwise."""
_RAW_AT = re.compile(r'"(?:\ue001|\\ue001)(\d+)(?:\ue001|\\ue001)"')


def hostile(dice: random.Random) -> Any:
    """Something that nobody would send."""
    found = dice.choice(HOSTILE)
    return copy.deepcopy(found) if isinstance(found, (list, dict)) else found


def value(dice: random.Random, type: str, codes: str = "") -> Any:
    """A value for a field of a type (``c30``, ``n16,2``, ``date``, ``time``, ``node``, ``bytes``):
    of the field's own kind mostly, else anything at all."""
    roll = dice.random()
    if codes in DICTIONARY and roll < 0.3:
        return dice.choice(DICTIONARY[codes])
    if roll < 0.35:
        return hostile(dice)
    if type in ("date", "time"):
        return dice.choice(_MOMENTS)
    if type[0] == "n" and type != "node":
        return number(dice)
    if type[0] == "c":
        return text(dice, int(type[1:]))
    return dice.choice((nested(dice, 3), text(dice, 20), None))


def number(dice: random.Random) -> Any:
    written = dice.choice(_NUMBERS)
    match dice.randrange(5):
        case 0:
            return Raw(written if written.isascii() else "7")
        case 1:
            return dice.randrange(-(10**18), 10**18)
        case 2:
            return round(dice.uniform(-(10**6), 10**6), dice.randrange(8))
        case 3:
            return f"{dice.randrange(10**9)}.{dice.randrange(100):02d}"
    return written


def text(dice: random.Random, longest: int) -> str:
    """A text at or about its longest."""
    length = dice.choice((0, 1, longest - 1, longest, longest + 1, longest * 2, 3))
    letter = dice.choice(("x", "1", "药", " ", *_ODD))
    made = (letter * max(length, 1))[: max(length, 0)]
    if dice.random() < 0.3 and made:
        place = dice.randrange(len(made))
        made = made[:place] + dice.choice(_ODD) + made[place:]
    return made


def nested(dice: random.Random, depth: int) -> Any:
    """Something of objects and lists."""
    if depth == 0 or dice.random() < 0.2:
        return hostile(dice)
    if dice.random() < 0.5:
        return [nested(dice, depth - 1) for _ in range(dice.randrange(4))]
    return {text(dice, 6): nested(dice, depth - 1) for _ in range(dice.randrange(4))}


def shaken(dice: random.Random, message: Any, times: int) -> Any:
    """A message of which some places have another value, are not there, or are there twice."""
    for _ in range(times):
        places = list(leaves(message))
        if not places:
            return message
        *path, last = dice.choice(places)
        holder: Any = message
        for key in path:
            holder = holder[key]
        match dice.randrange(6):
            case 0:
                del holder[last]
            case 1 if isinstance(holder, dict):
                holder[f"{last}{_AGAIN}"] = hostile(dice)
            case 2 if isinstance(holder, list) and len(places) < _PLACES_MAX:
                holder.extend([holder[0]] * dice.choice((1, 3, 199, 200)))
            case 3:
                holder[last] = nested(dice, 4)
            case _:
                holder[last] = hostile(dice)
    return message


def written(dice: random.Random, value: Any) -> bytes:
    """As JSON: what can't be written is written all the same, a key that is there twice too."""
    raws: list[str] = []
    plain = _plain(value, raws)
    gaps = dice.choice(((",", ":"), (",", ":"), (", ", ": "), (",\r\n\t", " : ")))
    found = json.dumps(plain, ensure_ascii=dice.random() < 0.3, separators=gaps)
    found = _RAW_AT.sub(lambda mark: raws[int(mark[1])], found)
    found = found.replace(f'{_AGAIN}"', '"').replace('\\ue000"', '"')
    return found.encode("utf-8", "surrogatepass")


def _plain(value: Any, raws: list[str]) -> Any:
    if isinstance(value, Raw):
        raws.append(value)
        return f"{_RAW}{len(raws) - 1}{_RAW}"
    if isinstance(value, dict):
        return {key: _plain(item, raws) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, raws) for item in value]
    return value


def torn(dice: random.Random, raw: bytes) -> bytes:
    """Bytes that are no longer what they were."""
    place = dice.randrange(len(raw) + 1)
    match dice.randrange(10):
        case 0:
            return raw[:place]
        case 1:
            return raw[:place] + bytes([dice.randrange(256)]) + raw[place + 1 :]
        case 2:
            return raw[:place] + dice.randbytes(dice.randrange(1, 9)) + raw[place:]
        case 3:
            return raw[:place] + raw[place : place + 9] * 3 + raw[place:]
        case 4:
            return b"\xef\xbb\xbf" + raw
        case 5:
            return raw.decode("utf-8", "replace").encode(
                dice.choice(("utf-16", "gb18030", "utf-32", "utf-7"))
            )
        case 6:
            return raw + dice.choice((b"\0", b"}", b",", b"\n" * 50, raw))
        case 7:
            return raw.replace(b'"', b"'", dice.randrange(1, 5))
        case 8:
            return raw[:place] + b"\\u0000\\ud83d" + raw[place:]
    return dice.randbytes(dice.randrange(200))
