"""Every rule is a sentence for people, in both languages."""

from __future__ import annotations

import re
from datetime import date

import pytest

from app.kit.reasons import Language
from app.regions.form import all_keys
from app.regions.loader import Rulebook
from app.regions.sources import citation
from app.regions.text.reading.rules import differences, first_day, history, read
from app.regions.text.reading.said import said
from app.regions.text.reading.sentences import rule_sentence, section_title

BOOK = Rulebook.load()
DAY = date(2026, 11, 27)
ENTRIES = [entry for pack in BOOK.packs.values() for entry in pack.entries]


def test_every_parameter_has_a_sentence_and_no_sentence_is_of_another() -> None:
    assert set(said()) == set(all_keys())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_rule_of_any_pack_is_told_as_the_program_has_it(language: Language) -> None:
    for entry in ENTRIES:
        told = rule_sentence(entry.key, entry.value, language)
        assert told.endswith("。" if language == "zh" else "."), told
        assert not re.search(r"[a-z]_[a-z]|\{|\}|unlimited|general|True|False", told), told
        if language == "zh":
            assert not re.search(r"[A-Za-z]", told), told
        else:
            assert not re.search(
                r"[\u4e00-\u9fff]",
                told.replace("亲情账户", "").replace("亲情账号", "").replace("家庭共济", ""),
            ), told


@pytest.mark.parametrize(
    ("key", "value", "zh", "en"),
    [
        (
            "aid.allow_partial",
            False,
            "共济的钱不够付全部，这一笔共济就一分不付。",
            "Where shared money is too little for all, it pays nothing of that bill.",
        ),
        ("aid.max_in", 1, "一个人最多有1位共济人。", "One may have 1 donor(s) at most."),
        (
            "aid.floor_fen",
            200000,
            "共济人账户要留2,000.00元，超过的部分才能共济。",
            "¥2,000.00 has to stay in the donor's account; only what is above may be shared.",
        ),
        (
            "benefit_employee.deductible_fen",
            {"basic": 20000, "second": 40000, "third": 40000},
            "起付线：一级及以下 200.00元，二级 400.00元，三级 400.00元。",
            "Deductible: basic level ¥200.00, second level ¥400.00, third level ¥400.00.",
        ),
        (
            "premium.prices",
            [{"year": 2026, "from_age": 50, "sex": "female", "fen": 46000}],
            "居民医保个人缴费：2026年 50岁及以上女 460.00元。",
            "The residents' premium: 2026 aged 50 and above, women ¥460.00.",
        ),
    ],
)
def test_a_rule_in_words(key: str, value: object, zh: str, en: str) -> None:
    assert (rule_sentence(key, value, "zh"), rule_sentence(key, value, "en")) == (zh, en)


def test_a_document_is_named_and_our_own_choice_is_called_so() -> None:
    hebei = read(BOOK, "13", DAY, "zh")
    rules = {rule.key: rule for rules in hebei.sections.values() for rule in rules}
    partial = rules["aid.allow_partial"]
    assert [one.id for one in partial.documents] == ["A2"]
    assert (partial.basis, partial.own, partial.whose) == ("正式文件或官方发布", True, "河北省")
    assert partial.nation == "共济的钱不够时，能付多少付多少，其余付现金。"
    chain = rules["aid.chain"]  # of F3.3 and F3.4, which name pages about other things
    assert (chain.documents, chain.basis) == ((), "本系统的默认，没有文件规定")
    grace = rules["credential.grace_s"]
    assert (grace.documents, grace.basis) == ((), "本系统的默认，没有文件规定")
    assert rules["premium.prices"].basis == "据所列资料推定，没有明文"
    assert rules["aid.relations"].documents[0].number == "国办发〔2024〕38号"


def test_a_fact_that_several_say_together_names_them() -> None:
    assert [one.id for one in citation("F2.2: x").documents()] == ["S8", "N4"]
    assert [one.id for one in citation("F2.2, S7: x").documents()] == ["S7"]
    assert citation("F2.5: x").documents() == ()


def test_what_differs_from_the_nation() -> None:
    differing = [rule.key for rule in read(BOOK, "13", DAY, "zh").differing]
    assert differing == [
        "aid.donor_order",
        "aid.max_donors",
        "aid.allow_partial",
        "premium.prices",
        "premium.windows",
        "wallet.place_choice",
    ]
    assert read(BOOK, "00", DAY, "zh").differing == []
    gansu = read(BOOK, "62", DAY, "zh")
    assert [rule.key for rule in gansu.differing] == ["wallet.place_choice"]


def test_a_place_without_rules_of_its_own_follows_another() -> None:
    assert read(BOOK, "1301", DAY, "zh").follows == "河北省"
    assert read(BOOK, "13", DAY, "zh").follows == ""
    assert read(BOOK, "21", DAY, "zh").follows == "全国"


def test_what_changed_when() -> None:
    told = dict(history(BOOK, "31", "zh"))
    [share, *_] = told[date(2026, 7, 23)]
    assert share.before == "乙类药品先自付的部分要付现金。"
    assert share.after == "乙类药品先自付的部分，个人账户可以付。"
    assert list(told) == sorted(told, reverse=True)
    assert first_day(BOOK, "31") == date(2021, 4, 1)


def test_two_sets_side_by_side() -> None:
    here, there = BOOK.at("130000", DAY), BOOK.at("110000", DAY)
    rows = {row.key: (row.here, row.there) for row in differences(here, there, "en")}
    assert rows["aid.allow_partial"][0].endswith("it pays nothing of that bill.")
    assert differences(here, here, "zh") == []


@pytest.mark.parametrize("code", sorted(BOOK.packs))
def test_every_region_reads_well_in_both_languages(code: str) -> None:
    for language in ("zh", "en"):
        found = read(BOOK, code, DAY, language)
        assert found.sections and all(found.sections.values())
        for section in found.sections:
            assert section_title(section, language) != section
        assert all(change.after for _, day in history(BOOK, code, "zh") for change in day)
