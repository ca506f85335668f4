"""The QR and the Code 128 of a code, added up from parts. Pure.

With version, error correction and mask fixed, a QR is a linear function of its digits over GF(2):
Reed-Solomon and the bits of numeric mode are linear, masks and patterns are constant. So the QR of
a code is the exclusive or of one part for each group of digits, and the parts come from ordinary
QRs, drawn once by segno (about 100 of them, 20 ms). That takes a fiftieth of drawing each anew.
"""

from __future__ import annotations

from functools import cache

import segno
from barcode.charsets.code128 import CODES, START_CODES

_MASK = 2
"""Readers take any of the eight; to find the best-looking one costs eight times the drawing, and
random digits look much the same under all."""
_SIZE = 21
"""Modules a side: version 1."""
_STOP = "1100011101011"
_GROUP = 3
"""Digits that numeric mode writes together, as ten bits; one digit alone as four."""
_FORMAT = f"0{_SIZE * _SIZE}b"


def qr_rows(code: str) -> list[str]:
    """The modules of a code of at most 34 digits, row by row: ``1`` is dark."""
    total = _blank(len(code))
    for at, part in enumerate(_parts(len(code))):
        total ^= part[int(code[_GROUP * at : _GROUP * (at + 1)])]
    modules = format(total, _FORMAT)
    return [modules[at : at + _SIZE] for at in range(0, _SIZE * _SIZE, _SIZE)]


def bars(code: str) -> str:
    """The bars of an even number of digits in Code 128's set C, ``1`` is dark."""
    values = [START_CODES["C"], *(int(code[at : at + 2]) for at in range(0, len(code), 2))]
    check = (values[0] + sum(at * value for at, value in enumerate(values))) % 103
    return "".join([CODES[value] for value in (*values, check)]) + _STOP


def drawn(code: str) -> segno.QRCode:
    """The same QR as segno draws it."""
    return segno.make(code, version=1, error="m", boost_error=False, mask=_MASK)


def _whole(code: str) -> int:
    rows = drawn(code).matrix
    return int("".join(str(module) for row in rows for module in row), 2)


@cache
def _blank(length: int) -> int:
    return _whole("0" * length)


@cache
def _parts(length: int) -> list[list[int]]:
    """For each group of digits, what each of its values changes in the QR of nothing but zeros."""
    return [_part(at, min(_GROUP, length - at), length) for at in range(0, length, _GROUP)]


def _part(at: int, digits: int, length: int) -> list[int]:
    part = [0]
    for value in range(1, 10**digits):
        lowest = value & -value
        rest = value ^ lowest
        if rest:
            part.append(part[rest] ^ part[lowest])
        else:
            code = f"{'0' * at}{value:0{digits}d}{'0' * (length - at - digits)}"
            part.append(_whole(code) ^ _blank(length))
    return part
