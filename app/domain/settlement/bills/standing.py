"""What has become of bills: rows put together to the bills that they are of. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from app.domain.settlement.model import Settlement
from app.kit.value import value

BillState = Literal["paid", "part_returned", "returned"]


@value
class StandingBill:
    """One bill and all that has come of it: paid, given back whole or in part, and so on.

    Attributes:
        rows: its rows, in the order in which they came.
        stands: the row that is paid now; None: all was given back.
    """

    rows: tuple[Settlement, ...]
    stands: Settlement | None

    @property
    def first(self) -> Settlement:
        """What was paid first."""
        return self.rows[0]

    @property
    def newest(self) -> Settlement:
        """What came last."""
        return self.rows[-1]

    @property
    def shown(self) -> Settlement:
        """What people are shown of it: what stands, else what was paid first."""
        return self.stands or self.first

    @property
    def number(self) -> int:
        """By which it is looked up: of what stands, else of what gave it back."""
        return (self.stands or self.newest).id

    @property
    def state(self) -> BillState:
        if self.stands is None:
            return "returned"
        same = self.stands.medfee_sumamt_fen == self.first.medfee_sumamt_fen
        return "paid" if same else "part_returned"

    @property
    def total_fen(self) -> int:
        """What of it is bought now; 0: nothing."""
        return 0 if self.stands is None else self.stands.medfee_sumamt_fen

    @property
    def cash_fen(self) -> int:
        """What of it the patient pays in cash now."""
        return 0 if self.stands is None else self.stands.cash_pay_fen

    @property
    def cash_back_fen(self) -> int:
        """What has to come back over the counter of the cash that was paid first. Below 0: more is
        owed, since what is left is shared out anew."""
        return self.first.cash_pay_fen - self.cash_fen


def bills_of(rows: Iterable[Settlement]) -> list[StandingBill]:
    """The bills that these rows are of, the one with the newest row first.

    A row that gives back, or restores, names what it turns round. What is left after a part return
    is settled by the same request that gave the whole back (law 5).
    """
    chains: list[list[Settlement]] = []
    of_row: dict[int, list[Settlement]] = {}
    given_back: dict[int, list[Settlement]] = {}
    for row in sorted(rows, key=lambda one: one.id):
        if row.cancels_id is None:
            chain = given_back.get(row.request_id)
        else:
            chain = of_row.get(row.cancels_id)
        if chain is None:
            chains.append(chain := [])
        chain.append(row)
        of_row[row.id] = chain
        if not row.kind.pays:
            given_back[row.request_id] = chain
    bills = [StandingBill(tuple(chain), _stands(chain)) for chain in chains]
    return sorted(bills, key=lambda bill: bill.newest.id, reverse=True)


def _stands(chain: list[Settlement]) -> Settlement | None:
    undone = {row.cancels_id for row in chain}
    standing = [row for row in chain if row.kind.pays and row.id not in undone]
    return standing[-1] if standing else None
