"""Who pays the patient's part: the own account first, then wallet and donors in the order of the
patient's region, then cash. Pure: no I/O, no clock.

Law 4: own account first, the donor's benefits never. Which region's rule governs what: see
``aid/rules/giving.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from app.domain.aid import errors as reasons
from app.domain.aid.rules.giving import (
    Donor,
    Occasion,
    Offer,
    Owner,
    Purse,
    asked,
    in_order,
    obstacle,
)
from app.domain.settlement.rules.errors import (
    ONLY_PAYERS_OF_BEFORE,
    PURSE_NOT_FOR_PART,
    WALLET_NOT_HERE,
    WALLET_OTHER_PLACE,
    WALLET_OTHER_TERMINAL,
)
from app.domain.settlement.rules.purses.parts import BillPart
from app.domain.settlement.rules.purses.spread import PartPaid, Spread
from app.domain.settlement.rules.steps import Steps
from app.kit.money import MAX_FEN, yuan_text
from app.kit.reasons import Because
from app.kit.value import value
from app.regions.loader import InForce
from app.regions.rules import OWN, AidRules, OwnRules, Payer, PurseName
from app.words import PART_NAMES, PURSE_NAMES, TERMINALS, Terminal


@value
class Case:
    """All that funding needs to know of one bill.

    Attributes:
        person_part_fen: what the patient has to pay; payable_fen: what of it an account may pay.
        in_force: the rules at the patient's place on the bill's day.
        occasion: what donors are asked for.
        use_allowed: whether mutual aid may be used at the institution's place.
        out_of_scope_lines: the lines that hold what no account may pay.
        terminal: what the bill is settled at; wallet_at: the kinds that take the wallet there.
        wallet_used_here: whether the institution lies in the wallet's place of use.
        parts: of what ``payable_fen`` consists, where the region says who pays which part.
    """

    patient: Owner
    person_part_fen: int
    payable_fen: int
    account_used: bool
    in_force: InForce
    occasion: Occasion
    donors: Sequence[Donor] = ()
    has_family_account: bool = False
    use_allowed: bool = True
    out_of_scope_lines: tuple[str, ...] = ()
    terminal: str = Terminal.WINDOW
    wallet_at: str = ""
    wallet_used_here: bool = True
    parts: tuple[BillPart, ...] = ()

    @property
    def rules(self) -> AidRules:
        return self.in_force.rules.aid

    @property
    def takes_wallet(self) -> bool:
        return self.wallet_used_here and self.terminal in self.wallet_at


@value
class Leg:
    """One account that pays a part. ``grant_id`` is None for the patient's own accounts."""

    account_id: int
    person_id: int
    grant_id: int | None
    amount_fen: int
    purse: PurseName


@dataclass(slots=True)
class Funding:
    """The outcome: legs, cash, and why it is so."""

    legs: list[Leg] = field(default_factory=list)
    own_fen: int = 0
    wallet_fen: int = 0
    mulaid_fen: int = 0
    cash_fen: int = 0
    because: list[Because] = field(default_factory=list)
    steps: Steps = field(default_factory=Steps)
    parts: tuple[PartPaid, ...] = ()

    @property
    def accounts_fen(self) -> int:
        """What accounts pay together."""
        return self.own_fen + self.wallet_fen + self.mulaid_fen


def fund(case: Case, steps: Steps | None = None) -> Funding:
    """Decides who pays. The legs and the cash sum to the patient's part."""
    funding = Funding(steps=steps or Steps())
    _note_payable(funding, case)
    if case.payable_fen > 0:
        _fund_payable(funding, case)
    if case.parts and not funding.parts:
        funding.parts = Spread.begun(case.parts, {}).told()
    funding.cash_fen = case.person_part_fen - funding.accounts_fen
    assert funding.cash_fen >= 0
    assert sum(leg.amount_fen for leg in funding.legs) == funding.accounts_fen
    return funding


def fund_by(case: Case, payers: Sequence[Leg], steps: Steps | None = None) -> Funding:
    """Lets given payers pay in their order, each up to its amount; the rest is cash."""
    funding = Funding(steps=steps or Steps())
    _note_payable(funding, case)
    need = case.payable_fen
    if not case.account_used:
        payers = ()
    if case.parts:
        payers = _again_by_part(funding, case, payers)
    for payer in payers:
        part = min(need, payer.amount_fen)
        if part == 0:
            continue
        _add(funding, replace(payer, amount_fen=part))
        need -= part
    funding.cash_fen = case.person_part_fen - funding.accounts_fen
    if need > 0 and case.account_used:
        funding.because.append(Because(ONLY_PAYERS_OF_BEFORE, {"short": yuan_text(need)}))
    elif need > 0:
        funding.because.append(Because(reasons.ACCOUNT_USE_DECLINED))
    sums = {"own": funding.own_fen, "aid": funding.mulaid_fen, "cash": funding.cash_fen}
    said = "again"
    if any(payer.purse == "wallet" for payer in payers):
        said, sums["wallet"] = "again_wallet", funding.wallet_fen
    figures = {name: yuan_text(fen) for name, fen in sums.items()}
    funding.steps.add(case.in_force, "aid.own_first", said, **figures)
    return funding


