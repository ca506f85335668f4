"""A notice in words, in the reader's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.notice.kinds import Help, Kind
from app.domain.notice.values import Params
from app.kit.money import yuan_text
from app.kit.reasons import Language

RECORD_OF: dict[Help, str] = {
    "bill": "bill",
    "freeze": "grant",
    "grant": "grant",
    "family": "binding",
    "premium": "order",
}
"""Under which figure a notice names the record that a tap leads to."""


def people_in(params: Params) -> set[int]:
    """Whom the figures of a notice name."""
    return {
        int(figure[1:])
        for figure in params.values()
        if isinstance(figure, str) and figure.startswith("@")
    }


def sentence(
    kind: Kind,
    params: Params,
    language: Language,
    names: Mapping[int, str],
    shops: Mapping[str, str],
) -> str:
    """What a notice says. ``names``: masked, by person; ``shops``: institutions' names by code."""
    figures: dict[str, str] = {}
    for name, figure in params.items():
        if isinstance(figure, int):
            figures[name.removesuffix("_fen")] = yuan_text(figure)
        elif figure.startswith("@"):
            figures[name] = names.get(int(figure[1:]), "＊")
        else:
            figures[name] = shops.get(figure, figure) if name == "shop" else figure
    return (kind.zh if language == "zh" else kind.en).format_map(figures)


def helps(kind: Kind, params: Params) -> list[tuple[Help, str]]:
    """What one tap leads to, with the record's id; empty: a page."""
    found: list[tuple[Help, str]] = []
    for one in kind.helps:
        record = params.get(RECORD_OF.get(one, ""), "")
        if one == "not_me":  # what makes it stop
            record = params.get("binding") or params.get("grant", "")
        found.append((one, str(record)))
    return found
