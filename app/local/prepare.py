"""What ``qinji up`` does before the doors open: migrate, and in the demo load its data once."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress

from app.domain.registry.imports.reindex import reindex
from app.domain.staff.sealing import seal_reasons
from app.kit.hand import take
from app.local.demo import history
from app.local.demo.loading import load
from app.local.operator_demo import make_demo_operator
from app.local.probes import NOTE
from app.local.starting import may_start
from app.settings import settings
from app.store.cache import Cache
from app.store.cells.shared import apart, as_shared, shared_at
from app.store.database import Database
from app.store.keys import load_keys
from app.store.migrate import migrate
from app.store.sealed import ring
from app.store.versions import StartRefused, check_redis

_INDEXING_S = 10


async def index_people(database_url: str) -> None:
    """Brings people of the version before under their new indexes, for a moment; what takes longer
    goes on in the worker while they are served."""
    cipher = load_keys(settings()).cipher()
    database = await Database.open(database_url, pool_max=2, application="qinji-prepare")
    try:
        await ring.use(database, cipher)
        with suppress(TimeoutError):
            async with asyncio.timeout(_INDEXING_S):
                await reindex(database, cipher)
    finally:
        await database.close()


async def seal_audit(database_url: str, shared_url: str = "") -> None:
    """Seals what the version before has written into the audit in clear, once. Both with the
    owner's role; ``shared_url``: where the audit of staff is, if that is another database."""
    cipher = load_keys(settings()).cipher()
    database = await Database.open(database_url, pool_max=2, application="qinji-prepare")
    try:
        await ring.use(database, cipher)
        async with shared_at(
            shared_url, database, pool_max=2, application="qinji-prepare"
        ) as shared:
            await seal_reasons(shared, cipher)
    finally:
        await database.close()


async def prepare(
    database_url: str,
    redis_url: str,
    owner_url: str = "",
    shared_url: str = "",
    shared_owner_url: str = "",
) -> None:
    """Bring the database up to date and load the demo, if this is it. Safe to call again.

    ``owner_url``: with whose role the database is migrated; ``shared_url``, ``shared_owner_url``:
    the same two of the shared tables' database, if that is another one.

    Raises:
        StartRefused: a server is too old, the database can't be migrated, it was filled with other
            keys, or this is a real installation and what belongs to the demo is in it.
    """
    cache = await Cache.open(redis_url)
    try:
        await check_redis(cache.redis)
    finally:
        await cache.close()
    await migrate(database_url, owner_url=owner_url)
    if shared_url:
        with as_shared():
            await migrate(shared_url, owner_url=shared_owner_url)
    await _look(database_url, shared_url)
    await seal_audit(owner_url or database_url, shared_owner_url or shared_url)
    await index_people(database_url)
    if not settings().demo:
        return
    await history.play(settings())
    await load(database_url, redis_url)
    await make_demo_operator(database_url, redis_url, settings().home, load_keys(settings()))


async def _look(database_url: str, shared_url: str) -> None:
    """Before anything is written with a key: are they this database's?"""
    cipher = load_keys(settings()).cipher()
    database = await Database.open(database_url, pool_max=2, application="qinji-prepare")
    try:
        async with shared_at(
            shared_url, database, pool_max=2, application="qinji-prepare"
        ) as shared:
            beside = apart(shared, database)
            found = await may_start(database, cipher, demo=settings().demo, apart=beside)
        if found is not None:
            sys.stdout.write(f"{NOTE}{found.sentence}\n")
    finally:
        await database.close()


def main() -> None:
    """As ``qinji up`` runs it: what is wrong with the servers is told in a sentence."""
    try:
        config = settings()
        take(config.clock)
        asyncio.run(
            prepare(
                config.database_url,
                config.redis_url,
                config.owner_database_url,
                config.shared_database_url,
                config.owner_shared_database_url,
            )
        )
    except StartRefused as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
