"""3201: an institution's totals against the centre's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from app.domain.reconcile.facts.compared import totals_of
from app.domain.reconcile.scope import Figures, Scope
from app.kit.money import yuan_text
from app.regions.loader import Rulebook
from app.store.database import Connection


class Verdict(StrEnum):
    """``stmt_rslt`` of a row; of totals there are ``EVEN`` and ``UNEVEN`` alone, and words."""

    EVEN = "0"
    CENTRE_MORE = "101"
    INSTITUTION_MORE = "102"
    DIFFERENT = "103"


UNEVEN = "1"
"""``stmt_rslt`` of totals that differ, in whatever way."""


_SAID = {
    Verdict.EVEN: "对平",
    Verdict.CENTRE_MORE: "中心多",
    Verdict.INSTITUTION_MORE: "医药机构多",
    Verdict.DIFFERENT: "数据不一致",
}


@dataclass(slots=True)
class Switches:
    """How regions show figures, for every (place, day of the bill) in a scope."""

    places: list[str] = field(default_factory=list)
    days: list[date] = field(default_factory=list)
    account_in_fund: list[bool] = field(default_factory=list)
    mulaid_in_account: list[bool] = field(default_factory=list)

    def columns(self) -> tuple[list[str], list[date], list[bool], list[bool]]:
        """The four lists, in their order."""
        return self.places, self.days, self.account_in_fund, self.mulaid_in_account


async def centre_totals(
    connection: Connection, rulebook: Rulebook, scope: Scope
) -> tuple[Figures, Switches]:
    """The centre's totals, and the switches they were shown under."""
    total, switches = Figures(), Switches()
    for row in await totals_of(connection, scope):
        display = rulebook.at(row["place"], row["day"]).rules.display
        shown = row["own"] + (row["mulaid"] if display.mulaid_inside_acct_pay else 0)
        fund = row["fund"] + (shown if display.account_inside_fund_pay else 0)
        account = row["own"] + row["mulaid"]
        total += Figures(row["count"], row["medfee"], fund, account, row["cash"])
        switches.places.append(row["place"])
        switches.days.append(row["day"])
        switches.account_in_fund.append(display.account_inside_fund_pay)
        switches.mulaid_in_account.append(display.mulaid_inside_acct_pay)
    return total, switches


def verdict(centre: Figures, told: Figures) -> Verdict:
    """Who has more. Counts decide: a cancel too many makes a sum smaller, not larger."""
    if centre.count != told.count:
        more = centre.count > told.count
        return Verdict.CENTRE_MORE if more else Verdict.INSTITUTION_MORE
    same = (centre.medfee_fen, centre.fund_fen, centre.acct_fen) == (
        told.medfee_fen,
        told.fund_fen,
        told.acct_fen,
    )
    return Verdict.EVEN if same else Verdict.DIFFERENT


def in_words(found: Verdict, centre: Figures, told: Figures) -> str:
    """``stmt_rslt_dscr``: the verdict with both sides' figures."""
    text = f"{_SAID[found]}。中心：{_figures(centre)}"
    return text if found is Verdict.EVEN else f"{text}；机构：{_figures(told)}"[:200]


def _figures(figures: Figures) -> str:
    return (
        f"{figures.count}笔，总额{yuan_text(figures.medfee_fen)}，"
        f"基金{yuan_text(figures.fund_fen)}，账户{yuan_text(figures.acct_fen)}"
    )
