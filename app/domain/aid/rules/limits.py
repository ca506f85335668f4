"""What a donor may set on a grant: caps, purposes, dates. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from app.domain.aid import errors
from app.kit.clock import local_date
from app.kit.reasons import Refusal
from app.regions.periods import Caps
from app.regions.rules import AidRules


@dataclass(frozen=True, slots=True)
class Limits:
    """A grant's own limits."""

    caps: Caps = field(default_factory=dict)
    purposes: tuple[str, ...] | None = ("medical",)
    """None: what the region gives who says nothing."""
    rank: int | None = None
    """The place that the donor wants among the beneficiary's donors; None: as it is, of a new grant
    the last (``order.py``)."""
    ask_above_fen: int | None = None
    """Above this sum the donor wants to be asked before a bill is paid; None: never."""


def cooled_on(rules: AidRules, activated_at: datetime | None, now: datetime) -> date | None:
    """The first day after the time that a region sets from when a log-in has begun to speak for a
    donor; None: it is over, or there is none. ``activated_at``: when this very log-in has."""
    if activated_at is None:
        return None
    until = activated_at + timedelta(hours=rules.new_phone_hours)
    return local_date(until) + timedelta(days=1) if until > now else None


def first_day(rules: AidRules, today: date, cooled: date | None = None) -> date:
    """When a grant made today takes effect at the earliest."""
    if cooled is not None:
        return max(cooled, first_day(rules, today))
    if rules.starts == "next_day":
        return today + timedelta(days=1)
    if rules.starts == "next_month":
        return (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return today


def check_period(
    rules: AidRules,
    starts_on: date,
    ends_on: date | None,
    today: date,
    cooled: date | None = None,
) -> None:
    """Refuses a new grant's dates that the region or the calendar doesn't allow, each for its own
    reason.

    Raises:
        Refusal: PERIOD_INVALID, or as ``check_last_day``.
    """
    earliest = first_day(rules, today, cooled)
    if starts_on < earliest:
        raise Refusal(
            errors.PERIOD_INVALID,
            detail=f"开始日期不能早于{earliest}",
            detail_en=f"it can't start before {earliest}",
        )
    check_last_day(rules, starts_on, ends_on, today)


def check_last_day(rules: AidRules, starts_on: date, ends_on: date | None, today: date) -> None:
    """Refuses a last day of a grant that begins, or began, on ``starts_on``.

    Raises:
        Refusal: LAST_DAY_NEEDED, LAST_DAY_FORBIDDEN, PERIOD_INVALID.
    """
    if rules.validity == "period" and ends_on is None:
        raise Refusal(errors.LAST_DAY_NEEDED)
    if rules.validity == "open" and ends_on is not None:
        raise Refusal(errors.LAST_DAY_FORBIDDEN)
    if ends_on is None:
        return
    if ends_on <= starts_on:
        raise Refusal(
            errors.PERIOD_INVALID,
            detail=f"结束日期须晚于开始日期{starts_on}",
            detail_en=f"the last day must lie after the first, {starts_on}",
        )
    if ends_on < today:
        raise Refusal(
            errors.PERIOD_INVALID,
            detail=f"结束日期不能早于今天{today}",
            detail_en=f"the last day can't lie before today, {today}",
        )


def check_pause(until: date, ends_on: date | None, today: date) -> None:
    """Refuses a pause that ends today or before, after a year, or after the grant's own last day.

    Raises:
        Refusal: PERIOD_INVALID.
    """
    last = today + timedelta(days=366)
    if not today < until <= (last if ends_on is None else min(last, ends_on)):
        raise Refusal(
            errors.PERIOD_INVALID,
            detail="恢复的日期须在今天之后、一年之内，并且不晚于这项共济的最后一天",
            detail_en="it must go on after today, within a year, and not after the last day",
        )


def with_purposes(rules: AidRules, limits: Limits) -> Limits:
    """The limits with the region's purposes where the donor named none: all of them where there is
    no choice, else medical ones."""
    if limits.purposes is not None:
        return limits
    return replace(limits, purposes=("medical",) if rules.purpose_choice else rules.purposes)


def check_limits(rules: AidRules, limits: Limits) -> None:
    """Refuses purposes that the region doesn't offer, or a choice where it leaves none.

    Raises:
        Refusal: PURPOSE_NOT_OFFERED, PURPOSE_NOT_YOURS_TO_CHOOSE.
    """
    chosen = set(limits.purposes or ())
    if not chosen or not chosen <= set(rules.purposes):
        raise Refusal(errors.PURPOSE_NOT_OFFERED)
    if not rules.purpose_choice and chosen != set(rules.purposes):
        raise Refusal(errors.PURPOSE_NOT_YOURS_TO_CHOOSE)


def may_end(rules: AidRules, *, by_donor: bool) -> bool:
    """Whether this side may end a grant at all. ``rules``: the donor's region's."""
    return by_donor or rules.who_may_end == "either"


def check_end(
    rules: AidRules, begun: date, today: date, *, by_donor: bool, freed: bool = False
) -> None:
    """Refuses an end that the region doesn't allow yet, or not from this side. ``freed``: the two
    are divorced, and need not wait.

    Raises:
        Refusal: ONLY_DONOR_MAY, COOLDOWN.
    """
    if not may_end(rules, by_donor=by_donor):
        raise Refusal(errors.ONLY_DONOR_MAY)
    free = begun + timedelta(days=rules.min_bound_days)
    if today < free and not freed:
        raise Refusal(errors.COOLDOWN, day=free.isoformat())


def check_rebind(rules: AidRules, last_end: date | None, today: date) -> None:
    """Refuses the same pair anew too soon after its end.

    Raises:
        Refusal: COOLDOWN.
    """
    if last_end is None:
        return
    free = last_end + timedelta(days=rules.rebind_cooldown_days)
    if today < free:
        raise Refusal(errors.COOLDOWN, day=free.isoformat())
