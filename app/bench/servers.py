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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a measurement works: its settings, and its servers. It fills tables and takes their
    indices away, so its own role is the owner's; the programs that it measures serve with theirs
    (``database_url``)."""

    settings: Settings
    database_url: str
    redis_url: str
    owner_url: str


def place_of(config: Settings) -> Place:
    """The place that settings name."""
    owner = config.owner_database_url or config.database_url
    own = config.model_copy(update={"database_url": owner})
    return Place(own, config.database_url, config.redis_url, owner)


@contextmanager
def servers(
    home: Path | None, *, redis: bool = True, keep: bool = True, standby: bool = False
) -> Iterator[Place]:
    """Servers for a measurement, stopped again at the end.

    Those of the settings where they are given. Else embedded ones in ``home``; without one in a
    temporary folder, which is removed at the end. Never those of the user's own ``.qinji``.

    Raises:
        EmbeddedError: they can't be started, or run already.
    """
    given = Settings()
    if given.database_url and (given.redis_url or not redis):
        yield place_of(given)
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
        standby=standby,
        buffers_mb=large if home else BUFFERS_MB,
    )
    try:
        own = embedded.start()
        where: dict[str, object] = {"home": folder, "redis_url": given.redis_url or own.redis_url}
        if not given.database_url:
            where |= {"database_url": own.database_url, "owner_database_url": own.owner_url}
            where["standby_url"] = own.standby_url
        yield place_of(given.model_copy(update=where))
    finally:
        embedded.stop()
        if home is None or not keep:
            embedded.wipe()
        if home is None:
            shutil.rmtree(folder, ignore_errors=True)
