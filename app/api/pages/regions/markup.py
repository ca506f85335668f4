"""HTML from Python: what is text is escaped, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

Child = Any
_VOID = frozenset({"input", "link", "meta", "br"})
_NAMES = {"cls": "class", "for_": "for"}


class Html(str):
    """A text that is HTML already."""

    __slots__ = ()


def h(name: str, /, *children: Child, **attributes: str | bool | None) -> Html:
    """An element. Of attributes ``cls`` is ``class``, ``for_`` is ``for`` and ``aria_label``
    ``aria-label``; one that is None or False is left out."""
    told = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _VOID:
        return Html(f"<{name}{told}>")
    return Html(f"<{name}{told}>{_inner(children)}</{name}>")


def together(*children: Child) -> Html:
    """Several pieces, one after the other."""
    return Html(_inner(children))


def _inner(children: Iterable[Child]) -> str:
    return "".join(_child(child) for child in children)


def _child(child: Child) -> str:
    if child is None or child is False:
        return ""
    if isinstance(child, Html):
        return str(child)
    if isinstance(child, str):
        return escape(child)
    return _inner(child) if isinstance(child, Iterable) else escape(str(child))


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = _NAMES.get(key, key.replace("_", "-"))
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
