"""News between processes: "something happened under this topic". Carries no facts, only topics.

One Redis subscription a process, however many wait. News may be lost (Redis flushed or away);
whoever waits looks at the database from time to time all the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import Context

from app.kit.log import logger
from app.store.cache import Cache, CacheError

_CHANNEL = "qinji:news"
_RECONNECT_S = 0.2
log = logger(__name__)


class News:
    """Publishes topics and wakes whoever expects them in this process."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._expected: dict[str, set[asyncio.Event]] = {}
        self._listener: asyncio.Task[None] | None = None

    async def close(self) -> None:
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener

    async def publish(self, topics: Sequence[str]) -> None:
        """Makes topics known to every process.

        Raises:
            CacheError: Redis is away; nobody was told.
        """
        if topics:
            await self._cache.publish(_CHANNEL, {"topics": list(topics)})

    @contextmanager
    def expect(self, topic: str) -> Iterator[asyncio.Event]:
        """An event that is set when news of the topic comes while the context is open."""
        if self._listener is None:
            # In a context of its own: it outlives the call that happens to start it.
            self._listener = asyncio.create_task(self._listen(), context=Context())
        event = asyncio.Event()
        self._expected.setdefault(topic, set()).add(event)
        try:
            yield event
        finally:
            events = self._expected[topic]
            events.discard(event)
            if not events:
                del self._expected[topic]

    async def _listen(self) -> None:
        while True:
            try:
                async with self._cache.listen(_CHANNEL) as messages:
                    async for message in messages:
                        self._tell(message["topics"])
            except (CacheError, OSError) as error:
                log.warning("news_away", error=type(error).__name__)
            await asyncio.sleep(_RECONNECT_S)

    def _tell(self, topics: Sequence[str]) -> None:
        for topic in topics:
            for event in self._expected.get(topic, ()):
                event.set()
