"""A batch as a fold: money is conserved, chains have no gaps, undoing gives everything back."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain.settlement.book.write import check
from app.domain.settlement.model import Kind, NamedMessage, Request, Result, Snapshot, State
from app.domain.settlement.rules.fold import fold
from app.ledger.models import Transfer
from tests.domain.settlement.rules.made import BASIC, NOON, SELF_PAID, Room


def family() -> Room:
    """Father 1 with 200.00, daughter 2 and son 3 who share with him; 4 has only money."""
    room = Room()
    room.person(1, 15_000, 5_000)
    room.person(2, 40_000, 7_500)
    room.person(3, 30_000)
    room.person(4, 10_000, 0)
    room.grant(2, 1)
    room.grant(3, 1)
    room.grant(1, 4)
    return room


def run(room: Room, *requests: Request) -> list[Result]:
    return fold(requests, room.snapshot, NOON, room.next_id)


def balances(snapshot: Snapshot) -> dict[int, int]:
    return {number: a.balance_fen for number, a in snapshot.accounts_by_id.items()}


def state(snapshot: Snapshot) -> Any:
    return copy.deepcopy((snapshot.accounts_by_id, snapshot.originals))


def code(result: Result) -> str:
    return result.because.reason.code if result.because else ""


def test_a_bill_is_paid_by_father_and_daughter_and_taken_back_to_each() -> None:
    room = family()
    before = balances(room.snapshot)
    [paid] = run(room, room.bill(1, 60_000))
    assert paid.settlement is not None
    row = paid.settlement
    assert (row.own_pay_fen, row.mulaid_pay_fen, row.cash_pay_fen) == (20_000, 40_000, 0)
    assert row.donor_sums() == {2: 40_000}
    assert row.balance_after_fen == 0
    assert balances(room.snapshot) == {
        11: 0,
        12: 0,
        21: 7_500,
        22: 0,
        31: 30_000,
        41: 10_000,
        42: 0,
    }
    room.snapshot.grants.clear()  # ended meanwhile: the money goes home all the same
    [back] = run(room, room.cancel(row, "N1"))
    assert back.settlement is not None
    assert balances(room.snapshot) == before
    assert back.settlement.medfee_sumamt_fen == -60_000
    assert back.settlement.donor_sums() == {2: -40_000}
    assert back.settlement.balance_after_fen == 20_000
    assert [t.grant_id for t in back.transfers] == [t.grant_id for t in paid.transfers]
    assert [t.reverses_id for t in back.transfers] == [t.id for t in paid.transfers]


def test_the_second_bill_of_a_batch_sees_what_the_first_left() -> None:
    room = family()
    first, second = run(room, room.bill(1, 60_000), room.bill(1, 30_000))
    assert first.settlement is not None and second.settlement is not None
    # The daughter is down to 75.00, so the son with 300.00 is the fullest donor now.
    assert second.settlement.donor_sums() == {3: 30_000}


def test_a_cancel_counts_once() -> None:
    room = family()
    [paid] = run(room, room.bill(1, 100))
    one, two = run(room, room.cancel(paid.settlement, "N1"), room.cancel(paid.settlement, "N1"))
    assert (one.state, two.state, code(two)) == (State.DONE, State.REFUSED, "ALREADY_CANCELLED")


def test_another_institution_or_person_can_not_cancel() -> None:
    room = family()
    [paid] = run(room, room.bill(1, 100))
    assert paid.settlement is not None
    before = state(room.snapshot)
    wrong = replace(paid.settlement, mdtrt_id=1)
    results = run(
        room,
        room.cancel(paid.settlement, "N1", "B"),
        room.cancel(paid.settlement, "N2"),
        room.cancel(wrong, "N1"),
    )
    assert [code(result) for result in results] == ["SETTLEMENT_UNKNOWN"] * 3
    assert state(room.snapshot) == before


def test_a_cancel_can_not_be_cancelled() -> None:
    room = family()
    [paid] = run(room, room.bill(1, 100))
    [back] = run(room, room.cancel(paid.settlement, "N1"))
    [again] = run(room, room.cancel(back.settlement, "N1"))
    assert code(again) == "SETTLEMENT_UNKNOWN"


def test_a_bill_and_its_reversal_in_one_batch() -> None:
    room = family()
    before = balances(room.snapshot)
    bill = room.bill(1, 60_000)
    paid, undone, again = run(room, bill, room.reverse(bill), room.reverse(bill))
    assert [r.state for r in (paid, undone, again)] == [State.DONE] * 3
    assert undone.settlement is not None and undone.settlement.kind is Kind.REVERSED
    assert again.settlement is None and not again.transfers
    assert balances(room.snapshot) == before


def test_reversing_what_was_cancelled_gives_nothing_back_again() -> None:
    room = family()
    before = balances(room.snapshot)
    bill = room.bill(1, 60_000)
    reversal = room.reverse(bill)
    [paid] = run(room, bill)
    results = run(room, room.cancel(paid.settlement, "N1"), reversal)
    assert [(r.state, bool(r.transfers)) for r in results] == [
        (State.DONE, True),
        (State.DONE, False),
    ]
    assert balances(room.snapshot) == before


def test_a_reversal_of_what_never_came_lays_a_tombstone() -> None:
    room = family()
    reversal = room.reverse(room.bill(1, 100))
    room.snapshot.named.clear()
    [result] = run(room, reversal)
    assert (result.state, result.tombstone, result.settlement) == (State.DONE, True, None)


def test_a_part_of_a_closed_account_waits_at_the_office() -> None:
    room = family()
    [paid] = run(room, room.bill(1, 60_000))
    room.snapshot.accounts_by_id[22].closed = True
    [back] = run(room, room.cancel(paid.settlement, "N1"))
    assert back.settlement is not None
    homes = {t.credit_account: t.amount_fen for t in back.transfers}
    assert homes[room.snapshot.suspense_account] == 7_500
    assert [r.code for r in back.settlement.trace.reasons] == ["ACCOUNT_CLOSED"]


def test_a_refused_bill_changes_nothing() -> None:
    room = family()
    room.snapshot.people[1] = replace(room.snapshot.people[1], insured=False)
    before = state(room.snapshot)
    [refused] = run(room, room.bill(1, 100))
    assert (refused.state, code(refused)) == (State.REFUSED, "BENEFICIARY_NOT_ENROLLED")
    assert refused.settlement is None and not refused.transfers
    assert state(room.snapshot) == before


steps = st.lists(
    st.tuples(
        st.sampled_from(["bill", "bill", "bill", "cancel", "reverse", "suspend"]),
        st.integers(1, 4),
        st.integers(1, 30_000),
        st.sampled_from([BASIC, BASIC, SELF_PAID]),
    ),
    max_size=25,
)


@given(steps)
def test_whatever_happens_the_ledger_holds(done: list[tuple[str, int, int, str]]) -> None:
    room = family()
    opening = {a.id: (a.balance_fen, a.version) for a in room.snapshot.accounts_by_id.values()}
    transfers: list[Transfer] = []
    bills: list[tuple[Request, Result]] = []
    undone: set[int] = set()
    for what, person, fen, item in done:
        before = state(room.snapshot)
        if what == "suspend":
            facts = room.snapshot.people[person]
            room.snapshot.people[person] = replace(facts, suspended=not facts.suspended)
            continue
        if what == "bill" or not bills:
            request = room.bill(person, fen, item)
            [result] = run(room, request)
            bills.append((request, result))
        else:
            request, paid = bills[fen % len(bills)]
            row = paid.settlement
            if row is None:
                continue
            key = (request.fixmedins_code, request.msgid)
            room.snapshot.named[key] = NamedMessage(
                request.id, "2102", request.order.psn_no, paid.state, row.id
            )
            undo = room.cancel(row, request.order.psn_no)
            [result] = run(room, room.reverse(request) if what == "reverse" else undo)
            expected = State.REFUSED if what == "cancel" and row.id in undone else State.DONE
            assert result.state is expected
            assert bool(result.settlement) is (row.id not in undone)
            undone.add(row.id)
        if result.state is not State.DONE:
            assert state(room.snapshot) == before
        if result.settlement is not None:
            check(result.settlement)
        transfers += result.transfers
    check_chains(room.snapshot, opening, transfers)
    for request, result in bills:
        row = result.settlement
        if row is not None and row.id not in undone:
            run(room, room.cancel(row, request.order.psn_no))
    assert balances(room.snapshot) == {number: fen for number, (fen, _) in opening.items()}


def check_chains(
    snapshot: Snapshot, opening: dict[int, tuple[int, int]], transfers: Sequence[Transfer]
) -> None:
    """Every account's transfers are a chain without gaps from its opening to its balance."""
    at = dict(opening)
    for moved in transfers:
        sides = [
            (moved.debit_account, -moved.amount_fen, moved.debit_version, moved.debit_after_fen),
            (moved.credit_account, moved.amount_fen, moved.credit_version, moved.credit_after_fen),
        ]
        for account, change, version, after in sides:
            if account not in at:
                assert version is None and after is None
                continue
            fen, last = at[account]
            assert (version, after) == (last + 1, fen + change)
            assert fen + change >= 0
            at[account] = (fen + change, last + 1)
    assert at == {a.id: (a.balance_fen, a.version) for a in snapshot.accounts_by_id.values()}