def _again_by_part(funding: Funding, case: Case, payers: Sequence[Leg]) -> list[Leg]:
    """What of each payer's amount parts take that its purse may pay."""
    money: dict[PurseName, int] = {}
    for payer in payers:
        money[payer.purse] = money.get(payer.purse, 0) + payer.amount_fen
    spread = Spread.begun(case.parts, money).ended(money.get("donors", 0))
    left = {purse: spread.of(purse) for purse in money}
    taken = []
    for payer in payers:
        fen = min(payer.amount_fen, left[payer.purse])
        left[payer.purse] -= fen
        taken.append(replace(payer, amount_fen=fen))
    _tell_parts(funding, case, spread)
    return taken


def _note_payable(funding: Funding, case: Case) -> None:
    outside = case.person_part_fen - case.payable_fen
    if outside > 0:
        lines = "、".join(case.out_of_scope_lines)
        funding.because.append(
            Because(reasons.ITEM_OUT_OF_SCOPE, {"amount": yuan_text(outside), "lines": lines})
        )
    funding.steps.add(
        case.in_force,
        "scope.fully_selfpaid",
        "payable",
        part=yuan_text(case.person_part_fen),
        payable=yuan_text(case.payable_fen),
    )


def _fund_payable(funding: Funding, case: Case) -> None:
    if not case.account_used:
        funding.because.append(Because(reasons.ACCOUNT_USE_DECLINED))
        funding.steps.add(None, "", "declined")
        return
    if case.parts:
        _fund_by_part(funding, case)
    else:
        _fund_in_order(funding, case)


def _fund_in_order(funding: Funding, case: Case) -> None:
    """Everything that is payable is one sum, which each pays in the region's order."""
    need = case.payable_fen
    order = case.in_force.rules.purses.order
    for payer in order:
        if payer == "own":
            purses = own_purses(case.patient, case.in_force.rules.own)
            usable = sum(purse.balance_fen for _, purse in purses if purse)
            _take(funding, case.patient, None, min(need, usable), purses)
            _tell_own(funding, case)
        elif payer == "wallet":
            _pay_by_wallet(funding, case, need)
        elif need > 0:
            offers = _offered(funding, case, need, _uncovered(order, case, need))
            _pay_by_donors(funding, offers, need)
        need = case.payable_fen - funding.accounts_fen


def _fund_by_part(funding: Funding, case: Case) -> None:
    """Each part is paid by the purses that the region names for it."""
    own, wallet = case.patient, case.patient.wallet
    taken = case.takes_wallet
    money: dict[PurseName, int] = {
        "current": own.current.balance_fen if own.current else 0,
        "carried_over": own.carried.balance_fen if own.carried else 0,
        "wallet": wallet.balance_fen if wallet and taken else 0,
    }
    begun = Spread.begun(case.parts, money)
    for name in begun.used:
        _take(funding, own, None, begun.of(name), [_own_purse(own, name)])
    _tell_own(funding, case)
    need = begun.ended(MAX_FEN).of("donors")
    offers: list[Offer] = []
    if need > 0:
        offers = _offered(funding, case, need, lambda given: begun.ended(given).open("donors"))
    ended = begun.ended(sum(found.amount_fen for found in offers))
    for payer in case.in_force.rules.purses.order:
        if payer == "donors":
            _pay_by_donors(funding, offers, ended.of("donors"))
        elif payer == "wallet":
            _pay_by_wallet(funding, case, ended.of("wallet") if taken else ended.open("wallet"))
    _tell_parts(funding, case, ended)
    _tell_kept(funding, ended)


def own_purses(patient: Owner, own: OwnRules) -> list[tuple[PurseName, Purse | None]]:
    """What of a patient's own accounts pays his own bills, whatever his plan is now, in order."""
    current: tuple[PurseName, Purse | None] = ("current", patient.current)
    carried: tuple[PurseName, Purse | None] = ("carried_over", patient.carried)
    if own.carried_over_only:
        return [carried]
    return [carried, current] if own.spend_first == "carried_over" else [current, carried]


