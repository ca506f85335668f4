"""The place of use (使用地). Pure."""

from __future__ import annotations

from app.domain.wallet import errors
from app.domain.wallet.values import Wallet
from app.kit.reasons import Because
from app.regions.rules import WalletRules

NATION = "000000"
_POOL = 4


def place_of_use(rules: WalletRules, place: str, wallet: Wallet | None = None) -> str:
    """The area in which the wallet of somebody insured at a place is used, in six digits: around
    what the owner has chosen, as long as the insurance is where it was then, else around that."""
    if rules.use_area == "nation":
        return NATION
    around = place
    if wallet is not None and wallet.chosen_place and wallet.chosen_for and rules.place_choice:
        stays = wallet.chosen_for[:_POOL] == place[:_POOL]
        around = wallet.chosen_place if stays else place
    return f"{around[:2]}0000" if rules.use_area == "province" else f"{around[:4]}00"


def choice_problem(rules: WalletRules, place: str) -> Because | None:
    """Why somebody insured at a place can't choose another place of use, or None."""
    chooses = rules.place_choice and rules.use_area != "nation"
    return None if chooses else Because(errors.PLACE_FIXED, {"insured_place": place})


def within(area: str) -> str:
    """What the codes of all places in a place of use begin with."""
    if area == NATION:
        return ""
    return area[:2] if area.endswith("0000") else area[:_POOL]
