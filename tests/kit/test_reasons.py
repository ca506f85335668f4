"""Law 10: a reason has its sentence and next step in the reader's language, figures filled in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.kit.reasons import Because, Reason, Refusal, by_code

CAP = Reason(
    "CAP", 409,
    "超过{name}的上限{cap}元。", "请{name}调高上限。",
    "Above the limit of {cap} yuan of {name}.", "Ask {name} for more than {cap}.",
    fixer="donor",
)  # fmt: skip
FIGURES: dict[str, Any] = {"name": "*芳", "cap": "12.00"}


def test_sentence_and_next_step_in_both_languages() -> None:
    assert CAP.sentence(**FIGURES) == "超过*芳的上限12.00元。"
    assert CAP.next_step(**FIGURES) == "请*芳调高上限。"
    assert CAP.sentence("en", **FIGURES) == "Above the limit of 12.00 yuan of *芳."
    assert CAP.next_step("en", **FIGURES) == "Ask *芳 for more than 12.00."


def test_as_an_answer() -> None:
    assert Because(CAP, FIGURES).as_dict() == {
        "reason": "CAP",
        "message": "超过*芳的上限12.00元。",
        "next_step": "请*芳调高上限。",
        "fixer": "donor",
    }
    assert Because(CAP, FIGURES).as_dict("en")["message"].startswith("Above the limit of 12.00")


def test_a_figure_that_is_missing_is_a_fault_and_not_half_a_sentence() -> None:
    with pytest.raises(KeyError, match="cap"):
        CAP.sentence(name="*芳")
    with pytest.raises(KeyError, match="name"):
        Because(CAP).as_dict()


def test_a_figure_is_filled_in_as_it_is() -> None:
    """What a person is called is no pattern of ours."""
    assert CAP.sentence(name="{cap}{0}%s", cap="1") == "超过{cap}{0}%s的上限1元。"


def test_a_refusal_carries_reason_and_figures_as_texts() -> None:
    refusal = Refusal(CAP, name="*芳", cap=12)
    assert (str(refusal), refusal.reason) == ("CAP", CAP)
    assert refusal.because() == Because(CAP, {"name": "*芳", "cap": "12"})


def test_the_same_reason_may_come_twice_but_no_two_have_one_code() -> None:
    assert by_code([CAP, CAP]) == {"CAP": CAP}
    with pytest.raises(ValueError, match="CAP"):
        by_code([CAP, replace(CAP, status=410)])
