"""Fixtures of these tests: a ledger of its own with a clock, and towns."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.domain.year.bureau import EVE, Bureau, open_bureau
from tests.ledger.conftest import cache
from tests.own_database import migrated as own_migrated
from tests.own_database import template
from tests.phone_world import config, ids_follow, migrated
from tests.till_world import Town, town

__all__ = ["bureau", "cache", "config", "migrated", "own_migrated", "template", "town"]


@pytest.fixture
async def bureau(own_migrated: str, redis_url: str) -> AsyncIterator[Bureau]:
    async with open_bureau(own_migrated, redis_url) as made:
        yield made


@pytest.fixture
async def office(town: Town, monkeypatch: pytest.MonkeyPatch) -> Bureau:
    """Who closes the town's years; it is ten minutes to midnight."""
    ids_follow(town.clock, monkeypatch)
    town.clock.set(EVE)
    services = town.services
    return Bureau(
        services.database,
        town.clock,
        services.rulebook,
        services.balances,
        services.crediting,
        services.closing,
    )
