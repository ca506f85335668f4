"""No order of selling, giving back, returning parts and reversing dispenses more of a prescription
than was prescribed, and what is counted is what stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.prescription.values import Prescribed, Share, State
from app.domain.settlement.bill import Bill, Line
from app.domain.settlement.model import NamedMessage, Request, Result
from app.domain.settlement.model import State as Done
from app.domain.settlement.orders import (
    CANCEL,
    RETURN_PART,
    REVERSE,
    SETTLE,
    Cancel,
    Order,
    PartReturn,
    Purchase,
    Reversal,
)
from app.domain.settlement.rules.fold import fold
from tests.domain.settlement.rules.made import BASIC, NOON, Room

RXNO = "RX1"
PRESCRIBED = Decimal(5)
Deed = tuple[str, int, int]
DEEDS = st.lists(
    st.tuples(
        st.sampled_from(("sell A", "sell B", "cancel", "return", "reverse")),
        st.integers(0, 9),
        st.integers(1, 5),
    ),
    min_size=1,
    max_size=25,
)


class Counter:
    """A room with one prescription, at which deeds are done one after the other."""

    def __init__(self) -> None:
        self.room = Room()
        self.room.person(1, current=100_000)
        self.sent: list[tuple[Request, Result]] = []
        self.kept = Decimal(0)
        here = frozenset("AB")
        self.room.snapshot.prescriptions[RXNO] = Prescribed(
            7,
            RXNO,
            1,
            "41",
            State.ISSUED,
            NOON + timedelta(days=1),
            {BASIC: Share(PRESCRIBED)},
            here,
            here,
        )

    @property
    def share(self) -> Share:
        return self.room.snapshot.prescriptions[RXNO].items[BASIC]

    def do(self, deed: Deed) -> None:
        what, _, much = deed
        made = self._sell(what[-1], much) if what.startswith("sell") else self._undo(*deed)
        if made is None:
            return
        infno, shop, order = made
        request = self.room._request(infno, shop, order)
        if isinstance(order, Purchase):
            self.room.snapshot.bills[request.id] = order.bill
        key = shop, request.msgid
        named = NamedMessage(request.id, infno, "N1", None, None)
        self.room.snapshot.named[key] = named
        [result] = fold([request], self.room.snapshot, NOON, self.room.next_id)
        self.sent.append((request, result))
        for half in (result.first_half, result):
            if half is not None and half.settlement is not None:
                sign = 1 if half.settlement.kind.pays else -1
                self.kept += sum((sign * one.count for one in half.dispensed), Decimal(0))

    def _sell(self, shop: str, much: int) -> tuple[str, str, Order]:
        line = Line("1", BASIC, 100 * much, Decimal(much), Decimal(1), True, rxno=RXNO)
        bill = Bill(1, "310", "41", NOON, 100 * much, True, (line,))
        return SETTLE, shop, Purchase("N1", bill)

    def _undo(self, what: str, which: int, much: int) -> tuple[str, str, Order] | None:
        done = [(r, x) for r, x in self.sent if x.state is Done.DONE and x.settlement is not None]
        if not done:
            return None
        request, result = done[which % len(done)]
        row, shop = result.settlement, request.fixmedins_code
        assert row is not None
        if what == "reverse":
            return REVERSE, shop, Reversal("N1", request.msgid, request.infno)
        if what == "cancel":
            return CANCEL, shop, Cancel("N1", row.id, row.mdtrt_id)
        returned = (("1", Decimal(much)),)
        return RETURN_PART, shop, PartReturn("N1", row.id, row.mdtrt_id, returned)

    def stands(self) -> Decimal:
        """What the settlements that stand have of it."""
        originals = self.room.snapshot.originals.values()
        rows = [o.settlement for o in originals if o.cancelled_by is None]
        lines = [part.line for row in rows if row.kind.pays for part in row.lines]
        return sum((line.count for line in lines if line.rxno == RXNO), Decimal(0))


@settings(max_examples=300, deadline=None)
@given(DEEDS)
def test_no_more_is_dispensed_than_was_prescribed(deeds: Sequence[Deed]) -> None:
    counter = Counter()
    for deed in deeds:
        counter.do(deed)
        share = counter.share
        assert 0 <= share.dispensed <= PRESCRIBED
        assert share.dispensed == counter.stands() == counter.kept


def test_the_deeds_do_something() -> None:
    counter = Counter()
    for deed in (("sell A", 0, 3), ("return", 0, 1), ("sell B", 0, 3), ("sell B", 0, 2)):
        counter.do(deed)
    codes = [result.because and result.because.reason.code for _, result in counter.sent]
    assert codes == [None, None, None, "RX_USED_UP"]
    counter.do(("reverse", 1, 0))
    refused = counter.sent[-1][1].because
    assert refused is not None and refused.reason.code == "RX_USED_UP"
