"""Months and account years. Pure."""

from __future__ import annotations

from datetime import date, timedelta


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def year_begins(day: date, begins_in: int) -> date:
    """The first day of the account year that a day lies in; it begins in a month of the pack's."""
    return date(day.year - (day.month < begins_in), begins_in, 1)


def year_before(day: date, begins_in: int) -> date:
    """The last day of the account year before the one that a day lies in."""
    return year_begins(day, begins_in) - timedelta(days=1)


def ends_on(day: date, begins_in: int) -> bool:
    """Whether an account year ends with a day."""
    following = day + timedelta(days=1)
    return (following.day, following.month) == (1, begins_in)


def number_of(month: date) -> int:
    """Months in a row, so that their distance can be told."""
    return month.year * 12 + month.month
