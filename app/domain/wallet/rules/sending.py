"""Whether somebody may send, out of which money, and to whom. Pure."""

from __future__ import annotations

from datetime import datetime

from app.domain.aid.rules.giving import sendable_fen, unfit_to_give
from app.domain.registry.relations import KINDS, in_english
from app.domain.wallet import errors
from app.domain.wallet.rules.hours import closed_at
from app.domain.wallet.values import Source
from app.kit.clock import local
from app.kit.money import yuan_text
from app.kit.reasons import Because, Reason
from app.kit.value import value
from app.ledger.kinds import AccountKind
from app.regions.rules import AidRules, Rules, WalletRules
from app.words import ACCOUNTS, PAYERS

_NAMES: dict[Source, tuple[str, str]] = {
    Source.PERSONAL: (PAYERS["own"].zh, "personal account"),
    Source.WALLET: (ACCOUNTS["WALLET"].zh, ACCOUNTS["WALLET"].en),
}


@value
class Standing:
    """What a sender has and has done.

    Attributes:
        problem: what is wrong with the own insurance, or None.
        held: balances in fen by kind of account; no wallet: none has been opened.
        sent_today: how often on this day.
        pending_until: when the last that waits goes back; None: none waits.
    """

    place: str
    employee: bool
    problem: Reason | None
    held: dict[AccountKind, int]
    sent_today: int
    pending_until: datetime | None


def place_problem(rules: WalletRules, place: str) -> Because | None:
    """Why there is no wallet at a place, or None."""
    return None if rules.live else Because(errors.PLACE_NOT_LIVE, {"insured_place": place})


def standing_problem(rules: Rules, me: Standing, name: str, now: datetime) -> Because | None:
    """Why somebody can send nothing to anybody just now, or None."""
    if because := place_problem(rules.wallet, me.place):
        return because
    if me.problem is not None:
        return Because(me.problem, {"name": name})
    if AccountKind.WALLET not in me.held:
        return Because(errors.NOT_OPENED)
    if because := hours_problem(rules.wallet, now):
        return because
    if me.pending_until is not None and rules.wallet.one_pending:
        until = local(me.pending_until).strftime("%Y-%m-%d %H:%M")
        return Because(errors.PENDING_UNACCEPTED, {"until": until})
    most = rules.wallet.sends_a_day
    if me.sent_today >= most:
        hour = str(rules.wallet.closed_until_hour)
        return Because(errors.DAILY_COUNT, {"limit": str(most), "hour": hour})
    return None


def hours_problem(rules: WalletRules, now: datetime) -> Because | None:
    """Why nothing is sent at this hour, or None."""
    if not closed_at(rules, now):
        return None
    begin, until = rules.closed_from_hour, rules.closed_until_hour
    return Because(errors.CLOSED_HOURS, {"begin": str(begin), "hour": str(until)})


def relation_problem(rules: WalletRules, relation: str) -> Because | None:
    """Why nothing may be sent to this kind of relative, or None."""
    kind = KINDS[relation]
    if kind.group in rules.relations:
        return None
    allowed = "、".join(one.zh for one in KINDS.values() if one.group in rules.relations)
    return Because(
        errors.NOT_NEAR_RELATIVE,
        {
            "relation": kind.zh,
            "relation_en": in_english([relation]),
            "allowed": allowed,
            "allowed_en": in_english(rules.relations),
        },
    )


def amount_problem(rules: Rules, me: Standing, source: Source, amount_fen: int) -> Because | None:
    """Why a sum can't be sent out of a source, or None."""
    if amount_fen > rules.wallet.single_fen:
        times, limit = str(rules.wallet.sends_a_day), yuan_text(rules.wallet.single_fen)
        return Because(errors.SINGLE_AMOUNT, {"limit": limit, "times": times})
    name, name_en = _NAMES[source]
    named = {"source": name, "source_en": name_en}
    left = available_fen(rules, me, source)
    if left is None:
        return Because(errors.SOURCE_NOT_OFFERED, named)
    if amount_fen > left:
        return Because(errors.SOURCE_SHORT, {**named, "left": yuan_text(left)})
    return None


def available_fen(rules: Rules, me: Standing, source: Source) -> int | None:
    """What could be sent out of a source; None: it can't be sent out of at all."""
    if source.name.lower() not in rules.wallet.sources:
        return None
    if source is Source.WALLET:
        return me.held.get(AccountKind.WALLET)
    current, carried = me.held.get(AccountKind.CURRENT), me.held.get(AccountKind.CARRIED)
    unfit = unfit_to_give(
        in_order=me.problem is None,
        employee=me.employee,
        has_account=current is not None or carried is not None,
    )
    return None if unfit else sendable_fen(rules.aid, current or 0, carried or 0)


def taken_from(
    rules: Rules, me: Standing, source: Source, amount_fen: int
) -> list[tuple[AccountKind, int]]:
    """Out of which accounts a sum that may be sent is taken, and how much of each."""
    if source is Source.WALLET:
        return [(AccountKind.WALLET, amount_fen)]
    taken = []
    for kind in _pockets(rules.aid, rules.own.spend_first):
        part = min(amount_fen, me.held.get(kind, 0))
        amount_fen -= part
        if part:
            taken.append((kind, part))
    assert amount_fen == 0, "no more is sent than there is"
    return taken


def _pockets(aid: AidRules, first: str) -> list[AccountKind]:
    if aid.fund_source == "carried_over":
        return [AccountKind.CARRIED]
    order = [AccountKind.CURRENT, AccountKind.CARRIED]
    return order if first == "current" else order[::-1]


def refilled(
    taken: list[tuple[int, int]], before_fen: int, amount_fen: int
) -> list[tuple[int, int]]:
    """Into which accounts what comes back goes: the account that was taken from last is filled
    first.

    ``taken``: accounts and sums in the order of taking; ``before_fen``: what came back before.
    """
    parts = []
    for account_id, fen in reversed(taken):
        filled = min(before_fen, fen)
        before_fen -= filled
        part = min(amount_fen, fen - filled)
        amount_fen -= part
        if part:
            parts.append((account_id, part))
    assert amount_fen == 0, "no more comes back than was sent"
    return parts
