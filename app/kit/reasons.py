"""Reasons and refusals: every "no" has a stable code, a plain sentence and a next step (law 10).

A matter's ``errors.py`` holds its reasons, ``app/api/reasons.py`` joins them by their codes. A rule
that decides returns reasons as data; a service that can't go on raises ``Refusal(REASON, ...)``.
Doors turn a refusal into their own form.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Literal

from app.kit.value import value

Language = Literal["zh", "en"]
Fixer = Literal["donor", "beneficiary", "holder", "user", "institution", "bureau", "nobody"]


class _Figures(dict[str, object]):
    """Figures by name. ``x_en`` is the English for ``x``; where none is given, ``x`` stands."""

    def __missing__(self, name: str) -> object:
        if name.endswith("_en") and (plain := name.removesuffix("_en")) in self:
            return self[plain]
        raise KeyError(name)


@value
class Reason:
    """One cause of a refusal or of a leg that was not paid.

    Attributes:
        code: stable name, at most 40 characters (law 10; SOURCES F7.3 has the names in use).
        status: HTTP status at the phones' door.
        zh, en: the sentence; may hold ``{placeholders}``.
        next_zh, next_en: what would fix it.
        fixer: who can.
        retryable: the same call may succeed later without a change.
    """

    code: str
    status: int
    zh: str
    next_zh: str
    en: str
    next_en: str
    fixer: Fixer = "user"
    retryable: bool = False

    def sentence(self, language: Language = "zh", **params: object) -> str:
        """The sentence with its figures filled in."""
        return (self.zh if language == "zh" else self.en).format_map(_Figures(params))

    def next_step(self, language: Language = "zh", **params: object) -> str:
        """What would fix it, in a sentence."""
        return (self.next_zh if language == "zh" else self.next_en).format_map(_Figures(params))


def by_code(reasons: Iterable[Reason]) -> dict[str, Reason]:
    """Reasons by their codes; the same one may come more than once.

    Raises:
        ValueError: two reasons have the same code.
    """
    found: dict[str, Reason] = {}
    for reason in reasons:
        if found.setdefault(reason.code, reason) != reason:
            raise ValueError(f"two reasons are called {reason.code}")
    return found


_BOTH: tuple[Language, ...] = ("en", "zh")


@value
class Because:
    """A reason together with the figures of one case (already texts, ready to be stored)."""

    reason: Reason
    params: dict[str, str] = field(default_factory=dict)

    def as_dict(self, language: Language = "zh") -> dict[str, str]:
        return {
            "reason": self.reason.code,
            "message": self.reason.sentence(language, **self.params),
            "next_step": self.reason.next_step(language, **self.params),
            "fixer": self.reason.fixer,
        }

    def in_both(self) -> str:
        """The sentence in English and Chinese, for a terminal whose reader nobody knows."""
        return " ".join(self.reason.sentence(one, **self.params) for one in _BOTH)


class Refusal(Exception):
    """A clear no. Nothing was changed by the call that raised it."""

    def __init__(self, reason: Reason, **params: object) -> None:
        super().__init__(reason.code)
        self.reason = reason
        self.params = {name: str(value) for name, value in params.items()}

    def because(self) -> Because:
        return Because(self.reason, self.params)


INVALID_INPUT = Reason(
    "INVALID_INPUT", 422,
    "填写的内容有误：{detail}", "请按提示改正后再提交。",
    "Something in the request is not right: {detail_en}", "Correct it and send it again.",
)  # fmt: skip
NOT_FOUND = Reason(
    "NOT_FOUND", 404,
    "没有找到这条记录。", "请返回列表刷新后再试。",
    "There is no such record.", "Go back to the list and refresh it.",
)  # fmt: skip
UNAVAILABLE = Reason(
    "UNAVAILABLE", 503,
    "系统暂时繁忙，没有办理任何业务。", "请稍后再试。",
    "The system is busy for a moment; nothing was done.", "Please try again shortly.",
    fixer="nobody", retryable=True,
)  # fmt: skip
