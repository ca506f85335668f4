"""Law 9: what is shown of a name or a number when the whole is not needed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.words.masking import mask_name, mask_number


@pytest.mark.parametrize(("name", "shown"), [
    ("王芳", "*芳"), ("李小明", "**明"), ("欧阳小明", "***明"), ("王", "*"), ("", "*"),
    ("阿依古丽·买买提", "*******提"),
])  # fmt: skip
def test_of_a_name_the_last_character_stays(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@given(st.text(min_size=2, max_size=50))
def test_no_other_character_of_a_name_is_told(name: str) -> None:
    assert mask_name(name) == "*" * (len(name) - 1) + name[-1]


@pytest.mark.parametrize(("number", "shown"), [
    ("130102194905120017", "130***********0017"), ("13800138000", "138****8000"),
    ("12345678", "123*5678"), ("1234567", "*******"), ("123", "***"), ("", ""),
])  # fmt: skip
def test_of_a_number_head_and_tail_stay(number: str, shown: str) -> None:
    assert mask_number(number) == shown


@given(st.text(max_size=40), st.integers(0, 6), st.integers(1, 6))
def test_never_the_whole_number(number: str, head: int, tail: int) -> None:
    shown = mask_number(number, head, tail)
    assert len(shown) == len(number)
    hidden = len(number) - head - tail
    assert shown.count("*") >= (hidden if hidden > 0 else len(number))
