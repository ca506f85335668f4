"""The place of use (使用地). Pure."""

from __future__ import annotations

from app.regions.rules import WalletRules

NATION = "000000"


def place_of_use(rules: WalletRules, place: str) -> str:
    """The area in which the wallet of somebody insured at a place is used, in six digits."""
    if rules.use_area == "nation":
        return NATION
    return f"{place[:2]}0000" if rules.use_area == "province" else f"{place[:4]}00"
