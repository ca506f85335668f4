"""The one table of effects: what each kind of event does to what a person has. Pure.

Where regions differ it is said by their packs: whether a stopped insurance ends a grant or lets it
rest (``aid.ends_with_insurance``), whether a divorce ends the spouses' grant or leaves that to its
donor (``aid.divorce``), from which age somebody consents alone (``family.consent_age``). Money that
moved meanwhile stays where the books have put it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from app.domain.events.kinds import Kind
from app.kit.value import value


@value
class Effects:
    """What an event does.

    Attributes:
        insurance: what it says of it: that it stops or runs, other plan, place or kind of person;
            ``over``: there is none any more, whatever else is said of it.
        grants: ``by_insurance``: end or rest as the region of either side says; ``by_divorce``:
            those between spouses and to parents-in-law; ``end``: all of both sides.
        bindings: of the family account, likewise; ``confirm``: a child's wait for its own yes.
        codes: shown and carried ones: ``by_insurance``: refused while it is stopped; ``confirm``:
            relatives' until the holder's yes; ``end``: refused for good.
        accounts: personal account and wallet: they ``follow`` to another province, or wait for the
            counter to be paid out or merged.
        premiums: ``tell``: who ordered or pays what is open is told, and can take it back.
    """

    insurance: Literal["stay", "stop", "run", "plan", "place", "type", "all", "over"] = "stay"
    grants: Literal["stay", "by_insurance", "by_divorce", "end"] = "stay"
    bindings: Literal["stay", "confirm", "by_divorce", "end"] = "stay"
    codes: Literal["stay", "by_insurance", "confirm", "by_divorce", "end"] = "stay"
    accounts: Literal["stay", "follow", "pay_out", "merge"] = "stay"
    premiums: Literal["stay", "tell"] = "stay"


# fmt: off
TABLE: Mapping[Kind, Effects] = {
    Kind.STOPPED: Effects(insurance="stop", grants="by_insurance", codes="by_insurance"),
    Kind.RESUMED: Effects(insurance="run", grants="by_insurance", codes="by_insurance"),
    Kind.CHANGED_PLAN: Effects(insurance="plan", grants="by_insurance", premiums="tell"),
    Kind.MOVED: Effects(insurance="place", grants="by_insurance", accounts="follow",
                        premiums="tell"),
    Kind.REGISTERED: Effects(insurance="all", grants="by_insurance", codes="by_insurance",
                             accounts="follow"),
    Kind.RETIRED: Effects(insurance="type"),
    Kind.TURNED_14: Effects(),
    Kind.TURNED_16: Effects(bindings="confirm", codes="confirm"),
    Kind.DIVORCED: Effects(grants="by_divorce", bindings="by_divorce", codes="by_divorce"),
    Kind.DIED: Effects(insurance="over", grants="end", bindings="end", codes="end",
                       accounts="pay_out", premiums="tell"),
    Kind.MERGED: Effects(insurance="over", grants="end", bindings="end", codes="end",
                         accounts="merge", premiums="tell"),
    Kind.CARD_LOST: Effects(),
}
# fmt: on
"""A 14th birthday lets the child's face be checked without a guardian, which is asked of the
present; a
lost card is stopped in the table of cards, where a file's word counts as much."""
