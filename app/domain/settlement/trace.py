"""Why a settlement came out as it did: who paid, why not more, and each step with its rule.

It is kept with the settlement; this module alone knows the JSON of ``settlement.trace``. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.domain.settlement.rules.purses.spread import PartPaid
from app.domain.settlement.rules.steps import Step
from app.kit.reasons import Because
from app.kit.value import value
from app.regions.rules import Level

_LOWEST_LEVEL: Level = "basic"
"""What an institution is taken for in rows of before its level was kept."""


@value
class PaidLeg:
    """What one person's account paid (negative: got back). ``grant_id``: under which 共济授权;
    None: the patient's own account."""

    person_id: int
    grant_id: int | None
    amount_fen: int


@value
class ToldReason:
    """A reason as it was told: its code and figures. People stand in it as tokens."""

    code: str
    params: dict[str, str]


@value
class Trace:
    """What explains a settlement. ``level``: the institution's, as deductibles count it."""

    legs: tuple[PaidLeg, ...]
    reasons: tuple[ToldReason, ...]
    level: Level
    steps: tuple[Step, ...] = ()
    parts: tuple[PartPaid, ...] = ()
    """Who paid which part, where the region says it by part."""
    left: tuple[int, int] | None = None
    """What the own account holds after it, this year's part and the carried-over one, in fen: where
    the region tells tills both."""


def told(because: Iterable[Because]) -> tuple[ToldReason, ...]:
    """Reasons as they are kept."""
    return tuple(ToldReason(item.reason.code, item.params) for item in because)


def stored(trace: Trace) -> dict[str, object]:
    """The trace as JSON: ids as texts, sums in fen."""
    found: dict[str, object] = {
        "legs": [
            {
                "person": str(leg.person_id),
                "grant": str(leg.grant_id) if leg.grant_id else None,
                "fen": leg.amount_fen,
            }
            for leg in trace.legs
        ],
        "reasons": [{"code": item.code, "params": item.params} for item in trace.reasons],
        "level": trace.level,
        "steps": [[step.say, step.key, step.by, step.figures] for step in trace.steps],
    }
    if trace.parts:
        found["parts"] = [[one.part, one.fen, one.paid] for one in trace.parts]
    if trace.left is not None:
        found["left"] = list(trace.left)
    return found


def read(row: dict[str, Any]) -> Trace:
    """The trace that was stored."""
    return Trace(
        read_legs(row["legs"]),
        tuple([ToldReason(item["code"], item["params"]) for item in row["reasons"]]),
        row.get("level", _LOWEST_LEVEL),
        tuple([Step(*step) for step in row.get("steps", ())]),
        tuple([PartPaid(*part) for part in row.get("parts", ())]),
        tuple(row["left"]) if "left" in row else None,
    )


def read_legs(stored: list[dict[str, Any]]) -> tuple[PaidLeg, ...]:
    """Who paid, of a trace that was stored: what stands under ``legs``."""
    return tuple(
        [
            PaidLeg(int(leg["person"]), leg["grant"] and int(leg["grant"]), leg["fen"])
            for leg in stored
        ]
    )
