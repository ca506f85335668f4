"""News between processes: "something happened under this topic", with what happened if it is known.

One Redis subscription a process, however many wait. News may be lost (Redis flushed or away);
whoever waits looks at the database from time to time all the same.

Nobody is woken for what is nothing to him: a topic is a channel of its own, which a process hears
while somebody waits for it there, and a process has one for all that is addressed to it, by the
node of its ids. What comes on that is one line a topic: the topic, a tab, and a text without line
breaks. A program of before has one channel for all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import Context
from types import MappingProxyType
from typing import Any

from app.kit.log import logger
from app.kit.tasks import end_task
from app.store.cache import Cache, CacheError
from app.store.line.hearing import Ear

_FORMER = "qinji:news"
_TOPIC, _NODE = "qinji:news:topic:", "qinji:news:node:"
_RECONNECT_S = 0.2
Follower = Callable[[Mapping[str, str]], Awaitable[None]]
log = logger(__name__)


class News:
    """Publishes topics and wakes whoever expects them in this process, of which ``node`` is the
    number; one that only publishes has none."""

    def __init__(self, cache: Cache, node: int | None = None) -> None:
        self._cache = cache
        self._own = (_FORMER,) if node is None else (_FORMER, f"{_NODE}{node}")
        self._ear: Ear | None = None
        self._expected: dict[str, set[asyncio.Event]] = {}
        self._followers: dict[str, Follower] = {}
        self._told: set[asyncio.Task[None]] = set()
        self._listener: asyncio.Task[None] | None = None

    async def close(self) -> None:
        await end_task(self._listener)

    async def publish(
        self,
        topics: Iterable[str],
        newer: Iterable[tuple[str, int, dict[str, Any]]] = (),
        ttl_s: float = 1.0,
        addressed: Mapping[int, Mapping[str, str]] = MappingProxyType({}),
    ) -> None:
        """Makes topics known to every process in which somebody expects them; to the process of a
        node those that are ``addressed`` to it, each with a line of text about it.

        ``newer`` goes into the cache on the same way (see ``Cache.set_newer_all``).

        Raises:
            CacheError: Redis is away; nobody was told.
        """
        messages = [(f"{_TOPIC}{topic}", b"") for topic in topics]
        for node, told in addressed.items():
            lines = "\n".join([f"{topic}\t{text}" for topic, text in told.items()])
            messages.append((f"{_NODE}{node}", lines.encode()))
        await self._cache.set_newer_all(newer, ttl_s, messages)

    def follow(self, prefix: str, follower: Follower) -> None:
        """Calls ``follower`` with the topics addressed to this process that begin with ``prefix``,
        and the texts about them.

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
        events = self._expected.setdefault(topic, set())
        if not events and self._ear is not None:
            self._ear.add(_TOPIC + topic)
        events.add(event)
        try:
            yield event
        finally:
            events.discard(event)
            if not events:
                del self._expected[topic]
                if self._ear is not None:
                    self._ear.drop(_TOPIC + topic)

    async def _listen(self) -> None:
        while True:
            try:
                async with self._cache.listen(*self._own) as self._ear:
                    for topic in self._expected:
                        self._ear.add(_TOPIC + topic)
                    async for channel, message in self._ear.messages():
                        if channel.startswith(_TOPIC):
                            self._wake(channel[len(_TOPIC) :])
                        else:
                            self._tell(_topics(message))
            except (CacheError, OSError) as error:
                log.warning("news_away", error=type(error).__name__)
            finally:
                self._ear = None
            await asyncio.sleep(_RECONNECT_S)

    def _tell(self, topics: dict[str, str]) -> None:
        for prefix, follower in self._followers.items():
            found = {topic: text for topic, text in topics.items() if topic.startswith(prefix)}
            if found:
                task = asyncio.create_task(_call(follower, found))
                self._told.add(task)
                task.add_done_callback(self._told.discard)
        for topic in topics:
            self._wake(topic)

    def _wake(self, topic: str) -> None:
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
