"""The list of reasons is whole: whatever the source calls a reason can be looked up by its code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.api import reasons
from app.api.reasons import EVERY, because
from app.kit.reasons import Reason

APP = Path(__file__).parents[3] / "app"


def _making() -> Iterator[Path]:
    """The modules in which a reason is made."""
    for path in APP.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Reason":
                yield path


def test_every_place_where_reasons_are_made_is_listed() -> None:
    assert set(_making()) == {Path(str(place.__file__)) for place in reasons._PLACES}
    assert len(EVERY) > 100


def test_a_stored_reason_comes_back_with_its_figures() -> None:
    found = because("CAP_DAY", {"name": "*芳", "cap": "12.00"})
    assert found.as_dict()["reason"] == "CAP_DAY" and "12.00" in found.as_dict()["message"]
    with pytest.raises(KeyError):
        because("NEVER_HEARD_OF", {})


@pytest.mark.parametrize("reason", EVERY.values(), ids=EVERY)
def test_a_code_fits_where_it_is_kept(reason: Reason) -> None:
    assert 0 < len(reason.code) <= 40 and reason.code.isascii() and reason.code.isupper()
    assert 400 <= reason.status <= 599
