"""Limits that many donors want, to be taken with one tap: one table for every region. Pure.

What a region's rules don't leave room for is fitted to them (a last day that must or must not be),
or not offered at all (a cap above the region's own is none).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from app.regions.periods import MONTH, USE, YEAR, Caps
from app.regions.rules import AidRules

_SOON = timedelta(days=30)
"""A year of which less is left is not worth ending with."""


@dataclass(frozen=True, slots=True)
class Template:
    """``ends``: with the year, so many days after the first one, or never."""

    id: str
    zh: str
    en: str
    caps: Caps
    ends: Literal["year"] | int | None = None
    once: bool = False


TEMPLATES = (
    Template("once", "只用一次，不超过 300 元", "Once, 300 yuan at most", {USE: 30_000}, 30, True),
    Template("week", "7 天内，每次不超过 500 元", "For 7 days, 500 yuan a bill", {USE: 50_000}, 7),
    Template("month_200", "每月 200 元，到年底", "200 yuan a month, to the year's end",
             {MONTH: 20_000}, "year"),
    Template("month_500", "每月 500 元，到年底", "500 yuan a month, to the year's end",
             {MONTH: 50_000}, "year"),
    Template("year_3000", "每年 3000 元，长期", "3,000 yuan a year, no end", {YEAR: 300_000}),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Offered:
    """A template as it holds for a grant that is made on a day."""

    template: Template
    ends_on: date | None


def offered(rules: AidRules, first: date) -> list[Offered]:
    """What a donor may choose of for a grant that begins on ``first``; ``rules``: the donor's."""
    return [
        Offered(one, _last_day(one, rules, first)) for one in TEMPLATES if _has_room(one, rules)
    ]


def _has_room(template: Template, rules: AidRules) -> bool:
    """Whether it says something: its sentence names its last day, and a cap below the region's."""
    if rules.validity == "open" and template.ends is not None and not template.once:
        return False
    if rules.validity == "period" and template.ends is None:
        return False
    regions = rules.caps
    return all(
        (region := regions.get(period)) is None or fen <= region
        for period, fen in template.caps.items()
    )


def _last_day(template: Template, rules: AidRules, first: date) -> date | None:
    if template.ends is None or rules.validity == "open":
        return None
    if isinstance(template.ends, int):
        return first + timedelta(days=template.ends)
    end = date(first.year, 12, 31)
    return end if end - first >= _SOON else date(first.year + 1, 12, 31)
