"""Two independent looks at a page: axe-core's for accessibility, zxing-cpp's for codes."""

from __future__ import annotations

import io
from functools import cache
from importlib.resources import files
from typing import Any

import zxingcpp
from PIL import Image
from playwright.async_api import Page

_SERIOUS = ("serious", "critical")
# A colour on its way from one to another is neither.
_LOOK = """async (how) => {
  for (const one of document.getAnimations()) if (one instanceof CSSTransition) one.finish()
  return axe.run(how)
}"""


@cache
def _axe_source() -> str:
    return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")


async def serious_findings(page: Page, *rules: str) -> list[str]:
    """What axe-core holds to be serious or critical, as ``rule: sentence: elements``.

    The script goes in through the debugging protocol, past the page's own policy. ``rules``: look
    for these only, e.g. ``color-contrast``.
    """
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(_axe_source())
    how = {"resultTypes": ["violations"]} | ({"runOnly": list(rules)} if rules else {})
    found: dict[str, Any] = await page.evaluate(_LOOK, how)
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:120] for node in one['nodes']]}"
        for one in found["violations"]
        if one["impact"] in _SERIOUS
    ]


def read_codes(png: bytes) -> dict[str, str]:
    """The codes in a picture, text by format, e.g. ``{"QRCode": "1301…", "Code128": "1301…"}``."""
    with Image.open(io.BytesIO(png)) as image:
        found = zxingcpp.read_barcodes(image.convert("RGB"))
    return {one.format.name: one.text for one in found}
