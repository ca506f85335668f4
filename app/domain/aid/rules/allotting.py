"""How much somebody may set aside for relatives, and when. Pure (SOURCES F3.13)."""

from __future__ import annotations

from datetime import date, timedelta

from app.domain.aid import errors
from app.kit.money import yuan_text
from app.kit.reasons import Because
from app.regions.rules import AidRules


def most_fen(rules: AidRules, current_fen: int, carried_fen: int) -> int:
    """What may be set aside of an account at the most: what is above the floor."""
    return max(0, current_fen + carried_fen - rules.floor_fen)


def problem(rules: AidRules, done: int, today: date) -> Because | None:
    """Why nothing can be set aside now. ``done``: how often it was this month."""
    if rules.fund_source != "allotted":
        return Because(errors.NO_ALLOTTING, {})
    if done >= rules.allotments_a_month:
        following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        figures = {"times": str(rules.allotments_a_month), "day": following.isoformat()}
        return Because(errors.ALLOTTED_THIS_MONTH, figures)
    return None


def too_much(rules: AidRules, amount_fen: int, most: int) -> Because | None:
    """Why this much can't be."""
    if amount_fen <= most:
        return None
    figures = {"most": yuan_text(most), "floor": yuan_text(rules.floor_fen)}
    return Because(errors.ALLOTTED_TOO_MUCH, figures)
