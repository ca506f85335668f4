"""Ending background tasks for sure."""

from __future__ import annotations

import asyncio
from typing import Any

_AGAIN_S = 1.0


async def end_task(task: asyncio.Task[Any] | None) -> None:
    """Cancels a task until it has ended.

    A library that catches the cancellation for its own time limit can swallow it (redis-py's
    connections do now and then while Redis is away), so one cancel is not enough.
    """
    while task is not None and not task.done():
        task.cancel()
        await asyncio.wait([task], timeout=_AGAIN_S)
