"""Values as people read them."""

from __future__ import annotations

import pytest

from app.regions.text.show import value_text


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("aid.cap_day_fen", "unlimited", "不限"),
        ("premium.excluded", "unlimited", "无"),
        ("premium.prices", "unlimited", "未开通"),
        ("premium.prices", [{"year": 2027, "fen": 40_000}], "2027 400.00 元"),
        (
            "premium.prices",
            [
                {"year": 2027, "to_age": 17, "fen": 43_500},
                {"year": 2027, "from_age": 60, "fen": 46_000},
                {"year": 2027, "identity": "student", "fen": 43_500},
                {"year": 2027, "from_age": 50, "sex": "female", "fen": 46_000},
            ],
            "2027 0-17岁 435.00 元；2027 60岁及以上 460.00 元；2027 在校学生 435.00 元；"
            "2027 50岁及以上 女 460.00 元",
        ),
        (
            "premium.windows",
            [{"year": 2027, "opens": "2026-10-01", "closes": "2026-12-31"}],
            "2027 2026-10-01 ~ 2026-12-31",
        ),
        ("premium.first_gap_year", 2025, "2025"),
        ("premium.waiting_months", 3, "3 个月"),
        ("premium.excluded", ["newborn", "aided"], "新生儿、医疗救助对象"),
    ],
)
def test_values_are_written_for_people(key: str, value: object, text: str) -> None:
    assert value_text(key, value) == text
