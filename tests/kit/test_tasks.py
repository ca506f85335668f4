"""Background tasks end, also when something on their way swallows the cancellation."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from app.kit.tasks import end_task


async def test_a_task_that_swallows_cancellations_is_ended_all_the_same() -> None:
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed > 1:
                    raise

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    await end_task(task)
    assert task.done() and swallowed == 2


async def test_a_task_that_has_failed_or_never_was_is_no_trouble() -> None:
    async def failing() -> None:
        raise ValueError

    task = asyncio.create_task(failing())
    with suppress(ValueError):
        await task
    await end_task(task)
    await end_task(None)
