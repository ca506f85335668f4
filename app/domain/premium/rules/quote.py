"""What a resident's premium costs and from when it covers, told before it is paid. Pure.

The benefit year is the calendar's. Prices, windows and waiting periods are the region's (SOURCES
F8.1 to F8.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from app.domain.premium import errors as reasons
from app.kit.clock import age_on
from app.kit.reasons import Because
from app.kit.value import value
from app.regions.rules import Identity, PremiumPrice, PremiumRules, PremiumWindow, Sex
from app.regions.text.labels import WORDS
from app.words import Insutype


@value
class Resident:
    """Whose premium it is.

    Attributes:
        name: a token (``@<person id>``) that the door replaces by a masked name.
        covered_years: benefit years that were paid, as far as they are known.
        identity: besides the age; "none" where nothing is known.
        sex: "" where it is not known.
    """

    person_id: int
    name: str
    born: date
    insutype: str
    identity: Identity = "none"
    covered_years: frozenset[int] = frozenset()
    sex: Sex | Literal[""] = ""


@value
class Quote:
    """What it costs, and what it buys.

    Attributes:
        price_fen: of the benefit year itself.
        covers_from: the first day of cover if it is paid today and booked without delay.
        waiting_months: of the waiting period; 0: there is none.
        missed_years: those that count; each may be bought back at ``price_fen`` if
            ``buy_back``, and shortens the wait by ``month_each`` months, down to ``at_least``.
        charged_on: the day on which an account is charged; None: at once.
        closes: the last day of the window that is open; None: it has closed, or not yet opened.
        by_year: the benefit year whose notice gives the price: where that is an earlier one, the
            notice of this year has not been read yet.
    """

    year: int
    price_fen: int
    covers_from: date
    waiting_months: int
    missed_years: tuple[int, ...]
    buy_back: bool
    month_each: int
    at_least: int
    charged_on: date | None
    closes: date | None
    by_year: int


def quote(
    resident: Resident, year: int, rules: PremiumRules, today: date, bought: Sequence[int] = ()
) -> Quote | Because:
    """What the premium of a benefit year would cost today, or why it can't be paid.

    ``bought``: missed years that are paid for together with it.
    """
    if why := _unfit(resident, rules):
        return why
    price = price_of(resident, year, rules)
    window = window_of(year, rules)
    if price is None or window is None:
        return Because(reasons.PREMIUM_NOT_HERE, {"name": resident.name, "year": str(year)})
    if why := _closed(year, window, rules, today, resident, bought):
        return why
    paid_on = _charged_on(rules, today)
    in_window = window.opens <= paid_on <= window.closes
    gap = missed_years(resident, year, rules)
    missed = tuple(gone for gone in gap if gone not in bought)
    return Quote(
        year=year,
        price_fen=price.fen,
        covers_from=cover_of(resident, year, rules, paid_on, paid_on, bought),
        waiting_months=_waits(resident, year, rules, paid_on, bought),
        missed_years=missed,
        buy_back=rules.buy_back and bool(missed),
        month_each=rules.gap_months,
        at_least=_least(rules, gap),
        charged_on=paid_on if rules.mode == "month_end" else None,
        closes=window.closes if in_window else None,
        by_year=price.year,
    )


def price_of(resident: Resident, year: int, rules: PremiumRules) -> PremiumPrice | None:
    """The price that fits a resident, by the last notice there is for that year; or None."""
    age = age_on(resident.born, date(year, 1, 1))
    told = max((price.year for price in rules.prices or () if price.year <= year), default=None)
    fitting = [
        price
        for price in rules.prices or ()
        if price.year == told
        and price.from_age <= max(0, age) <= price.to_age
        and price.identity in (None, resident.identity)
        and price.sex in (None, resident.sex)
    ]
    return min(fitting, key=lambda price: price.identity is None, default=None)


def window_of(year: int, rules: PremiumRules) -> PremiumWindow | None:
    """When a benefit year's premium is collected: as its notice says, else on the same days as the
    last one that was told before; or None."""
    told = [window for window in rules.windows or () if window.year <= year]
    if not told:
        return None
    last = max(told, key=lambda window: window.year)
    months = 12 * (year - last.year)
    opens = months_after(last.opens, months)
    # The last of February stays the last of February.
    at_end = last.closes == month_end(last.closes)
    closes = months_after(last.closes, months)
    closes = month_end(closes) if at_end else closes
    return PremiumWindow(year=year, opens=opens, closes=closes)


def years_open(rules: PremiumRules, today: date, resident: Resident | None = None) -> list[int]:
    """Benefit years of which a premium may be paid today; of a newborn also the one of birth."""
    found = []
    years = {today.year, today.year + 1}
    if resident is not None and resident.born.year == today.year - 1:
        years.add(resident.born.year)
    for year in sorted(years):
        window = window_of(year, rules)
        if window is None:
            continue
        if _of_birth(resident, year, rules, today) or not _closed(year, window, rules, today):
            found.append(year)
    return found


def missed_years(resident: Resident, year: int, rules: PremiumRules) -> tuple[int, ...]:
    """Years without cover since the last that was paid, as far as they count. Who was never
    enrolled has missed none."""
    before = [covered for covered in resident.covered_years if covered < year]
    if not before:
        return ()
    return tuple(range(max(max(before) + 1, rules.first_gap_year), year))


def month_end(day: date) -> date:
    """The last day of a day's month."""
    following = date(day.year + day.month // 12, day.month % 12 + 1, 1)
    return following - timedelta(days=1)


def months_after(day: date, months: int) -> date:
    """The same day so many months later; the month's last where there is none (29 February)."""
    count = day.year * 12 + day.month - 1 + months
    first = date(count // 12, count % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), month_end(first))


def _unfit(resident: Resident, rules: PremiumRules) -> Because | None:
    if resident.insutype != Insutype.RESIDENT:
        return Because(reasons.NOT_RESIDENT_PLAN, {"name": resident.name})
    if resident.identity in (rules.excluded or ()):
        group = WORDS[resident.identity]
        return Because(reasons.EXCLUDED_GROUP, {"group": group, "group_en": resident.identity})
    return None


def _closed(
    year: int,
    window: PremiumWindow,
    rules: PremiumRules,
    today: date,
    resident: Resident | None = None,
    bought: Sequence[int] = (),
) -> Because | None:
    """Why a year can't be paid today: too early, too late, or, by a resident's waiting period, for
    no day of it."""
    if _of_birth(resident, year, rules, today):
        return None
    charged = _charged_on(rules, today)
    last = date(year, 12, 31) if rules.after_window else window.closes
    if window.opens <= charged <= last:
        if resident is None:
            return None
        if cover_of(resident, year, rules, charged, charged, bought) <= date(year, 12, 31):
            return None
    return Because(
        reasons.WINDOW_CLOSED,
        {"year": str(year), "opens": str(window.opens), "closes": str(window.closes)},
    )


def _charged_on(rules: PremiumRules, today: date) -> date:
    return month_end(today) if rules.mode == "month_end" else today


def _exempt(resident: Resident, paid_on: date, rules: PremiumRules) -> bool:
    """A newborn that is enrolled in time is covered from birth."""
    return resident.born <= paid_on <= resident.born + timedelta(days=rules.newborn_days)


def _of_birth(resident: Resident | None, year: int, rules: PremiumRules, today: date) -> bool:
    """Whether a year is that in which a child was born that is enrolled in time today: its cover
    begins with its life, whatever the window."""
    return (
        resident is not None
        and resident.born.year == year
        and _exempt(resident, _charged_on(rules, today), rules)
    )


def _least(rules: PremiumRules, gap: Sequence[int]) -> int:
    """Months that stay however many of the missed years are bought back."""
    return rules.long_gap_months if len(gap) >= rules.long_gap_years else rules.waiting_months


def _waits(
    resident: Resident, year: int, rules: PremiumRules, paid_on: date, bought: Sequence[int]
) -> int:
    """Months of the waiting period."""
    if _exempt(resident, paid_on, rules):
        return 0
    window = window_of(year, rules)
    in_window = window is not None and window.opens <= paid_on <= window.closes
    gap = missed_years(resident, year, rules)
    late = not in_window or (paid_on.year >= year and rules.late_in_window == "waiting")
    if not gap and not late:
        return 0
    missed = sum(gone not in bought for gone in gap)
    return max(rules.waiting_months + rules.gap_months * missed, _least(rules, gap))


def cover_of(
    resident: Resident,
    year: int,
    rules: PremiumRules,
    paid_on: date,
    arrived_on: date,
    bought: Sequence[int] = (),
) -> date:
    """The first day of cover of what is paid on a day, by the years before and the waiting period.

    ``arrived_on``: when the tax office has the money; that it is slow makes nobody wait who has
    paid in time. ``bought``: missed years that are paid with it.
    """
    begins = date(year, 1, 1)
    if _exempt(resident, paid_on, rules):
        return max(begins, resident.born)
    if waiting := _waits(resident, year, rules, paid_on, bought):
        return max(begins, arrived_on, months_after(paid_on, waiting))
    return begins if paid_on < begins else arrived_on
