"""News between processes: "something happened under this topic", with what happened if it is known.

One Redis subscription a process, however many wait. News may be lost (Redis flushed or away);
whoever waits looks at the database from time to time all the same.

A message is one line a topic: the topic, a tab, and a text without line breaks. Every process gets
all of them and reads the texts of those only for whom somebody waits there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from typing import Any

from app.kit.log import logger
from app.kit.tasks import end_task
from app.store.cache import Cache, CacheError

_CHANNEL = "qinji:news"
_RECONNECT_S = 0.2
Follower = Callable[[Mapping[str, str]], Awaitable[None]]
log = logger(__name__)


class News:
    """Publishes topics and wakes whoever expects them in this process."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._expected: dict[str, set[asyncio.Event]] = {}
        self._followers: dict[str, Follower] = {}
        self._told: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Task[None] | None = None

    async def close(self) -> None:
        await end_task(self._listener)

    async def publish(
        self,
        topics: Mapping[str, str],
        newer: Iterable[tuple[str, int, dict[str, Any]]] = (),
        ttl_s: float = 1.0,
    ) -> None:
        """Makes topics known to every process, each with a line of text about it (or none).

        ``newer`` goes into the cache on the same way (see ``Cache.set_newer_all``).

        Raises:
            CacheError: Redis is away; nobody was told.
        """
        lines = "\n".join([f"{topic}\t{text}" for topic, text in topics.items()])
        message = (_CHANNEL, lines.encode()) if topics else ("", b"")
        await self._cache.set_newer_all(newer, ttl_s, message)

    def follow(self, prefix: str, follower: Follower) -> None:
        """Calls ``follower`` with the topics of each message that begin with ``prefix``, and the
        texts about them.

        One follower a prefix. What it raises is logged: whoever follows also looks by himself.
        """
        self._followers[prefix] = follower
        self._start()

    def _start(self) -> None:
        if self._listener is None:
            # In a context of its own: it outlives the call that happens to start it.
            self._listener = asyncio.create_task(self._listen(), context=Context())

    @contextmanager
    def expect(self, topic: str) -> Iterator[asyncio.Event]:
        """An event that is set when news of the topic comes while the context is open."""
        self._start()
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
                        self._tell(_topics(message))
            except (CacheError, OSError) as error:
                log.warning("news_away", error=type(error).__name__)
            await asyncio.sleep(_RECONNECT_S)

    def _tell(self, topics: dict[str, str]) -> None:
        for prefix, follower in self._followers.items():
            found = {topic: text for topic, text in topics.items() if topic.startswith(prefix)}
            if found:
                task = asyncio.create_task(_call(follower, found))
                self._told.add(task)
                task.add_done_callback(self._told.discard)
        for topic in topics:
            for event in self._expected.get(topic, ()):
                event.set()


def _topics(message: bytes) -> dict[str, str]:
    parts = (line.partition("\t") for line in message.decode(errors="replace").split("\n"))
    return {topic: text for topic, _, text in parts}


async def _call(follower: Follower, topics: Mapping[str, str]) -> None:
    try:
        await follower(topics)
    except Exception as error:
        log.warning("news_not_followed", error=type(error).__name__)
