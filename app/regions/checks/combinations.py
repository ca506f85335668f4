"""Rules that are each possible and together impossible."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import get_args

from app.regions.rules import (
    GENERAL,
    OWN,
    PARTS,
    AidRules,
    BenefitRules,
    Part,
    Payer,
    PurseName,
    RatioByLevel,
    Rules,
)


@dataclass(frozen=True, slots=True)
class Clash:
    """Which parameters clash, the ones to blame first, and how."""

    keys: tuple[str, ...]
    sentence: str


def clashes(rules: Rules) -> Iterator[Clash]:
    """Every impossible combination in one set of rules."""
    code = rules.credential
    if code.refresh_after_s >= code.ttl_s:
        yield Clash(
            ("credential.refresh_after_s", "credential.ttl_s"),
            f"a code is renewed after {code.refresh_after_s} s, but lives only {code.ttl_s} s",
        )
    yield from _aid(rules.aid)
    if rules.own.carried_over_only and rules.own.spend_first == "current":
        yield Clash(
            ("own.carried_over_only", "own.spend_first"),
            "the owner may spend carried-over money only, yet current money comes first",
        )
    yield from _purses(rules)
    yield from _benefit("benefit_employee", rules.benefit_employee)
    yield from _benefit("benefit_resident", rules.benefit_resident)


def _aid(aid: AidRules) -> Iterator[Clash]:
    for (short, small), (long, large) in pairwise(aid.caps.items()):
        if large < small:
            yield Clash(
                (long.key, short.key), f"{long.column} ({large}) is below {short.column} ({small})"
            )
    if aid.purpose_choice and len(set(aid.purposes)) < 2:
        yield Clash(
            ("aid.purpose_choice", "aid.purposes"),
            "the donor may choose among purposes, but there is only one",
        )
    if aid.tie_break == "name" and aid.donor_order != "balance_desc":
        yield Clash(
            ("aid.tie_break", "aid.donor_order"),
            f"tie_break = 'name' never decides: {aid.donor_order!r} knows no ties",
        )
    if aid.use_area == "pool" and aid.area == "nation":
        yield Clash(
            ("aid.use_area", "aid.area"),
            "relatives of the whole country could bind, and use it in one pool only",
        )


def _purses(rules: Rules) -> Iterator[Clash]:
    order = rules.purses.order
    if missing := [payer for payer in get_args(Payer) if payer not in order]:
        yield Clash(("purses.order",), f"purses.order leaves out {', '.join(missing)}")
    if order[0] != "own":
        yield Clash(
            ("purses.order",), f"{order[0]} would pay before the own account, which is first"
        )
    for part in PARTS:
        purses = getattr(rules.purses, part)
        if purses != GENERAL:
            yield from _part(part, purses, rules)
    display = rules.display
    if display.wallet_inside_mulaid and not display.mulaid_inside_acct_pay:
        yield Clash(
            ("display.wallet_inside_mulaid", "display.mulaid_inside_acct_pay"),
            "the wallet would be told in acct_mulaid_pay, which stands outside acct_pay",
        )


def _part(part: Part, purses: tuple[PurseName, ...], rules: Rules) -> Iterator[Clash]:
    key = f"purses.{part}"
    own = [place for place, purse in enumerate(purses) if purse in OWN]
    if not own:
        yield Clash((key,), f"{key} lets others pay what the own account may not")
    elif own[-1] >= len(own):
        yield Clash((key,), f"{key} lets others pay before own money, which is first")
    if "current" in purses and rules.own.carried_over_only:
        yield Clash(
            (key, "own.carried_over_only"),
            f"{key} names current money, yet the owner may spend carried-over money only",
        )
    if not getattr(rules.scope, part, True):
        yield Clash((key, f"scope.{part}"), f"{key} says who pays it, yet scope.{part} lets nobody")


def _benefit(section: str, terms: BenefitRules) -> Iterator[Clash]:
    for who, ratio, cap in (
        ("active", terms.ratio_active, terms.cap_active_fen),
        ("retired", terms.ratio_retired, terms.cap_retired_fen),
    ):
        pays = _highest(ratio) > 0
        if terms.pooled and not pays:
            yield Clash(
                (f"{section}.pooled", f"{section}.ratio_{who}"),
                f"the pool pays, but ratio_{who} is 0 at every level",
            )
        if pays and not terms.pooled:
            yield Clash(
                (f"{section}.ratio_{who}", f"{section}.pooled"),
                f"ratio_{who} is given, but pooled is false",
            )
        if terms.pooled and cap == 0:
            yield Clash(
                (f"{section}.cap_{who}_fen", f"{section}.pooled"),
                f"the pool pays, but cap_{who}_fen is 0",
            )
    dearest = max(
        terms.deductible_fen.basic, terms.deductible_fen.second, terms.deductible_fen.third
    )
    ceiling = terms.deductible_ceiling_fen
    if ceiling is not None and ceiling < dearest:
        yield Clash(
            (f"{section}.deductible_ceiling_fen", f"{section}.deductible_fen"),
            f"all deductibles together are at most {ceiling}, but one alone is {dearest}",
        )
    if (terms.away == "lower") != (terms.away_points > 0):
        yield Clash(
            (f"{section}.away_points", f"{section}.away"),
            f"away = {terms.away!r} and away_points = {terms.away_points} don't go together",
        )


def _highest(ratio: RatioByLevel) -> Decimal:
    return max(ratio.basic, ratio.second, ratio.third)
