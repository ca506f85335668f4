"""Numbers of identity cards: 18 places that hold area, birthday, sex and a check digit (GB 11643).

Residence permits of people from Hong Kong, Macau and Taiwan (81, 82, 83 …) and the newer cards of
foreigners who live here for good (9 …) are numbered alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from operator import mul

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_MALE, _FEMALE = "1", "2"
_NEVER_GIVEN = "000"


def id_number(area: str, born: date, sequence: int) -> str:
    """The number of who was born that day in an area as the so-manieth; men's are odd."""
    first = f"{area}{born:%Y%m%d}{sequence % 1000:03d}"
    return first + check_digit(first)


def check_digit(first: str) -> str:
    """The 18th place, by the 17 before it."""
    total = sum(map(mul, map(int, first), _WEIGHTS))
    return _CHECKS[total % len(_CHECKS)]


def faults(number: str, born: date, sex: str) -> list[str]:
    """What is impossible in a number of 17 digits and a digit or X, in words for whoever keeps the
    registry; empty: nothing. ``sex`` is 1 male, 2 female; others are not compared."""
    found = list(_faults(number, born, sex))
    if number.endswith("000") and (found or number[14:17] == _NEVER_GIVEN):
        return ["ends in 000: Excel keeps 15 digits; make the column a text and export it anew"]
    return found


def _faults(number: str, born: date, sex: str) -> Iterator[str]:
    is_brdy = number[6:14] == born.isoformat().replace("-", "")
    if not (is_brdy or _is_day(number[6:14])):
        yield "there is no such day as the birthday in it"
    elif not is_brdy:
        yield "the birthday in it is not brdy"
    if check_digit(number[:17]) != number[17]:
        yield "its check digit is wrong"
    if sex in (_MALE, _FEMALE) and (sex == _MALE) != (int(number[16]) % 2 == 1):
        yield "the sex in it is not gend"


def _is_day(digits: str) -> bool:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return True
