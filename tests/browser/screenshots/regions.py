"""The region pages: the list, a region, two side by side, a bill that is tried."""

from __future__ import annotations

from tests.browser.screenshots.album import Look, Scene, Stage


def _look(name: str, wide: int, scheme: str = "light") -> Look:
    return Look(name, {"viewport": {"width": wide, "height": 900}, "color_scheme": scheme})


LOOKS = [
    _look("1280", 1280),
    _look("1280-dark", 1280, "dark"),
    _look("390", 390),
    _look("320-dark", 320, "dark"),
]


async def rules(stage: Stage) -> None:
    page = await stage.pages.open("/regions", **stage.look.options)
    await stage.shoot(page, "10-list", whole=True)
    await page.goto("/regions?find=石家庄")
    await stage.shoot(page, "11-found")
    await page.goto("/regions/13")
    await stage.shoot(page, "20-hebei", whole=True)
    await page.goto("/regions/13?beside=11")
    await stage.shoot(page, "21-beside")
    await page.goto("/regions/1301?day=x&lang=en")
    await stage.shoot(page, "22-wrong-day-english")
    await page.goto("/regions/99")
    await stage.shoot(page, "23-none")


async def tried(stage: Stage) -> None:
    page = await stage.pages.open("/regions/13/try", **stage.look.options)
    await stage.shoot(page, "30-form", whole=True)
    await page.goto("/regions/13/try?amount=102.40&own=30&donor=50&beside=11")
    await stage.shoot(page, "31-two-places", whole=True)
    await page.goto("/regions/13/try?amount=x&own=30")
    await stage.shoot(page, "32-wrong", whole=True)


SCENES: list[Scene] = [rules, tried]
