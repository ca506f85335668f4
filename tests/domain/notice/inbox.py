"""What tests of notices do: let everything be told, and look into inboxes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.domain.notice.telling import READERS, Teller
from tests.feeds import all_written
from tests.till_world import Member, Town


async def tell(town: Town, times: int = 1) -> None:
    """Lets the worker tell what has happened, and of codes that were read without waiting for their
    bills."""
    services = town.services
    readers = [replace(reader, behind=timedelta()) for reader in READERS]
    teller = Teller(
        services.database,
        services.shared,
        services.news,
        services.clock,
        services.rulebook,
        readers,
    )
    for _ in range(times):
        await teller.run(now=await all_written())


async def inbox(town: Town, who: Member) -> list[tuple[str, dict[str, Any]]]:
    """A person's notices as they lie in the database, oldest first: kind and figures."""
    rows = await town.rows(
        "select kind, params from notice where person_id = $1 order by event_id, id", who.id
    )
    return [(row["kind"], row["params"]) for row in rows]


async def kinds(town: Town, who: Member) -> list[str]:
    return [kind for kind, _ in await inbox(town, who)]
