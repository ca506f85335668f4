"""Relations between people: names, national codes, and what can't be.

Codes follow GB/T 4761 (SOURCES N6); the near relatives are those of the Civil Code (SOURCES N3).
A relation is always said from the actor's side: "who is the other to me".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, get_args

from app.kit.clock import age_on
from app.kit.reasons import Language
from app.kit.value import value

Relation = Literal[
    "self",
    "husband",
    "wife",
    "father",
    "mother",
    "son",
    "daughter",
    "elder_brother",
    "younger_brother",
    "elder_sister",
    "younger_sister",
    "paternal_grandfather",
    "paternal_grandmother",
    "maternal_grandfather",
    "maternal_grandmother",
    "sons_son",
    "sons_daughter",
    "daughters_son",
    "daughters_daughter",
    "father_in_law",
    "mother_in_law",
    "step_father",
    "step_mother",
    "step_son",
    "step_daughter",
]

RELATIONS: tuple[str, ...] = get_args(Relation)

Group = Literal[
    "self",
    "spouse",
    "parents",
    "children",
    "siblings",
    "paternal_grandparents",
    "maternal_grandparents",
    "sons_children",
    "daughters_children",
    "parents_in_law",
]


@value
class Kind:
    """What one relation means."""

    code: str
    zh: str
    group: Group
    gend: str  # the other's sex: 1 male, 2 female, "" either
    generation: int  # the other against me: 1 older generation, -1 younger, 0 the same
    elder: int = 0  # among siblings: 1 the other is older, -1 younger
    step: bool = False  # by marriage or adoption: as by birth, but one may have several, of any age


KINDS: dict[str, Kind] = {
    "self": Kind("01", "本人", "self", "", 0),
    "husband": Kind("11", "丈夫", "spouse", "1", 0),
    "wife": Kind("12", "妻子", "spouse", "2", 0),
    "son": Kind("20", "儿子", "children", "1", -1),
    "daughter": Kind("30", "女儿", "children", "2", -1),
    "step_son": Kind("27", "继子或养子", "children", "1", -1, step=True),
    "step_daughter": Kind("37", "继女或养女", "children", "2", -1, step=True),
    "sons_son": Kind("41", "孙子", "sons_children", "1", -2),
    "sons_daughter": Kind("42", "孙女", "sons_children", "2", -2),
    "daughters_son": Kind("43", "外孙子", "daughters_children", "1", -2),
    "daughters_daughter": Kind("44", "外孙女", "daughters_children", "2", -2),
    "father": Kind("51", "父亲", "parents", "1", 1),
    "mother": Kind("52", "母亲", "parents", "2", 1),
    "step_father": Kind("57", "继父或养父", "parents", "1", 1, step=True),
    "step_mother": Kind("58", "继母或养母", "parents", "2", 1, step=True),
    "father_in_law": Kind("55", "配偶的父亲", "parents_in_law", "1", 1),
    "mother_in_law": Kind("56", "配偶的母亲", "parents_in_law", "2", 1),
    "paternal_grandfather": Kind("61", "祖父", "paternal_grandparents", "1", 2),
    "paternal_grandmother": Kind("62", "祖母", "paternal_grandparents", "2", 2),
    "maternal_grandfather": Kind("63", "外祖父", "maternal_grandparents", "1", 2),
    "maternal_grandmother": Kind("64", "外祖母", "maternal_grandparents", "2", 2),
    "elder_brother": Kind("71", "哥哥", "siblings", "1", 0, 1),
    "younger_brother": Kind("73", "弟弟", "siblings", "1", 0, -1),
    "elder_sister": Kind("75", "姐姐", "siblings", "2", 0, 1),
    "younger_sister": Kind("77", "妹妹", "siblings", "2", 0, -1),
}

_IN_ENGLISH = {
    "self": "yourself", "sons_son": "son's son", "sons_daughter": "son's daughter",
    "daughters_son": "daughter's son", "daughters_daughter": "daughter's daughter",
    "father_in_law": "father-in-law", "mother_in_law": "mother-in-law",
    "step_father": "step- or adoptive father", "step_mother": "step- or adoptive mother",
    "step_son": "step- or adopted son", "step_daughter": "step- or adopted daughter",
}  # fmt: skip


def relation_text(relation: str, language: Language) -> str:
    """A relation as people call it."""
    if language == "zh":
        return KINDS[relation].zh
    return _IN_ENGLISH.get(relation, relation.replace("_", " "))


ONE_OF_A_KIND = {"spouse": "配偶", "father": "父亲", "mother": "母亲"}
"""Of these a person has one at the most (checks in use: SOURCES F3.2)."""


def contradiction(
    relation: str, *, my_brdy: date, my_gend: str, other_brdy: date, other_gend: str, today: date
) -> str | None:
    """Why this relation can't be, in Chinese, or None. Sex 0 or 9 contradicts nothing."""
    kind = KINDS[relation]
    if kind.gend and other_gend in ("1", "2") and other_gend != kind.gend:
        return f"{kind.zh}的性别与登记不符"
    if kind.group == "spouse" and my_gend in ("1", "2") and my_gend == other_gend:
        return "配偶双方登记的性别相同"
    if kind.group == "spouse" and min(age_on(my_brdy, today), age_on(other_brdy, today)) < 18:
        return "配偶一方未成年"
    # A generation is at least fourteen years; less is a slip of the finger.
    years = (my_brdy - other_brdy).days / 365.2425
    apart = years if kind.generation > 0 else -years
    free = kind.step or kind.group == "parents_in_law"
    if kind.generation and not free and apart < 14 * abs(kind.generation):
        return f"双方年龄与{kind.zh}不符"
    if kind.elder * years < 0:
        return f"双方年龄与{kind.zh}不符"
    return None


