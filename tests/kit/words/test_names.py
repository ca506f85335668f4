"""Names and numbers are the same however somebody wrote them."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.words.names import name_form, number_form, written
from app.kit.words.normal import ASSIGNED, assigned, is_text

DOTS = "·‧•・．∙⋅●.･。｡･˙·⦁ꞏ⸱․﹒◦ㆍ"


@pytest.mark.parametrize("dot", [*DOTS, " · ", "·\u200b", "··", "\u00b7\ufe0e"])
def test_the_many_middle_dots_are_one(dot: str) -> None:
    assert name_form(f"阿卜杜拉{dot}买买提") == "阿卜杜拉·买买提"


@pytest.mark.parametrize(
    ("typed", "registered"),
    [
        ("李　敏", "李敏"), ("李 敏", "李敏"), ("李\u00a0\u2003敏 ", "李敏"),
        ("\ufeff李敏", "李敏"),
        ("\uf955", "凌"), ("\U0002f80f", "兔"), ("⼭", "山"), ("⻩⻰", "黄龙"), ("⻢", "马"),
        ("\ue863", "䶮"), ("\ue81e", "\u9fb4"), ("\ue854", "\u9fba"), ("\ue816", "𠂇"),
        ("葛\U000e0100城", "葛城"), ("邊\ufe00", "邊"), ("○", "〇"),
        ("ＪＯＨＮ　SMITH", "john  smith"), ("O’Brien Anne‐Marie", "O'BRIEN ANNE-MARIE"),
        ("J. Smith", "J.SMITH"), ("Jose\u0301", "JOSÉ"), ("\u202d王芳\u202c", "王芳"),
        ("阿卜杜拉·", "阿卜杜拉"), ("ｱﾌﾞ", "アブ"), ("王 Anna", "王ANNA"),
    ],
)  # fmt: skip
def test_a_name_is_the_same_however_it_is_written(typed: str, registered: str) -> None:
    assert name_form(typed) == name_form(registered) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("阿卜杜拉·买买提", "阿卜杜拉买买提"), ("Anna Li", "AnnaLi"), ("凌", "淩"),
        ("王芳", "王方"),
        ("龙", "龍"), ("\U0003158e", "\U0003158f"), ("O'Brien", "OBrien"),
    ],
)  # fmt: skip
def test_other_names_stay_others(one: str, other: str) -> None:
    assert name_form(one) != name_form(other)


@pytest.mark.parametrize("name", ["𱖎", "\U0003158e", "\U0002ebf0", "\U00033479", "李\U000323b0"])
def test_characters_newer_than_this_python_are_names(name: str) -> None:
    assert is_text(name)
    assert name_form(f" {name} ") == name


@pytest.mark.parametrize(
    "typed",
    [
        "13010219490512001Ｘ", "13010219490512001Ⅹ", "13010219490512001ⅹ", "13010219490512001x",
        "130102 19490512 001X", "１３０１０２１９４９０５１２００１X",
        "130102\u3000194905\u00a012001x",
        "\u202d13010219490512001x\u202c", "13010219490512001×", "13010219490512001Х",
        "\ufeff13010219490512001X\r\n", "13010219490512001Χ", "130102\u200b19490512001X",
    ],
)  # fmt: skip
def test_a_number_is_the_same_however_it_is_written(typed: str) -> None:
    assert number_form(typed) == "13010219490512001X"


@pytest.mark.parametrize(
    ("typed", "registered"),
    [("h１２３ (4)", "H123(4)"), ("（鲁）第12号", "(鲁)第12号"), ("E－12", "e-12"), ("٣", "3")],
)
def test_numbers_of_other_papers_too(typed: str, registered: str) -> None:
    assert number_form(typed) == number_form(registered)


@given(st.text(max_size=30))
def test_a_form_is_its_own_form(text: str) -> None:
    for form in (name_form, number_form, written):
        assert form(form(text)) == form(text)


@given(st.text(max_size=30))
def test_case_width_and_composition_never_matter(text: str) -> None:
    for form in (name_form, number_form):
        assert form(unicodedata.normalize("NFD", text)) == form(unicodedata.normalize("NFC", text))
    assert name_form(text.casefold()) == name_form(text)


def test_what_is_kept_has_ordinary_blanks() -> None:
    assert written("\u3000李\u3000 敏\u00a0\ufeff") == "李 敏"
    assert written("阿卜杜拉•买买提") == "阿卜杜拉•买买提"
    assert written("\ue863") == "\ue863"


def test_gb18030_says_which_character_was_meant() -> None:
    """Python's own decoder knows most of the list, under the bytes of the same place."""
    rows = [(0xFE, low) for low in (*range(0x50, 0x7F), *range(0x80, 0xA1))]
    for place, pair in enumerate(rows):
        private = chr(0xE815 + place)
        decoded = bytes(pair).decode("gb18030")
        assert decoded in (ASSIGNED[private], private), hex(ord(private))
    assert len(ASSIGNED) == 92
    assert not any(unicodedata.category(one) == "Co" for one in ASSIGNED.values())
    assert assigned("李\ue863") == "李䶮"


@pytest.mark.parametrize("text", ["\0", "a\x85", "\u200b", "\u202e", "\ue000", "\udc80", "\ufffe"])
def test_what_is_no_text(text: str) -> None:
    assert not is_text(text)
