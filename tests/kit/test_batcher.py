"""Group commit: each caller gets the own answer, after the write that holds the own item."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from app.kit.batcher import Batcher, Overloaded


class Book:
    """Where batches are written: each write waits until the test lets it end."""

    def __init__(self) -> None:
        self.written: list[list[int]] = []
        self.begun = asyncio.Semaphore(0)
        self.may_end = asyncio.Semaphore(0)

    async def write(self, items: Sequence[int]) -> list[str | Exception]:
        self.written.append(list(items))
        self.begun.release()
        await self.may_end.acquire()
        return [ValueError(f"no {item}") if item < 0 else f"item {item}" for item in items]

    def open(self) -> None:
        """From now on no write waits."""
        for _ in range(1000):
            self.may_end.release()


def put(batcher: Batcher[int, str], *items: int) -> list[asyncio.Task[str]]:
    return [asyncio.create_task(batcher.put(item)) for item in items]


async def test_a_lone_item_is_written_at_once() -> None:
    book = Book()
    batcher = Batcher(book.write)
    [one] = put(batcher, 1)
    await book.begun.acquire()
    assert book.written == [[1]] and not one.done()
    book.open()
    assert await one == "item 1"


async def test_what_comes_during_a_write_is_written_together_and_in_order() -> None:
    book = Book()
    batcher = Batcher(book.write)
    first = put(batcher, 1)
    await book.begun.acquire()
    crowd = put(batcher, 5, 3, 4)
    await asyncio.sleep(0)
    assert book.written == [[1]]
    book.open()
    assert await asyncio.gather(*first, *crowd) == ["item 1", "item 5", "item 3", "item 4"]
    assert book.written == [[1], [5, 3, 4]]


async def test_nobody_is_answered_before_the_own_write_has_come_back() -> None:
    book = Book()
    batcher = Batcher(book.write)
    [first] = put(batcher, 1)
    await book.begun.acquire()
    [second] = put(batcher, 2)
    await asyncio.sleep(0)
    book.may_end.release()
    await book.begun.acquire()
    assert first.done() and not second.done()
    book.open()
    assert await second == "item 2"


async def test_no_batch_is_larger_than_the_most() -> None:
    book = Book()
    batcher = Batcher(book.write, batch_max=3)
    book.open()
    found = await batcher.put_all(range(8))
    assert found == [f"item {n}" for n in range(8)]
    assert book.written == [[0, 1, 2], [3, 4, 5], [6, 7]]


async def test_an_error_goes_to_the_one_whose_item_it_is() -> None:
    book = Book()
    batcher = Batcher(book.write)
    book.open()
    one, wrong, other = put(batcher, 1, -2, 3)
    with pytest.raises(ValueError, match="no -2"):
        await wrong
    assert [await one, await other] == ["item 1", "item 3"]


async def test_a_write_that_fails_fails_for_its_batch_and_no_other() -> None:
    async def write(items: Sequence[int]) -> list[str | Exception]:
        if 13 in items:
            raise ConnectionError("away")
        return [f"item {item}" for item in items]

    batcher = Batcher(write, batch_max=2)
    found = await asyncio.gather(*put(batcher, 13, 2, 3), return_exceptions=True)
    assert [type(one) for one in found] == [ConnectionError, ConnectionError, str]
    assert await batcher.put(4) == "item 4", "it goes on afterwards"


async def test_beyond_the_most_that_may_wait_nothing_is_taken_in() -> None:
    book = Book()
    batcher = Batcher(book.write, waiting_max=2)
    first = put(batcher, 1)
    await book.begun.acquire()
    waiting = put(batcher, 2, 3)
    await asyncio.sleep(0)
    with pytest.raises(Overloaded):
        await asyncio.wait_for(batcher.put(4), 1)
    book.open()
    assert await asyncio.gather(*first, *waiting) == ["item 1", "item 2", "item 3"]
    assert [item for batch in book.written for item in batch] == [1, 2, 3]
    assert await batcher.put(5) == "item 5", "there is room again"


async def test_a_caller_that_gives_up_stops_nobody_s_write() -> None:
    book = Book()
    batcher = Batcher(book.write)
    first, second = put(batcher, 1, 2)
    await book.begun.acquire()
    first.cancel()
    book.open()
    assert await asyncio.wait_for(second, 1) == "item 2"
    assert book.written == [[1, 2]] and first.cancelled()


async def test_closing_waits_for_all_that_was_handed_in() -> None:
    book = Book()
    batcher = Batcher(book.write, batch_max=1)
    waiting = put(batcher, 1, 2, 3)
    await book.begun.acquire()
    closing = asyncio.create_task(batcher.close())
    await asyncio.sleep(0)
    assert not closing.done()
    book.open()
    await closing
    assert book.written == [[1], [2], [3]]
    assert await asyncio.gather(*waiting) == ["item 1", "item 2", "item 3"]


async def test_a_rest_gathers_what_comes_meanwhile() -> None:
    book = Book()
    book.open()
    batcher = Batcher(book.write, pace_s=0.3)
    first = put(batcher, 1)
    await book.begun.acquire()
    later = put(batcher, 2)
    await asyncio.sleep(0.01)
    later += put(batcher, 3)
    await asyncio.gather(*first, *later)
    assert book.written == [[1], [2, 3]]


async def test_a_rest_in_which_nobody_comes_leaves_nothing_to_be_done() -> None:
    book = Book()
    book.open()
    batcher = Batcher(book.write, pace_s=3600)
    assert await batcher.put(1) == "item 1"
    async with asyncio.timeout(10):
        await batcher.close()


async def test_closing_does_not_wait_for_a_rest() -> None:
    book = Book()
    book.open()
    batcher = Batcher(book.write, pace_s=3600)
    assert await batcher.put(1) == "item 1"
    waiting = put(batcher, 2, 3)
    await asyncio.sleep(0)
    assert book.written == [[1]]
    async with asyncio.timeout(10):
        await batcher.close()
    assert await asyncio.gather(*waiting) == ["item 2", "item 3"]
    assert book.written == [[1], [2, 3]]


async def test_nothing_at_all_is_no_write() -> None:
    book = Book()
    assert await Batcher(book.write).put_all([]) == []
    assert book.written == []
