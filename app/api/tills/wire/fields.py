"""The fields of an input as tables: each field a line with its name, meaning, type and length.

From a line come the reader of the field, made once when the program starts, and a row of WIRE.md.
A reader refuses by the field's name what is not right.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from app.api.tills.errors import INPUT_INVALID
from app.api.tills.wire.dictionaries import CLOSED, holds
from app.api.tills.wire.values import wire_moment
from app.kit.clock import SHANGHAI
from app.kit.money import MoneyError, fen_from_yuan, plain_number, written_out
from app.kit.reasons import Refusal
from app.kit.value import value
from app.kit.words.normal import capitals, code_form, trimmed

Holder = dict[str, Any]
"""An object of a message."""
Read = Callable[[Holder], Any]
_BLANK = re.compile(r"\s")
EXTRA, EXTRA_MAX = "exp_content", 4_000
"""What regions hang on to any node, and its longest."""
DOCUMENT_MAX = 250_000
"""Characters of a file inside a message, which itself is not longer."""
_KEPT = 5_000
"""Counts and prices come again and again: so many of each field are kept."""


@value
class Field:
    """One line of a table.

    Attributes:
        zh: what the national text calls it.
        type: ``c30`` a text of at most 30 characters, ``n16,2`` a number of 16 digits, two of them
            places, ``date``, ``time``, ``node``, ``bytes``.
        required: whether it is refused when it is missing or empty.
        read: takes it out of its object.
        codes: the national dictionary that its values are from.
        used: whether it makes a difference; what doesn't is checked all the same.
    """

    name: str
    zh: str
    type: str
    required: bool
    read: Read
    codes: str = ""
    used: bool = True


def wrong(field: str, detail: str) -> Refusal:
    """The refusal of one field."""
    return Refusal(INPUT_INVALID, field=field, detail=detail)


def unread(name: str, zh: str, type: str, codes: str = "", *, required: bool = False) -> Field:
    """A field of the national text that makes no difference here: checked, and left at that."""
    as_it_is = _extra(name) if name == EXTRA else _as_it_is(name, zh, type, codes)

    def read(holder: Holder) -> Any:
        value = holder.get(name)
        if value is None or (isinstance(value, str) and (not value or value.isspace())):
            if required:
                raise wrong(name, "不能为空")
            return ""
        return as_it_is(holder)

    return Field(name, zh, type, required, read, codes, used=False)


def _as_it_is(name: str, zh: str, type: str, codes: str) -> Read:
    if type == "node":
        return _list(name)
    if type in ("date", "time"):
        return _moment(name)
    size = type[1:]
    if type[0] == "n":
        digits, _, places = size.partition(",")
        return quantity(name, zh, int(digits), int(places or 0), zero=True).read
    return _of(codes, name, _text(name, int(size), True))


def _extra(name: str) -> Read:
    """What regions hang on: a text, or (as some send it) an object, written not longer."""

    def read(holder: Holder) -> Any:
        value = holder[name]
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if not isinstance(value, (str, dict)):
            raise wrong(name, "应为字符串")
        if len(text) > EXTRA_MAX:
            raise wrong(name, f"超过{EXTRA_MAX}个字符")
        return value

    return read


def _list(name: str) -> Read:
    def read(holder: Holder) -> Any:
        if not isinstance(holder[name], list):
            raise wrong(name, "应为数组")
        return holder[name]

    return read


def _of(codes: str, name: str, as_text: Callable[[Holder], str]) -> Callable[[Holder], str]:
    """Of a dictionary that is closed: nothing beside its codes."""
    if codes not in CLOSED:
        return as_text

    def read(holder: Holder) -> str:
        value = as_text(holder)
        if value and not holds(codes, value):
            raise wrong(name, "不在字典内")
        return value

    return read


def text(name: str, zh: str, longest: int, codes: str = "", *, required: bool = True) -> Field:
    """A text, without blanks around; numbers are taken as their digits. Empty is ``""``."""
    return Field(name, zh, f"c{longest}", required, _text(name, longest, required), codes)


def code(
    name: str,
    zh: str,
    longest: int,
    codes: str = "",
    *,
    required: bool = True,
    capital: bool = False,
) -> Field:
    """A text that stands for something registered: half-width, without blanks around, none inside.

    With ``capital`` small letters are taken for capital ones: the code has no others. What differs
    only in such things would else be another code that nobody knows, without a word to anybody.
    """

    as_code = _of(codes, name, _code(name, longest, required))

    def read(holder: Holder) -> str:
        value = as_code(holder)
        return capitals(value) if capital else value

    return Field(name, zh, f"c{longest}", required, read if capital else as_code, codes)


def _code(name: str, longest: int, required: bool) -> Callable[[Holder], str]:
    def read(holder: Holder) -> str:
        value = holder.get(name)
        if (  # nearly always
            type(value) is str
            and 0 < len(value) <= longest
            and value.isascii()
            and value.isprintable()
            and " " not in value
        ):
            return value
        value = _odd_text(value, name, longest, required, code_form)
        if _BLANK.search(value):
            raise wrong(name, "中间不能有空格")
        return value

    return read


def _text(name: str, longest: int, required: bool) -> Callable[[Holder], str]:
    def read(holder: Holder) -> str:
        value = holder.get(name)
        if (  # nearly always
            type(value) is str
            and 0 < len(value) <= longest
            and value.isascii()
            and value.isprintable()
            and value[0] != " " != value[-1]
        ):
            return value
        return _odd_text(value, name, longest, required)

    return read


def _odd_text(
    value: object,
    name: str,
    longest: int,
    required: bool,
    form: Callable[[str], str] = trimmed,
) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        raise wrong(name, "应为字符串")
    found = form(value or "")
    if not found and required:
        raise wrong(name, "不能为空")
    if len(found) > longest:
        raise wrong(name, f"超过{longest}个字符")
    return found


def code_that(
    name: str, zh: str, longest: int, holds: Callable[[str], bool], otherwise: str, codes: str = ""
) -> Field:
    """A required code for which ``holds`` is true; ``otherwise`` is what a till is told if not."""
    read = _that(_code(name, longest, True), name, holds, otherwise)
    return Field(name, zh, f"c{longest}", True, read, codes)


def text_that(
    name: str, zh: str, longest: int, holds: Callable[[str], bool], otherwise: str
) -> Field:
    """The same of a text."""
    read = _that(_text(name, longest, True), name, holds, otherwise)
    return Field(name, zh, f"c{longest}", True, read)


def _that(
    as_text: Callable[[Holder], str], name: str, holds: Callable[[str], bool], otherwise: str
) -> Callable[[Holder], str]:
    def read(holder: Holder) -> str:
        value = as_text(holder)
        if not holds(value):
            raise wrong(name, otherwise)
        return value

    return read


def _is_digits(value: str) -> bool:
    return value.isascii() and value.isdigit()


def record_number(name: str, zh: str) -> Field:
    """The number of a record of ours, as text: digits only and not too long for the ledger."""
    return code_that(
        name, zh, 30, lambda value: _is_digits(value) and int(value) < 2**63, "不是有效的编号"
    )


def _is_med_type(value: str) -> bool:
    return _is_digits(value) and len(value) > 1


def med_type() -> Field:
    """The kind of care: two to six digits."""
    return code_that("med_type", "医疗类别", 6, _is_med_type, "不是有效的医疗类别", "med_type")


def med_type_or_none() -> Field:
    """The same where it may be empty."""
    name = "med_type"

    def holds(value: str) -> bool:
        return not value or _is_med_type(value)

    read = _that(_code(name, 6, False), name, holds, "不是有效的医疗类别")
    return Field(name, "医疗类别", "c6", False, read)


def area(name: str, zh: str) -> Field:
    """A place or agency: six digits."""
    return code_that(
        name, zh, 6, lambda value: _is_digits(value) and len(value) == 6, "应为6位数字"
    )


def flag(name: str, zh: str, longest: int, codes: str = "", *, required: bool = True) -> Field:
    """1 yes, 0 no, as a bool; None when it is empty."""
    as_text, meanings = _code(name, longest, required), {"": None, "0": False, "1": True}

    def read(holder: Holder) -> bool | None:
        value = as_text(holder)
        if value not in meanings:
            raise wrong(name, "应为0或1")
        return meanings[value]

    return Field(name, zh, f"c{longest}", required, read, codes)


def maybe(field: Field) -> Field:
    """The same field where it may be left out or empty: None."""
    read = field.read
    assert read is not None, "what is not looked at may be left out anyway"

    def read_if_there(holder: Holder) -> Any:
        return None if holder.get(field.name) in (None, "") else read(holder)

    return Field(field.name, field.zh, field.type, False, read_if_there, field.codes)


def node(name: str, zh: str) -> Field:
    """What lies in an object as a node of its own, as it is: whoever needs it reads it."""
    return Field(name, zh, "node", False, lambda holder: holder.get(name))


def optional_count(name: str, zh: str, digits: int) -> Field:
    """How many of something, or nothing said: None."""
    as_text = _code(name, digits, False)

    def read(holder: Holder) -> int | None:
        value = as_text(holder)
        if value and not _is_digits(value):
            raise wrong(name, "应为非负整数")
        return int(value) if value else None

    return Field(name, zh, f"n{digits}", False, read)


def count(name: str, zh: str, digits: int = 10) -> Field:
    """How many of something, or which: so many digits at most."""
    as_text = _code(name, digits, True)

    def read(holder: Holder) -> int:
        value = as_text(holder)
        if not _is_digits(value):
            raise wrong(name, "应为非负整数")
        return int(value)

    return Field(name, zh, f"n{digits}", True, read)


def amount(name: str, zh: str, *, zero: bool = False) -> Field:
    """An amount of yuan, above zero (or ``zero``), as fen."""

    def read(holder: Holder) -> int:
        try:
            fen = fen_from_yuan(holder.get(name))
        except MoneyError as error:
            raise wrong(name, f"金额不正确（{error.zh}）") from None
        if fen < 0 or (fen == 0 and not zero):
            raise wrong(name, "金额不能小于0" if zero else "金额应大于0")
        return fen

    return Field(name, zh, "n16,2", True, read)


def document(name: str, zh: str) -> Field:
    """A file as base64, of any length that a message may have; its bytes."""
    as_text = _text(name, DOCUMENT_MAX, True)

    def read(holder: Holder) -> bytes:
        try:
            return base64.b64decode(as_text(holder), validate=True)
        except (binascii.Error, ValueError):
            raise wrong(name, "不是base64") from None

    return Field(name, zh, "text", True, read)


def signed_amount(
    name: str, zh: str, otherwise: str = "金额不正确", *, required: bool = True
) -> Field:
    """An amount of yuan of any sign, as fen; None when it may be empty and is."""

    def read(holder: Holder) -> int | None:
        value = holder.get(name)
        if not required and (value is None or value == ""):
            return None
        try:
            return fen_from_yuan(value)
        except MoneyError as error:
            raise wrong(name, f"{otherwise}（{error.zh}）") from None

    return Field(name, zh, "n16,2", required, read)


def quantity(name: str, zh: str, digits: int, places: int, *, zero: bool = False) -> Field:
    """A positive number (or ``zero``) with so many places at the most, as a Decimal."""
    limit = Decimal(10) ** (digits - places)

    @lru_cache(maxsize=_KEPT)
    def positive(written: str) -> Decimal:
        found = plain_number(written)
        if found is None or not 0 <= found < limit or (found == 0 and not zero):
            raise wrong(name, "应为不小于0的数字" if zero else "应为大于0的数字")
        if found != round(found, places):
            raise wrong(name, f"小数超过{places}位")
        return found.normalize()

    def read(holder: Holder) -> Decimal:
        value = holder.get(name)
        if type(value) is str:  # nearly always
            return positive(value)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise wrong(name, "应为数字")
        return positive(written_out(value) if isinstance(value, float) else str(value))

    return Field(name, zh, f"n{digits},{places}", True, read)


def moment(name: str, zh: str) -> Field:
    """``yyyy-MM-dd HH:mm:ss`` (or a bare date) on a clock in China."""
    return Field(name, zh, "time", True, _moment(name))


def written_moment(name: str, zh: str) -> Field:
    """The same, kept as it was written."""
    at, as_text = _moment(name), _text(name, 19, True)

    def read(holder: Holder) -> str:
        at(holder)
        return code_form(as_text(holder))

    return Field(name, zh, "time", True, read)


def day(name: str, zh: str) -> Field:
    """``yyyy-MM-dd``; a time after it is left out."""
    at = _moment(name)

    def read(holder: Holder) -> date:
        return at(holder).date()

    return Field(name, zh, "date", True, read)


_YEARS = (1900, 2200)
"""What a till's clock or typing hand may mean; calendars and time zones end beyond."""


def _at(text: str) -> datetime | None:
    with suppress(ValueError):
        return wire_moment(text)
    with suppress(ValueError):
        return datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 (given its zone by the reader)
    return None


def _moment(name: str) -> Callable[[Holder], datetime]:
    as_text = _text(name, 19, True)

    def read(holder: Holder) -> datetime:
        value = as_text(holder)
        found = _at(value if value.isascii() else code_form(value))
        if found is None:
            raise wrong(name, "应为yyyy-MM-dd HH:mm:ss")
        if not _YEARS[0] <= found.year <= _YEARS[1]:
            raise wrong(name, f"年份应在{_YEARS[0]}到{_YEARS[1]}之间")
        return found.replace(tzinfo=SHANGHAI)

    return read
