"""What relations say, without a database."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.registry.relations import (
    KINDS,
    RELATIONS,
    contradicting_role,
    contradiction,
    relation_back,
    seen_from_there,
    unique_facts,
)

TODAY = date(2026, 11, 21)


def test_every_relation_has_a_kind_and_a_view_from_the_other_side() -> None:
    assert set(RELATIONS) == set(KINDS)
    for relation in RELATIONS:
        assert seen_from_there(relation, "1") and seen_from_there(relation, "9")


@pytest.mark.parametrize(
    ("relation", "years", "possible"),
    [
        ("father", 14, True), ("father", 13, False), ("son", -14, True), ("son", -13, False),
        ("paternal_grandfather", 28, True), ("paternal_grandfather", 27, False),
        ("daughters_son", -28, True), ("daughters_son", -27, False),
        ("elder_brother", 0, True), ("elder_brother", -1, False), ("younger_brother", 1, False),
        ("father_in_law", -5, True),
    ],
)  # fmt: skip
def test_ages(relation: str, years: int, possible: bool) -> None:
    other = date(1980 - years, 5, 16 if years > 0 else 18 if years < 0 else 17)
    found = contradiction(
        relation,
        my_brdy=date(1980, 5, 17),
        my_gend="2",
        other_brdy=other,
        other_gend="1",
        today=TODAY,
    )
    assert (found is None) == possible


def test_unknown_sex_contradicts_nothing() -> None:
    for gend in ("0", "9"):
        assert (
            contradiction(
                "mother",
                my_brdy=date(1980, 1, 1),
                my_gend=gend,
                other_brdy=date(1950, 1, 1),
                other_gend=gend,
                today=TODAY,
            )
            is None
        )


def test_one_father_said_from_both_sides() -> None:
    by_father = unique_facts("son", me=1, other=2, my_gend="1")
    by_child = unique_facts("father", me=2, other=1, my_gend="1")
    assert by_father == by_child == {(2, "father", 1)}
    assert contradicting_role(by_father, by_child) is None
    assert contradicting_role({(2, "father", 3)}, by_child) == "父亲"
    assert contradicting_role({(2, "mother", 3)}, by_child) is None
    assert contradicting_role({(2, "father", 3)}, {(2, "father", 3), (2, "father", 1)}) == "父亲"


def test_spouses_say_the_same() -> None:
    assert unique_facts("wife", me=1, other=2, my_gend="1") == unique_facts(
        "husband", me=2, other=1, my_gend="2"
    )


def test_a_step_or_adoptive_parent_stands_beside_the_one_by_birth() -> None:
    """Codes 57, 58, 27 and 37 of GB/T 4761: their groups are parents and children, which a region
    names; nobody's place is taken by them, and no age is too near."""
    codes = {name: KINDS[name].code for name in RELATIONS if KINDS[name].step}
    assert codes == {
        "step_father": "57",
        "step_mother": "58",
        "step_son": "27",
        "step_daughter": "37",
    }
    assert {KINDS[name].group for name in codes} == {"parents", "children"}
    for name in codes:
        assert unique_facts(name, me=1, other=2, my_gend="1") == set()
    father = unique_facts("father", me=1, other=2, my_gend="1")
    assert (
        contradicting_role(unique_facts("step_father", me=1, other=3, my_gend="1"), father) is None
    )
    assert seen_from_there("step_son", "2") == "继母或养母"
    assert seen_from_there("step_mother", "1", "en") == "step- or adopted son"
    assert seen_from_there("father", "1") == "儿子"
    near = {"my_brdy": date(1990, 1, 1), "other_brdy": date(1985, 1, 1), "today": TODAY}
    assert contradiction("step_mother", my_gend="1", other_gend="2", **near) is None
    assert contradiction("mother", my_gend="1", other_gend="2", **near)
    assert contradiction("step_mother", my_gend="1", other_gend="1", **near), "sex still counts"


def test_who_the_other_is_to_me_seen_from_there() -> None:
    assert relation_back("father", "2") == "daughter" and relation_back("son", "2") == "mother"
    assert relation_back("husband", "2") == "wife"
    open_ones = ("elder_sister", "maternal_grandfather", "sons_son", "step_father", "father_in_law")
    assert [relation_back(one, "1") for one in open_ones] == [None] * len(open_ones)
    assert relation_back("father", "") is None
