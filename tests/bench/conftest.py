"""A filled database with services, for the measurements that write into it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.bench.made.fill import fill
from app.bench.made.history import plan_for
from app.bench.made.town import Town
from app.bench.servers import Place
from app.compose import Services, open_services
from app.settings import Settings
from app.store.keys import load_keys
from tests.servers import as_owner, migrate, new_database


@dataclass(frozen=True)
class Lively:
    """A town of 400 with one round of settlements."""

    place: Place
    town: Town
    services: Services


@pytest.fixture(scope="session")
async def lively(
    database_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Lively]:
    home = Path(tmp_path_factory.mktemp("lively"))
    async with new_database(database_url, "lively") as url:
        await migrate(url)
        redis = redis_url.replace("db=0", "db=5")
        own = as_owner(url)
        config = Settings(home=home, database_url=own, redis_url=redis)
        plan = plan_for(400, 400, 30, datetime.now(UTC) - timedelta(hours=2))
        async with open_services(config) as services:
            await fill(services.database, plan, load_keys(config), own)
            yield Lively(Place(config, url, redis, own), plan.town, services)
