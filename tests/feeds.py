"""When readers of the feed have to read so that nothing is left and nothing is read ahead."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

_BEHIND = timedelta(seconds=30)


async def all_written() -> datetime:
    """The moment for ``now=`` of a reader that stays half a minute behind, at which it reads all
    that is written by now.

    Ids go by the machine's clock, and whoever starts makes ids later than what any reader has read.
    Who reads ahead of the clock so puts the ids of all who start next ahead of it, too, above those
    of triggers.
    """
    await asyncio.sleep(0.002)  # what was written in this millisecond is read, too
    return datetime.now(UTC) + _BEHIND
