"""The wallet at a settlement: its place in the region's order, where it is taken, its way back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.settlement.model import Result, State
from app.domain.settlement.rules.decide import decide, entitlement
from app.domain.settlement.rules.fold import fold
from app.domain.settlement.rules.funding import Case, Funding, Leg, fund, fund_by
from app.domain.settlement.rules.steps import shown_to_donor
from app.ledger.kinds import AccountKind
from app.regions.rules import Payer
from tests.domain.settlement.rules.made import HEBEI, NATION, NOON, Room, case, donor

FUJIAN: tuple[Payer, ...] = ("own", "wallet", "donors")
SHANGHAI: tuple[Payer, ...] = ("own", "donors", "wallet")


def ordered(order: tuple[Payer, ...], part: int, **more: Any) -> Case:
    """A bill where the wallet is taken at the window, in a region with this order."""
    values: dict[str, Any] = {"wallet_at": "1", "rules": NATION} | more
    made = case(part, **values)
    rules = made.in_force.rules
    purses = rules.purses.model_copy(update={"order": order})
    rules = rules.model_copy(update={"purses": purses})
    return replace(made, in_force=replace(made.in_force, rules=rules))


def paid(funding: Funding) -> dict[str, int]:
    return {
        "own": funding.own_fen,
        "wallet": funding.wallet_fen,
        "aid": funding.mulaid_fen,
        "cash": funding.cash_fen,
    }


def codes(funding: Funding) -> list[str]:
    return [why.reason.code for why in funding.because]


@pytest.mark.parametrize(("order", "wallet", "aid"), [(FUJIAN, 300, 200), (SHANGHAI, 100, 400)])
def test_the_region_says_whether_wallet_or_donors_pay_first(
    order: tuple[Payer, ...], wallet: int, aid: int
) -> None:
    got = fund(ordered(order, 600, own=100, wallet=300, donors=[donor(2, 400, rules=NATION)]))
    assert paid(got) == {"own": 100, "wallet": wallet, "aid": aid, "cash": 0}
    kinds = ["own", "wallet" if order is FUJIAN else "aid", "aid" if order is FUJIAN else "wallet"]
    said = [{"donors": "aid", "wallet": "wallet"}.get(leg.purse, "own") for leg in got.legs]
    assert (said, codes(got)) == (kinds, [])


def test_what_the_wallet_pays_behind_donors_is_not_told_as_cash() -> None:
    donors = [donor(2, 400, rules=NATION)]
    assert codes(fund(ordered(SHANGHAI, 600, wallet=200, donors=donors))) == []
    short = fund(ordered(SHANGHAI, 600, wallet=150, donors=donors))
    assert [why.params for why in short.because] == [{"need": "6.00", "short": "0.50"}]
    untaken = fund(ordered(SHANGHAI, 600, wallet=150, donors=donors, wallet_at="2"))
    assert codes(untaken) == ["AID_PAID_PARTLY", "WALLET_OTHER_TERMINAL"]
    assert untaken.because[0].params["short"] == "2.00"


def test_donors_who_pay_all_or_nothing_are_asked_for_what_the_wallet_leaves() -> None:
    donors = [donor(2, 470)]
    assert paid(fund(ordered(FUJIAN, 475, wallet=5, donors=donors, rules=HEBEI)))["aid"] == 470
    none = fund(ordered(SHANGHAI, 475, wallet=5, donors=donors, rules=HEBEI))
    assert paid(none) == {"own": 0, "wallet": 5, "aid": 0, "cash": 470}
    assert codes(none) == ["DONOR_BALANCE_BELOW_BILL"]


@pytest.mark.parametrize(
    ("taken", "terminal", "told"),
    [
        ("1", "1", []),
        ("12", "2", []),
        ("", "1", ["WALLET_NOT_HERE"]),
        ("1", "2", ["WALLET_OTHER_TERMINAL"]),
        ("13", "9", ["WALLET_OTHER_TERMINAL"]),
    ],
)
def test_it_pays_where_institution_and_terminal_take_it(
    taken: str, terminal: str, told: list[str]
) -> None:
    got = fund(ordered(FUJIAN, 600, wallet=900, wallet_at=taken, terminal=terminal))
    assert got.wallet_fen == (0 if told else 600)
    assert [code for code in codes(got) if code.startswith("WALLET")] == told
    said = [step.say for step in got.steps.items if step.say.startswith("wallet")]
    assert said == ["wallet_not_taken" if told else "wallet"]


def test_it_pays_in_its_place_of_use_only() -> None:
    got = fund(ordered(FUJIAN, 600, own=100, wallet=900, wallet_used_here=False))
    assert (got.own_fen, got.wallet_fen, got.cash_fen) == (100, 0, 500)
    assert "WALLET_OTHER_PLACE" in codes(got)


@pytest.mark.parametrize(("care", "paid_fen"), [("130599", 250), ("310101", 0), ("110101", 0)])
def test_the_place_of_use_is_the_province_of_the_insurance(care: str, paid_fen: int) -> None:
    this = Fold()
    snapshot = this.room.snapshot
    shop = replace(snapshot.institutions["A"], admdvs=care, cross_region=True, wallet_at="1")
    bill = snapshot.bills[this.room.bill(1, 350).id]
    assert decide(bill, snapshot, shop, NOON.date()).funding.wallet_fen == paid_fen
    told = entitlement(bill, snapshot, shop, NOON.date()).wallet
    assert told == (None if paid_fen else "wallet_other_place")


def test_who_has_nothing_in_a_wallet_is_told_nothing_of_it() -> None:
    for wallet in (None, 0):
        got = fund(ordered(FUJIAN, 600, wallet=wallet, wallet_at=""))
        assert codes(got) == ["NO_AID_GRANT"]
        assert not [step for step in got.steps.items if step.say.startswith("wallet")]
    spared = fund(ordered(FUJIAN, 600, own=600, wallet=5))
    assert [step.say for step in spared.steps.items][-1] == "wallet_spared"


def test_who_wants_no_account_used_wants_no_wallet_used() -> None:
    got = fund(ordered(FUJIAN, 600, wallet=900, account_used=False))
    assert (paid(got)["cash"], codes(got)) == (600, ["ACCOUNT_USE_DECLINED"])


def test_a_donor_is_told_nothing_of_the_patients_wallet() -> None:
    got = fund(ordered(FUJIAN, 600, wallet=300, donors=[donor(2, 400, rules=NATION)]))
    assert [step.say for step in shown_to_donor(2, got.steps.items)] == ["source", "paid"]
    got = fund(ordered(SHANGHAI, 600, wallet=300, donors=[donor(2, 100, rules=NATION)]))
    assert all("wallet" not in step.say for step in shown_to_donor(2, got.steps.items))


def test_an_own_account_that_must_be_empty_is_not_the_wallet() -> None:
    rules = NATION.model_copy(update={"own_first": "zero_required"})
    donors = [donor(2, 400, rules=NATION)]
    got = fund(ordered(FUJIAN, 600, wallet=300, donors=donors, rules=rules))
    assert paid(got) == {"own": 0, "wallet": 300, "aid": 300, "cash": 0}


@given(
    st.sampled_from([FUJIAN, SHANGHAI]),
    st.integers(0, 500),
    st.integers(0, 500),
    st.integers(0, 500),
    st.integers(1, 900),
)
def test_every_fen_is_paid_once_and_cash_is_what_nobody_has(
    order: tuple[Payer, ...], own: int, wallet: int, aid: int, part: int
) -> None:
    got = fund(ordered(order, part, own=own, wallet=wallet, donors=[donor(2, aid, rules=NATION)]))
    sums = paid(got)
    assert sum(sums.values()) == part
    assert sums["cash"] == max(0, part - own - wallet - aid)
    assert sums["own"] == min(own, part)
    first, second = ("wallet", "aid") if order is FUJIAN else ("aid", "wallet")
    assert sums[second] == 0 or sums[first] == {"wallet": wallet, "aid": aid}[first]


def test_after_a_part_came_back_the_wallet_pays_again_as_a_wallet() -> None:
    payers = [
        Leg(11, 1, None, 100, "current"),
        Leg(13, 1, None, 300, "wallet"),
        Leg(21, 2, 200, 200, "donors"),
    ]
    got = fund_by(ordered(FUJIAN, 450, wallet=0), payers)
    assert paid(got) == {"own": 100, "wallet": 300, "aid": 50, "cash": 0}
    assert got.steps.items[-1].figures["wallet"] == "3.00"
    without = fund_by(ordered(FUJIAN, 100), payers[:1])
    assert without.steps.items[-1].say == "again"


class Fold:
    """A patient with 1.00 of his own and 3.00 in his wallet, at the window of a pharmacy."""

    def __init__(self) -> None:
        self.room = Room()
        self.room.person(1, 100, wallet=300)

    def __call__(self, *requests: Any) -> list[Result]:
        return fold(requests, self.room.snapshot, NOON, self.room.next_id)

    @property
    def wallet(self) -> int:
        return self.room.snapshot.accounts_by_id[13].balance_fen


def test_a_cancelled_bill_goes_back_into_the_wallet_it_came_from() -> None:
    this = Fold()
    [done] = this(this.room.bill(1, 350))
    row = done.settlement
    assert row is not None
    assert (row.own_pay_fen, row.wallet_pay_fen, row.cash_pay_fen) == (100, 250, 0)
    assert row.balance_after_fen == 0, "the wallet is no part of the account's balance"
    [back] = this(this.room.cancel(row, "N1"))
    assert back.settlement is not None
    assert (back.settlement.wallet_pay_fen, this.wallet) == (-250, 300)


def test_after_a_move_it_goes_to_the_wallets_successor() -> None:
    this = Fold()
    [done] = this(this.room.bill(1, 350))
    snapshot = this.room.snapshot
    old = snapshot.accounts_by_id[13]
    new = replace(old, id=93, version=0)
    old.balance_fen, old.closed, old.successor_id = 0, True, 93
    snapshot.accounts[1, AccountKind.WALLET] = snapshot.accounts_by_id[93] = new
    this(this.room.cancel(done.settlement, "N1"))
    assert (old.balance_fen, new.balance_fen) == (0, 300)


def test_a_reversed_bill_leaves_the_wallet_as_it_was() -> None:
    this = Fold()
    bill = this.room.bill(1, 350)
    reversal = this.room.reverse(bill)
    done, undone = this(bill, reversal)
    assert (done.state, undone.state, this.wallet) == (State.DONE, State.DONE, 300)


@pytest.mark.parametrize(("taken", "told"), [("1", None), ("2", "wallet_not_taken")])
def test_a_till_can_ask_before_whether_the_wallet_is_taken(taken: str, told: str | None) -> None:
    this = Fold()
    snapshot = this.room.snapshot
    shop = replace(snapshot.institutions["A"], wallet_at=taken)
    bill = snapshot.bills[this.room.bill(1, 350).id]
    assert entitlement(bill, snapshot, shop, NOON.date()).wallet == told
    del snapshot.accounts[1, AccountKind.WALLET]
    assert entitlement(bill, snapshot, shop, NOON.date()).wallet == "no_wallet"
