"""The steps of a decision are told in plain words, in two languages, with the rule behind each."""

from __future__ import annotations

import re
from random import Random

import pytest

from app.api.reasons import EVERY
from app.domain.settlement.rules.decide import decide
from app.domain.settlement.rules.steps import Step, plain, sentence
from app.kit.clock import local_date
from app.kit.reasons import Language
from app.regions.loader import PACKS, Rulebook
from tests.oracle import engine
from tests.oracle.cases import make_case
from tests.oracle.test_oracle import places_of

BOOK, PLACES = Rulebook.load(), places_of(PACKS)


def steps_of_many_bills() -> list[Step]:
    found: dict[tuple[str, ...], Step] = {}
    for seed in range(700_000, 703_000):
        case = make_case(Random(seed), PLACES)
        if "refused" in engine.outcome(case, BOOK):
            continue
        snapshot = engine.snapshot_of(case, BOOK)
        today = local_date(case["moment"])
        decision = decide(engine.bill_of(case), snapshot, engine.institution_of(case), today)
        for step in decision.funding.steps.items:
            who = "a rule" if step.by else "the donor"
            words = [who, *(step.figures.get(name, "") for name in ("rule", "partial", "why"))]
            found.setdefault((step.say, *words), step)
    return list(found.values())


STEPS = steps_of_many_bills()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_name_of_a_rule_or_reason_stands_where_a_word_should(language: Language) -> None:
    assert {step.say for step in STEPS} >= {"order", "how_many", "source", "cap", "skipped", "paid"}
    for step in STEPS:
        text = sentence(step, EVERY, language)
        said = re.split(r"〔| \[", text)[0]
        assert "_" not in said and "{" not in said, text
        assert not any(re.search(rf"\b{code}\b", said) for code in EVERY), text
        assert bool(re.search(r"[一-鿿]", said)) is (language == "zh"), text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_people_read_no_key_and_nothing_that_came_to_nothing(language: Language) -> None:
    for step in STEPS:
        text = plain(step, EVERY, language)
        if text is None:
            assert "0.00" in step.figures.values()
            continue
        assert not re.search(r"〔|@20\d\d-|_", text), text
        if step.say == "split":
            assert not re.search(r"(?<!\d)0\.00", text), text


def test_of_a_bill_only_the_parts_that_there_are_are_told() -> None:
    figures = {"total": "12.80", "scope": "12.80", "first": "0.00", "over": "0.00", "own": "0.00"}
    assert plain(Step("split", "", "", figures), {}) == "总额12.80元：医保范围内12.80元。"
    paid = {"part": "12.80", "payable": "12.80"}
    said = "个人负担12.80元，都可以用个人账户支付。"
    assert plain(Step("payable", "", "", paid), {}) == said
    assert plain(Step("own", "", "", {"paid": "0.00", "left": "0.00"}), {}) is None


def test_each_step_by_a_rule_names_the_pack_and_its_day() -> None:
    for step in STEPS:
        if step.key and step.by:
            text = sentence(step, EVERY)
            assert re.search(r"〔[0-9a-z-]+@\d{4}-\d\d-\d\d [a-z_.]+〕$", text), step


def test_a_cap_that_the_donor_has_set_is_not_laid_on_a_rule() -> None:
    caps = {(step.by.partition("@")[0], step.key) for step in STEPS if step.say == "cap"}
    assert ("", "aid.cap_day_fen") in caps
    assert ("4506-fangchenggang", "aid.cap_per_use_fen") in caps
    assert ("00-nation", "aid.cap_day_fen") not in caps, "the nation has no cap"
