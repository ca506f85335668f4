"""Areas: whether two insured places lie in the same pool, province or country."""

from __future__ import annotations

from app.regions.loader import Rulebook

AREA_NAMES = {
    "pool": ("统筹区", "pool"),
    "province": ("省", "province"),
    "nation": ("国家", "country"),
}


def same_area(rulebook: Rulebook, area: str, a: str, b: str) -> bool:
    """Whether places ``a`` and ``b`` (six digits) lie in the same area of that kind."""
    if area == "nation":
        return True
    if area == "province":
        return a[:2] == b[:2]
    return rulebook.pool_of(a) == rulebook.pool_of(b)
