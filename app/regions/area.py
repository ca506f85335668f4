"""Areas: whether two insured places lie in the same pool, province or country."""

from __future__ import annotations

from collections.abc import Iterable

from app.regions.loader import Rulebook
from app.regions.rules import Area

AREA_NAMES: dict[Area, tuple[str, str]] = {
    "pool": ("统筹区", "pool"),
    "province": ("省", "province"),
    "nation": ("国家", "country"),
}


def apart(rulebook: Rulebook, areas: Iterable[Area], a: str, b: str) -> Area | None:
    """Of the areas that two places should share, the first that they don't, or None."""
    return next((area for area in areas if not same_area(rulebook, area, a, b)), None)


def same_area(rulebook: Rulebook, area: Area, a: str, b: str) -> bool:
    """Whether places ``a`` and ``b`` (six digits) lie in the same area of that kind."""
    if area == "nation":
        return True
    if area == "province":
        return a[:2] == b[:2]
    return rulebook.pool_of(a) == rulebook.pool_of(b)
