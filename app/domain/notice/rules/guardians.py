"""What the guardians of a child are told beside the child: uses of its code, its bills, and what
ended. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.domain.notice.values import Params, Telling
from app.kit.value import value

_BESIDE = {
    "bill_paid": "child_bill_paid",
    "bill_paid_aid": "child_bill_paid",
    "bill_back": "child_bill_back",
    "bill_part_back": "child_bill_part_back",
    "code_shown": "child_code_shown",
    "code_read": "child_code_read",
    "prescription_issued": "child_prescription_issued",
    "family_child": "child_family_child",
    "family_ended": "child_family_ended",
    "grant_ended": "child_grant_ended",
    "grant_ended_rule": "child_grant_ended",
    "wallet_placed": "child_wallet_placed",
}
"""By what the child is told."""
_NAMED = ("name", "shop", "sum_fen", "place", "place_en")


@value
class Guardian:
    """Who has signed for a child, under which binding."""

    person_id: int
    binding_id: int


def beside(
    tellings: Sequence[Telling], guardians: Mapping[int, Sequence[Guardian]]
) -> list[Telling]:
    """What is told besides. A guardian who has done it, or is told of it in the own name, needs no
    second word."""
    told = {(one.person_id, one.event_id) for one in tellings if not one.kind.endswith("_asked")}
    found: list[Telling] = []
    for one in tellings:
        kind = _BESIDE.get(one.kind)
        for guardian in guardians.get(one.person_id, ()) if kind else ():
            who = guardian.person_id
            if kind is None or one.params.get("name") == f"@{who}" or (who, one.event_id) in told:
                continue
            params: Params = {name: one.params[name] for name in _NAMED if name in one.params}
            params |= {"child": f"@{one.person_id}", "binding": str(guardian.binding_id)}
            found.append(Telling(who, kind, one.event_id, one.at, params))
    return found
