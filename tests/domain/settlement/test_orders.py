"""Orders as they are stored: the same comes back, and what earlier versions stored is read."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.settlement.bill import Bill, Line
from app.domain.settlement.orders import (
    CANCEL,
    CANCELLING,
    PAYING,
    RETURN_PART,
    REVERSE,
    SETTLE,
    VISIT_CANCEL,
    VISIT_SETTLE,
    Cancel,
    Order,
    PartReturn,
    Purchase,
    Reversal,
    UnreadableError,
    VisitBill,
    read,
    stored,
)

_texts = st.text("0123456789ABCxyz", min_size=1, max_size=20)
_ids = st.integers(1, 2**63 - 1)
_fen = st.integers(1, 10**11)
_moments = st.integers(1_600_000_000_000, 1_900_000_000_000).map(
    lambda milliseconds: (
        datetime.fromtimestamp(milliseconds // 1000, UTC)
        + timedelta(milliseconds=milliseconds % 1000)
    )
)
_lines = st.builds(
    Line,
    _texts,
    _texts,
    _fen,
    st.decimals("0.0001", "999999", places=4),
    st.decimals("0.000001", "999999", places=6),
    st.booleans(),
)


def _bills(lines: st.SearchStrategy[tuple[Line, ...]], **more: Any) -> st.SearchStrategy[Bill]:
    return st.builds(
        Bill,
        person_id=_ids,
        insutype=st.sampled_from(["310", "390"]),
        med_type=st.sampled_from(["11", "41"]),
        bill_time=_moments,
        total_fen=_fen,
        account_used=st.booleans(),
        lines=lines,
        invono=st.text(max_size=20),
        credential_id=st.none() | _ids,
        **more,
    )


_bought = _bills(st.lists(_lines, min_size=1, max_size=4).map(tuple))
_visited = _bills(
    st.just(()),
    visit=st.tuples(_ids, _texts),
    echo=st.none() | st.tuples(_fen, _fen, _fen, _fen),
)
_returned = st.lists(st.tuples(_texts, st.decimals("0.0001", "999", places=4)), max_size=4)
ORDERS = st.one_of(
    st.tuples(st.just(SETTLE), st.builds(Purchase, _texts, _bought)),
    st.tuples(st.just(VISIT_SETTLE), st.builds(VisitBill, _texts, _visited)),
    st.tuples(st.sampled_from([CANCEL, VISIT_CANCEL]), st.builds(Cancel, _texts, _ids, _ids)),
    st.tuples(
        st.just(RETURN_PART), st.builds(PartReturn, _texts, _ids, _ids, _returned.map(tuple))
    ),
    st.tuples(st.just(REVERSE), st.builds(Reversal, _texts, _texts, st.just(SETTLE))),
)


@given(ORDERS)
def test_an_order_comes_back_as_it_was_stored(one: tuple[str, Order]) -> None:
    infno, order = one
    assert read(infno, json.loads(json.dumps(stored(order)))) == order


def test_what_earlier_versions_stored_is_read() -> None:
    noon = "2026-11-21T12:00:00.000+08:00"
    bill = {
        "psn_no": "N1",
        "person": 7,
        "insutype": "310",
        "med_type": "41",
        "begntime": noon,
        "total": 2560,
        "acct": True,
        "invono": "",
        "credential": None,
        "lines": [["1", "X", 2560, "2", "12.8", False]],
    }
    at = datetime(2026, 11, 21, 4, tzinfo=UTC)
    line = Line("1", "X", 2560, Decimal(2), Decimal("12.8"))
    bought = Bill(7, "310", "41", at, 2560, True, (line,))
    assert read("2102", bill) == Purchase("N1", bought)
    visit = bill | {"visit": "9", "batch": "B", "echo": [1, 2, 3, 4]}
    found = read("2207", visit)
    assert isinstance(found, VisitBill)
    assert (found.bill.visit, found.bill.echo, found.bill.lines) == ((9, "B"), (1, 2, 3, 4), ())
    ids = {"setl_id": "5", "mdtrt_id": "6", "psn_no": "N1"}
    assert read("2103", ids) == read("2208", ids) == Cancel("N1", 5, 6)
    part = ids | {"lines": [["1", "0.5"]]}
    assert read("2103A", part) == PartReturn("N1", 5, 6, (("1", Decimal("0.5")),))
    undo = {"psn_no": "N1", "omsgid": "m", "oinfno": "2102"}
    assert read("2601", undo) == Reversal("N1", "m", "2102")


def test_a_message_without_money_is_no_order() -> None:
    with pytest.raises(UnreadableError):
        read("9001", {"psn_no": "N1"})


def test_the_kinds_of_messages_are_those_that_can_be_read() -> None:
    assert frozenset({"2102", "2102A", "2207", "2207A"}) == PAYING
    assert frozenset({"2103", "2208"}) == CANCELLING