def _own_purse(patient: Owner, name: PurseName) -> tuple[PurseName, Purse | None]:
    return name, patient.current if name == "current" else patient.carried


def _tell_own(funding: Funding, case: Case) -> None:
    paid = funding.own_fen
    left = yuan_text(case.patient.balance_fen - paid)
    funding.steps.add(case.in_force, "aid.own_first", "own", paid=yuan_text(paid), left=left)


def _pay_by_wallet(funding: Funding, case: Case, need: int) -> None:
    """Lets the patient's wallet pay, where it is taken; who has nothing in one is told nothing."""
    purse = case.patient.wallet
    if purse is None or purse.balance_fen == 0:
        return
    steps, left = funding.steps, yuan_text(purse.balance_fen)
    if need == 0:
        steps.add(case.in_force, "purses.order", "wallet_spared", left=left)
        return
    if not case.takes_wallet:
        funding.because.append(_wallet_not_taken(case, left))
        steps.add(None, "", "wallet_not_taken", left=left)
        return
    amount = min(need, purse.balance_fen)
    _take(funding, case.patient, None, amount, [("wallet", purse)])
    left = yuan_text(purse.balance_fen - amount)
    steps.add(case.in_force, "purses.order", "wallet", paid=yuan_text(amount), left=left)


def _wallet_not_taken(case: Case, left: str) -> Because:
    if not case.wallet_used_here:
        return Because(WALLET_OTHER_PLACE, {"amount": left})
    if not case.wallet_at:
        return Because(WALLET_NOT_HERE, {"amount": left})
    here, others = TERMINALS.get(case.terminal), [TERMINALS[one] for one in case.wallet_at]
    return Because(
        WALLET_OTHER_TERMINAL,
        {
            "amount": left,
            "here": here.zh if here else "终端",
            "here_en": here.en if here else "this terminal",
            "where": "、".join(one.zh for one in others),
            "where_en": " or ".join(one.en for one in others),
        },
    )


def _uncovered(order: Sequence[Payer], case: Case, need: int) -> Callable[[int], int]:
    """What is left to pay in cash when donors give so much: the wallet may come behind them."""
    purse = case.patient.wallet
    behind = 0
    if purse is not None and case.takes_wallet:
        behind = purse.balance_fen if order.index("donors") < order.index("wallet") else 0
    return lambda given: need - given - behind


def _offered(
    funding: Funding, case: Case, need: int, uncovered: Callable[[int], int]
) -> list[Offer]:
    """What donors give to a bill that needs so much of them; why they don't, or give less.
    ``uncovered``: what stays cash when they give a sum, so that no till is told of what is not."""
    name = {"name": case.patient.name}
    if not case.donors:
        reason = reasons.ONLY_FAMILY_ACCOUNT if case.has_family_account else reasons.NO_AID_GRANT
        funding.because.append(Because(reason, name))
        return []
    if not case.use_allowed:
        funding.because.append(Because(reasons.PLACE_OF_USE_NOT_ALLOWED))
        return []
    if case.rules.own_first == "zero_required" and case.patient.balance_fen > 0:
        funding.because.append(Because(reasons.OWN_BALANCE_NOT_ZERO))
        funding.steps.add(case.in_force, "aid.own_first", "own_not_zero")
        return []
    offers = _offers(funding, case)
    total = sum(found.amount_fen for found in offers)
    if offers and total < need:
        short = uncovered(total)
        if short > 0 or not case.rules.allow_partial:
            funding.because.append(_too_little(case, offers, need, short))
        funding.steps.add(
            case.in_force,
            "aid.allow_partial",
            "short",
            need=yuan_text(need),
            offered=yuan_text(total),
        )
        if not case.rules.allow_partial:
            return []
    return offers


def _pay_by_donors(funding: Funding, offers: Sequence[Offer], need: int) -> None:
    for found in offers:
        part = min(need, found.amount_fen)
        if part > 0:
            _pay_by(funding, found.donor, part)
            need -= part


def _offers(funding: Funding, case: Case) -> list[Offer]:
    """What the donors who are asked may give; the others with the reason why not."""
    ordered = in_order(case.donors, case.rules)
    usable = []
    for donor in ordered:
        why = obstacle(donor, case.occasion)
        if why is None:
            usable.append(donor)
            continue
        funding.because.append(why)
        figures = {"name": donor.owner.name, "why": why.reason.code}
        funding.steps.add(None, "", "skipped", **why.params | figures)
    if len(usable) > 1:
        names = " ".join(donor.owner.name for donor in usable)
        funding.steps.add(
            case.in_force, "aid.donor_order", "order", rule=case.rules.donor_order, names=names
        )
    if usable:
        partial = "partial" if case.rules.allow_partial else "all_or_nothing"
        count = str(case.rules.max_donors or len(usable))
        funding.steps.add(case.in_force, "aid.max_donors", "how_many", count=count, partial=partial)
    offers = [donor.offer for donor in asked(usable, case.rules)]
    for found in offers:
        _note_offer(funding, found)
    return offers


