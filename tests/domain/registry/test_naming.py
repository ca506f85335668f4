"""Masked names in the place of people's tokens."""

from __future__ import annotations

from app.domain.registry.naming import filled, tokens_in, tokens_of, with_names
from app.kit.reasons import INVALID_INPUT, Because

NAMES = {7: "*敏", 70: "*国"}


def test_a_token_is_found_wherever_words_touch_it_and_a_packs_day_is_none() -> None:
    texts = ["@7共济支付1.00元〔13-hebei@2024-10-01 aid.own_first〕。", "先@70、后@7", "无人"]
    assert tokens_in(texts) == {7, 70}
    assert filled(texts, NAMES) == [
        "*敏共济支付1.00元〔13-hebei@2024-10-01 aid.own_first〕。",
        "先*国、后*敏",
        "无人",
    ]


def test_who_has_no_name_stays_a_token_and_sentences_stay_apart() -> None:
    assert filled(["@8", "", "@7"], NAMES) == ["@8", "", "*敏"]
    assert filled(["a", "b"], {}) == ["a", "b"]
    assert filled(["line\nbreak @7", "@70"], NAMES) == ["line\nbreak *敏", "*国"]


def test_figures_that_are_tokens_become_names_and_others_stay() -> None:
    reason = Because(INVALID_INPUT, {"detail": "@7", "sum": "70"})
    assert tokens_of([reason]) == {7}
    [named] = with_names([reason], NAMES)
    assert named.params == {"detail": "*敏", "sum": "70"}
    assert reason.params["detail"] == "@7"
