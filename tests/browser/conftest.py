"""Fixtures of these tests: the running system and Chromium, both started once for all of them.

    async def test_something(system: System, pages: Pages) -> None:
        page = await pages.open("/till", viewport={"width": 1280, "height": 800})

``till`` is a cashier's page of a pharmacy of its own, signed in once for all tests of a file and
opened anew for each. ``pages`` and ``till`` fail the test whose pages broke the
Content-Security-Policy, threw an error, or asked anybody but the system; a test that provokes such
a thing clears ``pages.watched.wrongs`` itself. ``page`` is the till's page with nobody signed in,
opened once a file, for tests of its modules.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from app.store.where import Endpoints
from tests.browser.chromium import NONE_FOUND, Pages, find_chromium, running_chromium
from tests.browser.system import System, running_system
from tests.browser.till_page import TillPage, own_till


@pytest.fixture(scope="package")
async def chromium() -> AsyncIterator[Browser]:
    """The browser; without one, the test is skipped."""
    program = find_chromium()
    if program is None:
        pytest.skip(NONE_FOUND)
    async with running_chromium(program) as browser:
        yield browser


@pytest.fixture(scope="package")
async def system(chromium: Browser, servers: Endpoints) -> AsyncIterator[System]:
    """The running system with the demo loaded. Its people are shared: make your own to change."""
    async with running_system(servers) as running:
        yield running


@pytest.fixture
async def pages(chromium: Browser, system: System) -> AsyncIterator[Pages]:
    """Opens pages; see above."""
    opened = Pages(chromium, system.url)
    yield opened
    await opened.close()
    assert opened.watched.wrongs == []


@pytest.fixture(scope="module")
async def desk(chromium: Browser, system: System) -> AsyncIterator[tuple[TillPage, Pages]]:
    """The page that ``till`` opens anew."""
    opened = Pages(chromium, system.url)
    yield await own_till(opened, system), opened
    await opened.close()


@pytest.fixture
async def till(desk: tuple[TillPage, Pages]) -> AsyncIterator[TillPage]:
    """A cashier who has signed in; see above."""
    till, opened = desk
    await till.page.unroute_all()
    await till.page.emulate_media(media="null")
    await till.page.evaluate("sessionStorage.removeItem('qinji.till.desk')")
    await till.page.reload()
    await till.phase("open")
    yield till
    wrongs = opened.watched.wrongs.copy()
    opened.watched.wrongs.clear()
    assert wrongs == []


@pytest.fixture(scope="module")
async def page(chromium: Browser, system: System) -> AsyncIterator[Page]:
    """A page that imports the till's modules; see above."""
    opened = Pages(chromium, system.url)
    yield await opened.open("/till")
    await opened.close()
    assert opened.watched.wrongs == []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says it plainly when no browser was there."""
    skipped = terminalreporter.stats.get("skipped", [])
    if any(NONE_FOUND in str(report.longrepr) for report in skipped):
        terminalreporter.write_line(NONE_FOUND)
