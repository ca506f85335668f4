"""The README's three pictures, reduced to a palette: ``deploy/pictures``."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from playwright.async_api import Page, expect

from app.settings import PROJECT_ROOT
from tests.browser.ops_page import open_ops
from tests.browser.phone_page import phone_of
from tests.browser.screenshots.album import FOLDER, Look, Scene, Stage
from tests.browser.screenshots.phone import family, fathers_code
from tests.browser.till_page import TillPage

PICTURES = PROJECT_ROOT / "deploy" / "pictures"
LOOKS = [Look("zh", {"viewport": {"width": 1280, "height": 800}})]
_COLOURS = 64
_DEMO_BAR = 72
"""How high the strip is that says who holds the demo's phone, in pixels of the picture."""
_DRUG = "XQ99DEM001A001010100001"


async def pictures(stage: Stage) -> None:
    system = stage.system
    father, daughter = await family(stage)
    for yuan in range(10, 40):
        await system.till.settle(await system.sale(daughter, f"{yuan}.00", _DRUG))
    phone = await phone_of(system, stage.pages, daughter)
    code = await fathers_code(phone)
    await _keep(stage, phone.page, "phone")
    till = TillPage(await stage.pages.open("/till", **stage.look.options))
    await till.sign_in(await system.new_shop(name="安康大药房"))
    await till.add("amoxilinx2", "toubaox2", "xietangshizhi")
    await till.scan(code)
    await till.previewed()
    await _keep(stage, till.page, "till")
    await till.settle()
    await till.phase("paid")
    again = await system.till.settle(await system.sale(father, "8.00", _DRUG))
    assert again.ok, again.err_msg
    page = await open_ops(stage.pages, system, **stage.look.options)
    await expect(page.locator("#rate .line.a").first).to_be_visible()
    await _keep(stage, page, "ops")


async def _keep(stage: Stage, page: Page, name: str) -> None:
    await stage.shoot(page, name)
    reduce(FOLDER / stage.group / f"{name}.{stage.look.name}.png", PICTURES / f"{name}.png")


def reduce(source: Path, target: Path) -> None:
    """The picture with few colours, and a phone's at the size of its screen."""
    target.parent.mkdir(exist_ok=True)
    with Image.open(source) as image:
        plain = image.convert("RGB")
        if plain.width < plain.height:
            plain = plain.crop((0, _DEMO_BAR, *plain.size))
            size = (plain.width * 3 // 5, plain.height * 3 // 5)
            plain = plain.resize(size, Image.Resampling.LANCZOS)
        plain.quantize(_COLOURS, dither=Image.Dither.NONE).save(target, optimize=True)


SCENES: list[Scene] = [pictures]
