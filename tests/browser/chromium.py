"""A real Chromium: the one that QINJI_CHROMIUM names, or Debian's. And what watches its pages."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

NONE_FOUND = (
    "browser tests skipped 跳过浏览器测试: no Chromium here. Install Debian's package chromium"
    " (and fonts-noto-cjk), or name one: QINJI_CHROMIUM=/path/to/chromium"
)
_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
# Runs before a page's own scripts, through the debugging protocol, so no policy needs loosening.
_TELL_VIOLATIONS = """document.addEventListener('securitypolicyviolation', (event) =>
  console.error(`CSP ${event.effectiveDirective} forbids ${event.blockedURI || 'inline'}`));"""
_PATIENCE_MS = 120_000  # the machine may be busy
expect.set_options(timeout=_PATIENCE_MS)


def find_chromium() -> str | None:
    """The browser's program, or None."""
    named = os.environ.get("QINJI_CHROMIUM")
    return shutil.which(named) if named else shutil.which("chromium")


@asynccontextmanager
async def running_chromium(program: str) -> AsyncIterator[Browser]:
    """A headless browser; it has ended when this is left."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=_FLAGS)
        try:
            yield browser
        finally:
            await browser.close()


class Watched:
    """What pages did that they should not: ``wrongs`` must stay empty.

    Told there: any violation of the Content-Security-Policy, errors that no script caught, errors
    on the console, and requests to anybody but ``base_url``. That the server refused something is
    no wrong.
    """

    def __init__(self, base_url: str) -> None:
        self._own = urlsplit(base_url).netloc
        self.wrongs: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.wrongs.append(f"error: {error}"))
        page.on("console", lambda said: self._console(said.type, said.text))
        page.on("request", lambda request: self._request(request.url))

    def _console(self, kind: str, text: str) -> None:
        if kind == "error" and not text.startswith("Failed to load resource"):
            self.wrongs.append(f"console: {text}")

    def _request(self, url: str) -> None:
        where = urlsplit(url)
        if where.scheme not in ("data", "blob", "about") and where.netloc != self._own:
            self.wrongs.append(f"third party: {url}")


class Pages:
    """Opens pages of one system, each in a context of its own, all of them watched."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self._browser = browser
        self._base_url = base_url
        self._contexts: list[BrowserContext] = []
        self.watched = Watched(base_url)

    async def context(self, **options: Any) -> BrowserContext:
        """A browser profile of its own: another person's phone, another till.

        ``options`` are those of playwright's ``new_context``.
        """
        given = {"base_url": self._base_url, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}
        context = await self._browser.new_context(**given | options)
        context.set_default_timeout(_PATIENCE_MS)
        await context.add_init_script(_TELL_VIOLATIONS)
        context.on("page", self.watched.watch)
        self._contexts.append(context)
        return context

    async def open(self, path: str, **options: Any) -> Page:
        """A page of the system, in a context of its own."""
        page = await (await self.context(**options)).new_page()
        await page.goto(path)
        return page

    async def close(self) -> None:
        for context in self._contexts:
            await context.close()
