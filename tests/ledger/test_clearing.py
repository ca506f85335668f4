"""Both sides of a wallet transfer against each other: what differs, what is in flight."""

from __future__ import annotations

from typing import Any

import pytest

from app.ledger.clearing import Comparison, _compare

PENDING, ACCEPTED, REFUSED, EXPIRED = 1, 2, 3, 4


def mine(state: int, fen: int = 0, **more: Any) -> dict[str, Any]:
    """The sender's half, in Hebei."""
    own = {"id": 7, "province": "13", "other_province": "31", "state": state, "fen": fen}
    return own | {"delivered": True} | more


def theirs(state: int, fen: int = 0, **more: Any) -> dict[str, Any]:
    """The payee's, in Shanghai."""
    return {"id": 7, "province": "31", "other_province": "13", "state": state, "fen": fen} | more


def compared(*halves: dict[str, Any] | None) -> Comparison:
    found = Comparison()
    sent, offer = halves
    _compare(found, {7: sent} if sent else {}, {7: offer} if offer else {})
    return found


@pytest.mark.parametrize(
    ("sent", "offer"),
    [
        (mine(PENDING, delivered=False), None),
        (mine(EXPIRED, delivered=False), None),
        (mine(PENDING), theirs(PENDING)),
        (mine(PENDING), theirs(REFUSED)),
        (mine(PENDING, delivered=False), theirs(EXPIRED)),
        (mine(PENDING), theirs(ACCEPTED, 500)),
        (mine(ACCEPTED, 500), theirs(ACCEPTED, 500)),
        (mine(REFUSED), theirs(REFUSED)),
        (mine(EXPIRED), theirs(EXPIRED)),
    ],
)
def test_what_may_be_seen_at_any_moment_is_no_difference(
    sent: dict[str, Any], offer: dict[str, Any] | None
) -> None:
    found = compared(sent, offer)
    assert found.differences == []
    assert all(one.agrees for one in found.in_order)
    flying = [one.flying for one in found.in_order if one.flying]
    waits = offer is not None and offer["fen"] and sent["state"] == PENDING
    assert flying == ([{7: 500}] if waits else [])


@pytest.mark.parametrize(
    ("sent", "offer"),
    [
        (None, theirs(PENDING)),
        (mine(PENDING), None),
        (mine(ACCEPTED, 500), None),
        (mine(ACCEPTED, 500), theirs(PENDING)),
        (mine(ACCEPTED, 500), theirs(EXPIRED)),
        (mine(EXPIRED), theirs(ACCEPTED, 500)),
        (mine(REFUSED), theirs(EXPIRED)),
        (mine(ACCEPTED, 500), theirs(ACCEPTED, 1_000)),
        (mine(ACCEPTED, 500), theirs(ACCEPTED)),
        (mine(ACCEPTED), theirs(ACCEPTED, 500)),
        (mine(ACCEPTED, 500, other_province="33"), theirs(ACCEPTED, 500)),
        (mine(PENDING), theirs(PENDING, other_province="33")),
    ],
)
def test_whatever_else_is_told_by_its_number(
    sent: dict[str, Any] | None, offer: dict[str, Any] | None
) -> None:
    assert [one.id for one in compared(sent, offer).differences] == [7]
