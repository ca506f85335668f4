"""What a notice says, in both languages, and what outside is told of it."""

from __future__ import annotations

import pytest

from app.domain.notice.kinds import KINDS, TOPICS, Kind
from app.domain.notice.rules.words import helps, people_in, sentence
from app.domain.notice.values import Params

EVERYTHING: Params = {
    "name": "@5", "shop": "P1", "sum_fen": 4_050, "aid_fen": 3, "day": "2026-11-27",
    "year": "2027", "cause": "停保", "cause_en": "stopped", "grant": "7", "bill": "8",
    "binding": "9", "child": "@5", "order": "10", "what": "开通",
    "what_en": "opened", "form": "F-1", "place": "河北省", "place_en": "河北省",
}  # fmt: skip
NAMES, SHOPS = {5: "*敏"}, {"P1": "安康药房"}


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_each_kind_has_words_in_both_languages(kind: Kind) -> None:
    for language in ("zh", "en"):
        text = sentence(kind, EVERYTHING, language, NAMES, SHOPS)
        assert "{" not in text and "@" not in text and "None" not in text
    assert kind.topic in TOPICS


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_outside_nothing_is_said_of_names_places_and_health(kind: Kind) -> None:
    """WeChat cuts a line after twenty letters, so none is longer."""
    assert 0 < len(kind.outside) <= 20 and "{" not in kind.outside
    assert not any(word in kind.outside for word in ("药", "病", "院", "诊"))


def test_a_use_is_told_with_who_where_and_how_much() -> None:
    text = sentence(KINDS["aid_used"], EVERYTHING, "zh", NAMES, SHOPS)
    assert text == "*敏在安康药房结算，用您的个人账户付了40.50元。"
    text = sentence(KINDS["aid_used"], EVERYTHING, "en", NAMES, SHOPS)
    assert text == "*敏 paid 40.50 yuan from your account at 安康药房."


def test_somebody_who_is_there_no_more_has_no_name() -> None:
    assert sentence(KINDS["aid_used"], EVERYTHING, "zh", {}, {}).startswith("＊在P1结算")


def test_one_tap_leads_to_the_record() -> None:
    assert helps(KINDS["aid_used"], EVERYTHING | {"binding": ""}) == [
        ("bill", "8"),
        ("freeze", "7"),
        ("not_me", "7"),
    ]
    assert helps(KINDS["code_shown"], {"binding": "9"}) == [("not_me", "9"), ("family", "9")]
    assert people_in(EVERYTHING) == {5}
