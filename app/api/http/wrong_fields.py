"""What is wrong with a form, field by field, in both languages and never with a value, which may be
personal."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from app.kit.words.text import NotRight

_TOLD_MAX = 5
_NAME_MAX = 80
_WHOLE = "body"
_EXTRA = "extra_forbidden"
_FIELD = re.compile(r"[a-z_]{1,30}", re.ASCII)
"""How a field is called that is named though there is none such. What else is sent as one may be a
name, a number or a token."""
_SENTENCES: dict[str, tuple[str, str]] = {
    "missing": ("不能为空", "is missing"),
    "extra_forbidden": ("是多余的", "is not expected"),
    "none_required": ("应为空", "must be empty"),
    "string_type": ("应为文字", "must be a text"),
    "string_too_short": ("至少{min_length}个字符", "must have at least {min_length} characters"),
    "string_too_long": ("至多{max_length}个字符", "must have at most {max_length} characters"),
    "string_pattern_mismatch": ("格式不正确", "has not the right form"),
    "string_unicode": ("含有非法字符", "holds characters that are not allowed"),
    "int_type": ("应为整数", "must be a whole number"),
    "int_parsing": ("应为整数", "must be a whole number"),
    "int_parsing_size": ("数字过大", "is too large"),
    "int_from_float": ("应为整数", "must be a whole number"),
    "greater_than": ("应大于{gt}", "must be more than {gt}"),
    "greater_than_equal": ("不能小于{ge}", "must be at least {ge}"),
    "less_than": ("应小于{lt}", "must be less than {lt}"),
    "less_than_equal": ("不能大于{le}", "must be at most {le}"),
    "decimal_type": ("应为数字", "must be a number"),
    "decimal_parsing": ("应为数字", "must be a number"),
    "decimal_max_digits": ("至多{max_digits}位数字", "must have at most {max_digits} digits"),
    "decimal_max_places": ("小数至多{decimal_places}位", "has more than {decimal_places} places"),
    "decimal_whole_digits": ("整数部分过长", "is too large"),
    "finite_number": ("应为数字", "must be a number"),
    "bool_type": ("应为是或否", "must be true or false"),
    "bool_parsing": ("应为是或否", "must be true or false"),
    "literal_error": ("不是可选的值", "is none of the choices"),
    "union_tag_not_found": ("不能为空", "is missing"),
    "union_tag_invalid": ("不是可选的值", "is none of the choices"),
    "enum": ("不是可选的值", "is none of the choices"),
    "date_type": ("应为日期，如2026-01-31", "must be a date such as 2026-01-31"),
    "date_parsing": ("应为日期，如2026-01-31", "must be a date such as 2026-01-31"),
    "date_from_datetime_parsing": ("应为日期，如2026-01-31", "must be a date such as 2026-01-31"),
    "date_from_datetime_inexact": ("应为日期，如2026-01-31", "must be a date such as 2026-01-31"),
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_from_date_parsing",
         "datetime_object_invalid", "timezone_aware", "timezone_naive"),
        ("应为带时区的时间，如2026-01-31T08:00:00+08:00",
         "must be a time with its zone such as 2026-01-31T08:00:00+08:00"),
    ),
    "list_type": ("应为列表", "must be a list"),
    "too_short": ("至少{min_length}项", "must have at least {min_length} items"),
    "too_long": ("至多{max_length}项", "must have at most {max_length} items"),
    "model_type": ("应为JSON对象", "must be a JSON object"),
    "model_attributes_type": ("应为JSON对象", "must be a JSON object"),
    "dict_type": ("应为JSON对象", "must be a JSON object"),
}  # fmt: skip
"""By pydantic's name of what is wrong."""
_OTHERWISE = ("填写不正确", "is not right")


def described(error: ValidationError) -> dict[str, str]:
    """The figures of INVALID_INPUT: the first few fields, and what is wrong with each."""
    zh: list[str] = []
    en: list[str] = []
    for item in error.errors(include_input=False, include_url=False)[:_TOLD_MAX]:
        # Of a field that may be one thing or another each is tried, and named by a bracket.
        steps = [str(step) for step in item["loc"]]
        if item["type"] != _EXTRA:
            steps = [step for step in steps if "[" not in step]
        elif not _FIELD.fullmatch(steps[-1]):
            steps[-1] = "…"
        where = ".".join(steps)[:_NAME_MAX] or _WHOLE
        told, told_en = _sentence(item["type"], item.get("ctx", {}))
        if f"{where} {told}" not in zh:
            zh.append(f"{where} {told}")
            en.append(f"{where} {told_en}")
    return {"detail": "；".join(zh), "detail_en": "; ".join(en)}


def _sentence(kind: str, context: Mapping[str, Any]) -> tuple[str, str]:
    cause = context.get("error")
    if isinstance(cause, NotRight):
        return cause.zh, cause.en
    zh, en = _SENTENCES.get(kind, _OTHERWISE)
    return zh.format_map(context), en.format_map(context)
