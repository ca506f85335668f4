"""Where tills' calls wait for what became of their requests.

News says only which requests are decided; the outcome is read from the database, so what a till is
told is what was committed. When Redis is away, a slow poll finds it all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from app.kit.batcher import Batcher
from app.settlement import repository
from app.settlement.repository import Outcome
from app.store.database import Database
from app.store.news import News

_POLL_S = 0.25


def topic(request_id: int) -> str:
    """The topic under which a decision is made known."""
    return f"request:{request_id}"


class Results:
    """Waits for outcomes."""

    def __init__(self, database: Database, news: News) -> None:
        self._database = database
        self._news = news
        self._reader: Batcher[int, Outcome | None] = Batcher(self._read)

    async def close(self) -> None:
        await self._reader.close()

    async def get(self, request_id: int, wait_s: float) -> Outcome | None:
        """The outcome of a request, waiting up to ``wait_s`` seconds for it; None: not decided yet.

        The news is awaited from before the first look, so nothing falls between the two.
        """
        with self._news.expect(topic(request_id)) as event:
            outcome = await self._reader.put(request_id)
            deadline = asyncio.get_running_loop().time() + wait_s
            while outcome is None:
                left_s = deadline - asyncio.get_running_loop().time()
                if left_s <= 0:
                    return None
                with suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), min(left_s, _POLL_S))
                outcome = await self._reader.put(request_id)
            return outcome

    async def _read(self, request_ids: Sequence[int]) -> Sequence[Outcome | Exception | None]:
        async with self._database.connection() as connection:
            found = await repository.outcomes(connection, set(request_ids))
        return [found.get(request_id) for request_id in request_ids]
