"""Settlements as whoever looks at them knows the people: of a person whose row was merged under the
row that stays. What is stored is left as it was written. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.domain.settlement.model import Settlement
from app.domain.settlement.trace import Trace


def people_in(rows: Iterable[Settlement]) -> set[int]:
    """Whose settlements they are, and who paid."""
    return {one for row in rows for one in (row.person_id, *(x.person_id for x in row.trace.legs))}


def known_now(row: Settlement, stays: Mapping[int, int]) -> Settlement:
    """A settlement with people as they are known now. ``stays``: the row that stays, by the one
    that was merged into it."""
    if not stays.keys() & people_in([row]):
        return row
    person = stays.get(row.person_id, row.person_id)
    return replace(row, person_id=person, trace=_trace(row.trace, stays))


def _trace(trace: Trace, stays: Mapping[int, int]) -> Trace:
    tokens = {f"@{one}": f"@{other}" for one, other in stays.items()}

    def told(figures: dict[str, str]) -> dict[str, str]:
        return {name: tokens.get(text, text) for name, text in figures.items()}

    return replace(
        trace,
        legs=tuple(
            replace(leg, person_id=stays.get(leg.person_id, leg.person_id)) for leg in trace.legs
        ),
        reasons=tuple(replace(one, params=told(one.params)) for one in trace.reasons),
        steps=tuple(replace(step, figures=told(step.figures)) for step in trace.steps),
    )
