"""Each value is cut to what its field's type takes."""

from __future__ import annotations

import pytest

from app.outside.wechat_messages.values import amount, fitted, time
from tests.phone_world import at


@pytest.mark.parametrize(
    ("field", "text", "fits"),
    [
        ("thing1", "亲" * 20, "亲" * 20),
        ("thing1", "亲" * 21, "亲" * 19 + "…"),
        ("thing12", "a\nb\x00 c", "a b c"),
        ("thing1", " \n ", "-"),
        ("name3", "欧" * 11, "欧" * 10),
        ("phrase2", "已经成功支付", "已经成功支"),
        ("character_string4", "x" * 40, "x" * 32),
        ("time5", "2026年11月27日 16:05", "2026年11月27日 16:05"),
    ],
)
def test_a_value_fits_its_field(field: str, text: str, fits: str) -> None:
    assert fitted(field, text) == fits


def test_sums_and_times_have_wechats_form() -> None:
    assert (amount(4_050), amount(1), amount(10**12)) == ("¥40.50", "¥0.01", "¥10000000000")
    assert time(at(2026, 11, 7, 3, 8)) == "2026年11月7日 03:08"
