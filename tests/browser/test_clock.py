"""Pages of the demo go by its clock in the hand: on another day a till is believed, and says which
day it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser

from app.kit.clock import local_date, machine
from app.store.where import Endpoints
from tests.browser.chromium import Pages
from tests.browser.system import System, running_system
from tests.browser.till_page import own_till
from tests.crash.purses import Ahead

FAR = local_date(machine()) + timedelta(days=40)


@pytest.fixture(scope="module")
async def far(
    chromium: Browser, servers: Endpoints, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[tuple[System, Ahead]]:
    """A system of its own, forty days ahead."""
    clock = Ahead(Path(tmp_path_factory.mktemp("clock")) / "clock.json")
    clock.on(FAR, 10)
    with clock.taken():
        async with running_system(servers, QINJI_CLOCK=str(clock.file)) as running:
            yield running, clock


async def test_a_till_sells_on_the_day_that_the_clock_shows(
    chromium: Browser, far: tuple[System, Ahead]
) -> None:
    system, clock = far
    pages = Pages(chromium, system.url)
    till = await own_till(pages, system)
    patient = await system.member("王五", current_fen=10_000)
    await till.scan((await system.show(patient))["code"])
    await till.add("amoxilin")
    await till.settle()
    await till.phase("paid")
    row = (
        await system.rows(
            "select settled_at, bill_time from settlement where id = $1",
            int(await till.slip_number()),
        )
    )[0]
    assert {local_date(row["settled_at"]), local_date(row["bill_time"])} == {FAR}
    clock.on(FAR + timedelta(days=1), 10)
    await till.page.wait_for_function(
        "day => new Date().toISOString().startsWith(day)", arg=str(FAR + timedelta(days=1))
    )
    await pages.close()
    assert pages.watched.wrongs == []
