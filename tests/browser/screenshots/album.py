"""Where the pictures go, and what a scene is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page

from app.settings import PROJECT_ROOT
from tests.browser.chromium import Pages
from tests.browser.system import System

FOLDER = PROJECT_ROOT / ".screenshots"


@dataclass(frozen=True)
class Look:
    """How a page is looked at: a name for the pictures, and playwright's options."""

    name: str
    options: dict[str, Any] = field(default_factory=dict)


@dataclass
class Stage:
    """What a scene needs: the system, pages, the look, and where its pictures go."""

    system: System
    pages: Pages
    look: Look
    group: str

    async def shoot(self, page: Page, name: str, *, whole: bool = False) -> None:
        """Takes a picture; ``whole``: of what must be scrolled to as well."""
        path = FOLDER / self.group / f"{name}.{self.look.name}.png"
        await page.screenshot(path=path, full_page=whole, animations="disabled")


Scene = Callable[[Stage], Awaitable[None]]
