"""Loads the demo into the database."""

from __future__ import annotations

from app.domain.events.registering import registry_events
from app.domain.registry.imports.importer import (
    Report,
    Watch,
    import_cards,
    import_catalogue,
    import_institutions,
    import_people,
)
from app.domain.registry.service import sealed_before
from app.kit.clock import SystemClock
from app.kit.sm import Cipher
from app.ledger.balances import Balances
from app.local.demo import FOLDER
from app.regions.loader import Rulebook
from app.settings import settings
from app.store.cache import Cache
from app.store.cells.shared import Shared
from app.store.database import Database
from app.store.keys import load_keys
from app.store.sealed.canary import check_keys
from app.store.sealed.keeper import Keeper


class DemoRefused(Exception):
    """A line of the demo's files was refused: the database holds something that contradicts it."""


async def load(database_url: str, redis_url: str) -> None:
    """Loads the demo; loading it again changes nothing.

    Raises:
        DemoRefused: a line was refused; the demo is not loaded in full.
    """
    cipher = load_keys(settings()).cipher()
    database = await Database.open(database_url, pool_max=2, application="qinji-demo")
    cache = await Cache.open(redis_url)
    refused: list[str] = []
    watch = Watch(refused=lambda one: refused.append(str(one)))
    try:
        await check_keys(database, cipher, sealed_before)
        async with Keeper(database, cipher, settings(), "demo", steady=True):
            await _all(database, cipher, cache, watch)
    finally:
        await cache.close()
        await database.close()
    if refused:
        raise DemoRefused("; ".join(refused))


async def _all(database: Database, cipher: Cipher, cache: Cache, watch: Watch) -> list[Report]:
    clock = SystemClock()
    ending = registry_events(database, Shared(database), Rulebook.load())
    renew = Balances(database, cache, clock).renew
    return [
        await import_catalogue(database, clock, FOLDER / "catalogue.csv", watch),
        await import_institutions(
            database, cipher, clock, FOLDER / "institutions.csv", watch, demo=settings().demo
        ),
        await import_people(
            database, cipher, clock, FOLDER / "people.csv", watch, on_change=ending, renew=renew
        ),
        await import_cards(database, cipher, clock, FOLDER / "cards.csv", watch),
    ]
