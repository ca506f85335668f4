"""Tasks end, also when something on their way swallows the cancellation."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from app.kit.tasks import Deadlines, TookTooLong, end_task


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


async def test_what_is_not_over_in_time_is_ended_though_it_swallows_cancellations() -> None:
    deadlines, loop = Deadlines(), asyncio.get_running_loop()
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            swallowed += 1
            await asyncio.sleep(60)

    with pytest.raises(TookTooLong), deadlines.by(loop.time()):
        await stubborn()
    task = asyncio.current_task()
    assert swallowed == 1 and task is not None and task.cancelling() == 0
    with deadlines.by(loop.time() + 60):
        await asyncio.sleep(0.2)


async def test_who_is_ended_by_somebody_else_is_told_so() -> None:
    deadlines, loop = Deadlines(), asyncio.get_running_loop()

    async def slow() -> None:
        with deadlines.by(loop.time() + 60):
            await asyncio.sleep(60)

    task = asyncio.create_task(slow())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
