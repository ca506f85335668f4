"""People's tokens (``@<id>``) in reasons and sentences, and the masked names in their place; names
of places in the place of their digits. Pure.

Rules speak of people by tokens, so that nothing they make holds a name; doors put the names in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from app.kit.reasons import Because
from app.regions.text.places import place_name

_TOKEN = re.compile(r"(?<![a-z0-9-])@([0-9]{1,19})(?![0-9-])", re.ASCII | re.IGNORECASE)
"""A person's token in a text; not the day of a pack (``13-hebei@2024-10-01``)."""
_BETWEEN = "\0"
_PLACE = "_place"
"""How the figures are called that are places of six digits."""


def tokens_of(reasons: Iterable[Because]) -> set[int]:
    """Ids of the people whom the figures of reasons stand for."""
    figures = (figure for item in reasons for figure in item.params.values())
    return {int(found[1]) for figure in figures if (found := _TOKEN.fullmatch(figure))}


def tokens_in(texts: Sequence[str]) -> set[int]:
    """Ids of the people whom sentences speak of."""
    return {int(found) for found in _TOKEN.findall(_BETWEEN.join(texts))}


def with_names(reasons: Sequence[Because], names: Mapping[int, str]) -> list[Because]:
    """Reasons with names in the place of tokens (by person id) and of the digits of places."""
    by_token = {f"@{person_id}": name for person_id, name in names.items()}
    return [
        Because(
            item.reason,
            {k: by_token.get(v, v) for k, v in item.params.items()} | _places(item.params),
        )
        for item in reasons
    ]


def _places(figures: Mapping[str, str]) -> dict[str, str]:
    """Those of the figures that are places, by name; in English they stay digits."""
    found: dict[str, str] = {}
    for name, place in figures.items():
        if name.endswith(_PLACE):
            found |= {name: place_name(place), f"{name}_en": figures.get(f"{name}_en", place)}
    return found


def filled(texts: Sequence[str], names: Mapping[int, str]) -> list[str]:
    """Sentences with names in the place of tokens."""
    if not names:
        return list(texts)
    whole = _TOKEN.sub(lambda found: names.get(int(found[1]), found[0]), _BETWEEN.join(texts))
    return whole.split(_BETWEEN)
