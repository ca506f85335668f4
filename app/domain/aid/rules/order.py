"""In which order a beneficiary's donors are asked, where people set it (SOURCES F3.6). Pure.

It is one order of all of a beneficiary's grants: each has a place of its own, from 1, and who is
put before another stays there until somebody moves one of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from app.domain.aid import errors
from app.kit.reasons import Refusal
from app.regions.rules import AidRules

Move = Literal["top", "up", "down", "bottom"]
"""置顶、上移、下移、置底."""


def placed(order: Sequence[int], grant: int, to: Move | int) -> list[int]:
    """The order with one grant moved: to a place from 1 (0 is the first, too), or by a move."""
    others = [one for one in order if one != grant]
    now = list(order).index(grant)
    match to:
        case "top":
            at = 0
        case "up":
            at = max(0, now - 1)
        case "down":
            at = now + 1
        case "bottom":
            at = len(others)
        case _:
            at = max(0, to - 1)
    return [*others[:at], grant, *others[at:]]


def set_by_people(rules: AidRules) -> bool:
    """Whether the beneficiary's region asks donors in an order that people set."""
    return rules.donor_order == "user_order"


def may_order(rules: AidRules, *, by_donor: bool) -> bool:
    """Whether this side may set it; ``rules``: the beneficiary's region's."""
    who = "donor" if by_donor else "beneficiary"
    return set_by_people(rules) and rules.who_may_order in (who, "either")


def check_order(rules: AidRules, *, by_donor: bool) -> None:
    """Refuses an order that isn't for people, or not for this side, to set.

    Raises:
        Refusal: ORDER_FIXED, ONLY_DONOR_MAY, ONLY_BENEFICIARY_MAY.
    """
    if not set_by_people(rules):
        rule, rule_en = errors.ORDERS[rules.donor_order]
        raise Refusal(errors.ORDER_FIXED, rule=rule, rule_en=rule_en)
    if not may_order(rules, by_donor=by_donor):
        raise Refusal(errors.ONLY_BENEFICIARY_MAY if by_donor else errors.ONLY_DONOR_MAY)
