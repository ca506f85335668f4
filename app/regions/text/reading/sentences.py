"""One rule as a sentence, and its figures in the reader's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from app.kit.money import plain_number, yuan_text
from app.kit.reasons import Language
from app.regions.form import UNLIMITED
from app.regions.rules import GENERAL
from app.regions.text.labels import LEVELS, SECTIONS, SPECIAL_WORDS, WORDS
from app.regions.text.reading.said import said
from app.words import ACCOUNTS, PURPOSES

_ANY = "*"
_YES, _NO = "yes", "no"
_WORDS_EN = {
    "spouse": "spouse",
    "parents": "parents",
    "children": "children",
    "siblings": "siblings",
    "paternal_grandparents": "father's parents",
    "maternal_grandparents": "mother's parents",
    "sons_children": "sons' children",
    "daughters_children": "daughters' children",
    "parents_in_law": "the spouse's parents",
    **{purpose: word.en for purpose, word in PURPOSES.items()},
    "drug": "drugs",
    "slices": "herbal slices",
    "device": "medical devices",
    "disinfectant": "disinfectants",
    "service": "treatment",
    "health_food": "health food",
    "none": "goods without a licence",
    "own": "the own account",
    "donors": "donors",
    "wallet": "the wallet",
    "personal": "the personal account",
    "current": ACCOUNTS["CURRENT"].en,
    "carried_over": ACCOUNTS["CARRIED"].en,
    "student": "pupils and students",
    "newborn": "the newborn",
    "aided": "those whose premium is aided",
    "male": "men",
    "female": "women",
}
_SECTIONS_EN = {
    "credential": "Codes (医保码)",
    "family": "Family account (亲情账户)",
    "aid": "Mutual aid (家庭共济)",
    "scope": "What accounts may pay",
    "own": "The own account",
    "purses": "Who pays, in which order",
    "benefit_employee": "Outpatient pooling, employees",
    "benefit_resident": "Outpatient pooling, residents",
    "dating": "Dates of bills",
    "lines": "Amounts of lines",
    "repeats": "Bills sent again",
    "trace": "Trace codes",
    "premium": "Residents' premiums",
    "wallet": "Wallet (医保钱包)",
    "account": "The personal account's year",
    "display": "Slips and messages",
}
_LEVELS_EN = {"basic": "basic level", "second": "second level", "third": "third level"}
_SHARES = ("ratio_active", "ratio_retired")
_SHARE_ENDINGS = ("_share", "_points", "_rate")


def rule_sentence(key: str, value: object, language: Language) -> str:
    """What a parameter says with this value; a key that is not known says it plainly."""
    row = said().get(key, {})
    sentence = row.get(_name_of(value)) or row.get(_ANY)
    if sentence is None:
        return f"{key}: {value}"
    return sentence.name(language).format(v=figure(key, value, language))


def _name_of(value: object) -> str:
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, str) and value not in (UNLIMITED, GENERAL) and _is_zero(value):
        return "0"
    return str(value)


def _is_zero(text: str) -> bool:
    return text.strip("0") in ("", ".")


def section_title(section: str, language: Language) -> str:
    """A section's title."""
    return (SECTIONS if language == "zh" else _SECTIONS_EN).get(section, section)


def figure(key: str, value: object, language: Language) -> str:
    """A value in words: ``2,000.00元``, ``50%``, ``配偶、父母``, ``2026年 435.00元``."""
    name = key.partition(".")[2]
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return _join([_row(one, language) for one in value], language, "；", "; ")
    if isinstance(value, list):
        return _join([_word(key, str(one), language) for one in value], language, "、", ", ")
    if isinstance(value, Mapping):
        return _by_level(key, value, language)
    if isinstance(value, int) and name.endswith("_fen"):
        return money(value, language)
    is_share = name in _SHARES or name.endswith(_SHARE_ENDINGS)
    if is_share and isinstance(value, str) and plain_number(value) is not None:
        return percent(value)
    return _word(key, str(value), language)


def money(fen: int, language: Language) -> str:
    """``2,000.00元`` or ``¥2,000.00``."""
    whole, _, cents = yuan_text(fen).partition(".")
    amount = f"{int(whole):,}.{cents}"
    return f"{amount}元" if language == "zh" else f"¥{amount}"


def percent(share: str) -> str:
    """``0.55`` → ``55%``."""
    return f"{(Decimal(share) * 100).normalize():f}%"


def _by_level(key: str, value: Mapping[str, object], language: Language) -> str:
    figures = {level: figure(key, one, language) for level, one in value.items()}
    if len(set(figures.values())) == 1:
        return next(iter(figures.values()))
    names = LEVELS if language == "zh" else _LEVELS_EN
    parts = [f"{names.get(level, level)} {text}" for level, text in figures.items()]
    return _join(parts, language, "，", ", ")


def _row(row: Mapping[str, object], language: Language) -> str:
    """A premium's price or days in one year."""
    year = f"{row['year']}年" if language == "zh" else str(row["year"])
    if "opens" in row:
        return f"{year} {row['opens']} ~ {row['closes']}"
    fen = int(str(row["fen"]))
    return " ".join(part for part in (year, _who(row, language), money(fen, language)) if part)


def _who(row: Mapping[str, object], language: Language) -> str:
    youngest, oldest = row.get("from_age"), row.get("to_age")
    zh, who = language == "zh", []
    if youngest and oldest is not None:
        who.append(f"{youngest}到{oldest}岁" if zh else f"aged {youngest} to {oldest}")
    elif youngest:
        who.append(f"{youngest}岁及以上" if zh else f"aged {youngest} and above")
    elif oldest is not None:
        who.append(f"{oldest}岁及以下" if zh else f"aged {oldest} and below")
    words = WORDS if zh else _WORDS_EN
    who += [words[str(row[name])] for name in ("sex", "identity") if row.get(name)]
    return ("" if zh else ", ").join(who)


def _word(key: str, word: str, language: Language) -> str:
    if language == "zh":
        return SPECIAL_WORDS.get(key, {}).get(word) or WORDS.get(word, word)
    return _WORDS_EN.get(word, word)


def _join(parts: list[str], language: Language, zh: str, en: str) -> str:
    return (zh if language == "zh" else en).join(parts)
