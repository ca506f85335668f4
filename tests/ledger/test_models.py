"""Law 2: what people own can't go below zero, and each movement is one step of the account."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.kinds import AccountKind
from app.ledger.models import Account, LedgerError, credit, debit


def account(fen: int, version: int = 0) -> Account:
    return Account(7, AccountKind.CURRENT, 1, fen, version)


def test_a_debit_takes_and_a_credit_gives_and_each_is_one_version() -> None:
    purse = account(1000, 5)
    assert debit(purse, 300) == (6, 700)
    assert credit(purse, 50) == (7, 750)
    assert (purse.balance_fen, purse.version) == (750, 7)


def test_all_of_it_may_be_taken_and_not_one_fen_more() -> None:
    purse = account(1000)
    with pytest.raises(LedgerError, match="1001 from account 7 with 1000"):
        debit(purse, 1001)
    assert (purse.balance_fen, purse.version) == (1000, 0), "nothing was done"
    assert debit(purse, 1000) == (1, 0)
    with pytest.raises(LedgerError):
        debit(purse, 1)


@pytest.mark.parametrize("fen", [0, -1, -1000])
def test_no_movement_is_nothing_or_the_other_way_round(fen: int) -> None:
    purse = account(1000)
    with pytest.raises(LedgerError):
        debit(purse, fen)
    with pytest.raises(LedgerError):
        credit(purse, fen)
    assert (purse.balance_fen, purse.version) == (1000, 0)


@given(st.integers(0, 10**12), st.lists(st.integers(-(10**12), 10**12), max_size=30))
def test_whatever_is_tried_the_balance_is_what_was_done(fen: int, tries: list[int]) -> None:
    purse, done = account(fen), []
    for one in tries:
        move = credit if one > 0 else debit
        try:
            version, after = move(purse, abs(one))
        except LedgerError:
            continue
        done.append(one)
        assert (version, after) == (len(done), fen + sum(done))
    assert purse.balance_fen == fen + sum(done) >= 0
    assert purse.version == len(done)
