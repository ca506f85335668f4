"""A number with an exponent stays the text that was sent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.kit.written import with_exponents_as_text


@pytest.mark.parametrize(("raw", "value"), [
    ('{"a": 1e2}', {"a": "1e2"}), ('{"a":5.0e0,"b":[1E-2]}', {"a": "5.0e0", "b": ["1E-2"]}),
    ('[-1e2]', ["-1e2"]), ('{"a": 12.50, "b": 3}', {"a": 12.5, "b": 3}),
    ('{"note": "x,1e2", "a": 1.5}', {"note": "x,1e2", "a": 1.5}),
    ('{"a": 0.00001}', {"a": 0.00001}),
])  # fmt: skip
def test_an_exponent_is_told(raw: str, value: Any) -> None:
    assert with_exponents_as_text(raw.encode(), json.loads(raw)) == value


def test_very_many_digits_do_no_harm() -> None:
    raw = '{"a": 1e2, "b": ' + "9" * 6_000 + "}"
    assert with_exponents_as_text(raw.encode(), {})["b"] == float("inf")