def _note_offer(funding: Funding, found: Offer) -> None:
    donor = found.donor
    key = "aid.floor_fen" if donor.rules.floor_fen else "aid.fund_source"
    funding.steps.add(
        donor.in_force,
        key,
        "source",
        name=donor.owner.name,
        amount=yuan_text(donor.shareable_fen),
        balance=yuan_text(donor.owner.balance_fen),
        rule=f"{donor.rules.fund_source}, floor {yuan_text(donor.rules.floor_fen)}",
    )
    if found.cap is not None:
        funding.steps.add(
            donor.in_force if found.cap.by_region else None,
            found.cap.key,
            "cap",
            name=donor.owner.name,
            amount=yuan_text(found.amount_fen),
            rule=found.cap.key,
        )


def _pay_by(funding: Funding, donor: Donor, amount: int) -> None:
    """Carried-over money first: it is all that some regions let be shared. Elsewhere it is what was
    set aside."""
    owner = donor.owner
    purses: Sequence[tuple[PurseName, Purse | None]] = (
        ("donors", owner.carried),
        ("donors", owner.current),
    )
    if donor.rules.fund_source == "allotted":
        purses = (("donors", owner.family),)
    _take(funding, donor.owner, donor, amount, purses)
    funding.steps.add(None, "", "paid", name=donor.owner.name, amount=yuan_text(amount))


def _too_little(case: Case, offers: Sequence[Offer], need: int, short: int) -> Because:
    # What is short would tell the patient and the cashier what the donor has.
    figures = {"need": yuan_text(need)}
    capped = next((found.capped_by for found in offers if found.capped_by), None)
    if capped is not None:
        return capped
    if case.rules.allow_partial:
        return Because(reasons.AID_PAID_PARTLY, {**figures, "short": yuan_text(short)})
    if len(offers) == 1:
        name = {"name": offers[0].donor.owner.name}
        return Because(reasons.DONOR_BALANCE_BELOW_BILL, {**name, **figures})
    return Because(reasons.DONORS_TOGETHER_BELOW_BILL, figures)


def _take(
    funding: Funding,
    owner: Owner,
    donor: Donor | None,
    amount: int,
    purses: Sequence[tuple[PurseName, Purse | None]],
) -> None:
    """Adds legs for an amount from an owner's accounts, in the given order."""
    grant_id = donor.grant_id if donor else None
    for name, purse in purses:
        part = min(amount, purse.balance_fen) if purse else 0
        if purse and part > 0:
            _add(funding, Leg(purse.account_id, owner.person_id, grant_id, part, name))
            amount -= part
    assert amount == 0, "more was promised than the accounts hold"


def _add(funding: Funding, leg: Leg) -> None:
    funding.legs.append(leg)
    if leg.purse == "donors":
        funding.mulaid_fen += leg.amount_fen
    elif leg.purse == "wallet":
        funding.wallet_fen += leg.amount_fen
    else:
        funding.own_fen += leg.amount_fen


def _tell_parts(funding: Funding, case: Case, spread: Spread) -> None:
    """Notes who paid which part of the bill."""
    funding.parts = spread.told()
    for one in funding.parts:
        paid = [f"purse.{purse} {yuan_text(fen)}" for purse, fen in one.paid.items()]
        paid.append(f"purse.cash {yuan_text(one.cash_fen)}")
        rule = f"part.{one.part} {yuan_text(one.fen)}: {', '.join(paid)}"
        funding.steps.add(case.in_force, f"purses.{one.part}", "part", rule=rule)


def _tell_kept(funding: Funding, spread: Spread) -> None:
    """Says which of the patient's purses may not pay a part that is left to be paid in cash."""
    for part, paid in zip(spread.parts, spread.paid, strict=True):
        short = part.open_fen - sum(paid.values()) if part.purses else 0
        kept = [p for p in (*OWN, "wallet") if p not in part.purses and spread.left[p] > 0]
        if short > 0 and kept:
            words, purses = PART_NAMES[part.part], [PURSE_NAMES[purse] for purse in kept]
            figures = {"amount": yuan_text(short), "part": words.zh, "part_en": words.en}
            figures["purses"] = "、".join(one.zh for one in purses)
            figures["purses_en"] = " and ".join(one.en for one in purses)
            funding.because.append(Because(PURSE_NOT_FOR_PART, figures))
