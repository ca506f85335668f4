"""Rules in words: the packs' Chinese labels; for English their keys, which are English. Pure."""

from __future__ import annotations

from app.kit.money import yuan_text
from app.kit.reasons import Language
from app.regions.form import UNLIMITED
from app.regions.text.labels import LABELS
from app.regions.text.show import value_text

_UNITS = {"_s": "s", "_days": "days", "_age": "years of age", "_month": "a month",
          "_a_day": "a day", "_hour": "o'clock"}  # fmt: skip


def title_text(key: str, language: Language) -> str:
    """A parameter's title."""
    if language == "zh":
        return LABELS.get(key, key)
    name = key.partition(".")[2].removesuffix("_fen").removesuffix("_s").removesuffix("_days")
    return _plain(name).capitalize()


def value_words(key: str, value: object, language: Language) -> str:
    """A parameter's value."""
    return value_text(key, value) if language == "zh" else _english(key, value)


def _english(key: str, value: object) -> str:
    if value == UNLIMITED:
        return "unlimited"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(_plain(str(one)) for one in value)
    if isinstance(value, dict):
        return "; ".join(f"{_plain(str(k))}: {_english(key, one)}" for k, one in value.items())
    if isinstance(value, int):
        if key.endswith("_fen"):
            return f"¥{yuan_text(value)}"
        unit = next((unit for ending, unit in _UNITS.items() if key.endswith(ending)), "")
        return f"{value} {unit}".rstrip()
    return _plain(str(value))


def _plain(word: str) -> str:
    return word.replace("_", " ")
