"""Reads the fields of a transaction's input: each refused by name when it is not right."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from app.api.tills.errors import INPUT_INVALID
from app.api.tills.wire import wire_moment
from app.kit.clock import SHANGHAI
from app.kit.money import MoneyError, fen_from_yuan, plain_number
from app.kit.reasons import Refusal

_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")


def wrong(field: str, detail: str) -> Refusal:
    """The refusal of one field."""
    return Refusal(INPUT_INVALID, field=field, detail=detail)


def node(holder: dict[str, Any], name: str) -> dict[str, Any]:
    """An object inside the input."""
    value = holder.get(name)
    if not isinstance(value, dict):
        raise wrong(name, "应为JSON对象")
    return value


def text(holder: dict[str, Any], name: str, longest: int, *, required: bool = True) -> str:
    """A text field; numbers are taken as their digits."""
    value = holder.get(name)
    if value is None or value == "":
        if required:
            raise wrong(name, "不能为空")
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise wrong(name, "应为字符串")
    if len(value) > longest:
        raise wrong(name, f"超过{longest}个字符")
    return value


def number_text(holder: dict[str, Any], name: str) -> str:
    """A record's number, digits only and not too long for the ledger."""
    value = text(holder, name, 30)
    if not (value.isascii() and value.isdigit()) or int(value) >= 2**63:
        raise wrong(name, "不是有效的编号")
    return value


def med_type_of(holder: dict[str, Any]) -> str:
    """``med_type``: two to six digits."""
    value = text(holder, "med_type", 6)
    if not (value.isascii() and value.isdigit()) or len(value) == 1:
        raise wrong("med_type", "不是有效的医疗类别")
    return value


def snake(holder: dict[str, Any]) -> dict[str, Any]:
    """The object with its keys in the national spelling: some tills send ``clrType``."""
    return {_CAPITAL.sub(r"_\1", str(key)).lower(): value for key, value in holder.items()}


def signed_fen(holder: dict[str, Any], name: str) -> int:
    """An amount of yuan of any sign, as fen."""
    try:
        return fen_from_yuan(holder.get(name))
    except MoneyError as error:
        raise wrong(name, f"金额不正确（{error}）") from None


def count(holder: dict[str, Any], name: str) -> int:
    """How many of something: digits, at most ten of them."""
    value = text(holder, name, 10)
    if not (value.isascii() and value.isdigit()):
        raise wrong(name, "应为非负整数")
    return int(value)


def day(holder: dict[str, Any], name: str) -> date:
    """``yyyy-MM-dd``; a time after it is left out."""
    return moment(holder, name).date()


def fen(holder: dict[str, Any], name: str) -> int:
    """An amount of yuan, above zero, as fen."""
    try:
        amount = fen_from_yuan(holder.get(name))
    except MoneyError as error:
        raise wrong(name, f"金额不正确（{error}）") from None
    if amount <= 0:
        raise wrong(name, "金额应大于0")
    return amount


def decimal(holder: dict[str, Any], name: str, digits: int, places: int) -> Decimal:
    """A positive number with so many places at the most."""
    value = holder.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise wrong(name, "应为数字")
    raw = repr(value) if isinstance(value, float) else str(value).strip()
    found = plain_number(raw)
    if found is None or not 0 < found < Decimal(10) ** (digits - places):
        raise wrong(name, "应为大于0的数字")
    if found != round(found, places):
        raise wrong(name, f"小数超过{places}位")
    return found.normalize()


def moment(holder: dict[str, Any], name: str) -> datetime:
    """``yyyy-MM-dd HH:mm:ss`` (or a bare date) on a clock in China."""
    value = text(holder, name, 19)
    with suppress(ValueError):
        return wire_moment(value).replace(tzinfo=SHANGHAI)
    with suppress(ValueError):
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=SHANGHAI)
    raise wrong(name, "应为yyyy-MM-dd HH:mm:ss")
