"""Who paid which part of a bill: laid out once, for till, phone and night shift. Pure."""

from __future__ import annotations

from app.domain.settlement.model import Settlement
from app.kit.value import value
from app.words import Payer


@value
class Paid:
    """What one payer paid, in fen (negative: got back).

    Attributes:
        person_id: whose money it was; None for the pooled fund and for cash.
        grant_id: the 共济授权 under which a donor gave.
    """

    payer: Payer
    amount_fen: int
    person_id: int | None = None
    grant_id: int | None = None


def paid_by(row: Settlement) -> list[Paid]:
    """Everybody who paid something: pooled fund, own account, wallet, each donor, cash."""
    patient = row.person_id
    parts = [
        Paid("fund", row.fund_pay_fen),
        Paid("own", row.own_pay_fen, patient),
        Paid("wallet", row.wallet_pay_fen, patient),
        *_donors(row),
        Paid("cash", row.cash_pay_fen),
    ]
    return [part for part in parts if part.amount_fen]


def _donors(row: Settlement) -> list[Paid]:
    grants = {leg.person_id: leg.grant_id for leg in row.trace.legs if leg.grant_id is not None}
    return [Paid("aid", fen, donor, grants[donor]) for donor, fen in row.donor_sums().items()]