def unique_facts(relation: str, *, me: int, other: int, my_gend: str) -> set[tuple[int, str, int]]:
    """What a relation says of roles that one person fills at the most: (whose, role, who).

    "She is my daughter", said by a man, makes him her father: two men can't both say so.
    """
    kind = KINDS[relation]
    if kind.step:
        return set()
    if kind.group == "spouse":
        return {(me, "spouse", other), (other, "spouse", me)}
    if kind.group == "parents":
        return {(me, relation, other)}
    if kind.group == "children" and my_gend in ("1", "2"):
        return {(other, "father" if my_gend == "1" else "mother", me)}
    return set()


def contradicting_role(
    new: set[tuple[int, str, int]], known: set[tuple[int, str, int]]
) -> str | None:
    """The role, in Chinese, that somebody else fills already, or None."""
    for whose, role, who in sorted(new):
        if any((whose, role) == fact[:2] and who != fact[2] for fact in known):
            return ONE_OF_A_KIND[role]
    return None


_SEEN_FROM_THERE = {
    "spouse": ("丈夫", "妻子", "配偶"),
    "parents": ("儿子", "女儿", "子女"),
    "children": ("父亲", "母亲", "父母"),
    "siblings": ("兄弟", "姐妹", "兄弟姐妹"),
    "paternal_grandparents": ("孙子", "孙女", "孙子女"),
    "maternal_grandparents": ("外孙子", "外孙女", "外孙子女"),
    "sons_children": ("祖父", "祖母", "祖父母"),
    "daughters_children": ("外祖父", "外祖母", "外祖父母"),
    "parents_in_law": ("女婿", "儿媳", "子女的配偶"),
    "self": ("本人", "本人", "本人"),
}
_STEPS_FROM_THERE = {
    "parents": ("继子或养子", "继女或养女", "继子女或养子女"),
    "children": ("继父或养父", "继母或养母", "继父母或养父母"),
}
_STEPS_IN_ENGLISH = {
    "parents": ("step- or adopted son", "step- or adopted daughter", "step- or adopted child"),
    "children": (
        "step- or adoptive father", "step- or adoptive mother", "step- or adoptive parent",
    ),
}  # fmt: skip
_SEEN_IN_ENGLISH = {
    "spouse": ("husband", "wife", "spouse"),
    "parents": ("son", "daughter", "child"),
    "children": ("father", "mother", "parent"),
    "siblings": ("brother", "sister", "sibling"),
    "paternal_grandparents": ("grandson", "granddaughter", "grandchild"),
    "maternal_grandparents": ("grandson", "granddaughter", "grandchild"),
    "sons_children": ("grandfather", "grandmother", "grandparent"),
    "daughters_children": ("grandfather", "grandmother", "grandparent"),
    "parents_in_law": ("son-in-law", "daughter-in-law", "child's spouse"),
    "self": ("yourself", "yourself", "yourself"),
}


def seen_from_there(relation: str, my_gend: str, language: Language = "zh") -> str:
    """What I am to the other when the other is ``relation`` to me."""
    kind = KINDS[relation]
    words = _SEEN_FROM_THERE if language == "zh" else _SEEN_IN_ENGLISH
    if kind.step:
        words = words | (_STEPS_FROM_THERE if language == "zh" else _STEPS_IN_ENGLISH)
    man, woman, either = words[kind.group]
    return {"1": man, "2": woman}.get(my_gend, either)


def relation_back(relation: str, other_gend: str) -> Relation | None:
    """Who the other is to me, to whom I am ``relation``; None where that leaves it open, as a
    grandchild does by which parent, a sister whether the older, and a step-parent whose child."""
    back: dict[Group, tuple[Relation, Relation]] = {
        "spouse": ("husband", "wife"),
        "parents": ("son", "daughter"),
        "children": ("father", "mother"),
    }
    kind = KINDS[relation]
    pair = None if kind.step else back.get(kind.group)
    return None if pair is None else {"1": pair[0], "2": pair[1]}.get(other_gend)


def in_english(names: Iterable[str]) -> str:
    """Relations or groups of relatives, as they are called in code, in English."""
    return ", ".join(name.replace("_", " ") for name in names)


def other_is(relation: str, mine: bool, other_gend: str, language: Language) -> str:
    """What the other is to me. ``mine``: the relation is said from my side, else from there."""
    if mine:
        return relation_text(relation, language)
    return seen_from_there(relation, other_gend, language)
