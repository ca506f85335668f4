"""When the wallet is closed, and when what nobody accepts goes back. Pure; Shanghai's clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.kit.clock import local
from app.regions.rules import WalletRules


def closed_at(rules: WalletRules, moment: datetime) -> bool:
    """Whether nothing is sent at a moment: from the first hour on, until just before the second."""
    begins, ends, hour = rules.closed_from_hour, rules.closed_until_hour, local(moment).hour
    if begins <= ends:
        return begins <= hour < ends
    return hour >= begins or hour < ends


def returned_at(rules: WalletRules, moment: datetime) -> datetime:
    """When what is sent at a moment goes back if nobody has accepted it: on the day after."""
    tomorrow = local(moment) + timedelta(days=1)
    return tomorrow.replace(hour=rules.returned_at_hour, minute=0, second=0, microsecond=0)
