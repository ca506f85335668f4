"""Who paid what, in one order: pooled fund, own account, wallet, each donor once, cash."""

from __future__ import annotations

from dataclasses import replace

from app.domain.settlement.model import Settlement
from app.domain.settlement.payers import Paid, paid_by
from tests.domain.settlement.rules.test_fold import family, run


def settled(total_fen: int) -> Settlement:
    room = family()
    [done] = run(room, room.bill(1, total_fen))
    assert done.settlement is not None
    return done.settlement


def test_a_donor_who_gave_from_two_accounts_is_one_payer() -> None:
    row = settled(67_000)  # 400.00 lie on the one account, 75.00 on the other
    [own, given] = paid_by(row)
    assert (own.payer, own.person_id, own.amount_fen) == ("own", 1, 20_000)
    assert (given.payer, given.person_id, given.amount_fen) == ("aid", 2, 47_000)
    assert given.grant_id is not None and len(row.trace.legs) > 2


def test_the_parts_are_the_whole_bill() -> None:
    row = settled(110_000)
    assert sum(part.amount_fen for part in paid_by(row)) == row.medfee_sumamt_fen


def test_fund_and_wallet_stand_in_their_places() -> None:
    row = replace(settled(30_000), fund_pay_fen=5, wallet_pay_fen=7)
    assert paid_by(row)[:3] == [Paid("fund", 5), Paid("own", 20_000, 1), Paid("wallet", 7, 1)]
