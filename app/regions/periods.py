"""The periods of caps on mutual aid: one table.

A further period is a row here, a column of ``aid_grant`` and a parameter in the nation's pack;
rules, forms, views, queries and words follow from the row. Pure. Days are days in China.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any, TypeVar

from pydantic import BaseModel, create_model

Days = tuple[date, date]
"""A first and a last day."""
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, eq=False)
class Period:
    """One period, with the words for its cap.

    Attributes:
        name: the cap is called ``cap_<name>_fen`` wherever it stands.
        days: what ``days_around`` answers; None: each use counts for itself.
        reason: the code of the reason when the cap is reached.
        zh, en: the cap as a rule: 每日上限, "cap a day".
        form_zh, form_en: the cap as a donor sets it.
        limit_en: the cap within a sentence, with ``{cap}`` for its sum in yuan.
        later_zh, later_en: what to do instead.
    """

    name: str
    days: Callable[[date], Days] | None
    reason: str
    zh: str
    en: str
    form_zh: str
    form_en: str
    limit_en: str
    later_zh: str
    later_en: str

    @property
    def column(self) -> str:
        """The cap's name in packs, tables and messages."""
        return f"cap_{self.name}_fen"

    @property
    def key(self) -> str:
        """The region's parameter."""
        return f"aid.{self.column}"

    def days_around(self, day: date) -> Days:
        """The days of the period in which a day lies."""
        assert self.days, "a use has no days"
        return self.days(day)


def _day(day: date) -> Days:
    return day, day


@lru_cache(maxsize=512)
def _week(day: date) -> Days:
    """From Monday to Sunday, also across months and years."""
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


@lru_cache(maxsize=512)
def _month(day: date) -> Days:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@lru_cache(maxsize=512)
def _year(day: date) -> Days:
    return date(day.year, 1, 1), date(day.year, 12, 31)


USE = Period(
    "per_use", None, "CAP_SINGLE", "单次上限", "cap a use", "单次最多", "Per use",
    "limit of {cap} yuan a use", "分次购买", "Buy in parts",
)  # fmt: skip
DAY = Period(
    "day", _day, "CAP_DAY", "每日上限", "cap a day", "每天最多", "Per day",
    "daily limit of {cap} yuan", "明天再用", "Use it tomorrow",
)  # fmt: skip
WEEK = Period(
    "week", _week, "CAP_WEEK", "每周上限", "cap a week", "每周最多", "Per week",
    "weekly limit of {cap} yuan", "下周再用", "Use it next week",
)  # fmt: skip
MONTH = Period(
    "month", _month, "CAP_MONTH", "每月上限", "cap a month", "每月最多", "Per month",
    "monthly limit of {cap} yuan", "下月再用", "Use it next month",
)  # fmt: skip
YEAR = Period(
    "year", _year, "CAP_YEAR", "每年上限", "cap a year", "每年最多", "Per year",
    "yearly limit of {cap} yuan", "明年再用", "Use it next year",
)  # fmt: skip
PERIODS = (USE, DAY, WEEK, MONTH, YEAR)
"""From the shortest to the longest."""
COUNTED = tuple(period for period in PERIODS if period.days)
"""Those in which earlier uses count."""
COLUMNS = tuple(period.column for period in PERIODS)

Caps = Mapping[Period, int]
"""The caps that are set, in fen, the shortest period first."""


def caps_of(values: Iterable[int | None]) -> Caps:
    """Caps from values in the order of ``COLUMNS``, None where nothing is set."""
    return {period: fen for period, fen in zip(PERIODS, values, strict=True) if fen is not None}


def values_of(caps: Caps) -> dict[str, int | None]:
    """Caps as columns of a table or fields of a message."""
    return {period.column: caps.get(period) for period in PERIODS}


def count_uses(caps: Caps) -> bool:
    """Whether one has to know earlier uses to judge these caps."""
    return any(period in caps for period in COUNTED)


def first_day_counted(day: date) -> date:
    """The first of the days whose uses may count on a day."""
    return min(period.days_around(day)[0] for period in COUNTED)


def with_caps(kind: Any, field: Any = ...) -> Callable[[type[Model]], type[Model]]:
    """Gives a model a field for the cap of every period, of this kind and with this default or
    constraint."""

    def given(model: type[Model]) -> type[Model]:
        fields = dict.fromkeys(COLUMNS, (kind, field))
        return create_model(  # type: ignore[no-any-return, call-overload]
            model.__name__,
            __base__=model,
            __module__=model.__module__,
            __doc__=model.__doc__,
            **fields,
        )

    return given
