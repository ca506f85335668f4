"""What people call purposes and kinds of institutions."""

from __future__ import annotations

from app.kit.reasons import Language
from app.regions.periods import Period
from app.regions.text.labels import WORDS

_PURPOSES_EN = {"medical": "care and medicines", "premium": "residents' premiums"}
_TYPES = {"1": ("医院或诊所", "hospital or clinic"), "2": ("药店", "pharmacy")}


def purpose_text(purpose: str, language: Language) -> str:
    """What a grant may be used for."""
    return WORDS[purpose] if language == "zh" else _PURPOSES_EN[purpose]


def cap_text(period: Period, language: Language) -> str:
    """A cap as a donor sets it."""
    return period.form_zh if language == "zh" else period.form_en


def type_text(fixmedins_type: str, language: Language) -> str:
    """The kind of an institution (``fixmedins_type``)."""
    zh, en = _TYPES.get(fixmedins_type, ("定点医药机构", "designated institution"))
    return zh if language == "zh" else en
