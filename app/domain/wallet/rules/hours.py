"""When the wallet is closed, and when what nobody accepts goes back. Pure; Shanghai's clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.kit.clock import local
from app.regions.rules import WalletRules


def closed_at(rules: WalletRules, moment: datetime) -> bool:
    """Whether nothing is sent at a moment."""
    return rules.closed(local(moment).hour)


def returned_at(rules: WalletRules, moment: datetime) -> datetime:
    """When what is sent at a moment goes back if nobody has accepted it: on the day after."""
    tomorrow = local(moment) + timedelta(days=1)
    return tomorrow.replace(hour=rules.returned_at_hour, minute=0, second=0, microsecond=0)
