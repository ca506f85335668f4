"""The servers that measurements run on: given ones, or embedded ones of a home of their own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.bench.machine import memory_bytes
from app.local.servers.embedded import Embedded
from app.local.servers.servers import BUFFERS_MB
from app.settings import Settings
from app.store.where import Endpoints


@dataclass(frozen=True, slots=True)
class Place:
    """Where a measurement works: its settings, and its servers."""

    settings: Settings
    database_url: str
    redis_url: str


@contextmanager
def servers(home: Path | None, *, redis: bool = True, keep: bool = True) -> Iterator[Place]:
    """Servers for a measurement, stopped again at the end.

    Those of the settings where they are given. Else embedded ones in ``home``; without one in a
    temporary folder, which is removed at the end. Never those of the user's own ``.qinji``.

    Raises:
        EmbeddedError: they can't be started, or run already.
    """
    given = Settings()
    if given.database_url and (given.redis_url or not redis):
        yield Place(given, given.database_url, given.redis_url)
        return
    folder = home or Path(tempfile.mkdtemp(prefix="qinji-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    if home is None:
        folder.chmod(0o755)  # as root the servers run under another account
    # A large database wants an eighth of the machine's memory.
    large = min(4096, max(BUFFERS_MB, memory_bytes() // 8 // 2**20))
    embedded = Embedded(
        folder,
        postgres=not given.database_url,
        redis=redis,
        buffers_mb=large if home else BUFFERS_MB,
    )
    try:
        own = embedded.start()
        found = Endpoints(given.database_url or own.database_url, given.redis_url or own.redis_url)
        yield Place(
            given.model_copy(
                update={
                    "home": folder,
                    "database_url": found.database_url,
                    "redis_url": found.redis_url,
                }
            ),
            found.database_url,
            found.redis_url,
        )
    finally:
        embedded.stop()
        if home is None or not keep:
            embedded.wipe()
        if home is None:
            shutil.rmtree(folder, ignore_errors=True)
