"""Months and account years. Pure."""

from __future__ import annotations

from datetime import date


def month_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def year_begins(day: date, begins_in: int) -> date:
    """The first day of the account year that a day lies in; it begins in a month of the pack's."""
    return date(day.year - (day.month < begins_in), begins_in, 1)
