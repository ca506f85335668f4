"""A connection is cut where it was said, and carries all whole when nothing is to be cut."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.faults.cutting import Cut, Line, line_to

LONG = "字" * 100_000


class Behind:
    """Somebody who counts what reaches him whole."""

    def __init__(self) -> None:
        self.reached = 0

    async def asked(self, request: web.Request) -> web.Response:
        text = await request.text()
        self.reached += 1
        return web.Response(text=text)


@pytest.fixture
async def lying_between() -> AsyncIterator[tuple[Line, Behind]]:
    behind, application = Behind(), web.Application(client_max_size=2**20)
    application.router.add_post("/", behind.asked)
    async with TestServer(application) as server:
        assert server.port
        async with line_to(server.port, random.Random(1)) as line:
            line.share = 1.0
            yield line, behind


async def test_what_is_not_cut_goes_through_whole(lying_between: tuple[Line, Behind]) -> None:
    line, behind = lying_between
    async with aiohttp.ClientSession() as client:
        for _ in range(3):
            async with client.post(line.url, data=LONG.encode()) as answer:
                assert await answer.text() == LONG
    assert behind.reached == 3 and not line.cuts


@pytest.mark.parametrize("cut", Cut)
async def test_it_is_cut_where_it_was_said(lying_between: tuple[Line, Behind], cut: Cut) -> None:
    line, behind = lying_between
    line.cutting = (cut,)
    heard = None
    async with aiohttp.ClientSession() as client:
        try:
            async with client.post(line.url, data=b"x" * 1000) as answer:
                heard = await answer.text()
        except aiohttp.ClientError:
            pass
    await asyncio.sleep(0)
    assert behind.reached == (0 if cut in (Cut.BEFORE, Cut.WITHIN) else 1)
    assert (heard == "x" * 1000) == (cut is Cut.AFTER)
    assert line.cuts == {cut: 1}
