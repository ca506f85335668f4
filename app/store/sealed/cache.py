"""Redis for what names people or lets its bearer act: objects lie sealed, bound to their key."""

from __future__ import annotations

from typing import Any, cast

import orjson
from redis.asyncio import Redis

from app.kit.log import logger
from app.kit.sm import Cipher, SealError
from app.store.cache import Cache

_CLEAR = b"{"
"""How an object begins that a program of before has put there."""
log = logger(__name__)


class SealedCache(Cache):
    """A ``Cache`` on the same connection whose ``set`` and ``get`` (of one, of many) seal and open.

    What is counted, and objects with versions, are as in any other: they hold numbers.
    """

    def __init__(self, redis: Redis, cipher: Cipher) -> None:
        super().__init__(redis)
        self._cipher = cipher

    def dumped(self, key: str, value: dict[str, Any]) -> bytes:
        return self._cipher.seal_bytes(orjson.dumps(value), _belongs_to(key))

    def loaded(self, key: str, text: bytes) -> dict[str, Any] | None:
        if not text.startswith(_CLEAR):
            try:
                text = self._cipher.open_bytes(text, _belongs_to(key))
            except SealError:  # of another key, or put under another name
                log.warning("cache_not_opened", kind=key.rpartition(":")[0])
                return None
        return cast(dict[str, Any], orjson.loads(text))


def _belongs_to(key: str) -> str:
    return f"redis:{key}"
